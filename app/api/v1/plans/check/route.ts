import { checkSource } from "@/lib/plan/check-source";
import { MAX_PLAN_BYTES } from "@/lib/plan/yaml-document";
import { apiRoute, textBody } from "@/lib/service/route";

/** `POST /api/v1/plans/check`: the plan in the body, read and checked; nothing is written. */
export const POST = apiRoute({
  permission: "workspace.read",
  handler: async (ctx, request) =>
    checkSource(ctx, { source: await textBody(request, MAX_PLAN_BYTES), markdown: /markdown/.test(request.headers.get("content-type") ?? "") }),
});
