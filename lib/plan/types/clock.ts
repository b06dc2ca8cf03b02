import { z } from "zod";
import { entity, line1, MAX_ITEMS, number } from "./common";

export const CLOCK_EFFECTS = [
  /** Users are no longer served, or can no longer write. */
  "close",
  /** They can again. */
  "open",
  /** Users reach the new side from here on. */
  "switch",
  /** Both sides are compared. */
  "compare",
  /** The last data is brought over. */
  "sync",
  "lower-ttl",
] as const;

/** One line of a timeline. Minutes on the clock of the move, and minutes of the day, as far as either is written. */
const entry = entity({
  offset: number.optional(),
  clock: number.optional(),
  title: line1(300),
  does: z.array(z.enum(CLOCK_EFFECTS)).max(10).optional(),
  /** Of a TTL that is lowered: seconds it had before. */
  ttlBefore: number.optional(),
});

/** What happens when on the day of a move, in the order in which it is written. */
export const timeline = entity({ what: line1(200), entries: z.array(entry).min(2).max(MAX_ITEMS) });

/** How long users are said to be without service, in minutes. */
export const outageClaim = entity({ minutes: number.min(0), what: line1(300), atMost: z.boolean().optional() });
