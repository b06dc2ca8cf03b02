import type { MovePhase, Retry } from "@/lib/migration/executors/move/owner";
import type { Beat, SideState, SubscriptionState } from "@/lib/migration/executors/move/side-state";
import type { Watch } from "@/lib/migration/watch-types";

/* What the state of both servers means. Pure: times come from the servers. */

/** Phases in which the forward subscription has to be running. */
const FOLLOWING: readonly MovePhase[] = ["copy", "follow"];
/** How often a copy that failed is begun again before a person has to look; each time the tables that were not finished. */
const COPY_RETRIES = 3;
/** Helper tables in every publication: heartbeat and fence. */
const HELPERS = 2;
/** Share of a WAL limit from which somebody should look. */
const WAL_ALARM_SHARE = 0.5;

/**
 * How far the follower is behind: bytes of WAL, and the age of the oldest heartbeat it has not applied (R-PG-3). With the
 * newest heartbeat applied the time is 0, however little is written: an idle source is not lag. Bytes alone may be too few:
 * while the rows of a large transaction are on their way, a follower has confirmed the log up to its commit; only the time
 * grows then, because no heartbeat overtakes it. Whoever decides on lag has to look at both.
 */
export function lagOf(publisher: SideState, follower: SideState, side: "source" | "target"): NonNullable<Watch["lag"]> {
  const bytes = publisher.replay ?? publisher.slot?.behind ?? 0;
  const [written, applied] = [publisher.beats[side], follower.beats[side]];
  if (written === undefined || applied === undefined) return { bytes, seconds: null };
  return { bytes, seconds: written.n === applied.n ? 0 : secondsBetween(applied, publisher) };
}

function secondsBetween(applied: Beat, publisher: SideState): number {
  return Math.max(0, Math.round(publisher.now - applied.at) / 1_000);
}

export type Tending = { do: "nothing" } | { do: "retry" } | { do: "stop"; why: string };

/**
 * What to do about a subscription that should run. An error disables it, also that of a lost connection: while rows are
 * copied it is switched on again a few times, later only when something came through since the last time. A conflict comes
 * back at the same place: then it stays off, and nothing is ever skipped (R-PG-10). A server that crashed has forgotten its
 * counters: after a start since `markedAt` (when the move wrote there last, milliseconds of that server) nobody can tell
 * whether an error or a person was it, and one try is made. Nor can it be told while the worker that met the error is ending.
 */
export function tend(subscription: SubscriptionState | null, beatApplied: string, retry: Retry | null | undefined, markedAt: number): Tending {
  if (subscription === null) return { do: "stop", why: "the subscription is gone: somebody dropped it" };
  if (subscription.enabled) return { do: "nothing" };
  const forgotten = subscription.serverStart > (retry?.serverStart ?? markedAt);
  if (!forgotten && subscription.errors <= (retry?.errors ?? 0))
    return subscription.ending ? { do: "nothing" } : { do: "stop", why: "somebody disabled the subscription" };
  if (subscription.pending > 0)
    return (retry?.count ?? 0) < COPY_RETRIES
      ? { do: "retry" }
      : { do: "stop", why: "copying a table failed again and again, for instance because a row could not be applied; the log of the target says which" };
  const through = retry == null || BigInt(beatApplied) > BigInt(retry.beat);
  return through ? { do: "retry" } : { do: "stop", why: "a row could not be applied twice at the same place; the log of the following server names it" };
}

/** What is wrong with a slot that has to keep the WAL for the follower; null while nothing is (R-PG-9). */
export function slotProblem(state: Pick<SideState, "slot">): string | null {
  if (state.slot === null) return "the replication slot is gone: changes written since are lost to the other side";
  if (state.slot.wal === "lost") return "the server has removed WAL the replication slot still needed (max_slot_wal_keep_size)";
  if (state.slot.wal === "unreserved") return "the limit of WAL kept for the replication slot is reached (max_slot_wal_keep_size)";
  return null;
}

/** What is wrong with a publication that has to name every table; null while nothing is. */
export function publicationProblem(state: Pick<SideState, "published">, tables: number): string | null {
  if (state.published === null) return "the publication is gone: changes written since are lost to the other side";
  return state.published === tables + HELPERS ? null : "the publication no longer names every table: somebody changed it";
}

/** Alarm before a limit of WAL is reached; null while it is far. */
export function walAlarm(side: string, state: Pick<SideState, "slot" | "keepBytes">): string | null {
  if (state.slot === null || state.keepBytes === null) return null;
  return state.slot.retained > state.keepBytes * WAL_ALARM_SHARE ? `more than half of the WAL the ${side} may keep is kept for this move` : null;
}

export interface Sight {
  phase: MovePhase;
  /** Tables that are moved. */
  tables: number;
  reverse: boolean;
  walLimitBytes: number;
  source: SideState;
  target: SideState;
  /** No switch is at work: what is enabled is not just being changed. */
  settled: boolean;
  /** What `tend` says about the subscription that should run now; null where none should. */
  tending: Tending | null;
  /** Change of structure on either side since it was frozen; null for none. */
  shapeChange: string | null;
  /** Milliseconds the last switch took; null before the first. */
  switchMs: number | null;
}

/** Before the switch the source has authority: going back is leaving the target, and loses nothing whatever is broken. */
function beforeSwitch(sight: Sight): Watch {
  const { source, target, phase } = sight;
  const published = phase !== "schema" && phase !== "subscribe";
  const reasons = published
    ? [slotProblem(source), publicationProblem(source, sight.tables), structure(sight), stopped(sight), limit(sight), largeObjects(source)]
    : [];
  const off = !sight.settled && target.subscription?.enabled === false;
  const alarms = [
    off ? "a switch that was called off has left the stream to the target off: its next try switches it on" : null,
    published ? walAlarm("source", source) : null,
    ...leftovers(sight),
  ];
  return {
    back: "lossless",
    why: "the source has authority; nothing is written on the target but what follows from it",
    backSeconds: 0,
    writesAtRisk: 0,
    lag: published && target.subscription !== null ? lagOf(source, target, "source") : null,
    alarms: present(alarms),
    breach: present(reasons)[0] ?? null,
  };
}

/** After the switch the target has authority: going back loses nothing only while every row still follows to the source. */
function afterSwitch(sight: Sight): Watch {
  const { source, target } = sight;
  const following = source.subscription !== null;
  const reasons = sight.reverse
    ? [
        following ? null : "nothing follows to the source",
        sight.settled || source.subscription?.enabled === true ? null : "the switch has still to let the source follow",
        slotProblem(target),
        publicationProblem(target, sight.tables),
        structure(sight),
        stopped(sight),
        largeObjects(target),
      ]
    : ["the move has no reverse path"];
  const closed = present(reasons)[0] ?? null;
  const lag = following ? lagOf(target, source, "target") : null;
  const known = source.beats.target;
  const ahead = known === undefined ? null : Math.max(0, target.writes - known.writes);
  const seconds = sight.switchMs === null ? null : sight.switchMs / 1_000 + (lag?.seconds ?? 0);
  return {
    back: closed === null ? "lossless" : "lossy",
    why: closed ?? "every row written on the target follows to the source",
    backSeconds: seconds,
    writesAtRisk: closed === null ? 0 : ahead,
    lag,
    alarms: present([closed, limit(sight), walAlarm("target", target), ...leftovers(sight)]),
    breach: null,
  };
}

function stopped(sight: Sight): string | null {
  return sight.tending?.do === "stop" ? sight.tending.why : null;
}

function limit(sight: Sight): string | null {
  const kept = Math.max(sight.source.slot?.retained ?? 0, sight.target.slot?.retained ?? 0);
  return kept > sight.walLimitBytes ? `the WAL kept for the move has passed the limit of ${Math.round(sight.walLimitBytes / 1_000_000)} MB` : null;
}

function structure(sight: Sight): string | null {
  return sight.shapeChange === null ? null : `the structure has changed while it was frozen: ${sight.shapeChange}`;
}

function largeObjects(state: SideState): string | null {
  return state.largeObjects ? "there are large objects, which do not follow" : null;
}

function leftovers(sight: Sight): string[] {
  const of = (side: string, state: SideState) => state.leftovers.map((what) => `left over on the ${side}: ${what}`);
  return [...of("source", sight.source), ...of("target", sight.target)];
}

function present(reasons: readonly (string | null)[]): string[] {
  return reasons.filter((reason) => reason !== null);
}

/** The measurement of a move. */
export function judgeMove(sight: Sight): Watch {
  if (sight.phase === "switched") return afterSwitch(sight);
  if (sight.phase !== "switching") return beforeSwitch(sight);
  return { back: "impossible", why: "the switch is under way and decides itself", backSeconds: null, writesAtRisk: null, lag: null, alarms: [], breach: null };
}

/**
 * The phase as the servers' own authority has it: the switch changes that in one transaction with the rights of the
 * application's roles, so it is never behind. Null on a side: no switch has been there yet.
 */
export function phaseNow(phase: MovePhase, source: string | null, target: string | null): MovePhase {
  if (source === null && target === null) return phase;
  if (source === "closed" && target === "open") return "switched";
  const before = (source ?? "open") === "open" && (target ?? "closed") === "closed";
  return before ? (phase === "switching" || phase === "switched" ? "follow" : phase) : "switching";
}

/** Whether the forward subscription has to be running in this phase. */
export function followsForward(phase: MovePhase): boolean {
  return FOLLOWING.includes(phase);
}
