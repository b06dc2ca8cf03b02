import { auditQuery, listAudit } from "@/lib/service/audit-store";
import { parseInput } from "@/lib/service/context";
import { apiRoute } from "@/lib/service/route";

/** `GET /api/v1/audit?actor&action&object&project&run&from&to&after&limit`: newest first. */
export const GET = apiRoute({
  permission: "audit.read",
  handler: (ctx, request) => listAudit(ctx.db, parseInput(auditQuery, Object.fromEntries(new URL(request.url).searchParams))),
});
