import type { Db } from "@/lib/db/prisma";
import { firstRow, type Tx } from "@/lib/db/transaction";
import { WORKER_GONE_MS } from "@/lib/service/health";
import { COPY_WORDS, isCopy } from "@/lib/service/home-database";
import { undrivenSince, type WorkersAlive, whyUndriven } from "./driver";
import type { LoadedRun } from "./load-run";

/** The workers that were heard of lately, and how many of them have the executors in these versions (R-ENG-12). By the database's clock. */
export async function workersFor(client: Pick<Tx | Db["pool"], "query">, executors: Readonly<Record<string, number>>): Promise<WorkersAlive> {
  const found = await firstRow<WorkersAlive>(
    client,
    `SELECT count(*)::int AS alive, count(*) FILTER (WHERE executors IS NULL OR $2::jsonb <@ executors)::int AS able
       FROM worker_heartbeat WHERE last_seen_at > clock_timestamp() - $1 * interval '1 ms'`,
    [WORKER_GONE_MS, JSON.stringify(executors)],
  );
  return found ?? { alive: 0, able: 0 };
}

/** A run under way that no worker drives. */
export interface Undriven {
  since: Date;
  /** Why, and what to do. */
  why: string;
}

/** Null while a worker drives the run, or when none has to. */
export async function readUndriven(db: Pick<Db, "pool">, run: LoadedRun): Promise<Undriven | null> {
  const since = undrivenSince(run, run.clock.databaseAt);
  if (since === null) return null;
  return { since, why: (await isCopy(db.pool)) ? COPY_WORDS : whyUndriven(await workersFor(db.pool, run.plan.executors)) };
}
