import { z } from "zod";
import { isDuration } from "@/lib/core/duration";
import { guard } from "./guard-types";
import { moveConfig } from "./move-types";
import { dnsSetConfig, trafficMirrorConfig, trafficSetConfig, trafficShiftConfig } from "./traffic-types";

/**
 * The runbook: what a migration will do, as a document that is frozen, hashed, approved and executed.
 * Texts (title, instructions, note) do not count towards the plan hash; everything else does.
 */

export const MAX_STEPS = 2_000;

const key = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, "use lower-case letters, digits, dots, hyphens and underscores");
const text = (max: number) => z.string().max(max);
export const durationText = z.string().max(20).refine(isDuration, "write a duration such as 30s, 5m, 24h or 7d");

const stepCommon = {
  key,
  title: text(200).min(1),
  phase: text(120).optional(),
  owner: text(120).optional(),
  /** What a person reads; never executed. */
  instructions: text(8_000).optional(),
  /** Commands for a person to run or read; never executed by Switchyard. */
  commands: z.array(text(4_000)).max(200).optional(),
  /** Time the step is expected to take, shown beside the real one. */
  expected: durationText.optional(),
  /** The step is errored when it takes longer. */
  timeout: durationText.optional(),
  /** Tries in total for steps that could not tell (errored); a clear no (failed) is never retried. */
  attempts: z.number().int().min(1).max(20).optional(),
  /** After success, stay on this step for this long with guards armed. */
  hold: durationText.optional(),
  onFailure: z.enum(["pause", "rollback", "continue"]).default("pause"),
  downtime: z.boolean().optional(),
  /** From the start of this step on, undo would lose data: needs its own approval. */
  pointOfNoReturn: z.boolean().optional(),
};

const httpCheck = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  method: z.enum(["GET", "HEAD"]).default("GET"),
  expectStatus: z.number().int().min(100).max(599).default(200),
  expectBody: text(500).optional(),
  /** Successful answers in a row that count as healthy. */
  consecutive: z.number().int().min(1).max(100).default(1),
});

const step = <K extends string, S extends z.ZodType>(kind: K, config: S) => z.strictObject({ ...stepCommon, kind: z.literal(kind), with: config });

/** What nobody may use any more before it is taken away. */
const idleCheck = z
  .strictObject({
    /** A database without a session of these roles. */
    database: z.strictObject({ connection: key, roles: z.array(text(63).min(1)).min(1).max(50) }).optional(),
    /** A server behind a load balancer that answers no request. */
    server: z.strictObject({ connection: key, backend: text(120).min(1), server: text(120).min(1) }).optional(),
    /** How long it must be seen unused. */
    for: durationText,
  })
  .refine((value) => value.database !== undefined || value.server !== undefined, "name a database, a server or both");

const empty = z.strictObject({}).default({});

const sharedKinds = [
  step("manual", empty),
  step("checklist", z.strictObject({ items: z.array(text(500).min(1)).min(1).max(500) })),
  step("approval", z.strictObject({ reason: text(500).optional() }).default({})),
  step("wait", z.strictObject({ for: durationText })),
  step("http.check", httpCheck),
  step("tcp.check", z.strictObject({ host: text(253).min(1), port: z.number().int().min(1).max(65_535) })),
  step(
    "sql.check",
    z.strictObject({
      connection: key,
      /** One read-only statement that returns one value. */
      query: text(10_000).min(1),
      op: z.enum(["=", "!=", ">", ">=", "<", "<="]).default("="),
      expect: z.union([z.string().max(1_000), z.number(), z.boolean()]),
    }),
  ),
  step("idle.check", idleCheck),
  step("notify", z.strictObject({ connection: key, message: text(2_000).min(1) })),
  step(
    "postgres.copy",
    z.strictObject({
      from: key,
      to: key,
      jobs: z.number().int().min(1).max(16).default(2),
      /** Schemas to copy; all but the system's when absent. */
      schemas: z.array(text(63).min(1)).max(200).optional(),
      /** Program that copies: `pg_dump` and `pg_restore` by way of the worker's disk, or `pgcopydb clone` from server to server. */
      tool: z.enum(["pg_dump", "pgcopydb"]).default("pg_dump"),
      /** What keeps the source from changing while it is copied. */
      writeStop: z.enum(["none", "read-only-source"]).default("none"),
    }),
  ),
  /** Structure and rows, then kept in step: the first part of a live move, also by itself. */
  step("postgres.sync", moveConfig),
  /** The cutover of a move through its poolers; comes after its `postgres.sync`. */
  step("postgres.switch", moveConfig),
  /** Removes the way back and all else a move made; the rows stay. */
  step("postgres.clean", z.strictObject({ from: key, to: key })),
  step("dns.set", dnsSetConfig),
  step("traffic.mirror", trafficMirrorConfig),
  step(
    "postgres.verify",
    z.strictObject({
      from: key,
      to: key,
      /** Schemas to compare; all but the system's when absent. */
      schemas: z.array(text(63).min(1)).max(200).optional(),
      /** Tables to compare, as `schema.table`; all of the schemas when absent. */
      tables: z.array(text(127).min(3)).min(1).max(5_000).optional(),
      jobs: z.number().int().min(1).max(16).default(2),
      /** Rows that are compared at a time. */
      pieceRows: z.number().int().min(100).max(1_000_000).default(20_000),
      /** Owners, grants and policies are compared too. */
      privileges: z.boolean().default(true),
      /** Values of columns that differ are shown, in journal and report; without it only keys and names of columns. */
      rowContents: z.boolean().default(false),
      /** Milliseconds between two looks at what differs, where nothing tells how far the target has followed. */
      settleMs: z.number().int().min(0).max(60_000).default(1_000),
      /** Key of the move (its `postgres.sync` step) that keeps the target in step: differences have to last, and sequences are set at the switch. */
      move: key.optional(),
    }),
  ),
] as const;

export const runbookStep = z.discriminatedUnion("kind", [
  ...sharedKinds,
  /** A live move as a whole: becomes `postgres.sync`, `postgres.verify` and `postgres.switch` when a run is frozen. */
  step("postgres.move", moveConfig),
  step("traffic.shift", trafficShiftConfig),
]);

/** Steps as they are executed: as in the runbook, but each traffic stage and each part of a move is a step of its own. */
export const runStep = z.discriminatedUnion("kind", [...sharedKinds, step("traffic.set", trafficSetConfig)]);

/** What takes the old side away: run as a run of its own, with its own approval, once the move is behind its rollback window. */
export const decommission = z.strictObject({
  steps: z.array(runbookStep).min(1).max(MAX_STEPS),
});

export const runbook = z.strictObject({
  schemaVersion: z.literal(1).default(1),
  steps: z.array(runbookStep).min(1).max(MAX_STEPS),
  guards: z.array(guard).max(100).default([]),
  observation: z.strictObject({ duration: durationText }).default({ duration: "24h" }),
  /** Time before which a rollback is promised to be possible, measured from the end of the last step. */
  rollbackDeadline: durationText.optional(),
  /** Time after the end of the run before which the old side may not be taken away. */
  decommissionAfter: durationText.optional(),
  decommission: decommission.optional(),
  note: text(8_000).optional(),
});

export type RunbookStep = z.infer<typeof runbookStep>;
export type RunStepSpec = z.infer<typeof runStep>;
export type StepKind = RunStepSpec["kind"];
export type StepOf<K extends StepKind> = Extract<RunStepSpec, { kind: K }>;
export type Runbook = z.infer<typeof runbook>;
export { comparison, type GuardSpec, guard } from "./guard-types";

export const RUN_STATUSES = [
  "draft",
  "awaiting-approval",
  "approved",
  "running",
  "paused",
  "observing",
  "succeeded",
  "rolling-back",
  "rolled-back",
  "aborted",
  "rejected",
  "needs-attention",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
/** Runs in these states are driven by a worker, which also keeps their guards awake. */
export const UNDER_WAY: readonly RunStatus[] = ["running", "paused", "observing", "rolling-back", "needs-attention"];
/** Runs in these states have ended and never change again. */
export const ENDED: readonly RunStatus[] = ["succeeded", "rolled-back", "aborted", "rejected"];

export const STEP_STATUSES = ["pending", "running", "waiting", "succeeded", "failed", "errored", "skipped", "undoing", "undone"] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export const RUN_COMMANDS = ["request", "approve", "reject", "start", "pause", "resume", "confirm", "skip", "retry", "abort", "rollback"] as const;
export type RunCommand = (typeof RUN_COMMANDS)[number];

export type RunMode = "rehearsal" | "live";

/** Which part of a runbook a run executes: the move itself, or taking the old side away after it. */
export const RUN_PARTS = ["move", "decommission"] as const;
export type RunPart = (typeof RUN_PARTS)[number];

/** Four-valued result of one guard sample (R-GRD-1). */
export type SampleVerdict = "ok" | "bad" | "nodata" | "error";
