import { type Connection, type ConnectionKind, DNS_KINDS } from "@/lib/connection/types";
import type { StepContext } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";
import type { TrafficAdapter } from "./adapter";
import { definite } from "./answer";
import { cloudflareTraffic } from "./cloudflare";
import { haproxyTraffic } from "./haproxy";
import { route53Traffic } from "./route53";

export const TRAFFIC_KINDS: readonly ConnectionKind[] = ["haproxy", ...DNS_KINDS];

/** Ways that have no weights: they say so, and every use of them is refused before a run starts. */
function withoutWeights(title: string, refusal: string): TrafficAdapter {
  const refuse = async () => {
    throw definite(refusal);
  };
  return {
    title,
    capabilities: { refusal, measures: false, volatile: false, guard: "" },
    checks: async () => [],
    read: refuse,
    rounded: () => ({ percent: null, weights: { old: 0, new: 0 } }),
    set: refuse,
    unready: async () => null,
    counts: async () => null,
    unsettled: async () => null,
    durable: null,
  };
}

/** The way of a step for its traffic, by the kind of its connection. @throws Error (definite) for names that are none */
export async function openTraffic(step: StepOf<"traffic.set">, context: StepContext): Promise<{ connection: Connection; adapter: TrafficAdapter }> {
  const connection = await context.connection(step.with.connection, ...TRAFFIC_KINDS);
  return { connection, adapter: await adapterOf(connection, step, context) };
}

async function adapterOf(connection: Connection, step: StepOf<"traffic.set">, context: StepContext): Promise<TrafficAdapter> {
  switch (connection.kind) {
    case "haproxy":
      return haproxyTraffic(connection, step.with, context);
    case "route53":
      return await route53Traffic(connection, step.with, context);
    case "cloudflare":
      return await cloudflareTraffic(connection, step.with, context);
    default:
      return withoutWeights(
        connection.kind,
        `Records changed by ${connection.kind === "powerdns" ? "PowerDNS" : "dynamic updates"} have no weights: traffic can only be moved as a whole, with dns.set.`,
      );
  }
}
