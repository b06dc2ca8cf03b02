import type { PracticeSite } from "@/lib/practice/types";

/* The zones that the example plans change, on the practice name server. */

const ZONES: Record<string, { name: string; content: string }> = {
  "apexmediation.com": { name: "www.apexmediation.com.", content: "old.apexmediation.com." },
  "venturenudge.com": { name: "www.venturenudge.com.", content: "vercel.venturenudge.com." },
};

/** Seconds: short enough to wait an old answer out in a rehearsal. */
const TTL = 2;

/** Names of the zones, without the last dot. */
export const EXAMPLE_ZONES = Object.keys(ZONES);

/** Makes the zones as they are before a migration; one that is there is left as it is. @throws Error when one is refused */
export async function makeExampleZones(dns: NonNullable<PracticeSite["dns"]>): Promise<void> {
  for (const [zone, record] of Object.entries(ZONES)) {
    const response = await fetch(`${dns.url}/api/v1/servers/localhost/zones`, {
      method: "POST",
      headers: { "x-api-key": dns.apiKey, "content-type": "application/json" },
      body: JSON.stringify({
        name: `${zone}.`,
        kind: "Native",
        nameservers: [`ns.${zone}.`],
        rrsets: [
          { name: `ns.${zone}.`, type: "A", ttl: TTL, changetype: "REPLACE", records: [{ content: "127.0.0.1", disabled: false }] },
          { name: record.name, type: "CNAME", ttl: TTL, changetype: "REPLACE", records: [{ content: record.content, disabled: false }] },
        ],
      }),
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok && response.status !== 409) throw new Error(`The zone ${zone} was refused: ${response.status} ${await response.text()}`);
  }
}
