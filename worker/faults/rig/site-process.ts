import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { describeProcess, endProcess, isRunning, signal, waitGone } from "@/lib/practice/processes";
import type { PracticeDescription, PracticeProcess } from "@/lib/practice/types";

/* Kills and restarts single servers of a practice site: a database, a pooler, HAProxy. */

export interface SiteProcess {
  name: string;
  /** The process as it is now. */
  process: () => PracticeProcess;
  running: () => boolean;
  /** Sends a signal and, when it ends the process, waits until it is gone. */
  kill: (name: NodeJS.Signals) => Promise<void>;
  /** Starts it again exactly as it was: same program, arguments, user and folder. */
  start: () => Promise<void>;
}

interface Command {
  argv: string[];
  cwd: string;
  uid: string;
  gid: string;
  env: Record<string, string>;
}

/** How a live process was started, as the kernel tells. */
function commandOf(pid: number): Command {
  const text = (name: string) => readFileSync(`/proc/${pid}/${name}`, "utf8");
  const status = text("status");
  const id = (name: string) => new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? "0";
  const pairs = text("environ")
    .split("\0")
    .filter((one) => one.includes("="))
    .map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]);
  return {
    argv: text("cmdline").split("\0").slice(0, -1),
    cwd: readlinkSync(`/proc/${pid}/cwd`),
    uid: id("Uid"),
    gid: id("Gid"),
    env: Object.fromEntries(pairs),
  };
}

const DEADLY: readonly NodeJS.Signals[] = ["SIGKILL", "SIGQUIT", "SIGTERM", "SIGINT", "SIGABRT"];

/**
 * Takes control of one server of the site by the name in its description (`postgres-source`, `pgbouncer` …). What it
 * starts again dies with this process.
 */
export function siteProcess(site: PracticeDescription, name: string): SiteProcess {
  const found = site.processes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`The site has no process ${name}; it has ${site.processes.map((one) => one.name).join(", ")}.`);
  const command = commandOf(found.pid);
  let current = found;
  return {
    name,
    process: () => current,
    running: () => isRunning(current),
    kill: async (which) => {
      signal(current, which);
      if (DEADLY.includes(which) && !(await waitGone(current, 15_000))) throw new Error(`${name} did not end on ${which}.`);
    },
    start: async () => {
      if (isRunning(current)) return;
      current = describeProcess(name, spawnAgain(site, name, command).pid ?? 0);
    },
  };
}

/** Ends what was started again; the site's own stop only knows the first processes. */
export async function endSiteProcesses(processes: readonly SiteProcess[]): Promise<void> {
  for (const one of processes) await endProcess(one.process(), one.name.startsWith("postgres") ? "SIGINT" : "SIGTERM", 5_000);
}

function spawnAgain(site: PracticeDescription, name: string, command: Command): ChildProcess {
  const log = openSync(join(site.dir, `${name}.log`), "a", 0o600);
  const identity = process.getuid?.() === 0 ? [`--reuid=${command.uid}`, `--regid=${command.gid}`, "--clear-groups"] : [];
  const child = spawn("/usr/bin/setpriv", [...identity, "--pdeathsig", name.startsWith("postgres") ? "QUIT" : "KILL", "--", ...command.argv], {
    cwd: command.cwd,
    env: command.env as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.unref();
  return child;
}

/** Waits until a server takes connections again. @throws Error with its last answer after `ms` */
export async function untilConnects(dsn: string, ms = 120_000): Promise<void> {
  const end = performance.now() + ms;
  for (;;) {
    const client = new pg.Client({ connectionString: dsn, connectionTimeoutMillis: 2_000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query("SELECT 1");
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (performance.now() > end) throw error;
      await sleep(50);
    }
  }
}
