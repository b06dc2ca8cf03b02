import { ConflictError, InvalidInputError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { parseInstant } from "@/lib/core/time";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { findProject } from "@/lib/metric/store";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, personOf, requirePermission } from "@/lib/service/context";
import { recordDecisionInput, verdictMark } from "./types";
import { getDecisionView } from "./view";

export interface DecisionMade {
  id: string;
  number: number;
  project: string;
  stack: string;
}

/**
 * Records which stack a person chose, and why, together with everything that was known: values with their age,
 * trigger states, matrix, plan version, verdict and confidence. Append-only and audited; changes nothing else.
 * @throws InvalidInputError naming the field; ConflictError when the verdict is another than the person saw.
 */
export async function recordDecision(ctx: Ctx, raw: unknown): Promise<DecisionMade> {
  requirePermission(ctx, "decision.record");
  const input = parseInput(recordDecisionInput, raw);
  const project = await findProject(ctx.db, input.project);
  const view = await getDecisionView(ctx, project.id);
  if (input.seenVerdict !== undefined && input.seenVerdict !== verdictMark(view.verdict)) {
    throw new ConflictError(`The verdict changed in the meantime: ${view.verdict.sentence}`, { verdict: view.verdict });
  }
  const reviewAt = readReview(input.reviewAt, ctx.now);
  const inputs = { schemaVersion: 1, ...view };
  return inTransaction(ctx.db, async (tx) => {
    // One decision at a time for each project: numbers have no gap.
    await tx.query("SELECT 1 FROM project WHERE id = $1 FOR UPDATE", [project.id]);
    const stack = await firstRow<{ id: string; key: string }>(tx, "SELECT id, key FROM stack WHERE project_id = $1 AND key = $2 AND removed_at IS NULL", [
      project.id,
      input.stack,
    ]);
    if (stack === null) {
      const message = `There is no stack "${input.stack}": choose one of ${view.stacks.map((s) => s.key).join(", ")}.`;
      throw new InvalidInputError(message, [{ path: "stack", message }]);
    }
    const id = newId();
    const made = await firstRow<{ number: number }>(
      tx,
      `INSERT INTO decision (id, project_id, number, stack_id, stack_key, reason, review_at, inputs, verdict, confidence, plan_version_id, decided_by_id, decided_at)
       SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM decision WHERE project_id = $2 RETURNING number`,
      [
        id,
        project.id,
        stack.id,
        stack.key,
        input.reason,
        reviewAt,
        JSON.stringify(inputs),
        view.verdict.sentence,
        view.confidence.share,
        project.planVersionId,
        personOf(ctx.actor) ?? ctx.actor.name,
        ctx.now,
      ],
    );
    const number = made?.number ?? 1;
    await writeAudit(tx, ctx, {
      action: "decision.record",
      object: { type: "decision", id, name: `#${number}` },
      projectId: project.id,
      reason: input.reason,
      after: { stack: stack.key, reviewAt, verdict: view.verdict.sentence, confidence: view.confidence.share, planVersion: view.planVersion },
    });
    return { id, number, project: project.slug, stack: stack.key };
  });
}

/** A day means its start in UTC. */
function readReview(text: string | undefined, now: Date): Date | null {
  if (text === undefined || text === "") return null;
  const at = parseInstant(text.length === 10 ? `${text}T00:00:00Z` : text);
  if (at === null || at.getTime() <= now.getTime()) {
    const message = at === null ? "This day is not in the calendar." : "The review lies in the past: choose a later day.";
    throw new InvalidInputError(message, [{ path: "reviewAt", message }]);
  }
  return at;
}
