import { createHash } from "node:crypto";

/*
 * The names of everything a live move makes on the two servers. They follow from the run and the move alone, so that
 * whoever takes the run over finds the objects again (class C, R-ENG-5), and a leftover tells where it came from.
 */

/** Helper tables of a move, on both servers. Never replicated itself but for `heartbeat` and `fence`. */
export const MOVE_SCHEMA = "switchyard_move";

/** What every object of every move begins with: to find leftovers (R-PG-11). */
export const OBJECT_PREFIX = "switchyard_";

/** Steps a `postgres.move` of the runbook becomes when a run is frozen. */
const PARTS = ["sync", "verify", "switch"] as const;
export type MovePart = (typeof PARTS)[number];

/** The key of the step of one part: `move` and `sync` give `move.sync`. */
export function partKey(moveKey: string, part: MovePart): string {
  return `${moveKey}.${part}`;
}

/** The key of the move a step belongs to; the step's own key where it is not part of one. */
export function moveKeyOf(stepKey: string): string {
  const part = PARTS.find((name) => stepKey.endsWith(`.${name}`));
  return part === undefined ? stepKey : stepKey.slice(0, -part.length - 1);
}

/** One direction: publication and slot on the side that writes, subscription on the side that follows, all of one name. */
export interface Direction {
  publication: string;
  subscription: string;
  slot: string;
}

export interface MoveNames {
  /** First 12 hex digits of the SHA-256 of run and move. */
  hash: string;
  /** Source to target: publication and slot on the source, subscription on the target. */
  forward: Direction;
  /** Target to source: publication and slot on the target, subscription on the source. */
  reverse: Direction;
  /** Event trigger and its function that refuse DDL, on either side where the role may make them. */
  freeze: string;
  /** Key of the advisory lock that the owner of the run holds on both servers (R-ENG-6). */
  lock: string;
}

function direction(name: string): Direction {
  return { publication: name, subscription: name, slot: name };
}

/** The names of a move. Lower-case letters, digits and underscores, as slots demand; under 63 bytes. */
export function moveNames(runId: string, moveKey: string): MoveNames {
  const digest = createHash("sha256").update(`${runId}\0${moveKey}`).digest();
  const hash = digest.toString("hex").slice(0, 12);
  const base = `${OBJECT_PREFIX}${hash}`;
  return {
    hash,
    forward: direction(`${base}_fwd`),
    reverse: direction(`${base}_rev`),
    freeze: `${base}_freeze`,
    lock: digest.readBigInt64BE(12).toString(),
  };
}

export { sessionName, sessionPrefix } from "@/lib/migration/executors/sessions";
