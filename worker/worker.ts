import { setTimeout as sleep } from "node:timers/promises";
import { isServerAway } from "@/lib/core/server-away";
import { Listener } from "@/lib/db/listen";
import type { WorkerDeps } from "./deps";
import { beat, HEARTBEAT_MS, silence } from "./heartbeat";
import { Home } from "./home";
import { preflightOne } from "./preflight-loop";
import { RunLoop, versionsOf } from "./run-loop";

const PREFLIGHT_LOOK_MS = 1_000;
const START_AGAIN_MS = 1_000;

export interface RunningWorker {
  /** Ids of the runs it acts for. */
  runs: () => string[];
  /** Ends within about ten seconds: calls end or are parked, leases are released. */
  stop: () => Promise<void>;
}

export interface WorkerOptions {
  /** Connection for LISTEN; without it the worker only polls. */
  listenUrl?: string | undefined;
  version?: string;
}

/** Starts everything that acts on runs: the run loop, preflights, the heartbeat. */
export async function startWorker(deps: WorkerDeps, options: WorkerOptions = {}): Promise<RunningWorker> {
  const stopping = new AbortController();
  const self = { id: deps.workerId, version: options.version ?? "dev", executors: versionsOf(deps) };
  await firstBeat(deps, self);
  const heart = setInterval(() => {
    beat(deps.db, self).catch((error: unknown) => deps.log.warn({ err: error }, "heartbeat could not be written"));
  }, HEARTBEAT_MS);
  const home = new Home(deps);
  const loop = new RunLoop(deps, home);
  loop.start();
  const listener = options.listenUrl === undefined ? null : new Listener(options.listenUrl);
  listener?.subscribe("journal", (payload) => loop.hint(payload?.split(":")[0] ?? ""));
  const preflights = keepPreflights(deps, home, stopping.signal);
  return {
    runs: () => loop.runs(),
    stop: async () => {
      stopping.abort();
      clearInterval(heart);
      await loop.stop();
      await preflights;
      await listener?.close();
      await silence(deps.db, deps.workerId).catch(() => undefined);
    },
  };
}

/** A worker that starts before its database, or in the middle of an outage, waits for it. @throws what waiting does not mend */
async function firstBeat(deps: WorkerDeps, self: Parameters<typeof beat>[1]): Promise<void> {
  for (let told = false; ; ) {
    try {
      return await beat(deps.db, self);
    } catch (error) {
      if (!isServerAway(error)) throw error;
      if (!told) deps.log.warn({ err: error }, "the database is away: waiting for it");
      told = true;
      await sleep(START_AGAIN_MS);
    }
  }
}

async function keepPreflights(deps: WorkerDeps, home: Home, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      if ((await home.here()) && (await preflightOne(deps, stopping))) continue;
    } catch (error) {
      deps.log.warn({ err: error }, "preflight could not be made");
    }
    // Rejects when the worker stops; its listener is gone with the pause.
    await sleep(PREFLIGHT_LOOK_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}
