import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { postgresFolders } from "@/lib/connection/clients/postgres-tools";
import type { MissingPart } from "./types";

/** A Debian package the practice site and the tests need, and the program that proves that it is there. */
export interface RequiredPackage {
  name: string;
  program: string;
  /** What runs only with it. */
  parts: MissingPart["part"][];
}

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

/** Packages whose program was not found. */
export function missingPackages(): RequiredPackage[] {
  return REQUIRED_PACKAGES.filter((entry) => findProgram(entry.program) === null);
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
