import type pg from "pg";
import type { ExecutorLookup } from "@/lib/migration/executor-set";
import type { Executor, IdempotencyClass, Observation, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { RunStepSpec, StepKind } from "@/lib/migration/types";

/*
 * Executors whose effects are rows of a ledger outside the run's own tables, one per idempotency class, for the crash
 * matrix: what was done is counted there and nowhere else.
 */

/** Class of each kind as the fakes play it; kinds that wait for people keep their own executors. */
export const FAKE_CLASSES: Partial<Record<StepKind, IdempotencyClass>> = {
  "http.check": "P",
  "traffic.set": "D",
  "sql.check": "C",
  "postgres.copy": "J",
  "tcp.check": "M",
  notify: "X",
};

export const LEDGER_SQL = `CREATE TABLE IF NOT EXISTS fake_effect (seq bigint GENERATED ALWAYS AS IDENTITY, run_id text, step_key text, direction text, attempt int, epoch int);
  CREATE TABLE IF NOT EXISTS fake_state (run_id text, step_key text, present boolean NOT NULL, PRIMARY KEY (run_id, step_key));
  CREATE TABLE IF NOT EXISTS fake_plan (step_key text PRIMARY KEY, answers jsonb NOT NULL)`;

/** Lets a test say what a step answers: {apply: [...], verify: [...], undo: [...]}; the last answer repeats. */
export type Script = Partial<Record<"apply" | "verify" | "undo" | "preflight", (StepResult | Mishap)[]>>;

/**
 * What can go wrong in an executor beside an answer: it throws, hangs until it is stopped, throws where nobody catches,
 * rejects where nobody listens, uses up the memory, or keeps the one thread busy for so many milliseconds and goes on.
 */
export type Mishap = "throw" | "hang" | "uncaught" | "unhandled" | "oom" | `block:${number}`;

/** Fake executors writing to the ledger of the database at `url`. */
export function fakeExecutors(pool: pg.Pool): ExecutorLookup {
  return (kind) => {
    const idempotency = FAKE_CLASSES[kind as StepKind];
    if (idempotency !== undefined) return fake(pool, kind as StepKind, idempotency);
    return HUMAN.has(kind) ? human(kind as StepKind) : null;
  };
}

const HUMAN = new Set(["manual", "checklist", "approval", "wait"]);

async function effect(pool: pg.Pool, context: StepContext, direction: string, present: boolean): Promise<void> {
  context.assertLease();
  // One statement, as one request to an outside system is: it happened or it did not.
  await pool.query(
    `WITH e AS (INSERT INTO fake_effect (run_id, step_key, direction, attempt, epoch) VALUES ($1, $2, $3, $4, $5))
     INSERT INTO fake_state VALUES ($1, $2, $6) ON CONFLICT (run_id, step_key) DO UPDATE SET present = $6`,
    [context.runId, context.stepKey, direction, context.attempt, context.epoch, present],
  );
}

async function scripted(pool: pg.Pool, context: StepContext, phase: keyof Script): Promise<StepResult | Mishap | null> {
  const found = await pool.query<{ answers: Script }>("SELECT answers FROM fake_plan WHERE step_key = $1", [context.stepKey]);
  const answers = found.rows[0]?.answers[phase];
  const [next] = answers ?? [];
  if (answers === undefined || next === undefined) return null;
  if (answers.length > 1)
    await pool.query("UPDATE fake_plan SET answers = jsonb_set(answers, ARRAY[$2], (answers->$2) - 0) WHERE step_key = $1", [context.stepKey, phase]);
  return next;
}

async function answer(pool: pg.Pool, context: StepContext, phase: "apply" | "verify" | "undo"): Promise<StepResult | null> {
  const next = await scripted(pool, context, phase);
  if (next === "throw") throw new Error("the fake threw");
  if (next === "hang") {
    await new Promise<void>((resolve) => context.signal.addEventListener("abort", () => resolve(), { once: true }));
    return { type: "errored", reason: "stopped" };
  }
  if (typeof next === "string") {
    await mishap(next);
    return null;
  }
  return next;
}

const forEver = () => new Promise<never>(() => undefined);

async function mishap(what: Exclude<Mishap, "throw" | "hang">): Promise<void> {
  if (what === "uncaught") {
    setTimeout(() => {
      throw new Error("nobody catches this");
    }, 0);
    return await forEver();
  }
  if (what === "unhandled") {
    void Promise.reject(new Error("nobody listens to this"));
    return await forEver();
  }
  if (what === "oom") {
    const hoard: number[][] = [];
    for (;;) hoard.push(new Array<number>(100_000).fill(hoard.length));
  }
  const end = performance.now() + Number(what.slice("block:".length));
  while (performance.now() < end);
}

function fake(pool: pg.Pool, kind: StepKind, idempotency: IdempotencyClass): Executor {
  const executor = {
    kind,
    version: 1,
    idempotency,
    cancel: "immediate" as const,
    timeoutMs: 20_000,
    attempts: 3,
    movesTraffic: kind === "traffic.set",
    criticalSection: idempotency === "M",
    preview: () => ({ summary: "fake", lines: [], undo: "fake", reversible: true }),
    preflight: async (_step: RunStepSpec, context: StepContext) => {
      const next = await scripted(pool, context, "preflight");
      return [{ name: "fake", level: next === null ? ("pass" as const) : ("block" as const), message: next === null ? "ready" : "not ready" }];
    },
    observe: async (_step: RunStepSpec, context: StepContext): Promise<Observation> => {
      if (idempotency === "P" || idempotency === "X") return { state: "absent", facts: {} };
      const found = await pool.query<{ present: boolean }>("SELECT present FROM fake_state WHERE run_id = $1 AND step_key = $2", [
        context.runId,
        context.stepKey,
      ]);
      return { state: found.rows[0]?.present === true ? "present" : "absent", facts: {} };
    },
    apply: async (_step: RunStepSpec, context: StepContext): Promise<StepResult> => {
      if (idempotency === "M") {
        await context.checkpoint("begun", { epoch: context.epoch });
        context.crashPoint("begun");
      }
      const next = await answer(pool, context, "apply");
      if (next !== null && next.type !== "done") return next;
      await effect(pool, context, "apply", true);
      return next ?? { type: "done", output: { applied: true } };
    },
    verify: async (_step: RunStepSpec, context: StepContext): Promise<StepResult> => (await answer(pool, context, "verify")) ?? { type: "done" },
    undo: async (_step: RunStepSpec, context: StepContext): Promise<StepResult> => {
      const next = await answer(pool, context, "undo");
      if (next !== null && next.type !== "done") return next;
      await effect(pool, context, "undo", false);
      return next ?? { type: "done" };
    },
  };
  // The union of step kinds cannot be expressed for one object that plays all of them.
  return executor as unknown as Executor;
}

function human(kind: StepKind): Executor {
  const executor = {
    kind,
    version: 1,
    idempotency: "P" as const,
    cancel: "immediate" as const,
    timeoutMs: 86_400_000,
    attempts: 3,
    movesTraffic: false,
    preview: () => ({ summary: "by hand", lines: [], undo: "by hand", reversible: true }),
    preflight: async () => [],
    observe: async () => ({ state: "absent" as const, facts: {} }),
    apply: async (step: RunStepSpec, context: StepContext): Promise<StepResult> => {
      if (step.kind !== "wait") return { type: "waiting", on: "human", message: "Confirm." };
      const left = Number.parseInt(step.with.for, 10) * 1_000 - (context.now().getTime() - context.since.getTime());
      return left <= 0 ? { type: "done" } : { type: "running", askAgainMs: Math.min(left, 500) };
    },
    verify: async (): Promise<StepResult> => ({ type: "done" }),
    undo: async (): Promise<StepResult> => ({ type: "done" }),
  };
  return executor as unknown as Executor;
}
