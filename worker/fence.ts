import { withPostgres } from "@/lib/connection/clients/postgres";
import { messageOf } from "@/lib/core/errors";
import { endOlderSessions, sessionName } from "@/lib/migration/executors/sessions";
import type { StepContext } from "@/lib/migration/executors/types";
import type { PlanTarget } from "@/lib/migration/run-plan";
import type { StepState } from "@/lib/migration/snapshot";
import type { OwnedRun } from "./owned-run";

/* Before a new owner does anything on a Postgres server, what an earlier one still has open there is ended (R-ENG-6). */

/** Milliseconds to reach a server for it. */
const REACH_MS = 3_000;

/** Postgres connections a step names anywhere in its settings. */
function postgresTargets(owned: OwnedRun, step: StepState): PlanTarget[] {
  const values = "with" in step.spec ? Object.values(step.spec.with) : [];
  return owned.run.plan.targets.filter((target) => target.kind === "postgres" && values.includes(target.key));
}

/**
 * Once per server and lease. A server that cannot be reached is left to the executor, which will not get further than
 * this did; one that answers and keeps an old session is an error.
 * @throws Error naming the session that did not end
 */
export async function fenceTargets(owned: OwnedRun, step: StepState, context: StepContext): Promise<void> {
  const { epoch } = owned.lease.claim;
  // The first owner of a run has no predecessor; a run that is only looked at has no lease.
  if (epoch <= 1 || owned.lease.claim.owner === "") return;
  for (const target of postgresTargets(owned, step)) {
    if (owned.fenced.has(target.key)) continue;
    const connection = await context.connection(target.key, "postgres");
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(REACH_MS)]);
    let reached = false;
    try {
      await withPostgres(connection, context.egress, { applicationName: sessionName(owned.id, epoch), signal }, async (client) => {
        reached = true;
        const ended = await endOlderSessions(client, { runId: owned.id, epoch });
        if (ended > 0) context.log(`${target.key}: ended ${ended} sessions of an earlier worker`);
      });
      owned.fenced.add(target.key);
    } catch (error) {
      if (reached) throw error;
      owned.deps.log.warn({ runId: owned.id, target: target.key, reason: messageOf(error) }, "sessions of an earlier worker could not be looked for");
    }
  }
}
