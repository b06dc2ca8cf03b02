import { NotFoundError, RefusedError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, personOf, requirePermission } from "@/lib/service/context";
import { lockMetrics, rewriteRollUps } from "./roll-up";
import { findMetric, findProject } from "./store";
import { UNDO_MS, undoSampleInput } from "./types";
import { bumpCounters } from "./write-samples";

/**
 * Takes back a value that the same person entered by hand less than ten seconds ago.
 * @throws RefusedError later than that or for somebody else's; NotFoundError when it is gone.
 */
export async function undoSample(ctx: Ctx, raw: unknown): Promise<{ undone: true }> {
  requirePermission(ctx, "sample.ingest");
  const input = parseInput(undoSampleInput, raw);
  const project = await findProject(ctx.db, input.project);
  const at = new Date(input.at);
  return inTransaction(ctx.db, async (tx) => {
    const metric = await findMetric(tx, project.id, input.metric);
    await lockMetrics(tx, [metric.id]);
    const key = [project.id, metric.id, at];
    const found = await firstRow<{ value: number; actorId: string | null; source: string; ageMs: number }>(
      tx,
      `SELECT value, actor_id AS "actorId", source, extract(epoch FROM clock_timestamp() - received_at) * 1000 AS "ageMs"
       FROM sample WHERE project_id = $1 AND metric_id = $2 AND at = $3 AND labels_hash = '' FOR UPDATE`,
      key,
    );
    if (found === null) throw new NotFoundError("The value");
    if (found.source !== "entered" || found.actorId !== personOf(ctx.actor)) {
      throw new RefusedError("Only a value that you entered by hand can be taken back.");
    }
    if (found.ageMs > UNDO_MS) throw new RefusedError("The ten seconds are over: the value stays. Enter the right one with a later time.");
    await tx.query("DELETE FROM sample WHERE project_id = $1 AND metric_id = $2 AND at = $3 AND labels_hash = ''", key);
    await rewriteRollUps(tx, project.id, [{ metricId: metric.id, at }]);
    await bumpCounters(tx, new Map([[metric.id, true]]));
    await writeAudit(tx, ctx, {
      action: "sample.undo",
      object: { type: "metric", id: metric.id, name: metric.key },
      projectId: project.id,
      before: { value: found.value, at: at.toISOString() },
    });
    return { undone: true as const };
  });
}
