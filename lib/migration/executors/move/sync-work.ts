import type pg from "pg";
import { userObjects } from "@/lib/migration/executors/copy/inspect";
import { dropJob, findJob, type Job, startJob } from "@/lib/migration/executors/copy/jobs";
import { wipeTarget } from "@/lib/migration/executors/copy/wipe";
import { CopyFailed } from "@/lib/migration/executors/copy/workshop";
import { hasStatistics, largeTableKeys } from "@/lib/migration/executors/move/late-keys";
import { moveNames } from "@/lib/migration/executors/move/names";
import { type LateKey, type MovePhase, type Owner, writeOwner } from "@/lib/migration/executors/move/owner";
import { moveProblem } from "@/lib/migration/executors/move/problem";
import { enableSubscription } from "@/lib/migration/executors/move/replication";
import { SchemaJob } from "@/lib/migration/executors/move/schema-job";
import { closeSides, openSide, type Sides } from "@/lib/migration/executors/move/sides";
import type { Connection, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

/* Long work of a move that this process does itself, between two questions of the engine: the structure before and after the rows. */

type Step = StepOf<"postgres.sync">;

/** Asking is free: the work is this process's own. */
const SOON_MS = 100;

type WorkName = "schema" | "rest";

interface Work {
  name: WorkName;
  /** Phase of the move when it is done. */
  next: MovePhase;
  run: (job: SchemaJob) => Promise<void>;
}

const WORKS: readonly WorkName[] = ["schema", "rest"];

const workKey = (context: StepContext, name: WorkName) => `${context.runId}/${context.stepKey}/${name}`;

/** Notes that somebody asked after the work; how far it is, or how it ended. */
function ask(job: Job, context: StepContext): StepResult {
  job.lastAsked = performance.now();
  for (const line of job.lines.splice(0)) context.log(line);
  return job.outcome ?? { type: "running", askAgainMs: SOON_MS, progress: job.progress() };
}

/** How far work of this process is that has not ended: no server has to be asked about it. */
export function workUnderWay(context: StepContext): StepResult | null {
  if (context.signal.aborted) return null;
  const job = WORKS.map((name) => findJob(workKey(context, name))).find((one) => one?.outcome === null);
  return job === undefined ? null : ask(job, context);
}

/** Starts long work of this process under the step's name, or asks how far it is. */
export async function work(step: Step, context: StepContext, sides: Sides, { name, next, run }: Work): Promise<StepResult> {
  const key = workKey(context, name);
  if (context.signal.aborted) {
    await dropJob(key);
    return { type: "errored", reason: "The step was broken off." };
  }
  const lines: string[] = [];
  const start = () => {
    const { jobs, schemas } = step.with;
    // The signal belongs to one question; the work goes on between two. A lost lease fences it on the servers.
    const own: StepContext = { ...context, signal: new AbortController().signal, log: (line) => lines.push(line) };
    const settle = async (target: pg.Client) => {
      await target.query("SET synchronous_commit = on");
      await writeOwner(target, sides.names.hash, context.epoch, {});
    };
    const job = new SchemaJob({ context: own, from: sides.from, to: sides.to, jobs, schemas: schemas ?? null, log: own.log, settle });
    return startJob(key, { lines, progress: () => ({ message: job.message }), refresh: async () => undefined, cancel: () => job.cancel() }, async () => {
      try {
        await run(job);
        return { type: "done" };
      } catch (error) {
        return moveProblem(error);
      }
    });
  };
  const job = findJob(key) ?? start();
  const answer = ask(job, context);
  if (answer.type === "running") return answer;
  await dropJob(key);
  if (answer.type !== "done") return answer;
  await writeOwner(sides.target, sides.names.hash, context.epoch, { phase: next });
  return { type: "running", askAgainMs: 0, progress: job.progress() };
}

/** Ends what is under way under the step's name. */
export async function dropWork(context: StepContext): Promise<void> {
  for (const name of WORKS) await dropJob(workKey(context, name));
}

/** Everything the rows need on the target. A half of an earlier worker holds no rows yet and is taken away. */
export async function makeStructure(job: SchemaJob, step: Step, context: StepContext, sides: Pick<Sides, "from" | "to">, own: Owner): Promise<void> {
  const room = makeRoom(step, context, sides, own);
  // Both have ended before the failure of one is told: a retry or an undo must not find the other still at work.
  const ended = await Promise.allSettled([room, job.before(room)]);
  for (const one of ended) if (one.status === "rejected") throw one.reason;
}

async function makeRoom(step: Step, context: StepContext, { from, to }: Pick<Sides, "from" | "to">, own: Owner): Promise<LateKey[]> {
  const [target, source] = [await openSide(context, to, 0), await openSide(context, from, 0)];
  try {
    const { before } = own.facts;
    if (before === undefined) throw new CopyFailed("The target does not say what was there before the move.");
    if ((await userObjects(target)).length > 0) await wipeTarget(target, before);
    const lateKeys = await largeTableKeys(source, step.with.schemas ?? null);
    await writeOwner(target, own.hash, context.epoch, { facts: { lateKeys } });
    return lateKeys;
  } finally {
    await closeSides({ source, target });
  }
}

/**
 * Indexes, foreign keys and statistics. The subscription stands still while constraints are made: the locks they take and
 * those of a transaction being applied could block each other for ever, and the error would disable it.
 */
export async function makeRest(job: SchemaJob, context: StepContext, to: Connection, own: Owner): Promise<void> {
  const target = await openSide(context, to, 0);
  const name = moveNames(own.runId, own.moveKey).forward.subscription;
  try {
    if (own.facts.prepared !== true) {
      await enableSubscription(target, name, false);
      await job.after();
    }
    await enableSubscription(target, name, true);
    await job.analyze((table) => hasStatistics(context, table));
  } finally {
    await target.end().catch(() => undefined);
  }
}
