import { InvalidInputError, NotFoundError } from "@/lib/core/errors";
import { firstRow } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { currentPlan } from "./versions";
import { writeMarkdownPlan } from "./write-markdown";
import { writeYamlPlan } from "./write-yaml";

const TYPES = { yaml: "application/yaml; charset=utf-8", markdown: "text/markdown; charset=utf-8" } as const;

/**
 * The plan of a project as text, with every correction in it. YAML comes back as it was imported, comments included.
 * @throws NotFoundError, InvalidInputError for an unknown format.
 */
export async function exportPlan(ctx: Ctx, slug: string, format: string): Promise<{ text: string; version: number; hash: string; type: string }> {
  requirePermission(ctx, "workspace.read");
  if (format !== "yaml" && format !== "markdown")
    throw new InvalidInputError(`"${format}" is not written.`, [{ path: "format", message: "write yaml or markdown" }]);
  const project = await firstRow<{ id: string }>(ctx.db.pool, "SELECT id FROM project WHERE slug = $1", [slug]);
  if (project === null) throw new NotFoundError(`The project "${slug}"`);
  const stored = await currentPlan(ctx.db.pool, project.id);
  if (stored === null) throw new NotFoundError(`A plan of the project "${slug}"`);
  const text = format === "markdown" ? writeMarkdownPlan(stored.plan) : stored.format === "yaml" ? stored.source : writeYamlPlan(stored.plan);
  return { text: text.endsWith("\n") ? text : `${text}\n`, version: stored.number, hash: stored.hash, type: TYPES[format] };
}
