import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { childEnv, modernNode, root } from "./setup.mjs";

export interface Child {
  name: string;
  pid: () => number | null;
  /** Asks the process to end, then insists; it is not started again. */
  stop: (graceMs?: number) => Promise<void>;
}

interface ChildOptions {
  name: string;
  args: string[];
  env: Record<string, string | undefined>;
  logFile: string;
  /** Told about every unexpected end. */
  onCrash?: (message: string) => void;
  /** How often its signs of life are looked for; {@link SILENT_LOOKS} in a row without one, and it hangs. */
  lookMs?: number;
}

/** Looks, not time: a machine that slept, or a supervisor that got no CPU, has looked once and not thirty times. */
export const SILENT_LOOKS = 30;

const RESTART_DELAYS_MS = [200, 500, 1_000, 2_000, 5_000];

/**
 * Keeps one of our processes running: started again when it ends unasked, with a growing pause. Its own session
 * shields it from the terminal's Ctrl-C, so that the supervisor decides the order; the pipe on its standard
 * input ends it when the supervisor itself is killed. One that hangs, so that its event loop gives no sign of life
 * (parent-watch.mjs), is killed and started again: with a single worker nobody else would wake the guards.
 */
export function keepRunning(options: ChildOptions): Child {
  const log = createWriteStream(options.logFile, { flags: "a", mode: 0o600 });
  let child: ChildProcess;
  let stopping = false;
  let crashes = 0;
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    const startedAt = Date.now();
    child = spawn(modernNode(), ["--import", path.join(root, "scripts/parent-watch.mjs"), ...options.args], {
      cwd: root,
      env: childEnv(options.env),
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      detached: true,
    });
    const hung = () => options.onCrash?.(`${options.name} hangs; it is ended. Its log: ${options.logFile}`);
    endWhenSilent(child, options.lookMs ?? 1_000, hung);
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once("exit", (code, signal) => {
      if (stopping) return;
      crashes = Date.now() - startedAt > 60_000 ? 0 : crashes + 1;
      const delay = RESTART_DELAYS_MS[Math.min(crashes, RESTART_DELAYS_MS.length) - 1] ?? 200;
      options.onCrash?.(`${options.name} ended (${signal ?? `exit ${code}`}); starting it again. Its log: ${options.logFile}`);
      timer = setTimeout(start, delay);
    });
  };
  start();
  return {
    name: options.name,
    pid: () => (child.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null),
    stop: async (graceMs = 10_000) => {
      stopping = true;
      clearTimeout(timer);
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
        child.kill("SIGTERM");
        const insist = setTimeout(() => child.kill("SIGKILL"), graceMs);
        await ended;
        clearTimeout(insist);
      }
      log.end();
    },
  };
}

/** Kills the child after `SILENT_LOOKS` looks in a row without a sign of life. */
function endWhenSilent(child: ChildProcess, lookMs: number, onHung: () => void): void {
  let silent = 0;
  const signs = child.stdio[3];
  signs?.on("data", () => {
    silent = 0;
  });
  // It ends with its writer, however that ends.
  signs?.on("error", () => undefined);
  const timer = setInterval(() => {
    if (++silent !== SILENT_LOOKS) return;
    onHung();
    child.kill("SIGKILL");
  }, lookMs);
  child.once("exit", () => clearInterval(timer));
}
