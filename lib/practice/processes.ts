import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { PracticeProcess } from "./types";

/** Start time of a process in clock ticks since boot, or null when there is no such process (or only its zombie). */
export function startTimeOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command name is in brackets and may hold anything; the numbered fields start behind the last one.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** Names a live process; throws when it has already ended. */
export function describeProcess(name: string, pid: number): PracticeProcess {
  const startTime = startTimeOf(pid);
  if (startTime === null) throw new Error(`${name} ended at once.`);
  return { name, pid, startTime };
}

/** Whether exactly this process still runs; a reused pid does not count. */
export function isRunning(process: PracticeProcess): boolean {
  return startTimeOf(process.pid) === process.startTime;
}

/** Signals exactly this process; false when it is gone. */
export function signal(target: PracticeProcess, name: NodeJS.Signals): boolean {
  if (!isRunning(target)) return false;
  try {
    return process.kill(target.pid, name);
  } catch {
    return false;
  }
}

/** Waits until the process is gone; false after `limitMs`. */
export async function waitGone(target: PracticeProcess, limitMs: number): Promise<boolean> {
  const end = Date.now() + limitMs;
  while (isRunning(target)) {
    if (Date.now() > end) return false;
    await sleep(25);
  }
  return true;
}

/** Asks the process to end, and ends it by force after `graceMs`. */
export async function endProcess(target: PracticeProcess, first: NodeJS.Signals, graceMs: number): Promise<void> {
  if (!signal(target, first)) return;
  if (await waitGone(target, graceMs)) return;
  signal(target, "SIGKILL");
  await waitGone(target, 5_000);
}
