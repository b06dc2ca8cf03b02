import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { createPool } from "@/lib/db/pool";
import { createPrisma } from "@/lib/db/prisma";
import { latestSample, sampleValues } from "@/lib/metric/store";
import { crashHook } from "../crash";
import { TIMING, type WorkerDeps, type WorkerTiming } from "../deps";
import { enginePools } from "../engine-pools";
import { LocalJournal } from "../local-journal";
import { fakeExecutors } from "./fakes";

const closed = () => Promise.reject(new Error("The fakes do not go out."));

/** Everything a worker needs, with fake executors and own metrics only. */
export function fakeDeps(
  url: string,
  options: {
    workerId: string;
    ledgerUrl?: string;
    dataDir?: string;
    crashAt?: string | undefined;
    timing?: Partial<WorkerTiming>;
    logLevel?: "info" | "warn" | "error";
  },
): WorkerDeps {
  const { pool, leases } = enginePools(url, options.workerId);
  const db = { prisma: createPrisma(url), pool };
  return {
    db,
    leases,
    workerId: options.workerId,
    // Effects belong to an outside system: with a ledger of their own they can be made while our own database is away.
    executors: fakeExecutors(options.ledgerUrl === undefined ? pool : createPool(options.ledgerUrl, { applicationName: "fake effects", max: 3 })),
    openConnection: async (_project, target) => ({ key: target.key, kind: target.kind as "postgres", config: target.config, secret: {} }),
    egress: async () => ({ resolve: closed, request: closed, connect: closed }),
    controlDatabase: async () => null,
    readMetric: async (projectId, key) => {
      const sample = await latestSample(db, projectId, key);
      return sample === null ? { type: "nodata", reason: "no sample" } : { type: "value", value: sample.value, at: sample.at };
    },
    metricHistory: (projectId, key, from, to) => sampleValues(db, projectId, key, from, to),
    promqlHistory: async () => ({ type: "error", reason: "no Prometheus in this test" }),
    probe: async () => ({ type: "error", reason: "no Prometheus in this test" }),
    log: pino({ level: options.logLevel ?? "error" }, pino.destination(2)),
    localJournal: new LocalJournal(options.dataDir ?? path.join(tmpdir(), `switchyard-${process.pid}-${options.workerId}`)),
    deadMan: () => Promise.reject(new Error("The fakes switch nothing.")),
    crash: crashHook(options.crashAt),
    timing: { ...TIMING, ...options.timing },
  };
}
