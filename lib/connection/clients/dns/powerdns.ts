import { type Connection, connectionConfig, type Egress, type EgressResponse } from "@/lib/connection/types";
import { canonicalValue, RECORD_TYPES, type RecordType } from "@/lib/core/dns-name";
import { messageOf } from "@/lib/core/errors";
import { type ChangeMark, DnsError, type DnsProvider, expectBefore, isSyntaxError, type RecordSet, retryAfter, type ZoneFacts } from "./provider";

/*
 * The HTTP interface of the PowerDNS authoritative server. It has no compare-and-swap: records are read, compared, written
 * and read back, and a remark beside them names the run and its epoch.
 */

const MAX_BYTES = 4_000_000;
const ACCOUNT = "switchyard";

interface Comment {
  content: string;
  account: string;
  modified_at?: number;
}

interface RrSet {
  name: string;
  type: string;
  ttl: number;
  records: { content: string; disabled: boolean }[];
  comments?: Comment[];
}

interface ZoneAnswer {
  kind?: string;
  rrsets?: RrSet[];
}

type Call = (method: "GET" | "PATCH", path: string, body?: unknown) => Promise<EgressResponse>;

function caller(connection: Connection, egress: Egress, now: () => Date, signal?: AbortSignal): Call {
  const config = connectionConfig.powerdns.parse(connection.config);
  const base = `${config.url.replace(/\/+$/, "")}/api/v1/servers/${config.server}`;
  return async (method, path, body) => {
    let response: EgressResponse;
    try {
      response = await egress.request({
        url: `${base}${path}`,
        method,
        headers: {
          "x-api-key": connection.secret.apiKey ?? "",
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        maxBytes: MAX_BYTES,
        ca: config.ca,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (error instanceof Error && error.name === "EgressRefused") throw new DnsError("refused", error.message);
      throw new DnsError("unclear", `PowerDNS: ${messageOf(error)}`);
    }
    if (response.status < 300) return response;
    throw failure(response, now());
  };
}

function failure(response: EgressResponse, now: Date): DnsError {
  const said = /"error"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(response.body)?.[1]?.slice(0, 300) ?? "";
  const text = `PowerDNS answered ${response.status}${said === "" ? "" : `: ${said}`}.`;
  if (response.status === 429) return new DnsError("busy", text, retryAfter(response.headers["retry-after"], now));
  if (response.status === 401 || response.status === 403) return new DnsError("refused", `${text} Check the API key.`);
  return new DnsError(response.status >= 500 ? "unclear" : "refused", text);
}

function isKnown(type: string): type is RecordType {
  return (RECORD_TYPES as readonly string[]).includes(type);
}

function readSet(found: RrSet, type: RecordType): RecordSet {
  const active = found.records.filter((record) => !record.disabled);
  const base = { name: found.name.toLowerCase().replace(/\.$/, ""), type, ttl: found.ttl };
  const hidden = active.length < found.records.length ? { obstacle: "it has disabled values, which a change would remove; enable or delete them first." } : {};
  try {
    return { ...base, values: active.map((record) => canonicalValue(type, record.content)).sort(), ...hidden };
  } catch (error) {
    if (!isSyntaxError(error)) throw error;
    return { ...base, values: active.map((record) => record.content).sort(), obstacle: `its present value is not understood: ${error.message}` };
  }
}

/** Records through a PowerDNS server's HTTP interface. */
export function powerdnsProvider(connection: Connection, egress: Egress, now: () => Date, signal?: AbortSignal): DnsProvider {
  const call = caller(connection, egress, now, signal);
  const config = connectionConfig.powerdns.parse(connection.config);

  async function zoneOf(zone: string, name: string): Promise<RrSet[]> {
    const response = await call("GET", `/zones/${zone}.?${new URLSearchParams({ rrset_name: `${name}.` })}`);
    // Older servers give the whole zone whatever is asked for.
    return ((JSON.parse(response.body) as ZoneAnswer).rrsets ?? []).filter((set) => set.name.toLowerCase() === `${name}.`);
  }

  return {
    compareAndSwap: false,
    minTtl: 0,
    types: RECORD_TYPES,
    guard: "Read, compare, write, read back: PowerDNS cannot refuse by itself to overwrite a change made in between. Run and epoch are noted in a comment.",
    zoneFacts: async (zone): Promise<ZoneFacts> => {
      const { kind } = JSON.parse((await call("GET", `/zones/${zone}.?rrsets=false`)).body) as ZoneAnswer;
      const own = (await zoneOf(zone, zone)).find((set) => set.type === "NS");
      const problems = /^(slave|secondary|consumer)$/i.test(kind ?? "") ? [`The zone is a copy (${kind}): change it on its primary server.`] : [];
      return { nameservers: config.nameservers ?? (own?.records ?? []).map((record) => record.content.toLowerCase().replace(/\.$/, "")), problems };
    },
    read: async (zone, name, types) =>
      (await zoneOf(zone, name)).flatMap((set) => (isKnown(set.type) && types.includes(set.type) && set.records.length > 0 ? [readSet(set, set.type)] : [])),
    change: async (zone, changes, mark) => {
      const present = new Map<string, RrSet>();
      for (const name of new Set(changes.map((change) => change.name))) for (const set of await zoneOf(zone, name)) present.set(`${name} ${set.type}`, set);
      const found = (change: { name: string; type: RecordType }) => present.get(`${change.name} ${change.type}`);
      expectBefore(changes, (change) => {
        const set = found(change);
        return set === undefined || set.records.length === 0 ? null : readSet(set, change.type);
      });
      const rrsets = changes.map(({ name, type, after }) =>
        after === null
          ? { name: `${name}.`, type, changetype: "DELETE" }
          : {
              name: `${name}.`,
              type,
              ttl: after.ttl,
              changetype: "REPLACE",
              records: after.values.map((content) => ({ content, disabled: false })),
              comments: [...(found({ name, type })?.comments ?? []).filter((one) => one.account !== ACCOUNT), remark(mark, now())],
            },
      );
      // Removals first: a CNAME and other records of a name cannot be there together.
      await call("PATCH", `/zones/${zone}.`, {
        rrsets: [...rrsets.filter((set) => set.changetype === "DELETE"), ...rrsets.filter((set) => set.changetype !== "DELETE")],
      });
    },
  };
}

function remark(mark: ChangeMark, now: Date): Comment {
  return { content: `run ${mark.runId}, epoch ${mark.epoch}`, account: ACCOUNT, modified_at: Math.floor(now.getTime() / 1_000) };
}
