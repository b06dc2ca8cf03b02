import { type EntryState, PgbouncerAdmin } from "@/lib/connection/clients/pgbouncer";
import { type ServerAddress, sameServer, withServer } from "@/lib/connection/clients/pgbouncer-config";
import { discardReplacement, prepareReplacement, readDatabases, replaceDatabases, syncDatabases } from "@/lib/connection/clients/pgbouncer-file";
import type { Connection, Egress } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";

/* The poolers of one switch. All are paused before any is led elsewhere (R-PG-6), and each is read back. */

/** One entry of one pooler and the two places it can lead to. Plain values: also handed to the dead-man helper. */
export interface PoolerEntry {
  connection: Connection;
  database: string;
  file: string;
  giving: ServerAddress;
  taking: ServerAddress;
}

export type PoolerSide = "giving" | "taking" | "other";

/** What was seen of one entry; null: the pooler does not answer. */
export interface PoolerSeen {
  key: string;
  state: { paused: boolean; side: PoolerSide } | null;
  problem: string;
}

export class Pooler {
  readonly admin: PgbouncerAdmin;

  constructor(
    readonly entry: PoolerEntry,
    egress: Egress,
    applicationName: string,
  ) {
    this.admin = new PgbouncerAdmin(entry.connection, egress, applicationName);
  }

  get key(): string {
    return this.entry.connection.key;
  }

  sideOf(state: EntryState): PoolerSide {
    if (sameServer(state, this.entry.giving)) return "giving";
    return sameServer(state, this.entry.taking) ? "taking" : "other";
  }

  async see(): Promise<PoolerSeen> {
    try {
      const state = await this.admin.state(this.entry.database);
      return { key: this.key, state: { paused: state.paused, side: this.sideOf(state) }, problem: "" };
    } catch (error) {
      return { key: this.key, state: null, problem: messageOf(error) };
    }
  }

  /** Has the file ready with which it leads to a side. @throws Error when the file cannot be replaced */
  async makeReady(side: "giving" | "taking", runId: string): Promise<void> {
    const { file, database } = this.entry;
    await prepareReplacement(file, withServer(readDatabases(file), database, this.entry[side]), runId);
  }

  /** Never throws: a draft that stays beside the file does nothing. */
  discardReady(runId: string): void {
    try {
      discardReplacement(this.entry.file, runId);
    } catch {
      // What the switch came to counts.
    }
  }

  /** File, RELOAD and read-back; `keepAll` makes the file durable. @throws Error when the running pooler does not lead there afterwards */
  async leadTo(side: "giving" | "taking", runId: string): Promise<void> {
    const { file, database } = this.entry;
    const text = readDatabases(file);
    const wanted = withServer(text, database, this.entry[side]);
    if (wanted !== text) replaceDatabases(file, wanted, runId);
    await this.admin.reload();
    const state = await this.admin.state(database);
    if (this.sideOf(state) !== side) throw new Error(`${this.key} leads to ${state.host}:${state.port}/${state.database} after it was led elsewhere.`);
  }
}

/** Where every pooler leads survives a power cut. Not while clients wait: a busy disk takes seconds. */
export async function keepAll(poolers: readonly Pooler[]): Promise<void> {
  await everyOne(poolers, (pooler) => syncDatabases(pooler.entry.file));
}

/** Milliseconds that connections which are just being made are waited for: after a pause that was given up, a pool makes all anew. */
const CONNECTING_MS = 10_000;

/** Waits before a pause until no pooler is just connecting to its server; nobody is paused meanwhile. A pooler that cannot be asked is left to the pause. */
export async function untilConnected(poolers: readonly Pooler[]): Promise<void> {
  await Promise.allSettled(poolers.map((pooler) => pooler.admin.untilConnected(pooler.entry.database, CONNECTING_MS)));
}

/** Pauses every entry or none. @throws Error naming the first that could not be paused; all are resumed then */
export async function pauseAll(poolers: readonly Pooler[], limitMs: number): Promise<void> {
  const results = await Promise.allSettled(poolers.map((pooler) => pooler.admin.pause(pooler.entry.database, limitMs)));
  const failed = results.findIndex((result) => result.status === "rejected");
  if (failed < 0) return;
  await resumeAll(poolers).catch(() => undefined);
  const { reason } = results[failed] as PromiseRejectedResult;
  throw new Error(`${poolers[failed]?.key}: ${messageOf(reason)}`, { cause: reason });
}

/** Lets the clients of every entry go on. Tries all. @throws Error naming those that could not be reached */
export async function resumeAll(poolers: readonly Pooler[]): Promise<void> {
  await everyOne(poolers, (pooler) => pooler.admin.resume(pooler.entry.database));
}

/** Does the same with every pooler, at the same time. @throws Error naming those that failed, after all were tried */
export async function everyOne(poolers: readonly Pooler[], work: (pooler: Pooler) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(poolers.map(work));
  const problems = results.flatMap((result, at) => (result.status === "rejected" ? [`${poolers[at]?.key}: ${messageOf(result.reason)}`] : []));
  if (problems.length > 0) throw new Error(problems.join("; "));
}
