import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { PracticeDescription } from "./types";

/** Where the description of a site is kept. */
export function siteFile(dir: string): string {
  return join(dir, "site.json");
}

/** What the last start in this directory wrote, or null. */
export function readDescription(dir: string): PracticeDescription | null {
  try {
    const value = JSON.parse(readFileSync(siteFile(dir), "utf8")) as PracticeDescription;
    return value.schemaVersion === 1 ? value : null;
  } catch {
    return null;
  }
}

/** Removes the databases and measurements of a stopped site; description and logs stay. */
export function removeData(site: PracticeDescription): void {
  rmSync(site.clusters, { recursive: true, force: true });
  for (const name of ["prometheus", "haproxy.sock"]) rmSync(join(site.dir, name), { recursive: true, force: true });
}
