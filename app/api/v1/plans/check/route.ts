import { checkSource } from "@/lib/plan/check-source";
import { sourceOfRequest } from "@/lib/plan/source-bytes";
import { apiRoute } from "@/lib/service/route";

/** `POST /api/v1/plans/check`: the plan (YAML) or document (Markdown) in the body, read and checked; nothing is written. */
export const POST = apiRoute({
  permission: "workspace.read",
  handler: async (ctx, request) => checkSource(ctx, await sourceOfRequest(request)),
});
