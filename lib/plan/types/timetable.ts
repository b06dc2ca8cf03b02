import { z } from "zod";
import { duration, entity, line1, MAX_ITEMS, number, whole } from "./common";

/** A day of the calendar, "2025-08-26". Where no year is written the one of the document is meant. */
export const isoDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "write a day as YYYY-MM-DD");

/** When something is, in whichever way the source says it. */
const when = {
  from: isoDay.optional(),
  to: isoDay.optional(),
  weeks: z.tuple([whole, whole]).optional(),
  /** Days after the switch: "day 10", "two weeks after the cutover". */
  day: number.optional(),
  /** How long after the switch: "for 30 days". */
  lasting: duration.optional(),
};

export const MOMENT_KINDS = [
  /** Users are on the new side from here on. */
  "switch",
  /** Until when the old side stays. */
  "keep-old",
  /** Until when going back is said to be possible. */
  "return",
  /** How long the new side is watched. */
  "watch",
  "remove-old",
  /** Nothing may be changed. */
  "freeze",
] as const;

/** Something of a move that has a time. `of` are the things it names; none where it speaks of a whole side. */
export const moment = entity({
  kind: z.enum(MOMENT_KINDS),
  what: line1(300),
  of: z.array(line1(60)).max(MAX_ITEMS).optional(),
  ...when,
});

/** A stretch of the calendar with the length or the weekday that is written beside it. */
export const datedSpan = entity({
  what: line1(300),
  from: isoDay,
  to: isoDay,
  /** 1 (Monday) to 7, where it is written and the year is known. */
  weekday: z.number().int().min(1).max(7).optional(),
  length: z.strictObject({ amount: number, unit: z.enum(["days", "working-days", "weeks", "months"]) }).optional(),
});
