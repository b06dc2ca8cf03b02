import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { bundleFolder } from "@/lib/env";
import { programArguments } from "@/lib/program";

/** A worker process of a test; output is kept for the message of a failed test. */
export interface TestChild {
  child: ChildProcess;
  output: () => string;
  /** How it ended: the signal, or the exit code. */
  ended: Promise<NodeJS.Signals | number | null>;
}

/** Starts a program of this repository with the Node this test runs on. */
export function startChild(program: string, args: string[], env: Record<string, string> = {}, nodeArgs: readonly string[] = []): TestChild {
  const root = path.resolve(import.meta.dirname, "../..");
  const child = spawn(process.execPath, [...nodeArgs, ...programArguments(program), ...args], {
    cwd: root,
    env: { NODE_ENV: "test", PATH: "/usr/bin:/bin", LOG_LEVEL: "warn", SWITCHYARD_BUNDLE: bundleFolder(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
  return { child, output: () => output, ended };
}

/** Waits for the end of a child, at most `ms`; kills it and fails with its output otherwise. */
export async function endOf(child: TestChild, ms = 30_000): Promise<NodeJS.Signals | number | null> {
  const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), ms).unref());
  const result = await Promise.race([child.ended, late]);
  if (result !== "late") return result;
  child.child.kill("SIGKILL");
  throw new Error(`The process did not end within ${ms} ms.\n${child.output()}`);
}
