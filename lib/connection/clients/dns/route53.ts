import { Readable } from "node:stream";
import type { ChangeResourceRecordSetsCommandOutput, ResourceRecordSet, Route53Client } from "@aws-sdk/client-route-53";
import { type Connection, connectionConfig, type Egress, type EgressRequest } from "@/lib/connection/types";
import { canonicalValue, quoteText, RECORD_TYPES, type RecordType, unquoteText } from "@/lib/core/dns-name";
import { messageOf } from "@/lib/core/errors";
import { DnsError, type DnsProvider, expectBefore, isSyntaxError, type RecordChange, type RecordSet, retryAfter } from "./provider";

/*
 * Amazon Route 53 through its official client, loaded only when a connection of the kind is opened. Every request leaves by
 * the guarded way out. A change deletes the exact old records and creates the new ones in one batch, which the service
 * carries out as a whole or not at all: its own compare-and-swap.
 */

const MAX_BYTES = 4_000_000;

type Sdk = typeof import("@aws-sdk/client-route-53");

/** What the client sends, as far as it is used here. */
interface SdkRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

function requestUrl(request: SdkRequest): string {
  const query = Object.entries(request.query ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => (one === null ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(one)}`)),
  );
  const port = request.port === undefined ? "" : `:${request.port}`;
  return `${request.protocol}//${request.hostname}${port}${request.path}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}

/** The client's way to the network: our own, with its rules about addresses (R-SEC-13). */
function handlerOn(egress: Egress, ca: string | undefined, signal: AbortSignal | undefined) {
  return {
    handle: async (request: SdkRequest) => {
      const body =
        typeof request.body === "string" ? request.body : request.body instanceof Uint8Array ? Buffer.from(request.body).toString("utf8") : undefined;
      const { host: _host, "content-length": _length, ...headers } = request.headers;
      const answer = await egress.request({
        url: requestUrl(request),
        method: request.method as NonNullable<EgressRequest["method"]>,
        headers,
        ...(body === undefined ? {} : { body }),
        maxBytes: MAX_BYTES,
        ca,
        ...(signal === undefined ? {} : { signal }),
      });
      return { response: { statusCode: answer.status, headers: answer.headers, body: Readable.from([Buffer.from(answer.body, "utf8")]) } };
    },
  };
}

/** An open Route 53 connection. */
export interface Route53 {
  sdk: Sdk;
  client: Route53Client;
  zone: string;
  hostedZoneId: string;
  now: () => Date;
}

/** Opens the official client. Retries are the engine's business, so the client makes none. */
export async function openRoute53(connection: Connection, egress: Egress, now: () => Date, signal?: AbortSignal): Promise<Route53> {
  const config = connectionConfig.route53.parse(connection.config);
  const sdk = await import("@aws-sdk/client-route-53");
  const { secretAccessKey = "", sessionToken } = connection.secret;
  const client = new sdk.Route53Client({
    region: config.region,
    ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint }),
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    maxAttempts: 1,
    requestHandler: handlerOn(egress, config.ca, signal),
  });
  return { sdk, client, zone: config.zone, hostedZoneId: config.hostedZoneId, now };
}

const BUSY = new Set(["ThrottlingException", "Throttling", "PriorRequestNotComplete", "TooManyRequestsException"]);

/** The service's errors as ours. A batch that names records which are not there was refused as a whole. */
async function clear<T>(open: Route53, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DnsError) throw error;
    if (error instanceof Error && error.name === "EgressRefused") throw new DnsError("refused", error.message);
    const { $metadata, $response } = (error ?? {}) as { $metadata?: { httpStatusCode?: number }; $response?: { headers?: Record<string, string> } };
    const name = error instanceof Error ? error.name : "";
    const status = $metadata?.httpStatusCode;
    const text = `Route 53: ${name === "" || name === "Error" ? "" : `${name}: `}${messageOf(error)}`;
    if (BUSY.has(name) || status === 429) throw new DnsError("busy", text, retryAfter($response?.headers?.["retry-after"], open.now()));
    if (name === "InvalidChangeBatch" && /not match the current values|was not found|already exists/i.test(messageOf(error)))
      throw new DnsError("conflict", `Somebody else changed the records. ${text}`);
    throw new DnsError(status !== undefined && status >= 400 && status < 500 ? "refused" : "unclear", text);
  }
}

/** Names come with octal escapes (`\052` is the asterisk). */
function plainName(name: string | undefined): string {
  return (name ?? "")
    .replace(/\\(\d{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
    .toLowerCase()
    .replace(/\.$/, "");
}

/** Every record set of a name, as the service has it. */
export async function setsOf(open: Route53, name: string): Promise<ResourceRecordSet[]> {
  return await clear(open, async () => {
    const { ResourceRecordSets = [] } = await open.client.send(
      new open.sdk.ListResourceRecordSetsCommand({ HostedZoneId: open.hostedZoneId, StartRecordName: `${name}.`, MaxItems: 100 }),
    );
    return ResourceRecordSets.filter((set) => plainName(set.Name) === name);
  });
}

/** Sends one batch; all of it is carried out or nothing. Resolves with the id of the change. */
export async function changeBatch(
  open: Route53,
  batch: { Action: "DELETE" | "CREATE"; ResourceRecordSet: ResourceRecordSet }[],
  comment: string,
): Promise<string> {
  return await clear(open, async () => {
    const answer: ChangeResourceRecordSetsCommandOutput = await open.client.send(
      new open.sdk.ChangeResourceRecordSetsCommand({ HostedZoneId: open.hostedZoneId, ChangeBatch: { Comment: comment, Changes: batch } }),
    );
    return answer.ChangeInfo?.Id ?? "";
  });
}

/** Whether all of the service's own servers have a change. */
export async function isInSync(open: Route53, changeId: string): Promise<boolean> {
  return await clear(open, async () => (await open.client.send(new open.sdk.GetChangeCommand({ Id: changeId }))).ChangeInfo?.Status === "INSYNC");
}

const toService = (type: RecordType, value: string) => {
  if (type === "TXT") return quoteText(unquoteText(value), 8);
  return value;
};
const fromService = (type: RecordType, value: string) => canonicalValue(type, type === "TXT" ? quoteText(unquoteText(value, 8)) : value);

function readSet(raw: ResourceRecordSet, type: RecordType): RecordSet {
  const base = { name: plainName(raw.Name), type, ttl: raw.TTL ?? 0 };
  if (raw.AliasTarget !== undefined)
    return {
      ...base,
      values: [`alias of ${plainName(raw.AliasTarget.DNSName)}.`],
      obstacle: "it is an alias; its place cannot be taken by a plain record without losing it.",
    };
  const records = (raw.ResourceRecords ?? []).map((record) => record.Value ?? "");
  if (raw.SetIdentifier !== undefined)
    return { ...base, values: records.sort(), obstacle: "it has a routing policy: move its traffic with traffic.shift, or remove the policy." };
  try {
    return { ...base, values: records.map((value) => fromService(type, value)).sort() };
  } catch (error) {
    if (!isSyntaxError(error)) throw error;
    return { ...base, values: records.sort(), obstacle: `its present value is not understood: ${error.message}` };
  }
}

function isKnown(type: string | undefined): type is RecordType {
  return (RECORD_TYPES as readonly (string | undefined)[]).includes(type);
}

/** Records of one hosted zone. */
export function route53Provider(open: Route53, nameservers: readonly string[] | undefined): DnsProvider {
  const created = ({ name, type, after }: RecordChange): ResourceRecordSet => ({
    Name: `${name}.`,
    Type: type,
    TTL: after?.ttl ?? 0,
    ResourceRecords: (after?.values ?? []).map((value) => ({ Value: toService(type, value) })),
  });
  return {
    compareAndSwap: true,
    minTtl: 0,
    types: RECORD_TYPES,
    guard: "One batch deletes the exact old records and creates the new ones: the service refuses all of it when they are not as expected.",
    zoneFacts: async () => {
      const own = (await setsOf(open, open.zone)).find((set) => set.Type === "NS");
      const problems = own === undefined ? [`The hosted zone ${open.hostedZoneId} is not the one of ${open.zone}.`] : [];
      return { nameservers: [...(nameservers ?? (own?.ResourceRecords ?? []).map((record) => plainName(record.Value)))], problems };
    },
    read: async (_zone, name, types) =>
      (await setsOf(open, name)).flatMap((set) => (isKnown(set.Type) && types.includes(set.Type) ? [readSet(set, set.Type)] : [])),
    change: async (_zone, changes, mark) => {
      const present = new Map<RecordChange, ResourceRecordSet>();
      for (const name of new Set(changes.map((change) => change.name))) {
        for (const raw of await setsOf(open, name)) {
          const change = changes.find((one) => one.name === name && one.type === raw.Type);
          if (change !== undefined) present.set(change, raw);
        }
      }
      expectBefore(changes, (change) => {
        const raw = present.get(change);
        return raw === undefined ? null : readSet(raw, change.type);
      });
      const removed = [...present.values()].map((set) => ({ Action: "DELETE" as const, ResourceRecordSet: set }));
      const added = changes.filter((change) => change.after !== null).map((change) => ({ Action: "CREATE" as const, ResourceRecordSet: created(change) }));
      if (removed.length + added.length > 0) await changeBatch(open, [...removed, ...added], `Switchyard run ${mark.runId}, epoch ${mark.epoch}`);
    },
  };
}
