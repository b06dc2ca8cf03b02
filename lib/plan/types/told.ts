import { z } from "zod";
import { entity, line1, number } from "./common";

export const TOLD_FIGURES = [
  /** How long users are without service, or cannot write. */
  "downtime",
  "write-stop",
  /** How long the new side is watched. */
  "observation",
  /** How long a way back takes, and for how long it is open. */
  "roll-back",
  "roll-back-window",
  "ttl",
  "rpo",
  "rto",
  "lag",
  "retention",
  "maintenance-window",
  "freeze",
  "timeout",
  "drain",
  /** Sizes of a machine or a service, and of its data. */
  "memory",
  "disk",
  "cpu",
  "data",
  /** Of which of these is not said. */
  "size",
  "instances",
  "pool-size",
  "max-connections",
  /** A setting that is called by its name, a product with its version. */
  "setting",
  "version",
] as const;

/**
 * One place that tells a figure of the plan. Times are in seconds, sizes in GB. What may be compared has the same figure,
 * thing, qualifiers and side.
 */
export const toldFigure = entity({
  figure: z.enum(TOLD_FIGURES),
  /** What it is a figure of: database, cache, backup; absent where it is one of the whole plan. */
  of: line1(60).optional(),
  /** What tells it from another of its kind: staging, daily, replica. */
  qualifiers: z.array(line1(60)).max(20).optional(),
  /** The numbered phase, wave or option it belongs to. */
  part: line1(60).optional(),
  side: z.enum(["old", "new"]).optional(),
  value: z.union([number, line1(60)]),
  max: number.optional(),
  bound: z.enum(["at-most", "at-least"]).optional(),
  approximate: z.boolean().optional(),
  what: line1(300),
});
