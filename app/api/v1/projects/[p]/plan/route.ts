import { AppError } from "@/lib/core/errors";
import { exportPlan } from "@/lib/plan/export-plan";
import { importPlan, previewImport } from "@/lib/plan/import-plan";
import { sourceOfRequest } from "@/lib/plan/source-bytes";
import { apiRoute } from "@/lib/service/route";

/** `GET /api/v1/projects/{p}/plan`: the plan as YAML, or as Markdown with `?format=markdown`; the ETag is the version to send back with a change. */
export const GET = apiRoute<{ p: string }>({
  permission: "workspace.read",
  handler: async (ctx, request, { p }) => {
    const format = new URL(request.url).searchParams.get("format") ?? "yaml";
    const { text, version, type } = await exportPlan(ctx, p, format);
    return new Response(text, { headers: { "content-type": type, etag: `"${version}"`, "cache-control": "no-store" } });
  },
});

/**
 * `PUT /api/v1/projects/{p}/plan`: creates the project or updates it from a plan or a Markdown document. An update needs `If-Match` with the
 * version it was made from; a stale one is answered 409 with the difference. `?dryRun=1` only tells the difference.
 */
export const PUT = apiRoute<{ p: string }>({
  permission: "plan.import",
  handler: async (ctx, request, { p }) => {
    const url = new URL(request.url);
    const input = { ...(await sourceOfRequest(request)), slug: p, note: url.searchParams.get("note") ?? "", ifMatch: matched(request.headers) };
    if (url.searchParams.has("dryRun")) return previewImport(ctx, input);
    const result = await importPlan(ctx, input);
    return Response.json(result, { status: result.created ? 201 : 200, headers: { etag: `"${result.version}"`, "cache-control": "no-store" } });
  },
});

/** The version of `If-Match`; without one the project must be new, so that nobody overwrites what he did not see. */
function matched(headers: Headers): number | undefined {
  const given = headers.get("if-match");
  if (given === null) return 0;
  if (given.trim() === "*") return undefined;
  const number = /^(?:W\/)?"?(\d{1,9})"?$/.exec(given.trim())?.[1];
  if (number === undefined) throw new AppError("invalid", `If-Match takes the version of the plan, for example "3", or *.`);
  return Number(number);
}
