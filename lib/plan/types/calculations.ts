import { z } from "zod";
import { entity, line1, MAX_ITEMS, number } from "./common";

/**
 * What a plan reckons out for its reader: "3 × 40 = 120", a row of totals, "falls from 400 to 310, 22 % less". The checks
 * reckon again.
 */

/**
 * A figure of a calculation: a point, or a range where `max` is given. `step` is what one unit of its last digit is worth
 * where the number does not show it: 100 in "3.7K", 0 where the figure is exact.
 */
const figure = z.strictObject({ min: number, max: number.optional(), approximate: z.boolean().optional(), step: number.optional() });

export const CALCULATION_KINDS = [
  /** All parts together. */
  "sum",
  /** The first part without the others. */
  "difference",
  "product",
  /** The first part divided by the second. */
  "quotient",
  /** By how many percent the second part is below or above the first. */
  "change-percent",
  /** How many times the larger of two parts the smaller one is. */
  "ratio",
  /** The first part in percent of the second. */
  "share",
] as const;

export const calculation = entity({
  kind: z.enum(CALCULATION_KINDS),
  /** The words or the row and column it stands in. */
  what: line1(200),
  parts: z.array(figure).min(1).max(MAX_ITEMS),
  result: figure,
  /** Unit of the result: percent, USD, hours. */
  unit: line1(40).optional(),
  /** Where it is written: in one sentence, as a column of a table, as a row of one. */
  place: z.enum(["sentence", "column", "row"]),
});
