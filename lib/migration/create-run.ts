import { z } from "zod";
import { parseDuration } from "@/lib/core/duration";
import { ForbiddenError, NotFoundError, RefusedError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { firstRow, inTransaction, type Tx } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, personOf, requirePermission } from "@/lib/service/context";
import { type ExecutorLookup, knownExecutors } from "./executor-set";
import { freezeNow, insertParts, newestRunbook, type RunbookRow } from "./freeze-run";
import { loadRun } from "./load-run";
import { retirementOf } from "./retirement";
import { type RunState, stateOf } from "./run-command";
import type { RunPlan } from "./run-plan";
import { insertEvents } from "./transition";
import { durationText, RUN_PARTS } from "./types";

const input = z.strictObject({
  migrationId: z.string().min(1).max(64),
  mode: z.enum(["rehearsal", "live"]),
  /** `decommission` takes the old side of the last finished move away. */
  part: z.enum(RUN_PARTS).default("move"),
  /** How long a rehearsal holds, waits and observes at most; 30 s where nothing is said. */
  longest: durationText.optional(),
  reason: z.string().trim().max(2_000).default(""),
});

interface MigrationRow {
  id: string;
  projectId: string;
  name: string;
  fromStackId: string;
  toStackId: string;
}

/**
 * Makes a draft run: the newest runbook, frozen and hashed. Rehearsals go the same way as live runs, approvals
 * included, because they touch the same connections.
 * @throws NotFoundError, RefusedError naming what cannot be frozen (connections that do not exist).
 */
export async function createRun(ctx: Ctx, raw: unknown, lookup: ExecutorLookup = knownExecutors): Promise<RunState> {
  requirePermission(ctx, "run.request");
  const wanted = parseInput(input, raw);
  const person = personOf(ctx.actor);
  if (person === null) throw new ForbiddenError("A run belongs to a person: make it in the browser or with that person's token.");
  return await inTransaction(ctx.db, async (tx) => {
    const migration = await migrationRow(tx, wanted.migrationId);
    const book = await newestRunbook(tx, migration.id);
    if (book === null) throw new RefusedError("The migration has no runbook.", ["Add at least one step to the runbook first."]);
    const decommission = wanted.part === "move" ? undefined : await retirementOf(tx, migration.id, wanted.mode);
    const longestMs = wanted.longest === undefined ? undefined : parseDuration(wanted.longest);
    const target = { ...migration, mode: wanted.mode, longestMs, ...(decommission === undefined ? {} : { decommission }) };
    const frozen = await freezeNow(tx, target, book.document, lookup);
    if (!frozen.ok) throw new RefusedError("The runbook cannot be run as it is.", frozen.problems);
    const runId = await insertRun(tx, ctx, { migration, book, person, reason: wanted.reason, plan: frozen.plan, planHash: frozen.planHash });
    return stateOf(await loadRun(tx, runId));
  });
}

async function migrationRow(tx: Tx, id: string): Promise<MigrationRow> {
  const row = await firstRow<MigrationRow>(
    tx,
    `SELECT m.id, m.project_id AS "projectId", m.name, m.from_stack_id AS "fromStackId", m.to_stack_id AS "toStackId"
       FROM migration m JOIN project p ON p.id = m.project_id WHERE m.id = $1 AND m.removed_at IS NULL AND p.archived_at IS NULL FOR UPDATE OF p`,
    [id],
  );
  if (row === null) throw new NotFoundError("The migration");
  return row;
}

interface NewRun {
  migration: MigrationRow;
  book: RunbookRow;
  person: string;
  reason: string;
  plan: RunPlan;
  planHash: string;
}

async function insertRun(tx: Tx, ctx: Ctx, run: NewRun): Promise<string> {
  const { migration, plan } = run;
  const runId = newId();
  // The project's row is locked: two runs made at once get two numbers.
  const next = await firstRow<{ number: number }>(tx, "SELECT coalesce(max(number), 0) + 1 AS number FROM run WHERE project_id = $1", [migration.projectId]);
  const number = next?.number ?? 1;
  await tx.query(
    `INSERT INTO run (id, project_id, migration_id, runbook_version_id, number, from_stack_id, to_stack_id, mode, status, plan, plan_hash, reason, created_by_id, created_at, journal_seq)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,'draft',$9,$10,$11,$12,$13,1)`,
    [
      runId,
      migration.projectId,
      migration.id,
      run.book.id,
      number,
      migration.fromStackId,
      migration.toStackId,
      plan.mode,
      JSON.stringify(plan),
      run.planHash,
      run.reason,
      run.person,
      ctx.now,
    ],
  );
  await insertParts(tx, runId, plan);
  const what = plan.decommission !== undefined ? "Decommission" : plan.mode === "live" ? "Live run" : "Rehearsal";
  const message = `${what} ${number} of "${migration.name}" with runbook version ${run.book.number}.`;
  await insertEvents(tx, ctx, runId, 0, 0, [{ type: "run.created", message, data: { planHash: run.planHash, steps: plan.steps.length, reason: run.reason } }]);
  await writeAudit(tx, ctx, {
    action: "run.create",
    object: { type: "run", id: runId, name: `#${number}` },
    projectId: migration.projectId,
    runId,
    planHash: run.planHash,
    reason: run.reason,
    after: { status: "draft", mode: plan.mode },
  });
  return runId;
}
