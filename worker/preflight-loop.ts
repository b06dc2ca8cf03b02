import { firstRow, inTransaction } from "@/lib/db/transaction";
import type { StoredCheck } from "@/lib/migration/snapshot";
import { applyTransition, StaleRun } from "@/lib/migration/transition";
import type { WorkerDeps } from "./deps";
import { Lease } from "./lease";
import { OwnedRun } from "./owned-run";
import { runPreflight } from "./preflight";

/*
 * Runs that wait for approval or for their start get a preflight, repeated while they wait: the approver sees what
 * would stop the run, and a block that was fixed does not refuse the start any longer.
 */

/** Checks the run that was checked longest ago; false when none is due. */
export async function preflightOne(deps: WorkerDeps, stop: AbortSignal): Promise<boolean> {
  const due = await firstRow<{ id: string; projectId: string; epoch: number }>(
    deps.db.pool,
    // next_due_at is the claim: the same run is not checked by two workers at once.
    `UPDATE run SET next_due_at = clock_timestamp() + $1 * interval '1 ms'
      WHERE id = (SELECT id FROM run WHERE status IN ('awaiting-approval', 'approved') AND (next_due_at IS NULL OR next_due_at < clock_timestamp())
                   ORDER BY preflight_at NULLS FIRST, id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id, project_id AS "projectId", epoch`,
    [deps.timing.preflightMs],
  );
  if (due === null) return false;
  const lease = new Lease(deps, { runId: due.id, projectId: due.projectId, owner: "", epoch: due.epoch, askedAt: performance.now() });
  const owned = new OwnedRun(deps, lease, { readOnly: true });
  const before = (await owned.reload()).preflight;
  const checks = await runPreflight(owned, stop);
  if (!stop.aborted) await store(deps, owned, before, checks);
  return true;
}

async function store(deps: WorkerDeps, owned: OwnedRun, before: StoredCheck[] | null, checks: StoredCheck[]): Promise<void> {
  const run = owned.run;
  const blocks = checks.filter((check) => check.level === "block");
  const now = owned.now();
  if (before !== null && sameAnswers(before, checks)) {
    await deps.db.pool.query("UPDATE run SET preflight = $2, preflight_at = $3 WHERE id = $1 AND version = $4", [
      run.id,
      JSON.stringify(checks),
      now,
      run.version,
    ]);
    return;
  }
  const message =
    blocks.length === 0 ? `Preflight: ${checks.length} checks, nothing blocks.` : `Preflight: ${blocks.length} of ${checks.length} checks block the start.`;
  const data = { blocks: blocks.map((check) => `${check.stepKey}: ${check.message}`), warnings: checks.filter((check) => check.level === "warn").length };
  try {
    await inTransaction(deps.db, async (tx) => {
      const events = [{ type: "preflight.checked", message, data }] as [{ type: string; message: string; data: typeof data }];
      await applyTransition(
        tx,
        owned.writer(now),
        run,
        { run: { preflight: checks, preflightAt: now }, events, audit: { action: "run.preflight", after: data } },
        { version: run.version },
      );
    });
  } catch (error) {
    // Somebody changed the run meanwhile; the next round checks what it is now.
    if (!(error instanceof StaleRun)) throw error;
  }
}

function sameAnswers(before: readonly StoredCheck[], after: readonly StoredCheck[]): boolean {
  const short = (checks: readonly StoredCheck[]) => JSON.stringify(checks.map(({ stepKey, name, level }) => [stepKey, name, level]));
  return short(before) === short(after);
}
