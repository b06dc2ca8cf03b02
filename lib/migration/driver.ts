import type { RunSnapshot } from "./snapshot";
import { UNDER_WAY } from "./types";

/* Whether a worker acts for a run. Without one nothing happens in it and its guards are asleep, whatever its status says. */

/** A takeover is over in well under a second after the lease ran out (R-ENG-1); a single worker that is started again takes a little longer. */
export const UNDRIVEN_AFTER_MS = 5_000;

/** Since when no worker drives a run that is under way; null when one does. `databaseAt`: now, by the clock that leases go by. */
export function undrivenSince(run: Pick<RunSnapshot, "status" | "leaseUntil" | "startedAt">, databaseAt: Date): Date | null {
  const since = run.leaseUntil ?? run.startedAt;
  if (!UNDER_WAY.includes(run.status) || since === null) return null;
  return databaseAt.getTime() - since.getTime() > UNDRIVEN_AFTER_MS ? since : null;
}

export interface WorkersAlive {
  /** Workers that were heard of lately. */
  alive: number;
  /** Those of them that have the executors of the run in its versions. */
  able: number;
}

/** Why nobody drives a run, and what to do, in words. */
export function whyUndriven({ alive, able }: WorkersAlive): string {
  if (alive === 0) return "No worker is running. Start Switchyard where its worker ran; .data/log/worker.log there says why it ended.";
  if (able === 0) return "No running worker has the step kinds of this run in the versions it was frozen with. Start a worker of the version that began it.";
  return "A worker was heard of lately but does not take the run: it hangs, or cannot reach this database. .data/log/worker.log says more.";
}
