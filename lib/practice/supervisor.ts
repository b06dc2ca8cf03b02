/**
 * The one process that owns a practice site. It starts everything, writes `site.json`, and ends everything when it
 * is told to, when its own parent dies (mode `bound`, seen at the end of stdin) or, through parent-death signals,
 * even when it is killed itself.
 * Usage: supervisor.ts OPTIONS_JSON bound|detached
 */
import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "@/lib/core/errors";
import { Children } from "./children";
import { readDescription, removeData, siteFile } from "./description";
import { launch } from "./launch";
import type { PracticeDescription, PracticeOptions } from "./types";

const options = JSON.parse(process.argv[2] ?? "{}") as PracticeOptions;
const bound = process.argv[3] !== "detached";
let stopping = false;

function event(line: string): void {
  appendFileSync(join(options.dir, "events.log"), `${new Date().toISOString()} ${line}\n`);
}

/** One line of JSON for whoever started us; nobody may be listening any more. */
function tell(message: Record<string, unknown>): void {
  try {
    process.stdout.write(`${JSON.stringify(message)}\n`);
  } catch {
    // The starter is gone.
  }
}

const children = new Children(options.dir, (name, code) => {
  if (!stopping) event(`${name} ended by itself (${code})`);
});

async function stop(code: number, why: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  event(`stopping: ${why}`);
  const site = readDescription(options.dir);
  await children.stopAll();
  if (site !== null) removeData(site);
  event("stopped");
  process.exit(code);
}

process.on("SIGTERM", () => void stop(0, "asked to"));
process.on("SIGINT", () => void stop(0, "asked to"));
process.on("SIGHUP", () => undefined);
process.stdout.on("error", () => undefined);
if (bound) {
  process.stdin.on("end", () => void stop(0, "the process that started the site is gone"));
  process.stdin.on("error", () => void stop(0, "the process that started the site is gone"));
  process.stdin.resume();
}

function save(site: PracticeDescription): void {
  const file = siteFile(options.dir);
  writeFileSync(`${file}.new`, `${JSON.stringify(site, null, 2)}\n`, {
    mode: 0o600,
  });
  renameSync(`${file}.new`, file);
}

try {
  const site = await launch(options, children, save, (message) => {
    event(message);
    tell({ progress: message });
  });
  event("ready");
  tell({ ready: true, dir: site.dir });
  setInterval(() => undefined, 60_000);
} catch (error) {
  tell({ failed: messageOf(error) });
  event(`failed: ${messageOf(error)}`);
  await stop(1, "it could not be started");
}
