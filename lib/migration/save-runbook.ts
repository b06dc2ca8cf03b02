import { z } from "zod";
import { canonicalJson } from "@/lib/core/canonical";
import { ConflictError, InvalidInputError, NotFoundError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, personOf, requirePermission } from "@/lib/service/context";
import { type ExecutorLookup, knownExecutors } from "./executor-set";
import { newestRunbook, refreezeMigration } from "./freeze-run";
import { runbookHash } from "./plan-hash";
import { type Runbook, runbook } from "./types";

const input = z.strictObject({
  migrationId: z.string().min(1).max(64),
  /** Number of the version the person edited; 0 for the first one. */
  number: z.coerce.number().int().min(0),
  document: runbook,
  note: z.string().trim().max(500).default(""),
});

export interface SavedRunbook {
  id: string;
  number: number;
  hash: string;
  /** Nothing at all was different: no version was made. */
  unchanged: boolean;
  /** Runs whose approval is void now. */
  voided: number;
  /** Waiting runs that took over changed texts and kept their approvals. */
  kept: number;
}

/**
 * Saves an edited runbook as a new version and freezes the runs again that were not started: what runs is different →
 * their approvals are void; only texts are → approvals stay.
 * @throws ConflictError when somebody saved another version first, InvalidInputError naming each refused field
 */
export async function saveRunbook(ctx: Ctx, raw: unknown, lookup: ExecutorLookup = knownExecutors): Promise<SavedRunbook> {
  requirePermission(ctx, "runbook.edit");
  const wanted = parseInput(input, raw);
  refuseTwiceUsedKeys(wanted.document);
  return await inTransaction(ctx.db, async (tx) => {
    const migration = await firstRow<{ id: string; projectId: string; name: string }>(
      tx,
      `SELECT id, project_id AS "projectId", name FROM migration WHERE id = $1 AND removed_at IS NULL FOR UPDATE`,
      [wanted.migrationId],
    );
    if (migration === null) throw new NotFoundError("The migration");
    const before = await newestRunbook(tx, migration.id);
    if ((before?.number ?? 0) !== wanted.number) {
      throw new ConflictError("Somebody saved another version of the runbook meanwhile.", { number: before?.number ?? 0 });
    }
    const hash = runbookHash(wanted.document);
    if (before !== null && plain(before.document) === plain(wanted.document)) {
      return { id: before.id, number: before.number, hash: before.hash, unchanged: true, voided: 0, kept: 0 };
    }
    const saved = { id: newId(), number: wanted.number + 1, hash };
    await tx.query(
      `INSERT INTO runbook_version (id, project_id, migration_id, number, document, hash, origin, note, created_by_id, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, 'edit', $7, $8, $9)`,
      [saved.id, migration.projectId, migration.id, saved.number, JSON.stringify(wanted.document), hash, wanted.note, personOf(ctx.actor), ctx.now],
    );
    const refrozen = await refreezeMigration(tx, ctx, migration.id, `The runbook was edited (version ${saved.number}).`, lookup);
    await writeAudit(tx, ctx, {
      action: "runbook.save",
      object: { type: "migration", id: migration.id, name: migration.name },
      projectId: migration.projectId,
      reason: wanted.note,
      before: { number: before?.number ?? 0, hash: before?.hash ?? null },
      after: { number: saved.number, hash, voided: refrozen.voided },
    });
    return { ...saved, unchanged: false, voided: refrozen.voided, kept: refrozen.same };
  });
}

function plain(document: Runbook): string {
  return canonicalJson(JSON.parse(JSON.stringify(document)));
}

function refuseTwiceUsedKeys(document: Runbook): void {
  const twice = (keys: string[]) => [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))];
  const issues = [
    ...twice(document.steps.map((step) => step.key)).map((key) => ({ path: "document.steps", message: `The step key "${key}" is used twice.` })),
    ...twice(document.guards.map((guard) => guard.key)).map((key) => ({ path: "document.guards", message: `The guard key "${key}" is used twice.` })),
  ];
  if (issues.length > 0) throw new InvalidInputError("Keys of steps and guards must differ.", issues);
}
