import { migrationDetail } from "@/app/api/v1/projects/[p]/migrations/_lib/answer";
import { migrationByKey, projectHead, runsOfMigration } from "@/lib/migration/migration-store";
import { apiRoute } from "@/lib/service/route";

/** One declared migration with its newest runbook and its runs. */
export const GET = apiRoute<{ p: string; m: string }>({
  permission: "workspace.read",
  handler: async (ctx, _request, { p, m }) => {
    const migration = await migrationByKey(ctx, (await projectHead(ctx, p)).id, m);
    return migrationDetail(migration, await runsOfMigration(ctx, migration.id));
  },
});
