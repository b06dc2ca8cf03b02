import { z } from "zod";

export const BACK = ["lossless", "lossy", "impossible"] as const;

/** One measurement of a step that is watched. Texts name no changing numbers, so that they are told once. */
export const watch = z.strictObject({
  /** What going back would mean now (R-PG-8). */
  back: z.enum(BACK),
  why: z.string(),
  /** Seconds going back is expected to take, from what was measured; null where nothing was yet. */
  backSeconds: z.number().nullable(),
  /** Rows written since that going back would lose; null where it cannot be told. */
  writesAtRisk: z.number().nullable(),
  /** How far the following side is behind (R-PG-3); null while nothing follows. `seconds` null: cannot be told. */
  lag: z.strictObject({ bytes: z.number(), seconds: z.number().nullable() }).nullable(),
  /** What somebody should look at; the run goes on. */
  alarms: z.array(z.string()),
  /** What holds the run until it is gone; null while nothing does. */
  breach: z.string().nullable(),
});

export type Watch = z.infer<typeof watch>;
