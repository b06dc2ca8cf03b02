import { projectRef } from "@/lib/inventory/store";
import { exportPlan } from "@/lib/plan/export-plan";
import { planVersion } from "@/lib/plan/versions";
import { apiRoute } from "@/lib/service/route";

/** The plan as a file: the current one, or `?version=`. */
export const GET = apiRoute<{ slug: string }>({
  permission: "workspace.read",
  handler: async (ctx, request, { slug }) => {
    const project = await projectRef(ctx, slug);
    const version = Number(new URL(request.url).searchParams.get("version") ?? Number.NaN);
    const text = Number.isInteger(version) ? (await planVersion(ctx, project.slug, version)).source : (await exportPlan(ctx, project.slug, "yaml")).text;
    const name = Number.isInteger(version) ? `${project.slug}-${version}` : project.slug;
    return new Response(text, {
      headers: {
        "content-type": "application/yaml; charset=utf-8",
        "content-disposition": `attachment; filename="${name}.yaml"`,
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      },
    });
  },
});
