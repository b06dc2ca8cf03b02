import { query } from "@/lib/connection/clients/postgres";
import { shapeChange, structureOf } from "@/lib/migration/executors/move/freeze";
import { followsForward, judgeMove, type Tending, tend } from "@/lib/migration/executors/move/judge";
import { withKeptSides } from "@/lib/migration/executors/move/kept-sides";
import { type Owner, readOwner, writeOwner } from "@/lib/migration/executors/move/owner";
import { enableSubscription } from "@/lib/migration/executors/move/replication";
import { beat, type MoveOwner, readMoveOwner, readSideState, type SideState } from "@/lib/migration/executors/move/side-state";
import type { Sides } from "@/lib/migration/executors/move/sides";
import type { StepContext } from "@/lib/migration/executors/types";
import type { MoveConfig } from "@/lib/migration/move-types";
import type { Watch } from "@/lib/migration/watch-types";

/*
 * Called every second from the start of a move until its run ends, also long after the switch: writes the heartbeat of the
 * side that has authority, compares the structure with what was frozen, switches a subscription on again that a lost
 * connection disabled, and says whether the way back is open.
 */

/** How often the structure is compared (R-PG-2). */
const SHAPE_MS = 10_000;
const SHAPE_SOON_MS = 2_000;
/** How often the slot of the direction that stands still is let go on. */
const LET_GO_MS = 60_000;
/** Longest statement of a look, milliseconds: guards wait for it. */
const STATEMENT_MS = 9_000;

/** What is remembered from one look to the next, as long as the sessions last. */
interface Looked {
  shapeAt: number;
  shapeChange: string | null;
  letGoAt: number;
}

const looked = new WeakMap<Sides, Looked>();

function lookedOf(sides: Sides): Looked {
  const known = looked.get(sides) ?? { shapeAt: Number.NEGATIVE_INFINITY, shapeChange: null, letGoAt: performance.now() };
  looked.set(sides, known);
  return known;
}

/** @throws Error when either side could not be read: no data is never healthy */
export async function watchMove(move: MoveConfig, context: StepContext): Promise<Watch> {
  const how = { use: "watch", statementTimeoutMs: STATEMENT_MS, last: () => false };
  return await withKeptSides(move, context, how, (sides) => look(move, context, sides));
}

const NOT_BEGUN: Watch = {
  back: "lossless",
  why: "nothing has been made on either side yet",
  backSeconds: 0,
  writesAtRisk: 0,
  lag: null,
  alarms: [],
  breach: null,
};

const UNMARKED: Watch = {
  ...NOT_BEGUN,
  back: "impossible",
  why: "a server no longer carries the mark of this run",
  breach: "somebody removed the helper schema of the move",
};

async function look(move: MoveConfig, context: StepContext, sides: Sides): Promise<Watch> {
  // A switch or an undo that begins between two reads would make what it does itself look like somebody else's doing.
  for (;;) {
    const seen = await lookOnce(move, context, sides);
    if (phasesOf(await readMoveOwner(sides)) === seen.phases) return seen.watch;
    context.signal.throwIfAborted();
  }
}

/** Where the move is, by the servers' authority and by its mark: what a switch does in between changes one of them. */
function phasesOf(own: MoveOwner | null): string {
  return `${own?.phase} ${own?.marked}`;
}

async function lookOnce(move: MoveConfig, context: StepContext, sides: Sides): Promise<{ phases: string; watch: Watch }> {
  const entry = lookedOf(sides);
  const [own, other] = [await readMoveOwner(sides), await readOwner(sides.source)];
  const ours = (owner: Owner | null) => owner !== null && owner.hash === sides.names.hash;
  // The target is marked first: until the source is too, nothing has been made there.
  if (!ours(other) && (!ours(own) || own?.phase === "schema" || own?.phase === "subscribe")) return { phases: phasesOf(own), watch: NOT_BEGUN };
  if (own === null || other === null || !ours(own) || !ours(other)) return { phases: phasesOf(own), watch: UNMARKED };
  const [source, target] = [await readSideState(sides.source, "source", sides.names), await readSideState(sides.target, "target", sides.names)];
  const tending = await tendMove({ own, other }, context, sides, source, target);
  // A row that cannot be applied is often the first sign of another structure, and that is then the cause to name.
  if (performance.now() - entry.shapeAt >= (tending?.do === "stop" ? SHAPE_SOON_MS : SHAPE_MS)) {
    entry.shapeChange = await compareStructure(move, sides, own, other);
    entry.shapeAt = performance.now();
  }
  const watch = judgeMove({
    phase: own.phase,
    tables: own.facts.tables?.length ?? 0,
    reverse: move.reverse,
    walLimitBytes: move.walLimitBytes,
    source,
    target,
    settled: own.marked !== "switching",
    tending,
    shapeChange: entry.shapeChange,
    switchMs: own.facts.switchMs ?? null,
  });
  await letGo(sides, own);
  // After reading: with the newest beat applied, the follower is less than a second behind.
  if (own.phase === "switched") await beat(sides.target, "target");
  else if (own.phase !== "switching") await beat(sides.source, "source");
  return { phases: phasesOf(own), watch };
}

/**
 * Looks after the subscription that has to run now. Null where none has to: the step or the switch works on it. So it does
 * until the mark says so: a switch that its helper called off has left the stream off, and the next owner switches it on.
 */
async function tendMove(
  marks: { own: MoveOwner; other: Owner },
  context: StepContext,
  sides: Sides,
  source: SideState,
  target: SideState,
): Promise<Tending | null> {
  const { own, other } = marks;
  if (own.marked === "switching") return null;
  const forward = followsForward(own.phase);
  if (!forward && own.phase !== "switched") return null;
  const [client, state, direction, side] = forward
    ? ([sides.target, target, sides.names.forward, "source"] as const)
    : ([sides.source, source, sides.names.reverse, "target"] as const);
  // After a switch without a reverse path nothing follows, and nothing has to.
  if (!forward && state.subscription === null) return null;
  const applied = state.beats[side]?.n ?? "0";
  const retry = own.facts.retry?.side === side ? own.facts.retry : undefined;
  const found = tend(state.subscription, applied, retry, forward ? own.at : other.at);
  if (found.do !== "retry" || state.subscription === null) return found;
  const { errors, serverStart, pending } = state.subscription;
  const count = pending > 0 ? (retry?.count ?? 0) + 1 : 0;
  await writeOwner(sides.target, sides.names.hash, context.epoch, { facts: { retry: { side, errors, serverStart, count, beat: applied } } });
  await enableSubscription(client, direction.subscription, true);
  context.log(`the subscription ${direction.subscription} had stopped after an error and is switched on again`);
  return found;
}

/**
 * Lets the slot nobody reads go on to where its server is now, so that it does not keep all WAL since it was made. On the
 * side without authority nothing but what follows from the other one is written: there is nothing in it for the way back.
 * The place is asked first and the phase after it: a switch in between can only make the place too old, never too new.
 */
async function letGo(sides: Sides, own: Owner): Promise<void> {
  const entry = lookedOf(sides);
  if (performance.now() - entry.letGoAt < LET_GO_MS) return;
  const before = own.phase === "follow";
  if (!before && own.phase !== "switched") return;
  entry.letGoAt = performance.now();
  const [client, slot] = before ? [sides.target, sides.names.reverse.slot] : [sides.source, sides.names.forward.slot];
  const [place] = await query(client, "SELECT pg_current_wal_lsn() AS lsn");
  if ((await readMoveOwner(sides))?.phase !== own.phase) return;
  await query(
    client,
    "SELECT pg_replication_slot_advance(slot_name, $2::pg_lsn) FROM pg_replication_slots WHERE slot_name = $1 AND NOT active AND confirmed_flush_lsn < $2::pg_lsn",
    [slot, place?.lsn],
  );
}

/** The structure of both sides against what it was when they were frozen. */
async function compareStructure(move: MoveConfig, sides: Sides, own: Owner, other: Owner): Promise<string | null> {
  const schemas = move.schemas ?? null;
  for (const [client, shape] of [
    [sides.source, other.facts.shape],
    [sides.target, own.facts.shape],
  ] as const) {
    if (shape === undefined) continue;
    const change = shapeChange(shape, await structureOf(client, schemas));
    if (change !== null) return change;
  }
  return null;
}
