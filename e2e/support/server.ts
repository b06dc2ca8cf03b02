import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { programArguments } from "@/lib/program";
import type { Served, ServeOptions } from "./serve";

const root = path.resolve(import.meta.dirname, "../..");

export interface Server extends Served {
  /** Binds the project's connections to the practice site. */
  bindPractice: (slug: string) => Promise<void>;
  /** Gives the project connections that lead to a closed port: its runs can be frozen and approved, nothing more. */
  bindNowhere: (slug: string) => Promise<void>;
  /** Process ids now; the worker's changes when it was killed and started again. */
  currentPids: () => Promise<{ web: number | null; worker: number | null }>;
  /** Ends everything the server started. */
  stop: () => Promise<void>;
}

/**
 * Starts a whole Switchyard of its own in another process (and a practice site when asked) and waits until it is
 * healthy. The other process ends when its standard input closes, so nothing survives a killed test run.
 */
export async function startServer(options: ServeOptions): Promise<Server> {
  const child = spawn(path.join(root, "node_modules/.bin/node"), [...programArguments("e2e/support/serve.ts"), JSON.stringify(options)], {
    cwd: root,
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, NODE_ENV: "test" },
  });
  const lines = conversation(child);
  const served = (await lines.next("READY ")) as Served;
  const ask = async <T>(command: object): Promise<T> => {
    const answer = lines.next("DONE ");
    child.stdin?.write(`${JSON.stringify(command)}\n`);
    const value = (await answer) as T & { error?: string };
    if (value.error !== undefined) throw new Error(value.error);
    return value;
  };
  return {
    ...served,
    bindPractice: (slug) => ask({ bindPractice: slug }),
    bindNowhere: (slug) => ask({ bindNowhere: slug }),
    currentPids: () => ask({ pids: true }),
    stop: async () => {
      const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      child.stdin?.end();
      await ended;
    },
  };
}

/** Waits for lines that begin with a word; fails with the output when the process ends first. */
function conversation(child: ChildProcess): { next: (word: string) => Promise<unknown> } {
  let output = "";
  const waiting: { word: string; resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  child.stderr?.on("data", (chunk: Buffer) => {
    output = (output + chunk.toString("utf8")).slice(-8_000);
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const first = waiting[0];
      if (first !== undefined && line.startsWith(first.word)) {
        waiting.shift();
        first.resolve(JSON.parse(line.slice(first.word.length)));
      } else output = `${output}${line}\n`.slice(-8_000);
    });
  }
  child.once("exit", (code) => {
    for (const one of waiting.splice(0)) one.reject(new Error(`The server ended (exit ${code}).\n${output}`));
  });
  return { next: (word) => new Promise((resolve, reject) => waiting.push({ word, resolve, reject })) };
}
