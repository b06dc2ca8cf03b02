import { poolerOf } from "@/lib/migration/executors/move/testing/following";
import { giveIdentities } from "@/lib/migration/executors/move/testing/site";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";

/* A practice site under the names that the example plans give their connections, and the zones they change. */

export interface Bound {
  key: string;
  kind: string;
  config: Record<string, unknown>;
  secret: Record<string, string>;
}

function database(key: string, kind: "postgres" | "pgbouncer", found: PracticeDatabase | null, more: Record<string, unknown> = {}): Bound {
  if (found === null) throw new Error(`The practice site has nothing for ${key}.`);
  const { host, port, user, database: name, password } = found;
  return { key, kind, config: { host, port, user, database: name, sslmode: "disable", ...more }, secret: { password } };
}

/** Records of the zones before a migration, with a TTL that a test can wait out. */
const ZONES: Record<string, { name: string; content: string }> = {
  "apexmediation.com.": { name: "www.apexmediation.com.", content: "old.apexmediation.com." },
  "venturenudge.com.": { name: "www.venturenudge.com.", content: "vercel.venturenudge.com." },
};
const OLD_TTL = 2;

async function makeZones(dns: NonNullable<PracticeSite["dns"]>): Promise<void> {
  for (const [zone, record] of Object.entries(ZONES)) {
    const response = await fetch(`${dns.url}/api/v1/servers/localhost/zones`, {
      method: "POST",
      headers: { "x-api-key": dns.apiKey, "content-type": "application/json" },
      body: JSON.stringify({
        name: zone,
        kind: "Native",
        nameservers: [`ns.${zone}`],
        rrsets: [
          { name: `ns.${zone}`, type: "A", ttl: OLD_TTL, changetype: "REPLACE", records: [{ content: "127.0.0.1", disabled: false }] },
          { name: record.name, type: "CNAME", ttl: OLD_TTL, changetype: "REPLACE", records: [{ content: record.content, disabled: false }] },
        ],
      }),
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`The zone ${zone} was refused: ${response.status} ${await response.text()}`);
  }
}

/** Makes the site what the examples expect; returns its connections. */
export async function bindExamples(site: PracticeSite): Promise<Bound[]> {
  const { dns, haproxy, urls } = site;
  if (dns === null || haproxy === null || urls.prometheus === null) throw new Error("The practice site lacks DNS, HAProxy or Prometheus.");
  await makeZones(dns);
  await giveIdentities(site);
  const pooler = poolerOf(site);
  return [
    database("source-db", "postgres", site.sourceMover),
    database("target-db", "postgres", site.targetMover),
    database("pooler", "pgbouncer", pooler.console, { configFile: pooler.configFile }),
    { key: "load-balancer", kind: "haproxy", config: { address: haproxy.address }, secret: {} },
    {
      key: "dns",
      kind: "powerdns",
      config: { url: dns.url, zones: Object.keys(ZONES).map((zone) => zone.slice(0, -1)), nameservers: [dns.nameserver] },
      secret: { apiKey: dns.apiKey },
    },
    { key: "metrics", kind: "prometheus", config: { url: urls.prometheus }, secret: {} },
  ];
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
