import { postgresConfig, SYSTEM_CA_FILE } from "@/lib/connection/clients/postgres";
import type { Connection } from "@/lib/connection/types";

/** One value of a libpq connection string: quoted, so that no text can become another key (R-SEC-14). */
function value(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

export interface ServerAddress {
  host: string;
  port: number;
}

/**
 * What one server is told to reach the other with. It holds the password: it goes into `CREATE SUBSCRIPTION` as a quoted
 * literal and nowhere else. `address` is where the other server sees it, when that is not where the worker does.
 *
 * With `verify-full` the certificate is checked against the authorities of the server's machine; a private authority has
 * to be in `~/.postgresql/root.crt` of the server's account, because a subscription cannot carry it along.
 */
export function serverConninfo(connection: Connection, reader: { major: number }, address?: ServerAddress): string {
  const config = postgresConfig(connection);
  const authority = config.ca !== undefined ? null : reader.major >= 16 ? "system" : SYSTEM_CA_FILE;
  const parts: [string, string | null][] = [
    ["host", address?.host ?? config.host],
    ["port", String(address?.port ?? config.port)],
    ["dbname", config.database],
    ["user", config.user],
    ["password", connection.secret.password ?? ""],
    ["sslmode", config.sslmode],
    ["sslrootcert", config.sslmode === "verify-full" ? authority : null],
    ["connect_timeout", "10"],
  ];
  return parts.flatMap(([key, text]) => (text === null ? [] : [`${key}=${value(text)}`])).join(" ");
}
