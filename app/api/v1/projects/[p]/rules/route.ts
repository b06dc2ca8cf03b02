import { importRules, listRulesImports } from "@/lib/alert/import-rules";
import { pageInput } from "@/lib/core/paging";
import { MAX_YAML_BYTES } from "@/lib/inventory/sources/limits";
import { sourceOfRequest } from "@/lib/inventory/sources/source-text";
import { rulesImportQuery } from "@/lib/inventory/types";
import { parseInput } from "@/lib/service/context";
import { apiRoute } from "@/lib/service/route";

/** Imports of rule files, newest first. */
export const GET = apiRoute<{ p: string }>({
  permission: "workspace.read",
  handler: (ctx, request, { p }) => listRulesImports(ctx, p, parseInput(pageInput, Object.fromEntries(new URL(request.url).searchParams))),
});

/** A Prometheus rule file as the body. `?dryRun=1` only tells what would change. */
export const POST = apiRoute<{ p: string }>({
  permission: "trigger.edit",
  handler: async (ctx, request, { p }) => {
    const query = parseInput(rulesImportQuery, Object.fromEntries(new URL(request.url).searchParams));
    const text = await sourceOfRequest(request, MAX_YAML_BYTES);
    return importRules(ctx, { project: p, fileName: query.name, text, source: query.source, basis: query.basis, dryRun: query.dryRun !== undefined });
  },
});
