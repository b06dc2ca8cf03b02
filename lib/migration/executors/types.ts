import type { DatabaseIdentity } from "@/lib/connection/clients/postgres";
import type { Connection, ConnectionKind, Egress } from "@/lib/connection/types";
import type { DeadMan, DeadManOrders } from "@/lib/migration/executors/move/dead-man-orders";
import type { Counts } from "@/lib/migration/executors/traffic/measure";
import type { StepKind, StepOf } from "@/lib/migration/types";
import type { Watch } from "@/lib/migration/watch-types";

/**
 * Idempotency classes (R-ENG-5): P read only, D declarative set, C create if absent, J journaled and restartable
 * only from clean, M monotonic, X not observable.
 */
export type IdempotencyClass = "P" | "D" | "C" | "J" | "M" | "X";

export type CancelMode = "immediate" | "safe-point" | "never";

export type { Connection, ConnectionKind } from "@/lib/connection/types";

/** How far one direction of a step had come, as it was made durable before the step went on. */
export interface Checkpoint {
  phase: string;
  at: Date;
  facts: Facts;
  /** Epoch of the lease it was written under: an older one is of a worker that was lost. */
  epoch: number;
}

/** What an executor is handed. It has no database, no store and no clock but these. */
export interface StepContext {
  runId: string;
  stepKey: string;
  /** Epoch of the lease under which this effect is made (R-ENG-1). */
  epoch: number;
  attempt: number;
  /** Deterministic name of the effect: the same for every try of the same step in the same direction. */
  effectKey: string;
  /** Aborted on cancel, on a lost lease and on timeout. */
  signal: AbortSignal;
  /**
   * Called right before every single effect of a call: the lease may have run out since the last one, in a process that
   * stood still. @throws Error when less than 30 % of it is left (R-ENG-1)
   */
  assertLease: () => void;
  /** The time by our own database's clock. */
  now: () => Date;
  /** How far `now` may be off, in milliseconds, either way: whoever compares clocks allows for it. */
  nowUncertaintyMs: () => number;
  connection: (key: string, ...kinds: ConnectionKind[]) => Promise<Connection>;
  /** The only way out to the network, with the workspace's rules (R-SEC-13): `createEgress({ allowLoopback })`. */
  egress: Egress;
  /** Our own database, which no step may copy from or to (B-3): `identifyDatabase(pool)`. */
  controlDatabase: DatabaseIdentity | null;
  /** One line of the step log, redacted by value before it is stored. */
  log: (line: string) => void;
  /** Progress for the page: parts such as tables, done and total in the same unit. */
  progress: (progress: StepProgress) => void;
  /**
   * Makes a phase durable in our own database under this lease before it returns, and tells it in the journal.
   * @throws Error when that could not be done: the lease is lost or the database is away. The phase is then not reached;
   * what was tried is kept in the local journal and told afterwards (R-ENG-13).
   */
  checkpoint: (phase: string, facts?: Facts) => Promise<void>;
  /** The same for what has happened already, such as a switch called off: never throws; what cannot be written now is written afterwards. */
  note: (phase: string, facts?: Facts) => Promise<void>;
  /** Checkpoints of this step in this direction, oldest first, also of earlier epochs and tries. Grows with `checkpoint` and `note`. */
  checkpoints: readonly Checkpoint[];
  /** Starts the helper that brings a switch to an end when this worker cannot (R-PG-5). @throws Error when it does not get ready */
  deadMan: (orders: DeadManOrders) => Promise<DeadMan>;
  /** A place where fault injection may end the process; does nothing in production. */
  crashPoint: (name: string) => void;
  /** What `observe` saw before the first try, as stored with the intent. */
  before: Facts | null;
  /** Output of the previous call when the answer was `running`. */
  previous: Facts | null;
  /** When the present status of the step began. */
  since: Date;
}

export interface StepProgress {
  message: string;
  done?: number;
  total?: number;
  unit?: string;
  parts?: { name: string; done: number; total: number }[];
}

/** JSON facts: what was seen, what was done. Never a secret. */
export type Facts = Record<string, unknown>;

/** One named check of a preflight. `block` refuses the start, `warn` is shown and may be accepted. */
export interface PreflightCheck {
  name: string;
  level: "pass" | "warn" | "block";
  message: string;
  fix?: string;
}

/**
 * What of the effect is already there. `partial`: begun by this run and safe to go on with, forwards and back. `other`:
 * neither the state before nor the wanted one, and not ours to touch (R-ENG-4).
 */
export interface Observation {
  state: "absent" | "partial" | "present" | "other";
  facts: Facts;
}

/**
 * The answer of `apply`, `verify` and `undo`. Failed (the answer is no) and errored (could not tell) differ:
 * only errored steps are tried again. `running` asks to be called again; an executor never sleeps.
 */
export type StepResult =
  | { type: "done"; output?: Facts }
  | { type: "running"; askAgainMs: number; output?: Facts; progress?: StepProgress }
  | { type: "waiting"; on: "human" | "samples"; message: string; output?: Facts; askAgainMs?: number }
  | { type: "failed"; reason: string; output?: Facts }
  | { type: "errored"; reason: string; output?: Facts };

/** What will change, for the review before approval: exact commands, SQL, weights. Secrets never appear. */
export interface Preview {
  summary: string;
  lines: string[];
  undo: string;
  /** False when undo cannot bring back what was there. */
  reversible: boolean;
}

export interface Executor<K extends StepKind = StepKind> {
  kind: K;
  /** Part of the plan hash: raise it when the effect of the same step changes. */
  version: number;
  idempotency: IdempotencyClass;
  cancel: CancelMode;
  /** Milliseconds for one try when the step names no timeout. */
  timeoutMs: number;
  /** Tries in total when the step names no number. */
  attempts: number;
  /** Whether the step touches traffic: guards with `arm: traffic` are armed before the first of these. */
  movesTraffic: boolean;
  /** `apply` and `undo` run under a lease of 3 s, so that another worker takes over within 4 s (R-ENG-1). */
  criticalSection?: boolean;
  preview(step: StepOf<K>): Preview;
  preflight(step: StepOf<K>, context: StepContext): Promise<PreflightCheck[]>;
  observe(step: StepOf<K>, context: StepContext): Promise<Observation>;
  apply(step: StepOf<K>, context: StepContext): Promise<StepResult>;
  verify(step: StepOf<K>, context: StepContext): Promise<StepResult>;
  undo(step: StepOf<K>, context: StepContext): Promise<StepResult>;
  /**
   * Measures the step from its start until the run ends, in every state of the run: also paused, also while people are
   * waited for. May keep what it owns going, such as a heartbeat row. Throws when it could not measure: no data is never healthy.
   */
  watch?(step: StepOf<K>, context: StepContext): Promise<Watch>;
  /** Milliseconds between two measurements; 2,000 when absent. */
  watchMs?: number;
  /** How the traffic is really split at present, for the chart beside the set share. Changes nothing. @throws Error when it could not be asked */
  share?(step: StepOf<K>, context: StepContext): Promise<ShareLook>;
}

/** A look at how traffic is split: answers as they are counted, or the percent of the new side as a query gives it; both null: nobody measures it. */
export interface ShareLook {
  counts: Counts | null;
  percent: number | null;
}
