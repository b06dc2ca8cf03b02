/** The parts of the practice site. A part that cannot run on this machine is listed in `missing`. */
export const PRACTICE_PARTS = ["postgres", "pgbouncer", "backends", "haproxy", "prometheus", "writer", "requests", "dns"] as const;
export type PracticePart = (typeof PRACTICE_PARTS)[number];

/** Major versions of PostgreSQL a practice cluster can be: 18 is there without a Debian package. */
export const PRACTICE_VERSIONS = [15, 18] as const;
export type PracticeVersion = (typeof PRACTICE_VERSIONS)[number];

export interface PracticeOptions {
  /** State directory; everything the site writes is in it (clusters may be in a temporary folder, see `clusters`). */
  dir: string;
  /** Approximate size of the source database in MB. */
  sizeMb: number;
  /** Transactions per second of the continuous write load. */
  writesPerSecond: number;
  /** Requests per second through HAProxy. */
  requestsPerSecond: number;
  /** Keep a file with every acknowledged write (one token per line), to prove that nothing was lost. */
  ledger: boolean;
  /** Major versions of the two clusters; null: both the newest that Debian has installed. */
  versions: { source: PracticeVersion; target: PracticeVersion } | null;
  /** Server settings of one cluster besides the usual ones, such as `{ target: { wal_level: "replica" } }`. */
  settings: { source?: Record<string, string>; target?: Record<string, string> };
  /** PgBouncers in front of the databases: larger installations have one for each application server. */
  poolers: 1 | 2;
}

/** A PgBouncer of the site. */
export interface PracticePooler {
  host: string;
  port: number;
  app: PracticeDatabase;
  target: PracticeDatabase;
  /** Its console, for the superuser. */
  admin: PracticeDatabase;
  /** Its console, for the role of live moves. */
  console: PracticeDatabase;
  /** The included file with the entry `app`. */
  configFile: string;
}

/** A process of the site. Pid and start time together name it: a reused pid has another start time. */
export interface PracticeProcess {
  name: string;
  pid: number;
  /** Clock ticks since boot, as in /proc/PID/stat. */
  startTime: string;
}

export interface PracticeDatabase {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** The same as one connection string, for tests and for pasting into psql. */
  dsn: string;
}

export interface MissingPart {
  part: PracticePart;
  packages: string[];
  reason: string;
}

/** What `site.json` holds; the file has mode 0600 because it names passwords made for this site only. */
export interface PracticeDescription {
  schemaVersion: 1;
  dir: string;
  startedAt: string;
  options: PracticeOptions;
  supervisor: PracticeProcess;
  processes: PracticeProcess[];
  missing: MissingPart[];
  ports: Record<string, number>;
  secrets: Record<string, string>;
  /** Folder of the database clusters. */
  clusters: string;
  /** Owner role and database `app`; the source has schema and data, the target is empty. */
  source: PracticeDatabase | null;
  target: PracticeDatabase | null;
  /** Superuser on both clusters, for tests that look from outside. */
  sourceAdmin: PracticeDatabase | null;
  targetAdmin: PracticeDatabase | null;
  /** The role of live moves, with the grants of docs/connections.md and no more. */
  sourceMover: PracticeDatabase | null;
  targetMover: PracticeDatabase | null;
  /** Transaction pooling. Databases: `app` and `source` lead to the source, `target` to the target, `pgbouncer` is its console. */
  pgbouncer: PracticePooler | null;
  /** Another one like it, where it was asked for. */
  secondPgbouncer: PracticePooler | null;
  haproxy: {
    address: string;
    backend: "app";
    oldServer: "old";
    newServer: "new";
    configFile: string;
  } | null;
  /** PowerDNS with the zone `practice.test`; `nameserver` is `host:port`. */
  dns: { url: string; apiKey: string; zone: string; nameserver: string } | null;
  urls: {
    app: string | null;
    haproxyMetrics: string | null;
    prometheus: string | null;
    oldBackend: string;
    newBackend: string;
    writer: string | null;
    requests: string | null;
  };
  /** File with the tokens of acknowledged writes when the ledger was asked for. */
  ledgerFile: string | null;
}

/** A running site with the means to stop it. */
export interface PracticeSite extends PracticeDescription {
  stop(): Promise<void>;
}

export type PracticeSide = "old" | "new";

/** Injected behaviour of a backend. */
export interface Fault {
  /** Share of requests answered with 500, 0 to 1. */
  errorRate?: number;
  /** Added latency in milliseconds. */
  latencyMs?: number;
}
