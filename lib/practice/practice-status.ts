import { resolve } from "node:path";
import { readDescription } from "./description";
import { isRunning } from "./processes";
import type { PracticeDescription } from "./types";

export interface PracticeStatus {
  running: boolean;
  processes: { name: string; pid: number; running: boolean }[];
  site: PracticeDescription | null;
}

/** What runs of the site in this directory. */
export function practiceStatus(dir: string): PracticeStatus {
  const site = readDescription(resolve(dir));
  if (site === null) return { running: false, processes: [], site: null };
  const processes = [site.supervisor, ...site.processes].map((entry) => ({
    name: entry.name,
    pid: entry.pid,
    running: isRunning(entry),
  }));
  return { running: isRunning(site.supervisor), processes, site };
}
