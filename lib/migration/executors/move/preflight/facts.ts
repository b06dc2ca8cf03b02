import type { DatabaseIdentity } from "@/lib/connection/clients/postgres";
import type { PreflightCheck } from "@/lib/migration/executors/types";
import type { MoveConfig } from "@/lib/migration/move-types";

/*
 * What a preflight has seen, as plain values. Reading (read-*.ts) and judging (checks/) are apart: every judgement is a
 * function of these facts alone.
 */

export type SideName = "source" | "target";

/** A table, or a partition with rows of its own, in scope of the move. */
export interface TableFacts {
  schema: string;
  name: string;
  bytes: number;
  unlogged: boolean;
  /** relreplident: d default, i index, f full, n nothing. */
  identity: string;
  /** Whether UPDATE and DELETE can be published: a valid, immediate primary key, or the chosen index. */
  identityUsable: boolean;
  /** A unique index without NULLs that could serve, or null. */
  candidateIndex: string | null;
  owned: boolean;
  readable: boolean;
  /** Row-level security that would hide rows from the role. */
  hidden: boolean;
  /** Columns in order of their names: name, type, generated (`s`, `v` or empty). */
  columns: { name: string; type: string; generated: string }[];
}

export interface SequenceFacts {
  name: string;
  cache: number;
  cycles: boolean;
  /** Values it can still give out. */
  left: number;
  writable: boolean;
}

export interface ApplicationRole {
  name: string;
  login: boolean;
  superuser: boolean;
  /** Whether our role may take LOGIN from it. */
  fenceable: boolean;
  /** Shortest of statement_timeout and lock_timeout set for the role, in milliseconds; null when none is set. */
  timeoutMs: number | null;
}

export interface RoleFacts {
  name: string;
  superuser: boolean;
  replication: boolean;
  bypassRls: boolean;
  /** Member of pg_create_subscription (16 and newer). */
  createsSubscriptions: boolean;
  ownsDatabase: boolean;
  createsInDatabase: boolean;
  endsSessions: boolean;
  seesSessions: boolean;
}

export interface SessionFacts {
  pid: number;
  /** `address:port` of the client; empty for a local socket. */
  client: string;
  user: string;
  application: string;
}

/** One server, seen with the role of its connection. */
export interface ServerFacts {
  side: SideName;
  connection: string;
  host: string;
  port: number;
  identity: DatabaseIdentity;
  /** `server_version_num`. */
  version: number;
  major: number;
  versionText: string;
  inRecovery: boolean;
  readOnly: boolean;
  /** Seconds this server's clock is ahead of ours; half the time the question took; how far ours may be off. */
  clock: { aheadSeconds: number; uncertaintySeconds: number; ownUncertaintySeconds: number };
  settings: {
    walLevel: string;
    replicationSlots: number;
    walSenders: number;
    logicalWorkers: number;
    workerProcesses: number;
    /** Workers that copy tables of one subscription at the same time. */
    syncWorkers: number;
    /** Positions of subscriptions this server can keep: max_active_replication_origins, before 18 max_replication_slots. */
    origins: number;
    /** Bytes; null for no limit. */
    slotWalKeepBytes: number | null;
  };
  used: { slots: number; walSenders: number; logicalWorkers: number; workers: number; origins: number };
  encoding: string;
  locale: { provider: string; collate: string; ctype: string; icu: string | null; version: string | null; actualVersion: string | null };
  role: RoleFacts;
  applicationRoles: ApplicationRole[];
  extensions: { name: string; version: string }[];
  /** What the server could install, in the version it would take. */
  availableExtensions: { name: string; version: string }[];
  tables: TableFacts[];
  foreignTables: string[];
  materializedViews: string[];
  sequences: SequenceFacts[];
  largeObjects: number;
  databaseBytes: number;
  /** Bytes of WAL per second at present; null when it could not be measured. */
  walBytesPerSecond: number | null;
  /** Free bytes of the disk the WAL is on; null when that cannot be seen from the worker. */
  freeBytes: number | null;
  preparedTransactions: string[];
  /** Transactions open for longer than a minute. */
  longTransactions: { pid: number; user: string; seconds: number }[];
  /** Statements or routines that use TRUNCATE. `statementsSeen`: pg_stat_statements could be read. */
  truncates: { found: string[]; statementsSeen: boolean };
  alwaysEventTriggers: string[];
  /** Triggers and rules that fire, or do not fire, while changes are applied. */
  applyTriggers: { always: string[]; origin: number };
  cascades: string[];
  /** Scheduled jobs and partition maintenance found in this database. */
  schedulers: string[];
  /** Client sessions in this database but ours; at most 1,000. */
  sessions: SessionFacts[];
  /** What was seen that needs one session for longer than a transaction: LISTEN, advisory locks, temporary tables. */
  sessionFeatures: string[];
  /** Logical slots that are not ours: name and whether somebody reads it. */
  foreignSlots: { name: string; active: boolean }[];
  /** Slots, publications and subscriptions of an earlier move. */
  leftovers: string[];
  subscriptions: string[];
}

/** One way between the servers as a subscription would use it, tried in a transaction that is rolled back. */
export interface PathFacts {
  from: SideName;
  to: SideName;
  result: "connected" | "refused" | "untried";
  message: string;
}

/** One entry of one pooler, as its console tells. */
export interface PoolerFacts {
  connection: string;
  database: string;
  /** Why the console could not be used; null when it could. */
  problem: string | null;
  version: string;
  /** Whether the entry is there; the rest of the entry is empty without it. */
  found: boolean;
  host: string;
  port: number;
  serverDatabase: string;
  poolMode: string;
  paused: boolean;
  queryWaitTimeoutMs: number;
  queryTimeoutMs: number;
  clientLoginTimeoutMs: number;
  maxPreparedStatements: number;
  /** What is wrong with the file we would change; null when it can be written and has the entry. */
  configProblem: string | null;
  /** `address:port` of every connection PgBouncer has to a server: tells its sessions from those of others. */
  serverSockets: string[];
}

export interface MoveWorld {
  move: MoveConfig;
  source: ServerFacts;
  target: ServerFacts;
  control: DatabaseIdentity | null;
  paths: PathFacts[];
  poolers: PoolerFacts[];
}

/** One item of the preflight list. `judge` may give several results, one per side or per pooler. */
export interface MoveCheck {
  name: string;
  judge: (world: MoveWorld) => PreflightCheck[];
}
