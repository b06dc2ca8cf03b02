import { randomBytes } from "node:crypto";
import { fence as fenceSide } from "@/lib/migration/executors/move/authority";
import type { DeadMan } from "@/lib/migration/executors/move/dead-man-orders";
import { assertQuiet, type DrainProof, drain, endForeignSessions, endOfLog, sessionsOf, writeMarker } from "@/lib/migration/executors/move/drain";
import { proveFenced } from "@/lib/migration/executors/move/fence-proof";
import { sessionPrefix } from "@/lib/migration/executors/move/names";
import { pauseAll, untilConnected } from "@/lib/migration/executors/move/poolers";
import { readSequences, sequenceChanges, setSequences } from "@/lib/migration/executors/move/sequences";
import { advanceSlot, setEnabled } from "@/lib/migration/executors/move/subscription";
import type { Prepared } from "@/lib/migration/executors/move/switch-prepare";
import { goForward } from "@/lib/migration/executors/move/switch-settle";
import { applicationOf, clientOf, settlingOf, type World } from "@/lib/migration/executors/move/switch-world";
import type { StepContext } from "@/lib/migration/executors/types";
import { type QuickPlan, quickVerify } from "@/lib/migration/executors/verify/quick-verify";

/*
 * The cutover of reliability-security.md §2.3, line by line. Every line is a function, after each the process may die.
 * Whatever throws before line 8 is a switch called off; from line 8 on it is finished, by whomever.
 */

/** Share of the stall limit that the worker uses itself; what is left is for calling off before the helper does. */
const OWN_SHARE = 0.75;
/** Milliseconds of the pause for comparing the two sides: what is left of a short pause, within these bounds. */
const QUICK_MS = { least: 50, most: 200 };
/** Milliseconds after which the comparison shall be done, counted from when the pause was asked for. */
const COMPARED_BY_MS = 400;

/** What is known once the pipe is empty. */
interface Drained {
  proof: DrainProof;
  /** Where the log of the taking side ended then: everything later is the application's, and goes back. */
  takingLsn: string;
}

/** A switch under way. */
interface Cutover {
  world: World;
  context: StepContext;
  /** Monotonic milliseconds when the pause was asked for, and after which it is called off. */
  asked: number;
  until: number;
  roles: string[];
  deadMan: DeadMan;
  /** What is compared in line 6, planned before the pause; null when nothing is. */
  comparison: QuickPlan | null;
  /** The proof of the fence, under way since line 3; rejects when the application could get in. */
  fenced: Promise<void> | null;
  drained: Drained | null;
  /** Milliseconds since the pause began, after each line. */
  timings: Record<string, number>;
}

type Line = (cutover: Cutover) => Promise<void>;

/**
 * Lines 2 to 8 with the pause in them. Returns milliseconds since the pause began, after each line.
 * @throws Error when the switch has to be called off or finished by `settle`
 */
export async function cutOver(world: World, context: StepContext, deadMan: DeadMan, { roles, comparison }: Prepared): Promise<Record<string, number>> {
  // Nobody is made to wait for a fence that cannot be proved.
  applicationOf(world);
  const asked = await pause(world, context, deadMan);
  const began = performance.now();
  const until = began + world.config.stallLimitMs * OWN_SHARE;
  const cutover: Cutover = { world, context, asked, until, roles, deadMan, comparison, fenced: null, drained: null, timings: {} };
  const reached = (line: string) => {
    cutover.timings[line] = Math.round(performance.now() - began);
    context.crashPoint(line);
  };
  reached("line-2");
  const lines: [string, Line][] = [
    ["line-3", fence],
    ["line-4", empty],
    ["line-5", stop],
    ["line-6", verify],
    ["line-7", turnRound],
    ["line-8", commit],
  ];
  for (const [name, line] of lines) {
    mayGoOn(cutover);
    await line(cutover);
    reached(name);
  }
  return cutover.timings;
}

/** What line 4 found. @throws Error when it was not reached */
function drainedOf(cutover: Cutover): Drained {
  if (cutover.drained === null) throw new Error("There is no proof of an empty pipe.");
  return cutover.drained;
}

/** @throws Error that calls the switch off */
function mayGoOn({ context, until }: Cutover): void {
  context.signal.throwIfAborted();
  if (performance.now() > until) throw new Error("The pause would have become longer than it may.");
}

/**
 * Line 2: every entry paused, or none (R-PG-6); several tries, because a long transaction is nobody's fault (F-PG-2).
 * Returns when the try that succeeded began, in monotonic milliseconds: clients wait from there.
 */
async function pause(world: World, context: StepContext, deadMan: DeadMan): Promise<number> {
  const { pauseLimitMs, pauseTries, stallLimitMs } = world.config;
  for (let tries = 1; ; tries++) {
    await untilConnected(world.poolers);
    context.signal.throwIfAborted();
    deadMan.arm(pauseLimitMs + stallLimitMs);
    const asked = performance.now();
    try {
      await pauseAll(world.poolers, pauseLimitMs);
      deadMan.arm(stallLimitMs);
      return asked;
    } catch (error) {
      deadMan.rest();
      context.log(`PAUSE, try ${tries} of ${pauseTries}: ${error instanceof Error ? error.message : String(error)}`);
      if (tries >= pauseTries) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 500));
  }
}

/**
 * Line 3: the application's roles lose LOGIN, everybody else is sent away, and a real attempt proves it (R-PG-7). A login
 * takes as long as the rest of the line: the attempt goes on beside lines 4 to 6, and line 7 waits for what it says.
 */
async function fence(cutover: Cutover): Promise<void> {
  const { world, context, roles } = cutover;
  const giving = clientOf(world.giving);
  await fenceSide(giving, world.holder, roles);
  context.crashPoint("fenced");
  await endForeignSessions(giving, sessionPrefix(world.runId));
  const left = await sessionsOf(giving, roles);
  if (left > 0) throw new Error(`${left} sessions of the application are still on the fenced side.`);
  cutover.fenced = proveFenced(world, context);
  cutover.fenced.catch(() => undefined);
}

/** Line 4: what was acknowledged has arrived; from exactly here on the way back begins. */
async function empty(cutover: Cutover): Promise<void> {
  const { world, until } = cutover;
  const [giving, taking] = [clientOf(world.giving), clientOf(world.taking)];
  const token = `${world.hash}:${world.holder.token}:${randomBytes(4).toString("hex")}`;
  await writeMarker(giving, { token, runId: world.runId, epoch: world.epoch, side: world.giving.name });
  const proof = await drain({ giving, taking }, world.stream.subscription, token, until);
  cutover.drained = { proof, takingLsn: await endOfLog(taking) };
}

/** Line 5: the stream stops; sequences go ahead of everything that was ever given out. */
async function stop({ world }: Cutover): Promise<void> {
  const [giving, taking] = [clientOf(world.giving), clientOf(world.taking)];
  const schemas = world.config.schemas ?? null;
  const [from, to] = await Promise.all([readSequences(giving, schemas), readSequences(taking, schemas)]);
  await setEnabled(taking, world.stream.subscription, false);
  await setSequences(taking, sequenceChanges(from, to, world.config.sequenceHeadroom));
}

/** Line 6: what can be compared in the time there is. */
async function verify({ world, comparison, context, asked }: Cutover): Promise<void> {
  if (comparison === null) return;
  const left = COMPARED_BY_MS - (performance.now() - asked);
  const budget = Math.max(QUICK_MS.least, Math.min(QUICK_MS.most, left));
  const found = await quickVerify({ source: clientOf(world.giving), target: clientOf(world.taking) }, comparison, budget);
  context.log(found.text);
  if (found.differences.length > 0) throw new Error(`The two sides differ: ${found.differences.slice(0, 3).join("; ")}.`);
}

/** Line 7: the way back starts where the pipe was empty, and nothing was written on either side since (§2.3). */
async function turnRound(cutover: Cutover): Promise<void> {
  const { world, roles } = cutover;
  const { proof, takingLsn } = drainedOf(cutover);
  if (cutover.fenced === null) throw new Error("Nobody has tried the fence.");
  await cutover.fenced;
  const taking = clientOf(world.taking);
  const early = async () => {
    const sessions = await sessionsOf(taking, roles);
    if (sessions > 0) throw new Error(`${sessions} sessions of the application are on the side that takes over before it is open.`);
    if (world.goesBack) await advanceSlot(taking, world.back.slot, takingLsn);
  };
  await bothDone(early(), assertQuiet(clientOf(world.giving), proof, world.stream));
}

/** Waits for two things on two servers to end, whichever way. @throws what the first of them threw */
async function bothDone(one: Promise<void>, other: Promise<void>): Promise<void> {
  const failed = (await Promise.allSettled([one, other])).find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** Line 8: the point of no return, then the taking side opens, the poolers lead there and everybody goes on. */
async function commit(cutover: Cutover): Promise<void> {
  const { world, context, deadMan, timings } = cutover;
  const { proof } = drainedOf(cutover);
  for (const pooler of world.poolers) {
    const { state, problem } = await pooler.see();
    if (state === null || !state.paused) throw new Error(`${pooler.key} is not paused any more${problem === "" ? "" : `: ${problem}`}.`);
  }
  await deadMan.committing();
  world.mayBeCommitted = true;
  await context.checkpoint("commit-target", { proof, timings });
  context.crashPoint("committed");
  mayGoOn(cutover);
  await goForward(settlingOf(world));
}
