import { serverInfo } from "@/lib/migration/executors/copy/inspect";
import { followsForward, lagOf, slotProblem, tend } from "@/lib/migration/executors/move/judge";
import { withKeptSides } from "@/lib/migration/executors/move/kept-sides";
import { dropLateKeys, tendLateKeys } from "@/lib/migration/executors/move/late-keys";
import { type Owner, raiseEpoch, readOwner, writeOwner } from "@/lib/migration/executors/move/owner";
import { moveProblem } from "@/lib/migration/executors/move/problem";
import { enableSubscription } from "@/lib/migration/executors/move/replication";
import { beat, readMoveOwner, readSideState } from "@/lib/migration/executors/move/side-state";
import { type Sides, withSides } from "@/lib/migration/executors/move/sides";
import { prepareReverse, structureDifferences, subscribe, takeSource, takeTarget } from "@/lib/migration/executors/move/sync-begin";
import { preflightSync } from "@/lib/migration/executors/move/sync-preflight";
import { previewSync } from "@/lib/migration/executors/move/sync-preview";
import { copyProgress, readTableProgress } from "@/lib/migration/executors/move/sync-progress";
import { emptyTarget, removeMarks, removeReplication } from "@/lib/migration/executors/move/sync-undo";
import { dropWork, makeRest, makeStructure, work, workUnderWay } from "@/lib/migration/executors/move/sync-work";
import { watchMove } from "@/lib/migration/executors/move/watch-move";
import { endOlderSessions } from "@/lib/migration/executors/sessions";
import type { Executor, Observation, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

type Step = StepOf<"postgres.sync">;

const SOON_MS = 200;
const COPY_MS = 500;
const DAY_MS = 86_400_000;
/** Longest statement of a question, milliseconds. */
const STATEMENT_MS = 30_000;

const goOn = (askAgainMs: number, message: string): StepResult => ({ type: "running", askAgainMs, progress: { message } });

async function apply(step: Step, context: StepContext): Promise<StepResult> {
  const how = { use: "copy", statementTimeoutMs: STATEMENT_MS, last: (result: StepResult) => result.type !== "running" };
  try {
    return workUnderWay(context) ?? (await withKeptSides(step.with, context, how, (sides) => advance(step, context, sides)));
  } catch (error) {
    return moveProblem(error);
  }
}

/** One phase further, as far as it goes without waiting. What is there decides, so that any worker can go on at any place. */
async function advance(step: Step, context: StepContext, sides: Sides): Promise<StepResult> {
  const { source, target, names } = sides;
  const [own, other] = [await readMoveOwner(sides), await readOwner(source)];
  for (const [side, owner] of [["target", own] as const, ["source", other] as const])
    if (owner !== null && owner.hash !== names.hash) return { type: "failed", reason: `The ${side} belongs to the move of another run (${owner.runId}).` };
  for (const client of [source, target]) {
    const ended = await endOlderSessions(client, context);
    if (ended > 0) context.log(`ended ${ended} sessions of an earlier worker`);
  }
  if (own === null) {
    if (other !== null) return { type: "failed", reason: "The source carries the mark of this run, the target does not: somebody removed it. Roll back." };
    await takeTarget(step.with, context, sides);
    return goOn(0, "both servers are taken");
  }
  await raiseEpoch(target, names.hash, context.epoch);
  if (other === null) await takeSource(step.with, context, sides);
  else await raiseEpoch(source, names.hash, context.epoch);
  if (own.facts.attempt !== context.attempt) await beginTry(context, sides, own);
  switch (own.phase) {
    case "schema":
      return await work(step, context, sides, { name: "schema", next: "subscribe", run: (job) => makeStructure(job, step, context, sides, own) });
    case "subscribe":
      await subscribe(step.with, context, sides);
      return goOn(SOON_MS, "the servers begin to copy");
    case "copy":
      return await copying(step, context, sides, own);
    case "post-data":
      return await work(step, context, sides, { name: "rest", next: "follow", run: (job) => makeRest(job, context, sides.to, own) });
    default:
      return await follow(step, context, sides, own);
  }
}

/** A new try, by a person or after a lost worker: a subscription that an error stopped gets another chance. */
async function beginTry(context: StepContext, sides: Sides, own: Owner): Promise<void> {
  const { target, names } = sides;
  const { subscription } = await readSideState(target, "target", names);
  const retry =
    subscription === null ? null : { side: "source" as const, errors: subscription.errors, count: 0, beat: "-1", serverStart: subscription.serverStart };
  await writeOwner(target, names.hash, context.epoch, { facts: { attempt: context.attempt, retry } });
  own.facts.retry = retry;
  if (subscription?.enabled === false && followsForward(own.phase)) await enableSubscription(target, names.forward.subscription, true);
}

/** The servers copy; this only looks. */
async function copying(step: Step, context: StepContext, sides: Sides, own: Owner): Promise<StepResult> {
  const { source, target, names } = sides;
  const [from, to] = [await readSideState(source, "source", names), await readSideState(target, "target", names)];
  const lost = slotProblem(from);
  if (lost !== null) return { type: "failed", reason: `The copy cannot go on: ${lost}.` };
  const tending = tend(to.subscription, to.beats.source?.n ?? "0", own.facts.retry, own.at);
  if (tending.do === "stop") return { type: "failed", reason: `The copy has stopped: ${tending.why}.` };
  const states = await readTableProgress(target, names.forward.subscription);
  const progress = copyProgress(own.facts.tables ?? [], states);
  const keys = await tendLateKeys({ context, to: sides.to, jobs: step.with.jobs }, target, own.facts.lateKeys ?? [], states);
  if (keys !== null && "type" in keys) return keys;
  // A table that is copied waits for the stream to pass the place where it was: a beat makes the stream move.
  await beat(source, "source");
  const { subscription } = to;
  if (keys !== null || subscription === null || subscription.pending > 0 || subscription.ready === 0) {
    const copied = states.length > 0 && states.every((table) => "fsr".includes(table.state));
    return { type: "running", askAgainMs: copied ? SOON_MS : COPY_MS, progress };
  }
  context.log("every table is copied and follows");
  await writeOwner(target, names.hash, context.epoch, { phase: "post-data" });
  return { type: "running", askAgainMs: 0, progress };
}

/** The way back is prepared, then the target catches up. */
async function follow(step: Step, context: StepContext, sides: Sides, own: Owner): Promise<StepResult> {
  if (own.phase === "follow") await prepareReverse(step.with, context, sides, own);
  const behind = await notInStep(step, sides, own);
  if (behind.type !== "in-step") return behind.type === "stopped" ? { type: "failed", reason: behind.why } : goOn(SOON_MS, behind.why);
  await writeOwner(sides.target, sides.names.hash, context.epoch, { facts: { complete: true } });
  const { tables = [] } = own.facts;
  return {
    type: "done",
    output: { tables: tables.length, lagBytes: behind.lagBytes, reverse: step.with.reverse, publication: sides.names.forward.publication },
  };
}

type InStep = { type: "in-step"; lagBytes: number } | { type: "behind"; why: string } | { type: "stopped"; why: string };

/** Whether the target has all but the last moment of the source. After the switch that question is not this step's. */
async function notInStep(step: Step, sides: Sides, own: Owner): Promise<InStep> {
  const [from, to] = [await readSideState(sides.source, "source", sides.names), await readSideState(sides.target, "target", sides.names)];
  if (own.phase !== "follow") return { type: "in-step", lagBytes: 0 };
  const lost = slotProblem(from);
  if (lost !== null) return { type: "stopped", why: `The target no longer follows: ${lost}.` };
  const tending = tend(to.subscription, to.beats.source?.n ?? "0", own.facts.retry, own.at);
  if (tending.do === "stop") return { type: "stopped", why: `The target no longer follows: ${tending.why}.` };
  const lag = lagOf(from, to, "source");
  if (to.beats.source === undefined || BigInt(to.beats.source.n) === 0n) return { type: "behind", why: "waiting for the first heartbeat to come through" };
  if (lag.bytes > step.with.maxLagBytes || (lag.seconds ?? 0) * 1_000 > Math.max(1_000, step.with.maxLagMs))
    return { type: "behind", why: `catching up: ${Math.round(lag.bytes / 1_000)} kB and ${lag.seconds ?? 0} s behind` };
  return { type: "in-step", lagBytes: lag.bytes };
}

/** Undo has another effect key than apply: it asks whether anything of ours is left. */
async function observe(step: Step, context: StepContext): Promise<Observation> {
  return await withSides(step.with, context, async (sides) => {
    const [own, other] = [await readMoveOwner(sides), await readOwner(sides.source)];
    const facts = { phase: own?.phase ?? null, complete: own?.facts.complete === true, run: own?.runId ?? other?.runId ?? null };
    if ([own, other].some((owner) => owner !== null && owner.hash !== sides.names.hash)) return { state: "other", facts };
    if (own === null && other === null) return { state: "absent", facts };
    const undoing = context.effectKey.endsWith(":undo");
    return { state: !undoing && own?.facts.complete === true && other !== null ? "present" : "partial", facts };
  });
}

/** Compares the structures once more and asks that the target is in step. */
async function verify(step: Step, context: StepContext): Promise<StepResult> {
  try {
    return await withSides(step.with, context, async (sides) => {
      const own = await readMoveOwner(sides);
      if (own === null || own.hash !== sides.names.hash) return { type: "failed", reason: "The target no longer carries the mark of this run." };
      const differences = await structureDifferences(step.with, sides);
      if (differences.length > 0) {
        const first = differences.slice(0, 5).join("; ");
        return {
          type: "failed",
          reason: `The structures differ: ${first}${differences.length > 5 ? " …" : ""}`,
          output: { differences: differences.slice(0, 200) },
        };
      }
      const behind = await notInStep(step, sides, own);
      if (behind.type === "stopped") return { type: "failed", reason: behind.why };
      if (behind.type === "behind") return { type: "waiting", on: "samples", message: behind.why, askAgainMs: COPY_MS };
      const { major } = await serverInfo(sides.source);
      return { type: "done", output: { differences: 0, sourceMajor: major } };
    });
  } catch (error) {
    return moveProblem(error);
  }
}

async function undo(step: Step, context: StepContext): Promise<StepResult> {
  try {
    await dropWork(context);
    return await withSides(step.with, context, async (sides) => {
      const [own, other] = [await readMoveOwner(sides), await readOwner(sides.source)];
      const foreign = [own, other].find((owner) => owner !== null && owner.hash !== sides.names.hash);
      if (foreign != null) return { type: "failed", reason: `A server belongs to the move of another run (${foreign.runId}): it is left alone.` };
      if (own === null && other === null) return { type: "done", output: { removed: 0 } };
      for (const client of [sides.source, sides.target]) await endOlderSessions(client, context);
      if (own !== null) await raiseEpoch(sides.target, own.hash, context.epoch);
      await dropLateKeys(context, own?.facts.lateKeys ?? []);
      if (own?.phase === "switched" || own?.phase === "switching")
        return { type: "failed", reason: "The target has authority, or is just getting it: undo the switch first. Nothing was removed." };
      await removeReplication(sides, sides.names, own, context.log);
      if (own !== null) await emptyTarget(step.with, sides.target, own);
      await removeMarks(sides, own, other);
      return { type: "done", output: { removed: 1 } };
    });
  } catch (error) {
    return moveProblem(error);
  }
}

export const postgresSync: Executor<"postgres.sync"> = {
  kind: "postgres.sync",
  version: 1,
  idempotency: "C",
  cancel: "safe-point",
  timeoutMs: 14 * DAY_MS,
  attempts: 5,
  movesTraffic: false,
  preview: (step) => previewSync(step.with),
  preflight: (step, context) => preflightSync(step.with, context),
  observe,
  apply,
  verify,
  undo,
  watch: (step, context) => watchMove(step.with, context),
  watchMs: 1_000,
};
