import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { type DatabaseIdentity, identifyDatabase } from "@/lib/connection/clients/postgres";
import { createEgress } from "@/lib/connection/egress";
import { openConnection } from "@/lib/connection/open-connection";
import { historyPromql, probePromql } from "@/lib/connection/promql";
import type { OpeningKey } from "@/lib/connection/seal";
import type { Egress } from "@/lib/connection/types";
import { createPrisma, type Db } from "@/lib/db/prisma";
import { firstRow } from "@/lib/db/transaction";
import type { Env } from "@/lib/env";
import { latestSample, sampleValues } from "@/lib/metric/store";
import { knownExecutors } from "@/lib/migration/executor-set";
import { log } from "@/lib/service/log";
import { crashHook } from "./crash";
import { TIMING, type WorkerDeps } from "./deps";
import { enginePools } from "./engine-pools";
import { LocalJournal } from "./local-journal";
import { spawnDeadMan } from "./spawn-dead-man";

const POLICY_MS = 5_000;

/** The real world of a worker: known executors, sealed connections, own metrics, PromQL. */
export function productionDeps(url: string, key: OpeningKey, settings: Pick<Env, "SWITCHYARD_DATA_DIR" | "SWITCHYARD_CRASH_AT">): WorkerDeps {
  const workerId = `${hostname()}:${process.pid}:${randomBytes(3).toString("hex")}`;
  const { pool, leases } = enginePools(url, workerId);
  const db: Db = { prisma: createPrisma(url), pool };
  const egress = egressOf(db);
  let identity: DatabaseIdentity | null = null;
  return {
    db,
    leases,
    workerId,
    executors: knownExecutors,
    openConnection: (projectId, target) => openConnection({ db, key }, projectId, target),
    egress,
    controlDatabase: async () => {
      identity ??= await identify(db);
      return identity;
    },
    readMetric: async (projectId, metricKey) => {
      const sample = await latestSample(db, projectId, metricKey);
      if (sample === null) return { type: "nodata", reason: `No sample of "${metricKey}" has come in.` };
      return { type: "value", value: sample.value, at: sample.at };
    },
    metricHistory: (projectId, metricKey, from, to) => sampleValues(db, projectId, metricKey, from, to),
    probe: async (connection, query, at, timeoutMs) => probePromql(connection, await egress(), query, at, timeoutMs === undefined ? {} : { timeoutMs }),
    promqlHistory: async (connection, query, range) => historyPromql(connection, await egress(), query, range),
    log,
    localJournal: new LocalJournal(settings.SWITCHYARD_DATA_DIR),
    deadMan: async (orders) => await spawnDeadMan(orders, await allowsLoopback(db)),
    crash: crashHook(settings.SWITCHYARD_CRASH_AT),
    timing: TIMING,
  };
}

async function identify(db: Db): Promise<DatabaseIdentity> {
  const client = await db.pool.connect();
  try {
    return await identifyDatabase(client);
  } finally {
    client.release();
  }
}

async function allowsLoopback(db: Db): Promise<boolean> {
  const row = await firstRow<{ allow: boolean }>(db.pool, "SELECT allow_loopback AS allow FROM workspace LIMIT 1");
  return row?.allow === true;
}

/** The door to the outside with the workspace's present rule about loopback addresses. */
function egressOf(db: Db): () => Promise<Egress> {
  let cached: { egress: Egress; until: number } | null = null;
  return async () => {
    if (cached !== null && cached.until > performance.now()) return cached.egress;
    const egress = createEgress({ allowLoopback: await allowsLoopback(db) });
    cached = { egress, until: performance.now() + POLICY_MS };
    return egress;
  };
}
