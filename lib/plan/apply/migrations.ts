import { hashOf } from "@/lib/core/canonical";
import { newId } from "@/lib/core/ids";
import { rows, type Tx } from "@/lib/db/transaction";
import { knownExecutors } from "@/lib/migration/executor-set";
import { refreezeMigration } from "@/lib/migration/freeze-run";
import { runbookHash } from "@/lib/migration/plan-hash";
import { type Ctx, personOf } from "@/lib/service/context";
import { runbookOf } from "../runbook-of";
import type { Plan } from "../types";
import type { Target } from "./target";
import { markRemoved, upsert } from "./upsert";

const MIGRATION = {
  table: "migration",
  columns: { id: "text", project_id: "text", key: "text", name: "text", from_stack_id: "text", to_stack_id: "text", document: "jsonb", position: "int" },
  conflict: ["project_id", "key"],
  onChange: "version = t.version + 1",
};

/**
 * Declared migrations and the runbooks that follow from them. A runbook version is only added when what the plan says
 * about the runbook changed since the plan was last applied, so an edit made by a person is not covered up.
 */
export async function applyMigrations(tx: Tx, ctx: Ctx, target: Target, plan: Plan, stacks: Map<string, string>): Promise<void> {
  const ids = await upsert(
    tx,
    MIGRATION,
    plan.migrations.map((migration, position) => ({
      id: newId(),
      project_id: target.projectId,
      key: migration.key,
      name: migration.name,
      from_stack_id: stacks.get(migration.from),
      to_stack_id: stacks.get(migration.to),
      document: { schemaVersion: 1, ...migration },
      position,
    })),
  );
  await markRemoved(tx, "migration", target.projectId, ids, target.now);
  const newest = await rows<{ migrationId: string; document: unknown }>(
    tx,
    `SELECT DISTINCT ON (migration_id) migration_id AS "migrationId", document
       FROM runbook_version WHERE migration_id = ANY($1::text[]) AND origin = 'plan' ORDER BY migration_id, number DESC`,
    [ids],
  );
  for (const [i, migration] of plan.migrations.entries()) {
    const document = runbookOf(migration);
    const before = newest.find((row) => row.migrationId === ids[i]);
    if (document === null || (before !== undefined && hashOf(before.document) === hashOf(JSON.parse(JSON.stringify(document))))) continue;
    await tx.query(
      `INSERT INTO runbook_version (id, project_id, migration_id, number, document, hash, origin, note, created_by_id, created_at)
       VALUES ($1, $2, $3, (SELECT coalesce(max(number), 0) + 1 FROM runbook_version WHERE migration_id = $3), $4, $5, 'plan', 'From the plan', $6, $7)`,
      [newId(), target.projectId, ids[i], JSON.stringify(document), runbookHash(document), personOf(ctx.actor), target.now],
    );
    // Approvals of runs that were not started were given to the runbook before.
    const migrationId = ids[i];
    if (before !== undefined && migrationId !== undefined) await refreezeMigration(tx, ctx, migrationId, "The plan was imported again.", knownExecutors);
  }
}
