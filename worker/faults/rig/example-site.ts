import { setTimeout as sleep } from "node:timers/promises";
import type { GuardSpec } from "@/lib/migration/types";
import type { PracticeSite } from "@/lib/practice/types";
import { practiceConnections, readyForExamples } from "@/prisma/seed/practice-connections";

/* A practice site as the demo gives it to the example plans, and what its name server says. */

/** Makes the site what the examples expect; returns its connections. */
export async function bindExamples(site: PracticeSite): Promise<ReturnType<typeof practiceConnections>> {
  if (site.dns === null || site.haproxy === null || site.pgbouncer === null || site.urls.prometheus === null)
    throw new Error("The practice site lacks DNS, HAProxy, PgBouncer or Prometheus.");
  await readyForExamples(site);
  return practiceConnections(site, "mover");
}

/** Waits until every query of the guards gives a number: a site that was just started has not been measured twice yet. */
export async function untilMeasured(site: PracticeSite, guards: readonly GuardSpec[], limitMs = 120_000): Promise<void> {
  const end = Date.now() + limitMs;
  for (const { source } of guards) {
    if (source.type !== "promql") continue;
    const url = `${site.urls.prometheus}/api/v1/query?${new URLSearchParams({ query: source.query })}`;
    for (;;) {
      const answer = (await (await fetch(url, { signal: AbortSignal.timeout(10_000) })).json()) as { data?: { result?: unknown[] } };
      if ((answer.data?.result?.length ?? 0) > 0) break;
      if (Date.now() > end) throw new Error(`Prometheus has no number for ${source.query}`);
      await sleep(500);
    }
  }
}

/** What the authoritative server has for a name. */
export async function recordOf(dns: NonNullable<PracticeSite["dns"]>, zone: string, name: string): Promise<{ ttl: number; values: string[] } | null> {
  const response = await fetch(`${dns.url}/api/v1/servers/localhost/zones/${zone}.`, {
    headers: { "x-api-key": dns.apiKey },
    signal: AbortSignal.timeout(10_000),
  });
  const body = (await response.json()) as { rrsets: { name: string; type: string; ttl: number; records: { content: string }[] }[] };
  const found = body.rrsets.find((set) => set.name === `${name}.` && set.type === "CNAME");
  return found === undefined ? null : { ttl: found.ttl, values: found.records.map((record) => record.content) };
}
