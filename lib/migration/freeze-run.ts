import { canonicalJson } from "@/lib/core/canonical";
import { newId } from "@/lib/core/ids";
import { firstRow, rows, type Tx } from "@/lib/db/transaction";
import type { Ctx } from "@/lib/service/context";
import { type ExecutorLookup, traitsFrom } from "./executor-set";
import { loadRun } from "./load-run";
import { type Frozen, freezePlan } from "./plan-hash";
import type { PlanTarget, RunPlan } from "./run-plan";
import type { RunSnapshot } from "./snapshot";
import { applyTransition, type JournalInput } from "./transition";
import { type Runbook, type RunMode, type RunStatus, runbook } from "./types";

/** Runs whose plan may still be replaced: nothing of them has been executed. */
const REPLACEABLE: readonly RunStatus[] = ["draft", "awaiting-approval", "approved"];

export interface RunbookRow {
  id: string;
  number: number;
  document: Runbook;
  hash: string;
  origin: "plan" | "edit";
  createdById: string | null;
}

/** The newest runbook of a migration; null when it has none. */
export async function newestRunbook(tx: Pick<Tx, "query">, migrationId: string): Promise<RunbookRow | null> {
  const row = await firstRow<RunbookRow>(
    tx,
    `SELECT id, number, document, hash, origin, created_by_id AS "createdById" FROM runbook_version WHERE migration_id = $1 ORDER BY number DESC LIMIT 1`,
    [migrationId],
  );
  return row === null ? null : { ...row, document: runbook.parse(row.document) };
}

export interface FreezeTarget {
  projectId: string;
  mode: RunMode;
  fromStackId: string;
  toStackId: string;
  decommission?: RunPlan["decommission"];
  longestMs?: number | undefined;
}

/** What a run that was frozen before is frozen against again. */
export function targetOf(run: Pick<RunSnapshot, "projectId" | "mode" | "plan">): FreezeTarget {
  const { fromStackId, toStackId, decommission, rehearsalLongestMs } = run.plan;
  return {
    projectId: run.projectId,
    mode: run.mode,
    fromStackId,
    toStackId,
    longestMs: rehearsalLongestMs,
    ...(decommission === undefined ? {} : { decommission }),
  };
}

/** Freezes a runbook against the project's connections as they are in this transaction. */
export async function freezeNow(tx: Tx, target: FreezeTarget, document: Runbook, lookup: ExecutorLookup): Promise<Frozen> {
  const connections = await rows<PlanTarget>(
    tx,
    `SELECT key, kind, config, secret_version AS "secretVersion" FROM connection WHERE project_id = $1 AND removed_at IS NULL ORDER BY key`,
    [target.projectId],
  );
  return freezePlan(document, { ...target, connections, traits: (kind) => traitsFrom(lookup, kind) });
}

/** Step and guard rows of a frozen plan. */
export async function insertParts(tx: Tx, runId: string, plan: RunPlan): Promise<void> {
  await tx.query(
    `INSERT INTO run_step (id, run_id, position, key, kind, title, spec)
     SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::jsonb[])`,
    [
      plan.steps.map(newId),
      plan.steps.map(() => runId),
      plan.steps.map((_step, index) => index),
      plan.steps.map((step) => step.key),
      plan.steps.map((step) => step.kind),
      plan.steps.map((step) => step.title),
      plan.steps.map((step) => JSON.stringify(step)),
    ],
  );
  for (const [position, guard] of plan.guards.entries()) {
    await tx.query("INSERT INTO run_guard (id, run_id, position, key, title, spec) VALUES ($1,$2,$3,$4,$5,$6)", [
      newId(),
      runId,
      position,
      guard.key,
      guard.title,
      JSON.stringify(guard),
    ]);
  }
}

async function replaceParts(tx: Tx, runId: string, plan: RunPlan): Promise<void> {
  await tx.query("DELETE FROM run_step WHERE run_id = $1", [runId]);
  await tx.query("DELETE FROM run_guard WHERE run_id = $1", [runId]);
  await insertParts(tx, runId, plan);
}

export type Refreeze = "same" | "voided" | "kept";

/**
 * Freezes a run that has not started again. The same hash keeps its approvals and takes over changed texts; another
 * hash voids every gate and makes the run a draft again (R-APR-2, R-APR-7).
 */
export async function refreezeRun(
  tx: Tx,
  ctx: Ctx,
  runId: string,
  book: Pick<RunbookRow, "id" | "document">,
  cause: string,
  lookup: ExecutorLookup,
): Promise<Refreeze> {
  const run = await loadRun(tx, runId, { lock: true });
  if (!REPLACEABLE.includes(run.status)) return "kept";
  const frozen = await freezeNow(tx, targetOf(run), book.document, lookup);
  if (!frozen.ok) return await voidRun(tx, ctx, run, `${cause} ${frozen.problems.join(" ")}`, null, book.id);
  if (frozen.planHash === run.planHash) {
    await replaceTexts(tx, ctx, run, frozen.plan, book.id);
    return "same";
  }
  return await voidRun(tx, ctx, run, cause, { plan: frozen.plan, planHash: frozen.planHash }, book.id);
}

async function replaceTexts(tx: Tx, ctx: Ctx, run: RunSnapshot & { runbookVersionId: string }, plan: RunPlan, runbookVersionId: string): Promise<void> {
  if (run.runbookVersionId === runbookVersionId && canonicalJson(run.plan) === canonicalJson(JSON.parse(JSON.stringify(plan)))) return;
  await replaceParts(tx, run.id, plan);
  await applyTransition(
    tx,
    ctx,
    run,
    {
      run: { plan, runbookVersionId },
      events: [
        { type: "plan.texts-changed", message: "Texts of the runbook changed; what runs is the same, approvals stay.", data: { planHash: run.planHash } },
      ],
      audit: { action: "run.texts-changed" },
    },
    { version: run.version },
  );
}

async function voidRun(
  tx: Tx,
  ctx: Ctx,
  run: RunSnapshot & { runbookVersionId: string },
  cause: string,
  next: { plan: RunPlan; planHash: string } | null,
  runbookVersionId: string,
): Promise<Refreeze> {
  const standing = run.gates.filter((gate) => gate.status === "open" || gate.status === "approved");
  if (next !== null) await replaceParts(tx, run.id, next.plan);
  const event: JournalInput = {
    type: "plan.changed",
    message: `${cause} ${standing.length > 0 ? "Approvals given before are void." : ""}`.trim(),
    // Runbook and targets of before, so that whoever opens an old approval link is shown what changed.
    data: {
      before: run.planHash,
      after: next?.planHash ?? null,
      voided: standing.map((gate) => gate.id),
      runbookVersionBefore: run.runbookVersionId,
      targetsBefore: run.plan.targets,
    },
  };
  await applyTransition(
    tx,
    ctx,
    run,
    {
      run: {
        status: "draft",
        ...(next ?? {}),
        ...(next === null ? {} : { runbookVersionId }),
        approvedAt: null,
        requestedAt: null,
        preflight: null,
        preflightAt: null,
      },
      gatesClosed: standing.map((gate) => ({ id: gate.id, status: "void" as const })),
      events: [event],
      audit: { action: "run.plan-changed", reason: cause, after: { planHash: next?.planHash ?? null, status: "draft" } },
    },
    { version: run.version },
  );
  return "voided";
}

/**
 * Freezes all runs of a migration that have not started again, after an edit of its runbook. Called inside the
 * transaction of the edit.
 */
export async function refreezeMigration(
  tx: Tx,
  ctx: Ctx,
  migrationId: string,
  cause: string,
  lookup: ExecutorLookup,
): Promise<{ voided: number; same: number }> {
  const book = await newestRunbook(tx, migrationId);
  const count = { voided: 0, same: 0 };
  if (book === null) return count;
  const found = await rows<{ id: string }>(tx, "SELECT id FROM run WHERE migration_id = $1 AND status = ANY($2) ORDER BY id", [migrationId, REPLACEABLE]);
  for (const { id } of found) {
    const result = await refreezeRun(tx, ctx, id, book, cause, lookup);
    if (result !== "kept") count[result] += 1;
  }
  return count;
}

/** The same for every run of a project, after a connection or secret changed. Called inside that transaction. */
export async function refreezeProject(tx: Tx, ctx: Ctx, projectId: string, cause: string, lookup: ExecutorLookup): Promise<number> {
  const found = await rows<{ migrationId: string }>(tx, `SELECT DISTINCT migration_id AS "migrationId" FROM run WHERE project_id = $1 AND status = ANY($2)`, [
    projectId,
    REPLACEABLE,
  ]);
  let voided = 0;
  for (const { migrationId } of found) voided += (await refreezeMigration(tx, ctx, migrationId, cause, lookup)).voided;
  return voided;
}
