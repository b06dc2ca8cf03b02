import { type Connection, connectionConfig, type Egress, type EgressRequest } from "@/lib/connection/types";
import { canonicalValue, type RecordType, writtenValue } from "@/lib/core/dns-name";
import { messageOf } from "@/lib/core/errors";
import { type ChangeMark, DnsError, type DnsProvider, expectBefore, isSyntaxError, type RecordChange, type RecordSet, retryAfter } from "./provider";

/*
 * Cloudflare DNS and load balancers through the official client, loaded only when a connection of the kind is opened.
 * Every request leaves by the guarded way out. The service has no compare-and-swap: records are read, compared, changed in
 * one batch and read back.
 */

const MAX_BYTES = 4_000_000;
const TYPES = ["A", "AAAA", "CNAME", "MX", "TXT"] as const satisfies readonly RecordType[];
/** Seconds that the service's TTL of 1, "automatic", means. */
const AUTOMATIC_S = 300;
const REMARK = /^switchyard run /;

async function load() {
  const [{ createClient }, { BaseRecords }, { BaseLoadBalancers }, { BaseZones }] = await Promise.all([
    import("cloudflare/tree-shakable"),
    import("cloudflare/resources/dns/records"),
    import("cloudflare/resources/load-balancers/load-balancers"),
    import("cloudflare/resources/zones/zones"),
  ]);
  const resources = [BaseRecords, BaseLoadBalancers, BaseZones] as const;
  return { create: (options: Omit<Parameters<typeof createClient>[0], "resources">) => createClient({ ...options, resources }) };
}

export type CloudflareClient = ReturnType<Awaited<ReturnType<typeof load>>["create"]>;

/** An open Cloudflare connection. */
export interface Cloudflare {
  client: CloudflareClient;
  zone: string;
  zoneId: string;
  now: () => Date;
}

/** `fetch` as the client wants it, on our own way out (R-SEC-13). */
function fetchOn(egress: Egress, ca: string | undefined, signal: AbortSignal | undefined) {
  return async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const answer = await egress.request({
      url: input instanceof Request ? input.url : String(input),
      method: (init.method ?? "GET").toUpperCase() as NonNullable<EgressRequest["method"]>,
      headers: Object.fromEntries(new Headers(init.headers).entries()),
      ...(typeof init.body === "string" ? { body: init.body } : {}),
      maxBytes: MAX_BYTES,
      ca,
      ...(signal === undefined ? {} : { signal }),
    });
    return new Response(answer.status === 204 ? null : answer.body, { status: answer.status, headers: answer.headers });
  };
}

/** Opens the official client. Retries are the engine's business, so the client makes none. */
export async function openCloudflare(connection: Connection, egress: Egress, now: () => Date, signal?: AbortSignal): Promise<Cloudflare> {
  const config = connectionConfig.cloudflare.parse(connection.config);
  const { create } = await load();
  const client = create({
    apiToken: connection.secret.apiToken ?? "",
    // Nothing comes from the environment of the process.
    apiKey: null,
    apiEmail: null,
    userServiceKey: null,
    ...(config.endpoint === undefined ? {} : { baseURL: config.endpoint }),
    maxRetries: 0,
    fetch: fetchOn(egress, config.ca, signal),
  });
  return { client, zone: config.zone, zoneId: config.zoneId, now };
}

/** The service's errors as ours. */
export async function clear<T>(open: Cloudflare, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DnsError) throw error;
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    if (cause instanceof Error && cause.name === "EgressRefused") throw new DnsError("refused", cause.message);
    const { status, headers } = (error ?? {}) as { status?: number; headers?: Headers };
    const text = `Cloudflare: ${messageOf(status === undefined ? cause : error).slice(0, 500)}`;
    if (status === 429) throw new DnsError("busy", text, retryAfter(headers?.get("retry-after") ?? undefined, open.now()));
    throw new DnsError(status !== undefined && status >= 400 && status < 500 ? "refused" : "unclear", text);
  }
}

/** A record as the service gives it, as far as it is used here. */
interface RawRecord {
  id: string;
  name: string;
  type: string;
  content: string;
  ttl: number;
  priority?: number;
  proxied?: boolean;
  comment?: string | null;
}

function isKnown(type: string): type is (typeof TYPES)[number] {
  return (TYPES as readonly string[]).includes(type);
}

function fromService(type: RecordType, raw: RawRecord): string {
  if (type === "MX") return canonicalValue(type, `${raw.priority ?? 0} ${raw.content}`);
  // Texts written without quotes come back without them.
  if (type === "TXT" && !raw.content.startsWith('"')) return writtenValue(type, raw.content);
  return canonicalValue(type, raw.content);
}

/** The fields of a value; names without their dot, as the service writes them. */
function toService(type: RecordType, value: string): { content: string; priority?: number } {
  if (type === "CNAME") return { content: value.replace(/\.$/, "") };
  if (type !== "MX") return { content: value };
  const [priority, target = ""] = value.split(" ");
  return { content: target.replace(/\.$/, ""), priority: Number(priority) };
}

function readSet(name: string, type: RecordType, raw: readonly RawRecord[]): RecordSet {
  const ttl = raw[0]?.ttl ?? 0;
  const proxied = raw.some((record) => record.proxied === true);
  const base = { name, type, ttl, ...(ttl === 1 ? { cachedFor: AUTOMATIC_S } : {}), ...(proxied ? { proxied: true } : {}) };
  if (raw.some((record) => (record.proxied === true) !== proxied)) return { ...base, values: [], obstacle: "some of its values are proxied and some are not." };
  try {
    return { ...base, values: raw.map((record) => fromService(type, record)).sort() };
  } catch (error) {
    if (!isSyntaxError(error)) throw error;
    return { ...base, values: raw.map((record) => record.content).sort(), obstacle: `its present value is not understood: ${error.message}` };
  }
}

async function rawOf(open: Cloudflare, name: string): Promise<RawRecord[]> {
  return await clear(open, async () => {
    const found: RawRecord[] = [];
    for await (const record of open.client.dns.records.list({ zone_id: open.zoneId, name: { exact: name }, per_page: 100 })) {
      if (record.name.toLowerCase() === name) found.push(record as RawRecord);
    }
    return found;
  });
}

const ofType = (records: readonly RawRecord[], type: string) => records.filter((record) => record.type === type);

/** One batch: values that stay keep their record, others are taken over, removed or added. */
function batchOf(changes: readonly RecordChange[], present: (change: RecordChange) => RawRecord[], mark: ChangeMark) {
  const deletes: { id: string }[] = [];
  const puts: Record<string, unknown>[] = [];
  const posts: Record<string, unknown>[] = [];
  for (const change of changes) {
    const old = present(change);
    const values = change.after?.values ?? [];
    const fields = (value: string, record: RawRecord | undefined) => ({
      name: change.name,
      type: change.type,
      ttl: change.after?.ttl ?? 1,
      ...toService(change.type, value),
      ...(change.before?.proxied === true || change.after?.proxied === true ? { proxied: true } : {}),
      // A remark of a person stays; only an empty one or our own is written over.
      comment:
        record?.comment == null || record.comment === "" || REMARK.test(record.comment) ? `switchyard run ${mark.runId} epoch ${mark.epoch}` : record.comment,
    });
    values.forEach((value, index) => {
      const record = old[index];
      if (record === undefined) posts.push(fields(value, undefined));
      else puts.push({ id: record.id, ...fields(value, record) });
    });
    for (const record of old.slice(values.length)) deletes.push({ id: record.id });
  }
  return { deletes, puts, posts };
}

/** Records of one zone. */
export function cloudflareProvider(open: Cloudflare, nameservers: readonly string[] | undefined): DnsProvider {
  return {
    compareAndSwap: false,
    minTtl: 30,
    types: TYPES,
    guard:
      "Read, compare, one batch, read back: Cloudflare cannot refuse by itself to overwrite a change made in between. Run and epoch are noted in the record's comment.",
    zoneFacts: async () => {
      const facts = await clear(open, () => open.client.zones.get({ zone_id: open.zoneId }));
      const problems = facts.name === open.zone ? [] : [`The zone id belongs to ${facts.name}, not to ${open.zone}.`];
      return { nameservers: [...(nameservers ?? facts.name_servers ?? [])], problems };
    },
    read: async (_zone, name, types) => {
      const raw = await rawOf(open, name);
      return [...new Set(raw.map((record) => record.type))].flatMap((type) =>
        isKnown(type) && types.includes(type) ? [readSet(name, type, ofType(raw, type))] : [],
      );
    },
    change: async (_zone, changes, mark) => {
      const names = new Map<string, RawRecord[]>();
      for (const name of new Set(changes.map((change) => change.name))) names.set(name, await rawOf(open, name));
      const present = (change: RecordChange) => ofType(names.get(change.name) ?? [], change.type);
      expectBefore(changes, (change) => (present(change).length === 0 ? null : readSet(change.name, change.type, present(change))));
      const batch = batchOf(changes, present, mark);
      // The fields are put together by type above; the client's union of twenty record shapes cannot follow that.
      await clear(open, () =>
        open.client.dns.records.batch({ zone_id: open.zoneId, ...batch } as unknown as Parameters<typeof open.client.dns.records.batch>[0]),
      );
    },
  };
}
