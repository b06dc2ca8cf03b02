import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEgress } from "@/lib/connection/egress";
import type { Connection } from "@/lib/connection/types";
import { claimPorts } from "@/lib/free-ports";
import { Children } from "@/lib/practice/children";
import { addPowerdnsZone, type PracticeRecord, startPowerdns } from "@/lib/practice/dns-servers";
import { BIND_KEY, type BindSettings, startBind, zoneFile } from "./bind";

/* Real DNS servers for tests, on free loopback ports; they end with the test process. */

export const ZONE = "example.test";
export const egress = createEgress({ allowLoopback: true });
export const NOW = () => new Date();

/** What both kinds of servers serve at the start. */
export const RECORDS: PracticeRecord[] = [
  { name: `www.${ZONE}`, type: "A", ttl: 3600, values: ["192.0.2.10"] },
  { name: `quick.${ZONE}`, type: "A", ttl: 2, values: ["192.0.2.10"] },
  { name: `alias.${ZONE}`, type: "CNAME", ttl: 60, values: [`www.${ZONE}.`] },
  { name: `text.${ZONE}`, type: "TXT", ttl: 60, values: ['"v=spf1 " "-all"'] },
  { name: `*.wild.${ZONE}`, type: "A", ttl: 60, values: ["192.0.2.1"] },
  { name: `child.${ZONE}`, type: "NS", ttl: 60, values: ["ns.elsewhere.test."] },
];

export class DnsLab {
  readonly dir = mkdtempSync(join(tmpdir(), "dns-test-"));
  readonly children = new Children(this.dir, () => undefined);
  private count = 0;

  /** A PowerDNS server with the zone, as a connection. */
  async powerdns(records = RECORDS): Promise<{ connection: Connection; dnsPort: number; apiPort: number }> {
    const name = `pdns-${++this.count}`;
    const { dns, api } = await claimPorts(["dns", "api"]);
    const apiKey = randomBytes(12).toString("hex");
    const settings = { dir: join(this.dir, name), dnsPort: dns, apiPort: api, apiKey };
    await startPowerdns(this.children, name, settings);
    await addPowerdnsZone(settings, ZONE, [`ns1.${ZONE}`, `ns2.${ZONE}`], records);
    const config = { url: `http://127.0.0.1:${api}`, server: "localhost", zones: [ZONE], nameservers: [`127.0.0.1:${dns}`] };
    return { connection: { key: "dns", kind: "powerdns", config, secret: { apiKey } }, dnsPort: dns, apiPort: api };
  }

  /** A BIND server with the zone, as a connection for signed updates. */
  async bind(more: Partial<BindSettings> = {}, records = RECORDS): Promise<{ connection: Connection; port: number }> {
    const name = `named-${++this.count}`;
    const { dns } = await claimPorts(["dns"]);
    const dir = join(this.dir, name);
    mkdirSync(dir);
    writeFileSync(join(dir, "zone"), zoneFile(ZONE, records));
    const keySecret = randomBytes(32).toString("base64");
    await startBind(this.children, name, { dir, port: dns, keySecret, zones: [{ name: ZONE, file: join(dir, "zone") }], ...more });
    const config = { host: "127.0.0.1", port: dns, zones: [ZONE], keyName: BIND_KEY, algorithm: "hmac-sha256", nameservers: [`127.0.0.1:${dns}`] };
    return { connection: { key: "dns", kind: "rfc2136", config, secret: { key: keySecret } }, port: dns };
  }

  async stop(): Promise<void> {
    await this.children.stopAll();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
