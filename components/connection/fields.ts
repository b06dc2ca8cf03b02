import type { ConnectionKind } from "@/lib/connection/types";

export interface FieldSpec {
  name: string;
  label: string;
  hint?: string;
  /** `list`: several words in one line, separated by commas or spaces. */
  type?: "text" | "number" | "url" | "password" | "area" | "select" | "list";
  options?: string[];
  value?: string;
  required?: boolean;
}

interface KindSpec {
  title: string;
  /** What a connection of the kind is used for, in one sentence. */
  use: string;
  config: FieldSpec[];
  secret: FieldSpec[];
}

const CA: FieldSpec = {
  name: "ca",
  label: "Certificate authority (PEM)",
  type: "area",
  hint: "Only where the server's certificate is not signed by a public authority.",
};

function server(port: string): FieldSpec[] {
  return [
    { name: "host", label: "Host", required: true, hint: "One name or address, without scheme or port." },
    { name: "port", label: "Port", type: "number", value: port, required: true },
    { name: "database", label: "Database", required: true },
    { name: "user", label: "User", required: true },
    {
      name: "sslmode",
      label: "TLS",
      type: "select",
      options: ["verify-full", "require", "disable"],
      value: "verify-full",
      hint: "verify-full checks the server's certificate; disable sends everything as plain text.",
    },
    CA,
  ];
}

const ZONES: FieldSpec = {
  name: "zones",
  label: "Zones",
  type: "list",
  required: true,
  hint: "Records outside of them are never changed. Several with commas between.",
};
const ZONE: FieldSpec = { name: "zone", label: "Zone", required: true, hint: "For example example.com. Records outside of it are never changed." };
const NAMESERVERS: FieldSpec = {
  name: "nameservers",
  label: "Authoritative servers",
  type: "list",
  hint: "host or host:port, with commas between. Empty: those of the zone.",
};
const ENDPOINT: FieldSpec = { name: "endpoint", label: "Other address of the interface", type: "url", hint: "Empty: the service's own." };

const PASSWORD: FieldSpec = { name: "password", label: "Password", type: "password" };

/** Fields of a connection's form by kind; the schemas in lib/connection/types.ts decide what is accepted. */
export const KINDS: Record<ConnectionKind, KindSpec> = {
  postgres: { title: "PostgreSQL", use: "Source or target of a database copy, SQL checks and SQL metrics.", config: server("5432"), secret: [PASSWORD] },
  pgbouncer: {
    title: "PgBouncer",
    use: "The pooler in front of a database: a live move pauses it, leads it to the new server and lets it go on. Give it a user of admin_users.",
    config: [
      ...server("6432"),
      {
        name: "configFile",
        label: "Configuration file",
        hint: "Full path, on the worker's machine, of the file with the [databases] lines: pgbouncer.ini or a file it includes. Needed for live moves.",
      },
    ],
    secret: [PASSWORD],
  },
  haproxy: {
    title: "HAProxy",
    use: "Shifts traffic between old and new backends through the runtime API.",
    config: [
      { name: "address", label: "Runtime API", required: true, hint: "host:port, or the full path of the socket." },
      {
        name: "configFile",
        label: "haproxy.cfg on the worker's machine",
        hint: "The last weights of a ramp are written there. Empty: they are lost with the next reload.",
      },
    ],
    secret: [],
  },
  powerdns: {
    title: "PowerDNS",
    use: "Changes DNS records through the HTTP interface of a PowerDNS server.",
    config: [
      { name: "url", label: "Address", type: "url", required: true, hint: "For example http://10.0.0.5:8081" },
      { name: "server", label: "Server id", value: "localhost", required: true },
      ZONES,
      NAMESERVERS,
      CA,
    ],
    secret: [{ name: "apiKey", label: "API key", type: "password", required: true }],
  },
  rfc2136: {
    title: "DNS updates",
    use: "Changes DNS records by signed dynamic updates (RFC 2136, TSIG): BIND, Knot, PowerDNS, Windows.",
    config: [
      { name: "host", label: "Primary server", required: true, hint: "One name or address, without port." },
      { name: "port", label: "Port", type: "number", value: "53", required: true },
      ZONES,
      { name: "keyName", label: "Name of the key", required: true },
      { name: "algorithm", label: "Algorithm", type: "select", options: ["hmac-sha256", "hmac-sha384", "hmac-sha512"], value: "hmac-sha256" },
      NAMESERVERS,
    ],
    secret: [{ name: "key", label: "Secret of the key", type: "password", required: true, hint: "In base64, as in the key file." }],
  },
  route53: {
    title: "Route 53",
    use: "Changes DNS records and weighted records of one hosted zone at Amazon Route 53.",
    config: [
      ZONE,
      { name: "hostedZoneId", label: "Hosted zone id", required: true, hint: "Z and capitals or digits." },
      { name: "accessKeyId", label: "Access key id", required: true },
      { name: "region", label: "Region", value: "us-east-1", required: true },
      ENDPOINT,
      NAMESERVERS,
      CA,
    ],
    secret: [
      { name: "secretAccessKey", label: "Secret access key", type: "password", required: true },
      { name: "sessionToken", label: "Session token", type: "password", hint: "Only with temporary keys." },
    ],
  },
  cloudflare: {
    title: "Cloudflare",
    use: "Changes DNS records and load balancers of one zone at Cloudflare.",
    config: [ZONE, { name: "zoneId", label: "Zone id", required: true, hint: "32 digits and letters a to f." }, ENDPOINT, NAMESERVERS, CA],
    secret: [{ name: "apiToken", label: "API token", type: "password", required: true }],
  },
  prometheus: {
    title: "Prometheus",
    use: "Answers PromQL for metrics and guards; Mimir, Thanos and VictoriaMetrics too.",
    config: [{ name: "url", label: "Address", type: "url", required: true, hint: "For example https://prometheus.example.com" }, CA],
    secret: [{ name: "token", label: "Bearer token", type: "password" }],
  },
  webhook: {
    title: "Webhook",
    use: "Receives notifications, signed with HMAC-SHA256.",
    config: [{ name: "url", label: "Address", type: "url", required: true }, CA],
    secret: [{ name: "signingSecret", label: "Signing secret", type: "password", required: true, hint: "At least 16 characters." }],
  },
};

/** Settings that are lists of words, whatever the kind. */
const LISTS = new Set(["config.zones", "config.nameservers"]);

function settingOf(name: string, text: string): unknown {
  if (name === "config.port") return Number(text);
  if (name === "config.ca") return text;
  return LISTS.has(name) ? text.split(/[\s,]+/).filter(Boolean) : text.trim();
}

/**
 * The flat fields of a form as the verbs want them: `config.host` under `config`, the port as a number, empty settings
 * left out. Secrets go along only when one was typed, because sending them replaces all.
 */
export function connectionInput(form: FormData): Record<string, unknown> {
  const top: Record<string, unknown> = {};
  const config: Record<string, unknown> = {};
  const secret: Record<string, unknown> = {};
  for (const [name, value] of form.entries()) {
    if (typeof value !== "string" || name.startsWith("$")) continue;
    if (name.startsWith("config.")) {
      if (value.trim() !== "") config[name.slice(7)] = settingOf(name, value);
    } else if (name.startsWith("secret.")) {
      if (value !== "") secret[name.slice(7)] = value;
    } else {
      top[name] = value;
    }
  }
  return Object.keys(secret).length > 0 ? { ...top, config, secret } : { ...top, config };
}
