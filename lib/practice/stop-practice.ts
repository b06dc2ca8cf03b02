import { resolve } from "node:path";
import { readDescription, removeData } from "./description";
import { endProcess } from "./processes";

/**
 * Stops the site of a directory and removes its databases. Each process is ended only when pid and start time are the
 * recorded ones. Returns false when there was nothing to stop. The description stays, for the next start's ports.
 */
export async function stopPractice(dir: string): Promise<boolean> {
  const site = readDescription(resolve(dir));
  if (site === null) return false;
  await endProcess(site.supervisor, "SIGTERM", 40_000);
  for (const process of [...site.processes].reverse()) await endProcess(process, process.name.startsWith("postgres") ? "SIGINT" : "SIGTERM", 5_000);
  removeData(site);
  return true;
}
