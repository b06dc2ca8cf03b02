import { listAlerts } from "@/lib/alert/store";
import { listAlertsQuery } from "@/lib/alert/types";
import { parseInput } from "@/lib/service/context";
import { apiRoute } from "@/lib/service/route";

export const GET = apiRoute({
  permission: "workspace.read",
  handler: (ctx, request) => listAlerts(ctx.db, parseInput(listAlertsQuery, Object.fromEntries(new URL(request.url).searchParams))),
});
