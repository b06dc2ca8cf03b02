import type pg from "pg";
import { createPool } from "@/lib/db/pool";
import type { WorkerDeps } from "./deps";
import { workerSession } from "./lease";

/** An answer of our own database that takes longer than this is not coming; a lease is over by then anyway. */
const QUERY_MS = 10_000;

/** The connections of the run engine, named for the worker so that its successor can end them (R-ENG-6). */
export function enginePools(url: string, workerId: string): { pool: pg.Pool; leases: pg.Pool } {
  const applicationName = workerSession(workerId);
  return {
    pool: createPool(url, { applicationName, queryTimeoutMs: QUERY_MS }),
    leases: createPool(url, { applicationName, max: 2, queryTimeoutMs: QUERY_MS }),
  };
}

/** Closes what the deps of a worker hold open. */
export async function closeDeps(deps: Pick<WorkerDeps, "db" | "leases">): Promise<void> {
  await Promise.all([deps.db.prisma.$disconnect(), deps.db.pool.end(), deps.leases.end()]);
}
