import { AppError, InvalidInputError } from "@/lib/core/errors";
import { exportPlan } from "@/lib/plan/export-plan";
import { importPlan, previewImport } from "@/lib/plan/import-plan";
import { MAX_PLAN_BYTES } from "@/lib/plan/yaml-document";
import { apiRoute, textBody } from "@/lib/service/route";

/** `GET /api/v1/projects/{p}/plan`: the plan as YAML; the ETag is the version to send back with a change. */
export const GET = apiRoute<{ p: string }>({
  permission: "workspace.read",
  handler: async (ctx, _request, { p }) => {
    const { text, version } = await exportPlan(ctx, p, "yaml");
    return new Response(text, { headers: { "content-type": "application/yaml; charset=utf-8", etag: `"${version}"`, "cache-control": "no-store" } });
  },
});

/**
 * `PUT /api/v1/projects/{p}/plan`: creates the project or updates it from a plan. An update needs `If-Match` with the
 * version it was made from; a stale one is answered 409 with the difference. `?dryRun=1` only tells the difference.
 */
export const PUT = apiRoute<{ p: string }>({
  permission: "plan.import",
  handler: async (ctx, request, { p }) => {
    if (/markdown/.test(request.headers.get("content-type") ?? "")) throw new InvalidInputError("Markdown documents are not read yet: send the plan as YAML.");
    const source = await textBody(request, MAX_PLAN_BYTES);
    const url = new URL(request.url);
    const input = { source, slug: p, note: url.searchParams.get("note") ?? "", ifMatch: matched(request.headers) };
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
