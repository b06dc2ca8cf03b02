import { z } from "zod";
import { ConflictError, NotFoundError } from "@/lib/core/errors";
import { newId, slugify } from "@/lib/core/ids";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";

const inputSchema = z.object({
  project: z.string().min(1).max(100),
  /** Id of the budget to change; absent: a new one. */
  id: z
    .string()
    .max(100)
    .optional()
    .transform((id) => (id === "" ? undefined : id)),
  version: z.coerce.number().int().optional(),
  name: z.string().trim().min(1, "give the budget a name").max(100),
  amount: z
    .string()
    .trim()
    .regex(/^\d{1,12}(\.\d{1,2})?$/, "write an amount such as 300 or 299.50"),
  period: z.enum(["month", "year"]).default("month"),
});

/**
 * Makes or changes a budget in the project's currency. Input: `{project, name, amount, period, id?, version?}`.
 * @throws ConflictError when somebody else changed it since `version`.
 */
export async function setBudget(ctx: Ctx, raw: unknown): Promise<{ id: string }> {
  requirePermission(ctx, "budget.edit");
  const input = parseInput(inputSchema, raw);
  return inTransaction(ctx.db, async (tx) => {
    const project = await firstRow<{ id: string; currency: string }>(
      tx,
      "SELECT id, currency FROM project WHERE (slug = $1 OR id = $1) AND archived_at IS NULL",
      [input.project],
    );
    if (project === null) throw new NotFoundError("The project");
    const id = input.id ?? newId();
    const values = [input.name, input.amount, input.period];
    let before: object | null = null;
    if (input.id === undefined) {
      await tx.query(`INSERT INTO budget (id, project_id, key, name, amount, currency, period) VALUES ($1, $2, $3, $4, $5, $6, $7)`, [
        id,
        project.id,
        `${slugify(input.name, "budget").slice(0, 50)}-${id.slice(-6)}`,
        input.name,
        input.amount,
        project.currency,
        input.period,
      ]);
    } else {
      before = await firstRow<{ name: string; amount: string; period: string }>(
        tx,
        "SELECT name, trim_scale(amount)::text AS amount, period FROM budget WHERE id = $1 AND project_id = $2 AND removed_at IS NULL",
        [id, project.id],
      );
      if (before === null) throw new NotFoundError("The budget");
      const changed = await tx.query(
        "UPDATE budget SET name = $3, amount = $4, period = $5, version = version + 1 WHERE id = $1 AND project_id = $2 AND version = COALESCE($6, version)",
        [id, project.id, ...values, input.version ?? null],
      );
      if (changed.rowCount === 0) throw new ConflictError("Somebody else changed this budget. Look at it again.", { budget: before });
    }
    await writeAudit(tx, ctx, {
      action: "budget.set",
      object: { type: "budget", id, name: input.name },
      projectId: project.id,
      before,
      after: { name: input.name, amount: input.amount, currency: project.currency, period: input.period },
    });
    return { id };
  });
}
