import { postgresConfig } from "@/lib/connection/clients/postgres";
import type { Connection } from "@/lib/connection/types";

/** A value of a libpq connection string: quoted, so that it cannot become another key (B-3, R-SEC-14). */
function quoted(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/**
 * The connection string with which one server follows another. It holds the password: it goes into a statement and into
 * the catalogue of the following server, which only superusers can read, and nowhere else.
 */
export function conninfo(connection: Connection, applicationName: string): string {
  const config = postgresConfig(connection);
  const parts: [string, string][] = [
    ["host", config.host],
    ["port", String(config.port)],
    ["dbname", config.database],
    ["user", config.user],
    ...(connection.secret.password === undefined ? [] : ([["password", connection.secret.password]] as [string, string][])),
    ["sslmode", config.sslmode],
    ["application_name", applicationName.slice(0, 63)],
    ["connect_timeout", "10"],
  ];
  return parts.map(([name, value]) => `${name}=${quoted(value)}`).join(" ");
}
