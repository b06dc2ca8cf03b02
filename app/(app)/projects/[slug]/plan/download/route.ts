import { projectRef } from "@/lib/inventory/store";
import { exportPlan } from "@/lib/plan/export-plan";
import { planVersion } from "@/lib/plan/versions";
import type { Ctx } from "@/lib/service/context";
import { apiRoute } from "@/lib/service/route";

/** The plan as a file: the current one, or `?version=`. */
export const GET = apiRoute<{ slug: string }>({
  permission: "workspace.read",
  handler: async (ctx, request, { slug }) => {
    const project = await projectRef(ctx, slug);
    const version = Number(new URL(request.url).searchParams.get("version") ?? Number.NaN);
    const file = Number.isInteger(version) ? await versionFile(ctx, project.slug, version) : await currentFile(ctx, project.slug);
    return new Response(file.text, {
      headers: {
        "content-type": file.type,
        "content-disposition": `attachment; filename="${file.name}"`,
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      },
    });
  },
});

interface PlanFile {
  text: string;
  type: string;
  name: string;
}

async function currentFile(ctx: Ctx, slug: string): Promise<PlanFile> {
  const { text, type } = await exportPlan(ctx, slug, "yaml");
  return { text, type, name: `${slug}.yaml` };
}

/** A version as it came in: its YAML, or its document. */
async function versionFile(ctx: Ctx, slug: string, number: number): Promise<PlanFile> {
  const { source, format } = await planVersion(ctx, slug, number);
  const [type, ending] = format === "yaml" ? ["application/yaml", "yaml"] : ["text/markdown", "md"];
  return { text: source, type: `${type}; charset=utf-8`, name: `${slug}-${number}.${ending}` };
}
