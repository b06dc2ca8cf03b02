import type { Connection } from "@/lib/connection/types";
import { type Stub, type StubAnswer, type StubRequest, startStub } from "./stub-server";

/* Cloudflare as far as Switchyard uses it: records of a zone, changed in batches, and one load balancer. */

export interface StubRecord {
  id: string;
  name: string;
  type: string;
  content: string;
  ttl: number;
  priority?: number;
  proxied?: boolean;
  comment?: string | null;
}

export interface StubLoadBalancer {
  id: string;
  name: string;
  default_pools: string[];
  fallback_pool: string;
  steering_policy: string;
  session_affinity?: string;
  proxied: boolean;
  ttl?: number;
  random_steering?: { default_weight: number; pool_weights: Record<string, number> };
}

export const ZONE_ID = "0123456789abcdef0123456789abcdef";

export interface CloudflareStub extends Stub {
  records: StubRecord[];
  loadBalancers: StubLoadBalancer[];
  connection: Connection;
}

export function cloudflareError(status: number, code: number, message: string, headers: Record<string, string> = {}): StubAnswer {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ success: false, errors: [{ code, message }], messages: [], result: null }),
  };
}

export async function startCloudflare(zone: string, records: StubRecord[], loadBalancers: StubLoadBalancer[] = []): Promise<CloudflareStub> {
  let made = 0;
  const ok = (result: unknown, more: object = {}): StubAnswer => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ success: true, errors: [], messages: [], result, ...more }),
  });
  const list = (found: unknown[]) => ok(found, { result_info: { page: 1, per_page: 100, count: found.length, total_count: found.length, total_pages: 1 } });
  const batch = (body: { deletes?: { id: string }[]; puts?: StubRecord[]; posts?: StubRecord[] }): StubAnswer => {
    const after = new Map(stub.records.map((record) => [record.id, record]));
    for (const { id } of body.deletes ?? []) if (!after.delete(id)) return cloudflareError(404, 81_044, "Record does not exist.");
    for (const put of body.puts ?? []) {
      if (!after.has(put.id)) return cloudflareError(404, 81_044, "Record does not exist.");
      after.set(put.id, put);
    }
    for (const post of body.posts ?? []) after.set(`new-${++made}`, { ...post, id: `new-${made}` });
    stub.records = [...after.values()];
    return ok({});
  };
  const answer = (request: StubRequest): StubAnswer => {
    if (request.headers.authorization !== "Bearer only-for-this-stub") return cloudflareError(403, 9109, "Invalid access token");
    const path = request.path.replace(`/zones/${ZONE_ID}`, "");
    if (path === "") return ok({ id: ZONE_ID, name: zone, name_servers: [`ns1.${zone}`, `ns2.${zone}`] });
    if (path === "/dns_records") {
      const name = request.query.get("name.exact") ?? "";
      return list(Number(request.query.get("page") ?? 1) > 1 ? [] : stub.records.filter((record) => record.name === name));
    }
    if (path === "/dns_records/batch") return batch(JSON.parse(request.body));
    if (path === "/load_balancers") return list(stub.loadBalancers);
    const balancer = stub.loadBalancers.find((one) => path === `/load_balancers/${one.id}`);
    if (balancer === undefined) return cloudflareError(404, 1001, "Not found");
    if (request.method === "PATCH") Object.assign(balancer, JSON.parse(request.body));
    return ok(balancer);
  };
  const stub: CloudflareStub = Object.assign(await startStub(answer), {
    records,
    loadBalancers,
    connection: { key: "dns", kind: "cloudflare" as const, config: {}, secret: {} },
  });
  stub.connection = { key: "dns", kind: "cloudflare", config: { zone, zoneId: ZONE_ID, endpoint: stub.url }, secret: { apiToken: "only-for-this-stub" } };
  return stub;
}
