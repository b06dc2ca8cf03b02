import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { postgresFolders } from "@/lib/connection/clients/postgres-tools";
import type { Account } from "./children";
import { embeddedFolder, passable } from "./embedded-binaries";
import { findProgram } from "./packages";
import type { PracticeVersion } from "./types";

/** Full paths of the two programs a practice cluster needs. */
export interface ServerPrograms {
  initdb: string;
  postgres: string;
}

const EMBEDDED: PracticeVersion = 18;

function inFolder(folder: string): ServerPrograms {
  return { initdb: join(folder, "initdb"), postgres: join(folder, "postgres") };
}

/**
 * The embedded programs at a place the server account can reach. Under a closed home folder they are copied once into
 * the folder of the clusters, which is removed with the site.
 */
export function embeddedPrograms(clusters: string, account: Account | null, native = embeddedFolder()): ServerPrograms {
  if (account === null || passable(native)) return inFolder(join(native, "bin"));
  const copy = join(clusters, "postgres-18");
  if (!existsSync(copy)) {
    mkdirSync(copy, { mode: 0o755 });
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  }
  return inFolder(join(copy, "bin"));
}

/**
 * The programs of a major version, or of the newest Debian one for null. Debian's own are preferred; 18 otherwise comes
 * from the npm package that Switchyard's own database runs on.
 * @throws Error naming the package that is missing
 */
export function serverPrograms(version: PracticeVersion | null, clusters: string, account: Account | null): ServerPrograms {
  if (version === null) {
    const [initdb, postgres] = [findProgram("initdb"), findProgram("postgres")];
    if (initdb === null || postgres === null) throw new Error("initdb was not found: install the Debian packages postgresql and postgresql-client.");
    return { initdb, postgres };
  }
  const installed = postgresFolders().find(({ major, folder }) => major === version && existsSync(join(folder, "initdb")));
  if (installed !== undefined) return inFolder(installed.folder);
  if (version === EMBEDDED) return embeddedPrograms(clusters, account);
  throw new Error(`PostgreSQL ${version} was not found: install the Debian package postgresql-${version}.`);
}
