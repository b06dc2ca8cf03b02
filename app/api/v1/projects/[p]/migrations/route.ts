import { migrationAnswer } from "@/app/api/v1/projects/[p]/migrations/_lib/answer";
import { listMigrations, projectHead } from "@/lib/migration/migration-store";
import { apiRoute } from "@/lib/service/route";

/** Declared migrations of a project. */
export const GET = apiRoute<{ p: string }>({
  permission: "workspace.read",
  handler: async (ctx, _request, { p }) => {
    const project = await projectHead(ctx, p);
    return { items: (await listMigrations(ctx, project.id)).map(migrationAnswer), next: null };
  },
});
