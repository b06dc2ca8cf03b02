import type { MoveWorld } from "@/lib/migration/executors/move/preflight/facts";

/** A fault that a running server cannot be given in a test: planted in what was read from real ones. */
export interface PlantedFact {
  item: string;
  check: string;
  level: "warn" | "block";
  says: RegExp;
  change: (world: MoveWorld) => void;
}

export const FACTS: readonly PlantedFact[] = [
  {
    item: "source too old",
    check: "version",
    level: "block",
    says: /supported from 15/,
    change: ({ source }) => Object.assign(source, { major: 14, version: 140_012, versionText: "14.12" }),
  },
  {
    item: "target older than the source",
    check: "version",
    level: "block",
    says: /older than the source/,
    change: ({ target, source }) => {
      source.major = 18;
      target.major = 15;
    },
  },
  {
    item: "minor version that loses changes",
    check: "known faults of the version (source)",
    level: "block",
    says: /can be lost.*15\.13/,
    change: ({ source }) => Object.assign(source, { version: 150_012, versionText: "15.12" }),
  },
  {
    item: "minor version with a lesser fault",
    check: "known faults of the version (target)",
    level: "warn",
    says: /17\.6/,
    change: ({ target }) => Object.assign(target, { version: 170_005, versionText: "17.5" }),
  },
  {
    item: "source that is a standby",
    check: "source is a primary (source)",
    level: "block",
    says: /standby/,
    change: ({ source }) => Object.assign(source, { inRecovery: true }),
  },
  {
    item: "no free WAL sender",
    check: "free WAL senders (source)",
    level: "block",
    says: /max_wal_senders is 10, 9 are in use; the move needs 2/,
    change: ({ source }) => Object.assign(source.used, { walSenders: 9 }),
  },
  {
    item: "few free slots",
    check: "free replication slots (source)",
    level: "warn",
    says: /max_replication_slots to at least/,
    change: ({ source }) => Object.assign(source.used, { slots: 8 }),
  },
  {
    item: "no free replication origin",
    check: "free replication origins (target)",
    level: "block",
    says: /max_active_replication_origins/,
    change: ({ target }) => Object.assign(target.used, { origins: 10 }),
  },
  {
    item: "long transaction",
    check: "long transactions",
    level: "warn",
    says: /report 3600 s \(process 7\)/,
    change: ({ source }) => source.longTransactions.push({ pid: 7, user: "report", seconds: 3_600 }),
  },
  {
    item: "full disk",
    check: "disk for WAL (source)",
    level: "block",
    says: /100 MB are free/,
    change: ({ source }) => Object.assign(source, { freeBytes: 100_000_000, walBytesPerSecond: 1_000_000 }),
  },
  {
    item: "disk that cannot be seen",
    check: "disk for WAL (target)",
    level: "warn",
    says: /cannot be seen.*sets no limit/,
    change: ({ target }) => Object.assign(target, { freeBytes: null }),
  },
  {
    item: "collation version that differs",
    check: "collation version",
    level: "warn",
    says: /153\.120.*153\.121.*REINDEX/,
    change: ({ source, target }) => {
      Object.assign(source.locale, { icu: "de", version: "153.120" });
      Object.assign(target.locale, { icu: "de", version: "153.121", actualVersion: "153.121" });
    },
  },
  {
    item: "generated column on one side only",
    check: "structure of the target",
    level: "block",
    says: /orders\.total_with_tax is not generated/,
    change: (world) => {
      world.move.schema = "prepared";
      world.target.tables = structuredClone(world.source.tables);
      for (const table of world.target.tables) for (const column of table.columns) column.generated = "";
    },
  },
  {
    item: "clients whose way is not known",
    check: "clients around the poolers",
    level: "warn",
    says: /not known/,
    change: ({ poolers }) => {
      for (const pooler of poolers) Object.assign(pooler, { problem: "connection refused" });
    },
  },
  {
    item: "pooler limits shorter than the pause",
    check: "pooler timeouts (pool/app)",
    level: "warn",
    says: /query_timeout is 2 s/,
    change: ({ poolers }) => {
      for (const pooler of poolers) Object.assign(pooler, { queryTimeoutMs: 2_000 });
    },
  },
  {
    item: "pooler that forgets prepared statements",
    check: "prepared statements through the pooler (pool/app)",
    level: "warn",
    says: /1\.21/,
    change: ({ poolers }) => {
      for (const pooler of poolers) Object.assign(pooler, { version: "PgBouncer 1.20.1", maxPreparedStatements: 100 });
    },
  },
];
