import { receiveHeartbeat } from "@/lib/monitor/receive-heartbeat";
import { apiRoute, jsonObject } from "@/lib/service/route";

/** A backup job says that it ran: `curl -X POST -H "Authorization: Bearer …" …/api/v1/heartbeats/KEY`. */
export const POST = apiRoute<{ key: string }>({
  permission: "heartbeat.send",
  handler: async (ctx, request, { key }) => receiveHeartbeat(ctx, { ...(await jsonObject(request)), key }),
});
