import { z } from "zod";
import { requireRecentProof } from "@/lib/auth/recent-proof";
import { ConflictError, NotFoundError, RefusedError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";

const HOUR_MS = 3_600_000;

const input = z.object({
  projectId: z.string().min(1).max(64),
  version: z.coerce.number().int().positive(),
  requiredApprovals: z.coerce.number({ error: "A number from 1 to 3." }).int("A whole number.").min(1, "At least 1.").max(3, "At most 3."),
  approvalTtlHours: z.coerce.number({ error: "A number of hours." }).min(0.25, "At least a quarter of an hour.").max(168, "At most 168 hours, a week."),
  /** A checkbox: absent means off. */
  soloMode: z.preprocess((value) => value === true || value === "on" || value === "true", z.boolean()),
  reason: z
    .string()
    .trim()
    .max(500, "At most 500 characters.")
    .transform((text) => (text === "" ? undefined : text))
    .optional(),
});

export interface ApprovalPolicy {
  requiredApprovals: number;
  soloMode: boolean;
  approvalTtlMs: number;
}

interface ProjectRow {
  name: string;
  version: number;
  required_approvals: number;
  solo_mode: boolean;
  approval_ttl_ms: number;
}

/**
 * Changes who must approve runs of a project. Requests that are open keep the policy they were made under.
 * @throws RefusedError when nobody could ever meet the policy, ConflictError when it was changed meanwhile.
 */
export async function updateApprovalPolicy(ctx: Ctx, raw: unknown): Promise<ApprovalPolicy> {
  requirePermission(ctx, "policy.manage");
  requireRecentProof(ctx);
  const values = parseInput(input, raw);
  const after = { requiredApprovals: values.requiredApprovals, soloMode: values.soloMode, approvalTtlMs: Math.round(values.approvalTtlHours * HOUR_MS) };
  return inTransaction(ctx.db, async (tx) => {
    const project = await firstRow<ProjectRow>(
      tx,
      "SELECT name, version, required_approvals, solo_mode, approval_ttl_ms FROM project WHERE id = $1 FOR UPDATE",
      [values.projectId],
    );
    if (project === null) throw new NotFoundError("The project");
    const before = { requiredApprovals: project.required_approvals, soloMode: project.solo_mode, approvalTtlMs: project.approval_ttl_ms };
    if (project.version !== values.version)
      throw new ConflictError(`${project.name} was changed meanwhile. Reload and look at it again.`, { version: project.version });
    const people = await firstRow<{ count: number }>(tx, "SELECT count(*) AS count FROM app_user WHERE role IN ('approver', 'admin') AND disabled_at IS NULL");
    const reasons = unmeetable(after, people?.count ?? 0);
    if (reasons.length > 0) throw new RefusedError("This policy could never be met.", reasons);
    await tx.query("UPDATE project SET required_approvals = $2, solo_mode = $3, approval_ttl_ms = $4, version = version + 1 WHERE id = $1", [
      values.projectId,
      after.requiredApprovals,
      after.soloMode,
      after.approvalTtlMs,
    ]);
    await writeAudit(tx, ctx, {
      action: "policy.update",
      object: { type: "project", id: values.projectId, name: project.name },
      projectId: values.projectId,
      reason: values.reason,
      before,
      after,
    });
    return after;
  });
}

/** Why no run could ever be approved under the policy; `approvers` = active people with the role approver or admin. */
export function unmeetable(policy: ApprovalPolicy, approvers: number): string[] {
  const reasons: string[] = [];
  if (policy.soloMode && policy.requiredApprovals > 1) reasons.push("In solo mode one person approves their own request, so one approval is all there can be.");
  if (policy.requiredApprovals > approvers) {
    reasons.push(
      `${policy.requiredApprovals} approvals are asked for, but only ${approvers} active ${approvers === 1 ? "person" : "people"} may approve. Invite approvers first.`,
    );
  }
  return reasons;
}
