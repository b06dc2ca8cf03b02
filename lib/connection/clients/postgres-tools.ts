import { accessSync, constants, readdirSync } from "node:fs";
import { join } from "node:path";

const ROOT = "/usr/lib/postgresql";

/** Folders with PostgreSQL programs as Debian lays them out, newest major version first. */
export function postgresFolders(root = ROOT): { major: number; folder: string }[] {
  let names: string[] = [];
  try {
    names = readdirSync(root);
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ major: Number(name), folder: join(root, name, "bin") }))
    .sort((a, b) => b.major - a.major);
}

export interface ClientTools {
  major: number;
  pgDump: string;
  pgRestore: string;
}

function tools(entry: { major: number; folder: string }): ClientTools | null {
  const found = { major: entry.major, pgDump: join(entry.folder, "pg_dump"), pgRestore: join(entry.folder, "pg_restore") };
  try {
    accessSync(found.pgDump, constants.X_OK);
    accessSync(found.pgRestore, constants.X_OK);
    return found;
  } catch {
    return null;
  }
}

/** Client programs able to dump a server of this major version: the oldest that is not older than the server. */
export function clientToolsFor(serverMajor: number, root = ROOT): ClientTools | null {
  const usable = postgresFolders(root)
    .map(tools)
    .filter((entry) => entry !== null && entry.major >= serverMajor);
  return usable.at(-1) ?? null;
}
