import { z } from "zod";
import { canonicalName, isDnsName } from "@/lib/core/dns-name";

/** Connections: how to reach a customer's system. The strict grammar keeps libpq, HAProxy and URLs from reading more into a value than is meant (B-3, R-SEC-14). */

export const CONNECTION_KINDS = ["postgres", "pgbouncer", "haproxy", "powerdns", "rfc2136", "route53", "cloudflare", "prometheus", "webhook"] as const;
export type ConnectionKind = (typeof CONNECTION_KINDS)[number];

/** Kinds through which records of a DNS zone are changed. */
export const DNS_KINDS = ["powerdns", "rfc2136", "route53", "cloudflare"] as const satisfies readonly ConnectionKind[];
export type DnsKind = (typeof DNS_KINDS)[number];

/** A connection with its opened secret; exists only in the worker's memory. */
export interface Connection {
  key: string;
  kind: ConnectionKind;
  /** Non-secret settings, already validated by the schema of the kind. */
  config: Record<string, unknown>;
  /** Secret fields by name; never logged, never stored, never put on a command line (R-SEC-17, R-PG-13). */
  secret: Record<string, string>;
}

const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  if (!/^[0-9A-Fa-f:.]{2,45}$/.test(text) || !text.includes(":")) return false;
  try {
    return new URL(`http://[${text}]/`).hostname.length > 2;
  } catch {
    return false;
  }
}

/** One host name, canonical IPv4 or IPv6 address: no path, no list, no odd number form. */
export function isHost(text: string): boolean {
  if (isIpv4(text) || isIpv6(text)) return true;
  const labels = text.replace(/\.$/, "").split(".");
  const last = labels.at(-1) ?? "";
  // A name that ends in a number would be read as an address by some resolvers (0x7f.1, 2130706433).
  return text.length <= 253 && labels.every((label) => LABEL.test(label)) && !/^(?:\d+|0[xX][0-9A-Fa-f]*)$/.test(last);
}

const host = z.string().max(253).refine(isHost, "write one host name or IP address, without scheme, port, path or list");
const port = z.int("write a port from 1 to 65535").min(1).max(65_535);
const name = (what: string) =>
  z
    .string()
    .min(1)
    .max(63)
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_$.@-]*$/, `${what}: letters, digits and _ $ . @ - only, not a connection string`);

/** A web address without credentials, control characters or fragment. */
export const webAddress = z
  .string()
  .max(2_000)
  .regex(/^https?:\/\/[!-~]+$/i, "write an address that starts with http:// or https:// and has no spaces")
  .refine((text) => URL.canParse(text), "this is not a valid address")
  .refine((text) => !URL.canParse(text) || (new URL(text).username === "" && new URL(text).password === ""), "leave user and password out of the address")
  .refine((text) => !text.includes("#"), "leave the fragment (#…) out");

const pem = z
  .string()
  .max(100_000)
  .regex(/^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/, "paste the certificate in PEM form");

const server = {
  host,
  port,
  database: name("database"),
  user: name("user"),
  /** Plain text only where it is asked for (S-19). */
  sslmode: z.enum(["disable", "require", "verify-full"]).default("verify-full"),
  /** Certificate authority for verify-full; the system's own when absent. */
  ca: pem.optional(),
};

const address = z.string().max(300).refine(isRuntimeAddress, "write host:port, or the full path of the socket");

function isRuntimeAddress(text: string): boolean {
  if (text.startsWith("/")) return text.length <= 107 && /^\/[A-Za-z0-9._/-]+$/.test(text) && !text.split("/").includes("..");
  return splitAddress(text) !== null;
}

/** `host:port` or `[v6]:port` in two parts, or null. */
export function splitAddress(text: string): { host: string; port: number } | null {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const hostText = match?.[1] ?? match?.[2] ?? "";
  const portNumber = Number(match?.[3]);
  return isHost(hostText) && portNumber >= 1 && portNumber <= 65_535 ? { host: hostText, port: portNumber } : null;
}

/** `host` or `host:port`; a DNS server listens on 53 where no port is given. */
export function splitServer(text: string): { host: string; port: number } | null {
  return isHost(text) ? { host: text, port: 53 } : splitAddress(text);
}

const zone = z
  .string()
  .max(253)
  .refine((text) => isDnsName(text), "write the name of a zone, such as example.com")
  .transform((text) => canonicalName(text));
/** The allow-list: no record outside of these zones is ever changed (R-SEC-14). */
const zones = z.array(zone).min(1, "at least one zone").max(100);
const dnsServer = z
  .string()
  .max(300)
  .refine((text) => splitServer(text) !== null, "write host or host:port");

const dns = {
  /** Authoritative servers to check after a change; the zone's own NS records when absent. */
  nameservers: z.array(dnsServer).min(1).max(20).optional(),
};

/** A file on the worker's machine, in full, without ways upwards. */
const filePath = z
  .string()
  .max(400)
  .regex(/^\/[A-Za-z0-9._/@+-]+$/, "write the full path of the file: letters, digits and . _ / @ + - only")
  .refine((text) => !text.split("/").includes("..") && !text.endsWith("/"), "write the path of a file, without ..");

export const connectionConfig = {
  postgres: z.strictObject({ ...server, port: port.default(5432) }),
  pgbouncer: z.strictObject({
    ...server,
    port: port.default(6432),
    /** The file with the `[databases]` lines on the worker's machine: pgbouncer.ini or a file it includes. */
    configFile: filePath.optional(),
  }),
  haproxy: z.strictObject({
    address,
    /** haproxy.cfg on the worker's machine: the last weights of a ramp are written there, so that a reload keeps them. */
    configFile: filePath.optional(),
  }),
  powerdns: z.strictObject({
    url: webAddress,
    /** `server_id` of the interface. */
    server: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,63}$/, "letters, digits and _ . - only")
      .default("localhost"),
    zones,
    ...dns,
    ca: pem.optional(),
  }),
  rfc2136: z.strictObject({
    host,
    port: port.default(53),
    zones,
    keyName: zone,
    algorithm: z.enum(["hmac-sha256", "hmac-sha384", "hmac-sha512"]).default("hmac-sha256"),
    ...dns,
  }),
  route53: z.strictObject({
    zone,
    hostedZoneId: z.string().regex(/^Z[A-Z0-9]{1,31}$/, "the id of the hosted zone: Z and capitals or digits"),
    accessKeyId: z.string().regex(/^[A-Z0-9]{16,128}$/, "the id of an access key: capitals and digits"),
    region: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, "a region such as us-east-1")
      .default("us-east-1"),
    /** Another address of the interface; the service's own when absent. */
    endpoint: webAddress.optional(),
    ...dns,
    ca: pem.optional(),
  }),
  cloudflare: z.strictObject({
    zone,
    zoneId: z.string().regex(/^[0-9a-f]{32}$/, "the id of the zone: 32 digits and letters a to f"),
    endpoint: webAddress.optional(),
    ...dns,
    ca: pem.optional(),
  }),
  prometheus: z.strictObject({ url: webAddress, ca: pem.optional() }),
  webhook: z.strictObject({ url: webAddress, ca: pem.optional() }),
} as const satisfies Record<ConnectionKind, z.ZodType>;

export type ConfigOf<K extends ConnectionKind> = z.infer<(typeof connectionConfig)[K]>;

const secretText = z
  .string()
  .min(1)
  .max(4_000)
  .refine((text) => !/[\0\r\n]/.test(text), "one line, without control characters");

/** Secret fields of each kind. */
export const connectionSecret = {
  postgres: z.strictObject({ password: secretText.optional() }),
  pgbouncer: z.strictObject({ password: secretText.optional() }),
  haproxy: z.strictObject({}),
  powerdns: z.strictObject({ apiKey: secretText }),
  rfc2136: z.strictObject({
    /** Shared secret of the key, in base64 as in a key file. */
    key: secretText.regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, "the secret of the key in base64"),
  }),
  route53: z.strictObject({ secretAccessKey: secretText, sessionToken: secretText.optional() }),
  cloudflare: z.strictObject({ apiToken: secretText }),
  prometheus: z.strictObject({ token: secretText.optional() }),
  webhook: z.strictObject({ signingSecret: secretText.min(16, "at least 16 characters") }),
} as const satisfies Record<ConnectionKind, z.ZodType>;

export const connectionKey = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, "use lower-case letters, digits, dots, hyphens and underscores");

/** Why something may not be reached; the text is safe to show. */
export class EgressRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "EgressRefused";
  }
}

export interface EgressRequest {
  url: string;
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers?: Record<string, string>;
  body?: string;
  /** Milliseconds for everything from the name lookup to the last byte; 5,000 when absent. */
  timeoutMs?: number;
  /** Most bytes of the answer that are read; 262,144 when absent. A longer answer is an error. */
  maxBytes?: number;
  /** Certificate authority in PEM form besides the system's. */
  ca?: string | undefined;
  signal?: AbortSignal;
}

export interface EgressResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Milliseconds from the start to the last byte. */
  ms: number;
}

/** The one door to the outside (R-SEC-13): every address is checked before anything is sent. */
export interface Egress {
  /** One checked address of the host. @throws EgressRefused, Error when the name does not resolve */
  resolve(host: string, signal?: AbortSignal): Promise<string>;
  /** A request without redirects. @throws EgressRefused, Error on network failures, limits and timeouts */
  request(request: EgressRequest): Promise<EgressResponse>;
  /** Opens and closes a TCP connection; resolves with the milliseconds it took. */
  connect(host: string, port: number, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<number>;
}

/** What pages show of a connection. */
export interface ConnectionView {
  id: string;
  key: string;
  name: string;
  kind: ConnectionKind;
  config: Record<string, unknown>;
  /** Names of the secret fields that are set; never their values. */
  secretFields: string[];
  secretVersion: number;
  version: number;
  test: { status: "never" | "waiting" | "ok" | "failed"; at: Date | null; message: string | null };
}
