import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Children } from "@/lib/practice/children";
import type { PracticeRecord } from "@/lib/practice/dns-servers";
import { findProgram } from "@/lib/practice/packages";

/* BIND on loopback: a primary server that takes signed updates, or a resolver that forwards and keeps answers. */

const HOST = "127.0.0.1";

export interface BindSettings {
  dir: string;
  port: number;
  /** Secret of the key `switchyard.`, in base64. */
  keySecret: string;
  zones: { name: string; file: string }[];
  /** Zones it asks another server for and keeps for as long as their TTL allows: it is a resolver then. */
  forward?: { zone: string; port: number }[];
  /** Further lines inside the zone blocks, such as an `update-policy`. */
  policy?: string;
}

export const BIND_KEY = "switchyard";

function bindConfig(s: BindSettings): string {
  const resolver = (s.forward ?? []).length > 0;
  return `key "${BIND_KEY}" { algorithm hmac-sha256; secret "${s.keySecret}"; };
key "reader" { algorithm hmac-sha256; secret "${s.keySecret}"; };
options {
  directory "${s.dir}";
  pid-file "${join(s.dir, "named.pid")}";
  session-keyfile "${join(s.dir, "session.key")}";
  listen-on port ${s.port} { ${HOST}; };
  listen-on-v6 { none; };
  recursion ${resolver ? "yes" : "no"};
  dnssec-validation no;
  notify no;
  max-cache-ttl 604800;
};
controls { };
${s.zones.map((zone) => `zone "${zone.name}" { type primary; file "${zone.file}"; ${s.policy ?? `allow-update { key "${BIND_KEY}"; };`} };`).join("\n")}
${(s.forward ?? []).map((one) => `zone "${one.zone}" { type forward; forward only; forwarders { ${HOST} port ${one.port}; }; };`).join("\n")}
`;
}

/** Starts BIND in the foreground; resolves when it says that it runs. */
export async function startBind(children: Children, name: string, s: BindSettings): Promise<void> {
  const program = findProgram("named");
  if (program === null) throw new Error("named was not found: install the Debian package bind9.");
  writeFileSync(join(s.dir, "named.conf"), bindConfig(s), { mode: 0o600 });
  children.start(name, program, ["-g", "-c", join(s.dir, "named.conf"), "-n", "1"], { onParentDeath: "SIGTERM" });
  const end = Date.now() + 20_000;
  while (!/\brunning$/m.test(children.tail(name, 400))) {
    if (Date.now() > end) throw new Error(`${name} did not start.\n${children.tail(name, 20)}`);
    await sleep(50);
  }
}

/** A zone file: two servers, a short negative TTL, and records. */
export function zoneFile(zone: string, records: PracticeRecord[]): string {
  const lines = records.flatMap(({ name, type, ttl, values }) => values.map((value) => `${name}. ${ttl} IN ${type} ${value}`));
  return `$TTL 60
${zone}. 60 IN SOA ns1.${zone}. hostmaster.${zone}. 1 3600 600 86400 5
${zone}. 60 IN NS ns1.${zone}.
${zone}. 60 IN NS ns2.${zone}.
ns1.${zone}. 60 IN A ${HOST}
ns2.${zone}. 60 IN A ${HOST}
${lines.join("\n")}
`;
}
