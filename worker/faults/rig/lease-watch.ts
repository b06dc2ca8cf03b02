import type pg from "pg";
import { rows } from "@/lib/db/transaction";

/* INV-5 while a case goes on: a run that is to be driven and that nobody drives. And who took it when. */

/** Longest time a run may have no live lease while it should go on, milliseconds. */
export const ORPHAN_LIMIT_MS = 15_000;
const EVERY_MS = 100;

export interface EpochChange {
  runId: string;
  epoch: number;
  owner: string | null;
  /** Unix time in milliseconds at which it was seen, at most 100 ms late. */
  at: number;
}

export interface LeaseWatch {
  /** What broke INV-5, in words. */
  orphaned: string[];
  /** Every new epoch of every run, in order. */
  epochs: EpochChange[];
  /** Milliseconds from `since` until a run had an owner after the one of `epoch`; null when it has none yet. */
  takeover: (runId: string, epoch: number, since: number) => number | null;
  stop: () => Promise<void>;
}

interface Seen {
  id: string;
  number: number;
  epoch: number;
  owner: string | null;
  /** It should go on by itself. */
  driven: boolean;
  alive: boolean;
}

/**
 * Looks ten times a second at all runs, and whether those that are to go on by themselves have an owner. Time in which the
 * database does not answer does not count: nobody can hold a lease then, and no effect is begun.
 */
export function watchLeases(pool: pg.Pool): LeaseWatch {
  const orphaned: string[] = [];
  const epochs: EpochChange[] = [];
  const known = new Map<string, number>();
  const alone = new Map<string, number>();
  let stopped = false;
  let looked = performance.now();
  const look = async () => {
    const found = await rows<Seen>(
      pool,
      // All runs: one that is taken over may wait for a person, or have ended, before anybody looks.
      `SELECT id, number, epoch, lease_owner AS owner, status IN ('running', 'rolling-back') AS driven,
              coalesce(lease_until > clock_timestamp(), false) AS alive FROM run`,
    );
    const passed = performance.now() - looked;
    looked = performance.now();
    for (const run of found) {
      if (run.epoch > (known.get(run.id) ?? 0)) epochs.push({ runId: run.id, epoch: run.epoch, owner: run.owner, at: Date.now() });
      known.set(run.id, run.epoch);
      // Before its first owner a run waits for a worker process to be there, which is not the engine's part.
      const ms = !run.driven || run.alive || run.epoch === 0 ? 0 : (alone.get(run.id) ?? 0) + passed;
      alone.set(run.id, ms);
      if (ms > ORPHAN_LIMIT_MS) {
        orphaned.push(`run ${run.number} had no worker for ${Math.round(ms)} ms`);
        alone.set(run.id, 0);
      }
    }
  };
  const loop = (async () => {
    while (!stopped) {
      await look().catch(() => {
        looked = performance.now();
      });
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  return {
    orphaned,
    epochs,
    takeover: (runId, epoch, since) => {
      const next = epochs.find((one) => one.runId === runId && one.epoch > epoch);
      return next === undefined ? null : next.at - since;
    },
    stop: async () => {
      stopped = true;
      await loop;
    },
  };
}
