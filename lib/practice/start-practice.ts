import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { programArguments } from "@/lib/program";
import { readDescription } from "./description";
import { installCommand, missingPackages, SYSTEM_PATH } from "./packages";
import { isRunning } from "./processes";
import { stopPractice } from "./stop-practice";
import type { PracticeOptions, PracticeSite } from "./types";

export interface StartOptions extends Partial<PracticeOptions> {
  /** Stay up after this process ends. Without it the site ends with its starter, however that ends. */
  detached?: boolean;
  /** Start without the parts whose packages are missing instead of refusing. */
  allowMissing?: boolean;
  onProgress?: (message: string) => void;
}

export const DEFAULT_DIR = ".data/practice";
export const DEFAULTS: Omit<PracticeOptions, "dir"> = {
  sizeMb: 20,
  writesPerSecond: 20,
  requestsPerSecond: 20,
  ledger: false,
  versions: null,
  poolers: 1,
  settings: {},
};
const START_LIMIT_MS = 240_000;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

function refuseMissing(): void {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const names = missing.map((entry) => entry.name);
  throw new Error(`The practice site needs Debian packages that are not installed: ${names.join(", ")}. Run: ${installCommand(names)}`);
}

function spawnSupervisor(options: PracticeOptions, detached: boolean): ChildProcess {
  const log = openSync(join(options.dir, "supervisor.log"), "a", 0o600);
  const child = spawn(process.execPath, [...programArguments("lib/practice/supervisor.ts"), JSON.stringify(options), detached ? "detached" : "bound"], {
    cwd: ROOT,
    detached,
    env: { PATH: SYSTEM_PATH, HOME: options.dir, TSX_TSCONFIG_PATH: join(ROOT, "tsconfig.json") } as unknown as NodeJS.ProcessEnv,
    stdio: [detached ? "ignore" : "pipe", "pipe", log],
  });
  closeSync(log);
  return child;
}

function waitReady(child: ChildProcess, onProgress: (message: string) => void): Promise<void> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`The practice site was not up after ${START_LIMIT_MS / 1_000} s.`)), START_LIMIT_MS);
    child.once("error", fail);
    child.once("exit", (code) => fail(new Error(`The practice site ended while it started (code ${code}); see supervisor.log in its directory.`)));
    if (child.stdout === null) throw new Error("The supervisor has no output.");
    createInterface({ input: child.stdout }).on("line", (line) => {
      const message = JSON.parse(line) as {
        progress?: string;
        ready?: boolean;
        failed?: string;
      };
      if (message.progress !== undefined) onProgress(message.progress);
      if (message.failed !== undefined) fail(new Error(`The practice site could not be started: ${message.failed}`));
      if (message.ready) {
        clearTimeout(timer);
        done();
      }
    });
  });
}

/**
 * Starts a practice site and resolves when every part answers. The data is fresh each time; ports and passwords of an
 * earlier site in the same directory are kept where possible. Several sites may run at once in different directories.
 * @throws Error naming the Debian packages that are missing (unless `allowMissing`), or when a site already runs there.
 */
export async function startPractice(options: StartOptions = {}): Promise<PracticeSite> {
  const { detached = false, allowMissing = false, onProgress = () => undefined, ...given } = options;
  const full: PracticeOptions = {
    ...DEFAULTS,
    ...given,
    dir: resolve(given.dir ?? DEFAULT_DIR),
  };
  if (!allowMissing) refuseMissing();
  mkdirSync(full.dir, { recursive: true, mode: 0o711 });
  const earlier = readDescription(full.dir);
  if (earlier !== null && isRunning(earlier.supervisor)) throw new Error(`A practice site already runs in ${full.dir}.`);
  if (earlier !== null) await stopPractice(full.dir);
  const child = spawnSupervisor(full, detached);
  try {
    await waitReady(child, onProgress);
  } catch (error) {
    child.kill("SIGTERM");
    throw error;
  }
  const site = readDescription(full.dir);
  if (site === null) throw new Error(`The practice site left no description in ${full.dir}.`);
  // Nothing of the site keeps this process alive: a starter that forgets to stop it ends, and the site with it.
  child.stdout?.destroy();
  if (child.stdin !== null && "unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  child.unref();
  const stop = async () => {
    await stopPractice(full.dir);
  };
  return { ...site, stop };
}
