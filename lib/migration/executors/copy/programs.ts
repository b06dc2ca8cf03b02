import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";

/**
 * The keeper: a tiny parent of a program that lives in a group of its own. When the worker dies, however it dies, the
 * keeper's stdin ends; it then kills the whole group and removes the private folder (R-ENG-7, F-ENG-14).
 */
const KEEPER = `
const { spawn } = require("node:child_process");
const { rmSync } = require("node:fs");
const [folder, file, ...args] = process.argv.slice(1);
let child = null;
function abandon() {
  if (child !== null) { try { process.kill(-child.pid, "SIGKILL"); } catch {} }
  rmSync(folder, { recursive: true, force: true });
  process.exit(137);
}
process.stdin.on("end", abandon).on("error", abandon).resume();
for (const name of ["SIGINT", "SIGHUP", "SIGTERM"]) process.on(name, () => undefined);
if (file !== undefined) {
  child = spawn(file, args, { detached: true, stdio: ["ignore", "ignore", "inherit"] });
  child.on("error", (error) => { console.error(error.message); process.exit(126); });
  child.on("exit", (code) => process.exit(code === null ? 128 : code));
}
`;

const SETPRIV = "/usr/bin/setpriv";

function spawnKeeper(folder: string, program: string[], env: Record<string, string>): ChildProcess {
  // The program also dies with the keeper, should somebody kill just that.
  const guarded = program.length > 0 && existsSync(SETPRIV) ? [SETPRIV, "--pdeathsig", "KILL", "--", ...program] : program;
  const child = spawn(process.execPath, ["-e", KEEPER, "--", folder, ...guarded], {
    cwd: "/",
    env: env as NodeJS.ProcessEnv,
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
  // A keeper that is already gone is told to stop in vain; that must not become an error of the worker.
  child.stdin?.on("error", () => undefined);
  return child;
}

export interface RunningProgram {
  /** Resolves with exit code and last lines; never rejects. */
  ended: Promise<{ code: number; tail: string[] }>;
  /** Kills the program and what it started. */
  stop: () => void;
}

/** Starts a program under a keeper; `onLine` gets its messages. No shell, nothing inherited but the given environment. */
export function startProgram(
  folder: string,
  file: string,
  args: readonly string[],
  env: Record<string, string>,
  onLine: (line: string) => void,
): RunningProgram {
  const child = spawnKeeper(folder, [file, ...args], env);
  const tail: string[] = [];
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on("line", (line) => {
      tail.push(line);
      if (tail.length > 30) tail.shift();
      onLine(line);
    });
  }
  const ended = new Promise<{ code: number; tail: string[] }>((resolve) => {
    child.once("error", (error) => resolve({ code: 126, tail: [error.message] }));
    child.once("close", (code) => resolve({ code: code ?? 128, tail }));
  });
  return { ended, stop: () => child.stdin?.end() };
}

/** Watches over the private folder while no program runs: it is removed when the worker dies. */
export function guardFolder(folder: string): () => void {
  const child = spawnKeeper(folder, [], { PATH: "/usr/bin:/bin" });
  // Without a guard the folder is still removed by whoever made it.
  child.on("error", () => undefined);
  child.unref();
  return () => child.stdin?.end();
}
