import { undoRulesImport } from "@/lib/alert/import-rules";
import { apiRoute } from "@/lib/service/route";

/** Undoes one import of rules whole. */
export const DELETE = apiRoute<{ p: string; import: string }>({
  permission: "trigger.edit",
  handler: (ctx, _request, params) => undoRulesImport(ctx, { project: params.p, import: params.import }),
});
