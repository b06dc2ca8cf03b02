import type { ConnectionKind } from "@/lib/connection/types";

export interface FieldSpec {
  name: string;
  label: string;
  hint?: string;
  type?: "text" | "number" | "url" | "password" | "area" | "select";
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
    config: [{ name: "address", label: "Runtime API", required: true, hint: "host:port, or the full path of the socket." }],
    secret: [],
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
      if (value.trim() !== "") config[name.slice(7)] = name === "config.port" ? Number(value) : name === "config.ca" ? value : value.trim();
    } else if (name.startsWith("secret.")) {
      if (value !== "") secret[name.slice(7)] = value;
    } else {
      top[name] = value;
    }
  }
  return Object.keys(secret).length > 0 ? { ...top, config, secret } : { ...top, config };
}
