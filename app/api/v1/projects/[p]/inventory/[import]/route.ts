import { undoInventoryImport } from "@/lib/inventory/undo-import";
import { apiRoute } from "@/lib/service/route";

/** Undoes one import of infrastructure as code whole. */
export const DELETE = apiRoute<{ p: string; import: string }>({
  permission: "inventory.edit",
  handler: (ctx, _request, params) => undoInventoryImport(ctx, { project: params.p, import: params.import }),
});
