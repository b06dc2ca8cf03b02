import { closeSides, type Ends, openSides, type Sides } from "@/lib/migration/executors/move/sides";
import type { StepContext } from "@/lib/migration/executors/types";

/*
 * Sessions that stay open between two questions about a move: a login every second would fill the servers' logs, and while
 * rows are copied the processors have better things to do.
 */

/** Sessions nobody has used for so long are closed: the run has another owner, or has ended. */
const IDLE_MS = 15_000;

interface Kept {
  sides: Sides;
  usedAt: number;
  /** A question is being answered; a session serves one at a time. */
  busy: boolean;
  /** A server has gone away between two questions: that is no answer to the next one. */
  broken: boolean;
}

const kept = new Map<string, Kept>();

async function take(key: string, ends: Ends, context: StepContext, statementTimeoutMs: number): Promise<Kept> {
  const found = kept.get(key);
  if (found !== undefined && !found.busy && !found.broken) return Object.assign(found, { usedAt: performance.now(), busy: true });
  const opened: Kept = { sides: await openSides(ends, context, statementTimeoutMs), usedAt: performance.now(), busy: true, broken: false };
  kept.set(key, opened);
  if (found?.broken === true) await closeSides(found.sides);
  for (const client of [opened.sides.source, opened.sides.target]) {
    client.once("end", () => {
      opened.broken = true;
    });
  }
  const timer = setInterval(() => {
    const unused = !opened.busy && performance.now() - opened.usedAt >= IDLE_MS;
    if (kept.get(key) === opened && !unused) return;
    if (kept.get(key) === opened) kept.delete(key);
    else if (opened.busy) return;
    clearInterval(timer);
    void closeSides(opened.sides);
  }, IDLE_MS / 3);
  timer.unref();
  return opened;
}

/**
 * Runs `work` with both sides of a run's step, opened for this use of them and this lease, or still open. They are closed
 * when `work` throws or the call is broken off, when `last` says that nobody will ask again, and when nobody does.
 * @throws whatever `work` or opening the sessions throws
 */
export async function withKeptSides<T>(
  ends: Ends,
  context: StepContext,
  { use, statementTimeoutMs, last }: { use: string; statementTimeoutMs: number; last: (result: T) => boolean },
  work: (sides: Sides) => Promise<T>,
): Promise<T> {
  const key = `${context.runId}/${context.stepKey}/${context.epoch}/${use}`;
  const entry = await take(key, ends, context, statementTimeoutMs);
  let over = true;
  const stop = () => void closeSides(entry.sides);
  context.signal.addEventListener("abort", stop, { once: true });
  try {
    context.signal.throwIfAborted();
    const result = await work(entry.sides);
    over = last(result) || context.signal.aborted;
    return result;
  } finally {
    context.signal.removeEventListener("abort", stop);
    Object.assign(entry, { busy: false, usedAt: performance.now() });
    if (over || kept.get(key) !== entry) {
      if (kept.get(key) === entry) kept.delete(key);
      await closeSides(entry.sides);
    }
  }
}

/** Closes what is kept open; for an orderly stop and for tests. */
export async function closeKeptSides(): Promise<void> {
  const all = [...kept.values()];
  kept.clear();
  await Promise.all(all.map((entry) => closeSides(entry.sides)));
}
