import type { Ctx } from "@/lib/service/context";
import { listSourceImports, type SourceImportView } from "@/lib/service/source-import";
import { projectRef } from "./store";

/** Imports of infrastructure as code of a project, newest first. @throws NotFoundError */
export async function listInventoryImports(
  ctx: Ctx,
  project: string,
  page: { after?: string | undefined; limit: number },
): Promise<{ items: SourceImportView[]; next: string | null }> {
  return listSourceImports(ctx, (await projectRef(ctx, project)).id, "inventory", page);
}
