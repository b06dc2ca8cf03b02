import { undoImport } from "@/lib/cost/undo-import";
import { apiRoute } from "@/lib/service/route";

/** Undoes one import whole. */
export const DELETE = apiRoute<{ p: string; import: string }>({
  permission: "bill.undo",
  handler: (ctx, _request, params) => undoImport(ctx, { project: params.p, import: params.import }),
});
