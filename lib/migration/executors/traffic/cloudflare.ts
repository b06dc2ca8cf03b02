import { type Cloudflare, clear, openCloudflare } from "@/lib/connection/clients/dns/cloudflare";
import type { Connection } from "@/lib/connection/types";
import { canonicalName, isInZone } from "@/lib/core/dns-name";
import { messageOf } from "@/lib/core/errors";
import type { PreflightCheck, StepContext } from "@/lib/migration/executors/types";
import { type Share, shareOf, type TrafficAdapter } from "./adapter";
import { definite } from "./answer";

/* Two pools of one Cloudflare load balancer with random steering, by pool weights in hundredths. */

const POOL = /^[0-9a-f]{32}$/;
/** Seconds that an unproxied load balancer's answer is kept where it names no TTL. */
const DEFAULT_TTL_S = 30;

export interface CloudflareTarget {
  /** Host name of the load balancer. */
  backend: string;
  /** Ids of both pools. */
  oldServer: string;
  newServer: string;
}

type Balancer = Awaited<ReturnType<Cloudflare["client"]["loadBalancers"]["get"]>>;

const hundredth = (value: number) => Math.round(value * 100) / 100;

/** Weights of both pools; one that has none of its own has the default. */
function readShare(balancer: Balancer, target: CloudflareTarget): Share {
  const { default_weight = 1, pool_weights = {} } = balancer.random_steering ?? {};
  return shareOf({ old: pool_weights[target.oldServer] ?? default_weight, new: pool_weights[target.newServer] ?? default_weight });
}

function rounded(percent: number): Share {
  const fresh = hundredth(percent / 100);
  return shareOf({ old: hundredth(1 - fresh), new: fresh });
}

function checksOf(balancer: Balancer, target: CloudflareTarget): PreflightCheck[] {
  const pools = (balancer.default_pools ?? []) as string[];
  const lacking = [target.oldServer, target.newServer].filter((id) => !pools.includes(id));
  const checks: PreflightCheck[] = [];
  const fix = "Change the load balancer at Cloudflare first.";
  checks.push(
    lacking.length === 0
      ? { name: "pools", level: "pass", message: `The load balancer has both pools among ${pools.length}.` }
      : { name: "pools", level: "block", message: `The load balancer has no pool ${lacking.join(" and ")}.`, fix },
  );
  checks.push(
    balancer.steering_policy === "random"
      ? { name: "steering", level: "pass", message: "The load balancer chooses pools by weight (random steering)." }
      : { name: "steering", level: "block", message: `The load balancer steers by "${balancer.steering_policy || "off"}", where weights do nothing.`, fix },
  );
  if (pools.length > 2)
    checks.push({ name: "other pools", level: "warn", message: `${pools.length - 2} more pools keep their weights, and with them a share of the traffic.` });
  if (balancer.session_affinity !== undefined && balancer.session_affinity !== "none" && String(balancer.session_affinity) !== "")
    checks.push({ name: "sessions", level: "warn", message: "Session affinity is on: users who were on a pool stay there, whatever the weights say." });
  return checks;
}

/** @throws Error (definite) when the name has no load balancer: plain DNS records have no weights */
async function findBalancer(open: Cloudflare, name: string): Promise<Balancer> {
  const id = await clear(open, async () => {
    for await (const one of open.client.loadBalancers.list({ zone_id: open.zoneId })) if (one.name?.toLowerCase() === name) return one.id ?? null;
    return null;
  });
  if (id === null)
    throw definite(
      `${name} has no load balancer at Cloudflare, and plain DNS records there have no weights: traffic can only be moved as a whole, with dns.set.`,
    );
  return await clear(open, () => open.client.loadBalancers.get(id, { zone_id: open.zoneId }));
}

export async function cloudflareTraffic(connection: Connection, target: CloudflareTarget, context: StepContext): Promise<TrafficAdapter> {
  const open = await openCloudflare(connection, context.egress, context.now, context.signal);
  let name: string;
  try {
    name = canonicalName(target.backend);
  } catch (error) {
    throw definite(messageOf(error));
  }
  if (!isInZone(name, open.zone)) throw definite(`${name} is not in the zone ${open.zone} of the connection.`);
  for (const id of [target.oldServer, target.newServer])
    if (!POOL.test(id)) throw definite(`"${id.slice(0, 40)}" is no id of a pool: 32 digits and letters a to f.`);
  if (target.oldServer === target.newServer) throw definite("Old and new pool are the same.");

  async function set(percent: number, log: (line: string) => void) {
    const balancer = await findBalancer(open, name);
    const wanted = rounded(percent);
    const { default_weight = 1, pool_weights = {} } = balancer.random_steering ?? {};
    const weights = { ...pool_weights, [target.oldServer]: wanted.weights.old, [target.newServer]: wanted.weights.new };
    await clear(open, () =>
      open.client.loadBalancers.edit(balancer.id ?? "", { zone_id: open.zoneId, random_steering: { default_weight, pool_weights: weights } }),
    );
    log(`${name}: pool weights ${wanted.weights.old} and ${wanted.weights.new}`);
    const after = await findBalancer(open, name);
    const share = readShare(after, target);
    if (share.weights.old !== wanted.weights.old || share.weights.new !== wanted.weights.new)
      throw new Error(
        `Cloudflare has pool weights ${share.weights.old}/${share.weights.new} after they were set to ${wanted.weights.old}/${wanted.weights.new}.`,
      );
    return { share, settling: after.proxied === true ? {} : { ttl: after.ttl ?? DEFAULT_TTL_S } };
  }

  return {
    title: "Cloudflare",
    capabilities: {
      refusal: null,
      measures: false,
      volatile: false,
      guard: "Read, set, read back: Cloudflare cannot refuse by itself to overwrite a change made in between.",
    },
    checks: async () => checksOf(await findBalancer(open, name), target),
    read: async () => readShare(await findBalancer(open, name), target),
    rounded,
    set,
    unready: async () => null,
    counts: async () => null,
    unsettled: async ({ ttl = 0 }, since) => {
      const left = ttl * 1_000 - since;
      return left > 0 ? `resolvers may use the former weights for ${Math.ceil(left / 1_000)} s more (TTL)` : null;
    },
    durable: null,
  };
}
