import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Served, ServeOptions } from "./serve";

const root = path.resolve(import.meta.dirname, "../..");

export interface Server extends Served {
  /** Ends everything the server started. */
  stop: () => Promise<void>;
}

/**
 * Starts a whole Switchyard of its own in another process (and a practice site when asked) and waits until it is
 * healthy. The other process ends when its standard input closes, so nothing survives a killed test run.
 */
export async function startServer(options: ServeOptions): Promise<Server> {
  const child = spawn(path.join(root, "node_modules/.bin/node"), ["--import", "tsx", path.join(root, "e2e/support/serve.ts"), JSON.stringify(options)], {
    cwd: root,
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, NODE_ENV: "test" },
  });
  const served = await ready(child);
  return {
    ...served,
    stop: async () => {
      const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      child.stdin?.end();
      await ended;
    },
  };
}

function ready(child: ChildProcess): Promise<Served> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-8_000);
    });
    if (child.stdout) {
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (line.startsWith("READY ")) resolve(JSON.parse(line.slice(6)));
        else output = `${output}${line}\n`.slice(-8_000);
      });
    }
    child.once("exit", (code) => reject(new Error(`The server ended before it was ready (exit ${code}).\n${output}`)));
  });
}
