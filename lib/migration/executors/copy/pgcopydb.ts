import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { passwordLine, postgresConfig, SYSTEM_CA_FILE } from "@/lib/connection/clients/postgres";
import { postgresFolders } from "@/lib/connection/clients/postgres-tools";
import type { Connection, Egress } from "@/lib/connection/types";
import { CopyFailed, type Workshop } from "@/lib/migration/executors/copy/workshop";
import type { PreflightCheck } from "@/lib/migration/executors/types";

/*
 * The copy by `pgcopydb clone` (R-PG-14). Only the initial copy: `follow` is not offered, because before 0.18 it can lose
 * its place; keeping a copy in step is what postgres.sync does.
 */

const PGCOPYDB = "/usr/bin/pgcopydb";

export interface PgcopydbVersion {
  text: string;
  /** Major × 1000 + minor. */
  number: number;
  /** Newest major version of PostgreSQL it says it is made for. */
  newest: number | null;
}

/** Oldest version that copies from a snapshot that is handed to it and knows filters. */
const OLDEST = 10;

/** Reads what `pgcopydb --version` prints; null when it is something else. Pure. */
export function parsePgcopydbVersion(output: string): PgcopydbVersion | null {
  const match = /pgcopydb version (\d+)\.(\d+)(\S*)/.exec(output);
  if (match === null) return null;
  const listed = /compatible with Postgres ([\d, and]+)/.exec(output)?.[1]?.match(/\d+/g)?.map(Number) ?? [];
  return { text: `${match[1]}.${match[2]}`, number: Number(match[1]) * 1_000 + Number(match[2]), newest: listed.length === 0 ? null : Math.max(...listed) };
}

/** The installed version; null where there is none. */
export async function installedPgcopydb(file = PGCOPYDB): Promise<PgcopydbVersion | null> {
  try {
    const env = { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" } as unknown as NodeJS.ProcessEnv;
    const { stdout, stderr } = await promisify(execFile)(file, ["--version"], { env, cwd: "/", timeout: 5_000 });
    return parsePgcopydbVersion(`${stdout}\n${stderr}`);
  } catch {
    return null;
  }
}

/** Whether this version may copy between these servers (R-PG-14). Pure. */
export function pgcopydbGate(version: PgcopydbVersion | null, sourceMajor: number, targetMajor: number): PreflightCheck {
  const name = "pgcopydb";
  if (version === null)
    return { name, level: "block", message: "pgcopydb is not installed on the worker.", fix: "apt-get install pgcopydb, or choose tool: pg_dump." };
  if (version.number < OLDEST)
    return {
      name,
      level: "block",
      message: `pgcopydb ${version.text} is too old: from 0.${OLDEST} on it copies from the snapshot that is compared.`,
      fix: "Update pgcopydb, or choose tool: pg_dump.",
    };
  if (version.newest !== null && sourceMajor > version.newest)
    return {
      name,
      level: "block",
      message: `pgcopydb ${version.text} knows PostgreSQL up to ${version.newest}; the source is ${sourceMajor}.`,
      fix: "Update pgcopydb, or choose tool: pg_dump.",
    };
  if (version.newest !== null && targetMajor > version.newest)
    return {
      name,
      level: "warn",
      message: `pgcopydb ${version.text} knows PostgreSQL up to ${version.newest}; the target is ${targetMajor}.`,
      fix: "Rehearse the copy first; every table is compared afterwards in any case.",
    };
  return { name, level: "pass", message: `pgcopydb ${version.text}.` };
}

/** Folders in which pgcopydb finds the `pg_dump` and `pg_restore` for the source. */
export function programPath(sourceMajor: number): string {
  const folder = postgresFolders()
    .filter(({ major }) => major >= sourceMajor)
    .at(-1)?.folder;
  return `${folder === undefined ? "" : `${folder}:`}/usr/bin:/bin`;
}

/**
 * The address of a server as pgcopydb takes it, without the password: that is in the password file (R-PG-13). The checked
 * address stands in for the name; with verify-full the name stays, because the certificate proves it.
 */
export function databaseUri(connection: Connection, settings: { address: string; applicationName: string; caFile: string }): string {
  const config = postgresConfig(connection);
  const host = config.sslmode === "verify-full" ? config.host : settings.address;
  const parameters = new URLSearchParams({ sslmode: config.sslmode, application_name: settings.applicationName.slice(0, 63) });
  if (config.sslmode === "verify-full") parameters.set("sslrootcert", settings.caFile);
  return `postgresql://${encodeURIComponent(config.user)}@${host.includes(":") ? `[${host}]` : host}:${config.port}/${encodeURIComponent(config.database)}?${parameters}`;
}

const quoted = (name: string) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** The filter file: schemas that are left out, and partitioned tables, whose rows are those of their partitions. */
export function filterText(schemas: readonly string[], partitioned: readonly { schema: string; name: string }[]): string {
  const section = (title: string, lines: readonly string[]) => (lines.length === 0 ? "" : `[${title}]\n${lines.join("\n")}\n\n`);
  return (
    section("exclude-schema", schemas.map(quoted)) +
    section(
      "exclude-table-data",
      partitioned.map((table) => `${quoted(table.schema)}.${quoted(table.name)}`),
    )
  );
}

export interface CloneRequest {
  from: Connection;
  to: Connection;
  egress: Egress;
  applicationName: string;
  jobs: number;
  /** Major version of the source. */
  major: number;
  snapshot: string;
  excluded: readonly string[];
  partitioned: readonly { schema: string; name: string }[];
}

/**
 * A line that tells of an error: of a server, of a program it ran, or of its own. It can end with 0 after one, with a
 * table left out (F-PG-22). Everything that pg_restore says is logged as an error too, also that it passes over the lines
 * of a filtered list; when that fails, "Failed to run" follows.
 */
export function isPgcopydbError(line: string): boolean {
  return /^\d\d:\d\d:\d\d(?:\.\d+)? +\d+ +(?:FATAL\b|ERROR +(?:\[(?:SOURCE|TARGET)\]|Failed to |.*has terminated))/.test(line);
}

/**
 * Runs `pgcopydb clone` in the workshop.
 * @throws CopyFailed when it ended with an error or told of one, Error when a server was lost or it was stopped
 */
export async function runClone(workshop: Workshop, request: CloneRequest): Promise<void> {
  const { from, to, egress, applicationName, jobs, snapshot } = request;
  const passwords = workshop.file("pgcopydb.pass");
  writeFileSync(passwords, passwordLine(from) + passwordLine(to), { mode: 0o600 });
  const uri = async (side: "source" | "target", connection: Connection) => {
    const { ca, host } = postgresConfig(connection);
    const caFile = ca === undefined ? SYSTEM_CA_FILE : workshop.file(`${side}.crt`);
    if (ca !== undefined) writeFileSync(caFile, ca, { mode: 0o600 });
    return databaseUri(connection, { address: await egress.resolve(host), applicationName, caFile });
  };
  const filters = workshop.file("filters.ini");
  writeFileSync(filters, filterText(request.excluded, request.partitioned), { mode: 0o600 });
  // Where to connect is in the two addresses: a variable would stand for both servers.
  const { PGOPTIONS } = await workshop.environment("target", to);
  const env = {
    PATH: programPath(request.major),
    LC_ALL: "C.UTF-8",
    HOME: workshop.folder,
    PGPASSFILE: passwords,
    PGCONNECT_TIMEOUT: "10",
    PGOPTIONS: PGOPTIONS ?? "",
  };
  const args = [
    ...["clone", "--source", await uri("source", from), "--target", await uri("target", to), "--dir", workshop.file("work")],
    ...["--snapshot", snapshot, "--table-jobs", String(jobs), "--index-jobs", String(jobs), "--no-owner", "--no-acl", "--filters", filters],
  ];
  const errors: string[] = [];
  const keep = (line: string) => {
    if (isPgcopydbError(line)) errors.push(line);
  };
  await workshop.run(PGCOPYDB, args, env, keep, isPgcopydbError);
  if (errors.length > 0) throw new CopyFailed(`pgcopydb told of errors: ${errors.slice(0, 4).join(" ").slice(0, 1_000)}`);
}
