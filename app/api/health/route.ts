import { database } from "@/lib/db/instance";
import { readHealth } from "@/lib/service/health";

/** `GET /api/health`: public; 200 when database and a worker live, 503 otherwise. For load balancers and supervisors. */
export async function GET(): Promise<Response> {
  const health = await readHealth(database, new Date());
  return Response.json(health, { status: health.status === "ok" ? 200 : 503, headers: { "cache-control": "no-store" } });
}
