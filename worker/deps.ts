import type pg from "pg";
import type { DatabaseIdentity } from "@/lib/connection/clients/postgres";
import type { PromqlHistory } from "@/lib/connection/promql";
import type { Connection, Egress } from "@/lib/connection/types";
import type { Db } from "@/lib/db/prisma";
import type { ExecutorLookup } from "@/lib/migration/executor-set";
import type { DeadMan, DeadManOrders } from "@/lib/migration/executors/move/dead-man-orders";
import type { Reading } from "@/lib/migration/guards";
import type { PlanTarget } from "@/lib/migration/run-plan";
import type { LocalJournal } from "./local-journal";

/**
 * Points at which the worker can be told to die; see crash.ts. `after-effect`: the executor answered, perhaps only that it
 * began or waits; `effect-done`: it said that all is done; `at-…`: a place the executor names itself.
 */
export type CrashPoint = "before-intent" | "after-intent" | "after-effect" | "effect-done" | "before-outcome" | "guard-trip" | `at-${string}`;

/** A line for the operator's log; never a secret. */
export interface WorkerLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
  fatal(facts: object, message: string): void;
}

/** What the run loop needs of the outside. Production wires it in main.ts, tests hand in their own. */
export interface WorkerDeps {
  db: Db;
  /** Connections to the same database for leases alone: what else is asked there must not delay a renewal. */
  leases: pg.Pool;
  /** Name of this worker process: owner of leases and actor of the journal. */
  workerId: string;
  executors: ExecutorLookup;
  /** Opens a frozen target with its secret. @throws Error when it changed since the freeze or cannot be opened */
  openConnection: (projectId: string, target: PlanTarget) => Promise<Connection>;
  egress: () => Promise<Egress>;
  controlDatabase: () => Promise<DatabaseIdentity | null>;
  /** Newest sample of an own metric with its time. */
  readMetric: (projectId: string, metricKey: string) => Promise<Reading>;
  /** Values of an own metric between two times, for a baseline. */
  metricHistory: (projectId: string, metricKey: string, from: Date, to: Date) => Promise<number[]>;
  /** One PromQL query, never throws. `timeoutMs` 3,000 when absent. */
  probe: (connection: Connection, query: string, at: Date, timeoutMs?: number) => Promise<Reading>;
  /** Values of a PromQL query between two times, never throws. */
  promqlHistory: (connection: Connection, query: string, range: { from: Date; to: Date; stepMs: number }) => Promise<PromqlHistory>;
  log: WorkerLog;
  /** Where checkpoints wait that our own database could not take (R-ENG-13). */
  localJournal: LocalJournal;
  /** Starts the dead-man helper of a switch. @throws Error when it does not get ready */
  deadMan: (orders: DeadManOrders) => Promise<DeadMan>;
  /** Fault injection; does nothing in production. */
  crash: (kind: string, point: CrashPoint) => void;
  timing: WorkerTiming;
}

/** Milliseconds. */
export interface WorkerTiming {
  leaseMs: number;
  renewMs: number;
  /** Lease while an executor is in its critical section; renewed at a fifth of it. */
  criticalLeaseMs: number;
  /** Longest time between two looks at a run. */
  tickMs: number;
  /** Longest time between two looks for work. */
  pollMs: number;
  /** How often the weights of a run are compared with what it set. */
  reconcileMs: number;
  /** How old the preflight of a requested run may get. */
  preflightMs: number;
  /** How long a stopping worker lets calls finish before it breaks them off. */
  graceMs: number;
}

export const TIMING: WorkerTiming = {
  leaseMs: 10_000,
  renewMs: 2_000,
  criticalLeaseMs: 3_000,
  tickMs: 500,
  pollMs: 1_000,
  reconcileMs: 2_000,
  preflightMs: 30_000,
  graceMs: 5_000,
};
