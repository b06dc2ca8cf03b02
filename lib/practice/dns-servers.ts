import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Children } from "./children";
import { findProgram, POWERDNS_TABLES } from "./packages";

/* An authoritative DNS server on loopback: PowerDNS with its HTTP interface. */

const HOST = "127.0.0.1";

export interface PowerdnsSettings {
  dir: string;
  dnsPort: number;
  apiPort: number;
  apiKey: string;
}

export function powerdnsConfig(s: PowerdnsSettings): string {
  return `launch=gsqlite3
gsqlite3-database=${join(s.dir, "pdns.sqlite3")}
local-address=${HOST}
local-port=${s.dnsPort}
socket-dir=${s.dir}
webserver=yes
webserver-address=${HOST}
webserver-port=${s.apiPort}
webserver-allow-from=${HOST}
api=yes
api-key=${s.apiKey}
daemon=no
guardian=no
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
loglevel=4
`;
}

async function makeTables(file: string): Promise<void> {
  const schema = POWERDNS_TABLES.find((path) => existsSync(path));
  if (schema === undefined) throw new Error("The tables of PowerDNS's SQLite backend were not found: install the Debian package pdns-backend-sqlite3.");
  // Known to Node from version 22.5; loaded here so that everything else runs without it.
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(file);
  try {
    database.exec(readFileSync(schema, "utf8"));
  } finally {
    database.close();
  }
}

/** Starts PowerDNS with no zones in it; resolves when its interface answers. */
export async function startPowerdns(children: Children, name: string, s: PowerdnsSettings): Promise<void> {
  const program = findProgram("pdns_server");
  if (program === null) throw new Error("pdns_server was not found: install the Debian package pdns-server.");
  rmSync(s.dir, { recursive: true, force: true });
  mkdirSync(s.dir, { recursive: true, mode: 0o700 });
  writeFileSync(join(s.dir, "pdns.conf"), powerdnsConfig(s), { mode: 0o600 });
  await makeTables(join(s.dir, "pdns.sqlite3"));
  children.start(name, program, [`--config-dir=${s.dir}`], { onParentDeath: "SIGTERM" });
  const end = Date.now() + 120_000;
  for (;;) {
    const response = await fetch(`http://${HOST}:${s.apiPort}/api/v1/servers`, { headers: { "x-api-key": s.apiKey } }).catch(() => null);
    if (response?.ok === true) return;
    if (Date.now() > end) throw new Error(`${name} did not answer.\n${children.tail(name)}`);
    await sleep(50);
  }
}

export interface PracticeRecord {
  name: string;
  type: string;
  ttl: number;
  values: string[];
}

/** Makes a zone with its servers and records. Names are fully qualified, without the dot at their end. */
export async function addPowerdnsZone(
  s: Pick<PowerdnsSettings, "apiPort" | "apiKey">,
  zone: string,
  nameservers: string[],
  records: PracticeRecord[],
): Promise<void> {
  const response = await fetch(`http://${HOST}:${s.apiPort}/api/v1/servers/localhost/zones`, {
    method: "POST",
    headers: { "x-api-key": s.apiKey, "content-type": "application/json" },
    body: JSON.stringify({
      name: `${zone}.`,
      kind: "Native",
      nameservers: nameservers.map((name) => `${name}.`),
      rrsets: records.map(({ name, type, ttl, values }) => ({ name: `${name}.`, type, ttl, records: values.map((content) => ({ content, disabled: false })) })),
    }),
  });
  if (!response.ok) throw new Error(`PowerDNS did not take the zone ${zone}: ${(await response.text()).slice(0, 300)}`);
}

/** The practice zone: what a step may change in it leads to this machine only. */
export const PRACTICE_ZONE = "practice.test";
export const PRACTICE_RECORDS: readonly PracticeRecord[] = [
  { name: `www.${PRACTICE_ZONE}`, type: "A", ttl: 5, values: ["127.0.0.1"] },
  { name: `api.${PRACTICE_ZONE}`, type: "CNAME", ttl: 5, values: [`www.${PRACTICE_ZONE}.`] },
  { name: `ns1.${PRACTICE_ZONE}`, type: "A", ttl: 300, values: ["127.0.0.1"] },
  { name: PRACTICE_ZONE, type: "TXT", ttl: 300, values: ['"v=spf1 -all"'] },
];
