import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { bareEnvironment } from "@/lib/env";
import type { DeadMan, DeadManOrders } from "@/lib/migration/executors/move/dead-man-orders";
import { programArguments } from "@/lib/program";

/** Milliseconds until the helper has logged in everywhere. Nobody waits yet. */
const READY_MS = 30_000;
const DISARM_MS = 5_000;
/** Milliseconds the helper may take to note that the decision is being made. Clients wait. */
const NOTED_MS = 1_000;
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Starts the helper in a session of its own, so that neither a signal to the worker's group nor its death reaches it. Its
 * environment and arguments hold no secret; the orders go to its standard input (R-PG-13).
 * @throws Error when it does not get ready
 */
export async function spawnDeadMan(orders: DeadManOrders, allowLoopback: boolean): Promise<DeadMan> {
  const child = spawn(process.execPath, programArguments("worker/dead-man.ts"), {
    cwd: ROOT,
    detached: true,
    env: { ...bareEnvironment(), TSX_TSCONFIG_PATH: path.join(ROOT, "tsconfig.json") } as unknown as NodeJS.ProcessEnv,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("The dead-man helper has no pipes.");
  stdin.on("error", () => undefined);
  const tell = (message: unknown) => void stdin.write(`${JSON.stringify(message)}\n`);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let noted: () => void = () => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The dead-man helper did not get ready in time.")), READY_MS);
    child.once("error", reject);
    child.once("exit", () => reject(new Error("The dead-man helper ended before it was ready.")));
    createInterface({ input: stdout }).on("line", (line) => {
      const message = JSON.parse(line) as { ready?: boolean; failed?: string; noted?: boolean };
      if (message.noted === true) noted();
      if (message.failed !== undefined) reject(new Error(`The dead-man helper: ${message.failed}`));
      if (message.ready !== true) return;
      clearTimeout(timer);
      resolve();
    });
  });
  tell({ orders, allowLoopback });
  try {
    await ready;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  child.unref();
  return {
    arm: (ms) => tell({ arm: ms }),
    rest: () => tell({ arm: null }),
    committing: async () => {
      const answer = new Promise<true>((resolve) => {
        noted = () => resolve(true);
      });
      tell({ committing: true });
      const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), NOTED_MS).unref());
      if (!(await Promise.race([answer, ended.then(() => false), late])))
        throw new Error("The dead-man helper does not answer: it may be calling the switch off.");
    },
    disarm: async () => {
      tell({ disarm: true });
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, DISARM_MS).unref())]);
    },
  };
}
