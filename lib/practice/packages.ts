import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import { postgresFolders } from "@/lib/connection/clients/postgres-tools";
import type { MissingPart } from "./types";

/** A Debian package the practice site and the tests need, and the program that proves that it is there. */
export interface RequiredPackage {
  name: string;
  /** A program's name, or the full paths of files of which one has to be there. */
  program: string | readonly string[];
  /** What runs only with it. */
  parts: MissingPart["part"][];
}

/** Where Debian keeps the tables of PowerDNS's SQLite backend; documentation is left out on some machines. */
export const POWERDNS_TABLES = ["/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql", "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"] as const;

export const REQUIRED_PACKAGES: readonly RequiredPackage[] = [
  {
    name: "postgresql",
    program: "initdb",
    parts: ["postgres", "pgbouncer", "writer"],
  },
  {
    name: "postgresql-client",
    program: "pg_dump",
    parts: ["postgres", "pgbouncer", "writer"],
  },
  { name: "pgbouncer", program: "pgbouncer", parts: ["pgbouncer", "writer"] },
  { name: "haproxy", program: "haproxy", parts: ["haproxy", "requests"] },
  { name: "prometheus", program: "prometheus", parts: ["prometheus"] },
  { name: "pdns-server", program: "pdns_server", parts: ["dns"] },
  { name: "pdns-backend-sqlite3", program: POWERDNS_TABLES, parts: ["dns"] },
];

/** Packages that only tests need. */
export const TEST_PACKAGES: readonly RequiredPackage[] = [
  { name: "bind9", program: "named", parts: [] },
  { name: "pgcopydb", program: "pgcopydb", parts: [] },
];

const FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
/** Search path handed to child processes: ours, not the caller's. */
export const SYSTEM_PATH = FOLDERS.join(":");

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Full path of a program, or null. PostgreSQL programs come from the newest installed major version. */
export function findProgram(name: string): string | null {
  for (const { folder } of postgresFolders()) if (executable(join(folder, name))) return join(folder, name);
  for (const folder of FOLDERS) if (executable(join(folder, name))) return join(folder, name);
  return null;
}

/** Whether what proves the package is there. */
export function isInstalled({ program }: RequiredPackage): boolean {
  return typeof program === "string" ? findProgram(program) !== null : program.some((file) => existsSync(file));
}

/** Packages that are not installed. */
export function missingPackages(): RequiredPackage[] {
  return REQUIRED_PACKAGES.filter((entry) => !isInstalled(entry));
}

/** The command that installs packages. */
export function installCommand(names: readonly string[]): string {
  return `apt-get install -y ${[...new Set(names)].join(" ")}`;
}

/** The parts that cannot run here, with the packages they lack. */
export function missingParts(): MissingPart[] {
  const byPart = new Map<MissingPart["part"], string[]>();
  for (const entry of missingPackages()) for (const part of entry.parts) byPart.set(part, [...(byPart.get(part) ?? []), entry.name]);
  return [...byPart].map(([part, packages]) => ({
    part,
    packages,
    reason: `${packages.join(" and ")} ${packages.length > 1 ? "are" : "is"} not installed: run ${installCommand(packages)}`,
  }));
}
