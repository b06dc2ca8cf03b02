import type { Plan } from "../types";

export type Timeline = Plan["timelines"][number];
export type ClockEntry = Timeline["entries"][number];
export type Does = NonNullable<ClockEntry["does"]>[number];

const DAY = 24 * 60;
const HALF = DAY / 2;

/** An entry with its minute on one clock for the whole timeline. */
export interface Timed {
  entry: ClockEntry;
  /** Position as written. */
  at: number;
  minute: number;
}

/**
 * Every entry on one clock: offsets where most have one, else times of day, with midnight between two that fall. Entries
 * that only have the other kind are left out.
 */
export function timed({ entries }: Timeline): Timed[] {
  const offsets = entries.filter((entry) => entry.offset !== undefined).length;
  if (offsets * 2 > entries.length) return entries.flatMap((entry, at) => (entry.offset === undefined ? [] : [{ entry, at, minute: entry.offset }]));
  let days = 0;
  let last: number | null = null;
  return entries.flatMap((entry, at) => {
    if (entry.clock === undefined) return [];
    if (last !== null && entry.clock - last < -HALF) days += DAY;
    last = entry.clock;
    return [{ entry, at, minute: entry.clock + days }];
  });
}

export const does = (timed: Timed, what: Does): boolean => timed.entry.does?.includes(what) === true;

/** From the entry that closes to the one that opens again; null where either is missing. */
export function closedFor(timeline: Timeline): { from: Timed; to: Timed; minutes: number } | null {
  const all = timed(timeline);
  const from = all.find((one) => does(one, "close"));
  const to = from === undefined ? undefined : all.find((one) => one.at > from.at && does(one, "open"));
  if (from === undefined || to === undefined || to.minute <= from.minute) return null;
  return { from, to, minutes: to.minute - from.minute };
}

/** "1 h 15 min". */
export function shownMinutes(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), Math.round(minutes % 60)];
  return hours === 0 ? `${rest} min` : rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
