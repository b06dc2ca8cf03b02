import { messageOf } from "@/lib/core/errors";
import { type LastLook, pointOf, type Way, waysOf } from "@/lib/migration/share";
import { writeSharePoint } from "@/lib/migration/share-store";
import { ENDED } from "@/lib/migration/types";
import type { OwnedRun } from "./owned-run";
import { callContext } from "./step-context";

/*
 * Looks at how the traffic of a run is really split, from its first stage until it ends, in every state and on the way back:
 * beside the run loop, because a hold, a wait for people or a rollback is when it matters. Decides nothing; guards and ramps
 * measure for themselves.
 */

const TICK_MS = 500;
/** Longest time of one look; what takes longer counts as not seen. */
const LIMIT_MS = 5_000;
/** After this long without a change of the share, looks become rare. */
const SETTLED_MS = 15 * 60_000;
const RARE_MS = 30_000;

interface Looker {
  busy: boolean;
  /** Monotonic milliseconds. */
  dueAt: number;
  last: LastLook | null;
  /** The share as it is set, and when it changed. */
  set: number;
  changedAt: number;
  /** What the last look failed of: told when it changes. */
  problem: string;
}

/** Starts looking; the returned function ends it. */
export function watchShare(owned: OwnedRun): () => void {
  const lookers = new Map<string, Looker>();
  const stop = new AbortController();
  const timer = setInterval(
    () => {
      if (owned.lease.lost.signal.aborted || ENDED.includes(owned.run.status)) return;
      for (const way of waysOf(owned.run.steps)) tick(owned, way, lookers, stop.signal);
    },
    Math.min(TICK_MS, owned.deps.timing.reconcileMs),
  );
  return () => {
    clearInterval(timer);
    stop.abort(new Error("the run is no longer watched"));
  };
}

function tick(owned: OwnedRun, way: Way, lookers: Map<string, Looker>, stop: AbortSignal): void {
  const now = performance.now();
  const looker = lookers.get(way.key) ?? { busy: false, dueAt: 0, last: null, set: way.set, changedAt: now, problem: "" };
  lookers.set(way.key, looker);
  if (looker.set !== way.set) Object.assign(looker, { set: way.set, changedAt: now, dueAt: 0 });
  if (looker.busy || now < looker.dueAt) return;
  looker.busy = true;
  looker.dueAt = now + (now - looker.changedAt < SETTLED_MS ? owned.deps.timing.reconcileMs : RARE_MS);
  look(owned, way, looker, stop)
    .then(() => {
      looker.problem = "";
    })
    .catch((error: unknown) => {
      // Not seen: the chart has a gap, and the next look counts from the last one that saw something.
      const problem = messageOf(error);
      if (!stop.aborted && problem !== looker.problem)
        owned.deps.log.warn({ err: error, runId: owned.id, step: way.step.key }, "the share of the traffic could not be measured");
      looker.problem = problem;
    })
    .finally(() => {
      looker.busy = false;
    });
}

async function look(owned: OwnedRun, way: Way, looker: Looker, stop: AbortSignal): Promise<void> {
  const { step } = way;
  const executor = owned.deps.executors(step.spec.kind);
  if (executor?.share === undefined) return;
  const limit = AbortSignal.any([stop, AbortSignal.timeout(LIMIT_MS)]);
  const { context, done } = await callContext(owned, { step, direction: "apply", attempt: 0, before: null, stop: limit });
  try {
    const seen = await executor.share(step.spec, context);
    if (stop.aborted || owned.lease.lost.signal.aborted) return;
    const lease = { owner: owned.lease.claim.owner, epoch: owned.lease.claim.epoch };
    await writeSharePoint(owned.deps.db.pool, owned.id, way.key, lease, owned.now(), pointOf(way.set, seen, looker.last));
    looker.last = { set: way.set, counts: seen.counts };
  } finally {
    done();
  }
}
