import { createHash, timingSafeEqual } from "node:crypto";
import { env } from "@/lib/env";
import type { Ctx } from "@/lib/service/context";
import { ownMetrics } from "@/lib/service/own-metrics";
import { apiRoute } from "@/lib/service/route";

const handler = async (ctx: Ctx) =>
  new Response(await ownMetrics(ctx.db, ctx.now), { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" } });

const withToken = apiRoute({ permission: "public", handler });
const withPermission = apiRoute({ permission: "workspace.read", handler });

/** Whether the request carries METRICS_TOKEN. Hashes are compared, so that time tells nothing about the token. */
function hasMetricsToken(request: Request): boolean {
  const expected = env().METRICS_TOKEN;
  if (expected === undefined) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(request.headers.get("authorization") ?? ""), digest(`Bearer ${expected}`));
}

/** `GET /metrics`: METRICS_TOKEN, a token with scope `read`, or a signed-in person. */
export function GET(request: Request, context: { params: Promise<Record<string, string>> }): Promise<Response> {
  return hasMetricsToken(request) ? withToken(request, context) : withPermission(request, context);
}
