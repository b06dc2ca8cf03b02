import { InvalidInputError, NotFoundError } from "@/lib/core/errors";
import { firstRow } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { currentPlan } from "./versions";
import { writeYamlPlan } from "./write-yaml";

/**
 * The plan of a project as text. YAML comes back as it was imported, comments included.
 * @throws NotFoundError, InvalidInputError for a format that is not written yet.
 */
export async function exportPlan(ctx: Ctx, slug: string, format: string): Promise<{ text: string; version: number; hash: string }> {
  requirePermission(ctx, "workspace.read");
  if (format !== "yaml")
    throw new InvalidInputError(`Plans are exported as YAML; "${format}" is not written yet.`, [{ path: "format", message: "write yaml" }]);
  const project = await firstRow<{ id: string }>(ctx.db.pool, "SELECT id FROM project WHERE slug = $1", [slug]);
  if (project === null) throw new NotFoundError(`The project "${slug}"`);
  const stored = await currentPlan(ctx.db.pool, project.id);
  if (stored === null) throw new NotFoundError(`A plan of the project "${slug}"`);
  const text = stored.format === "yaml" ? stored.source : writeYamlPlan(stored.plan);
  return { text: text.endsWith("\n") ? text : `${text}\n`, version: stored.number, hash: stored.hash };
}
