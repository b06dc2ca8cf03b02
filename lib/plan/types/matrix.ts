import { z } from "zod";
import { entity, key, line1, list, MAX_ITEMS, number, operator } from "./common";
import { period } from "./price";

const shown = { text: line1().optional() };

/** What one metric means for one stack. `money` and `trajectory` describe, they are not conditions. */
export const matrixCell = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("range"),
    min: number,
    max: number,
    ...shown,
  }),
  z.strictObject({
    type: z.literal("threshold"),
    op: operator,
    value: z.union([number, z.boolean()]),
    ...shown,
  }),
  z.strictObject({
    type: z.literal("money"),
    amount: number,
    period: period.default("month"),
    ...shown,
  }),
  z.strictObject({
    type: z.literal("trajectory"),
    from: number,
    to: number,
    ...shown,
  }),
  z.strictObject({ type: z.literal("text"), text: line1() }),
]);

export const matrixRow = entity({
  metric: key,
  label: line1(120).optional(),
  /** `result` rows follow from the stack and do not vote. */
  role: z.enum(["condition", "result"]).default("condition"),
  cells: z.array(matrixCell).min(1).max(20),
});

export const matrixColumn = entity({ stack: key, label: line1(120) });

/** Metrics × stacks. Every row has one cell per column. */
export const decisionMatrix = entity({
  title: line1().optional(),
  columns: z.array(matrixColumn).min(1).max(20),
  rows: z.array(matrixRow).min(1).max(MAX_ITEMS),
});

export const optionRow = entity({
  factor: line1(),
  cells: z.array(line1(500)).min(1).max(20),
  /** One of the options, or "tie". */
  winner: line1(120).optional(),
});

/** Options × factors, with a winner per factor. */
export const optionMatrix = entity({
  key,
  title: line1(),
  options: z.array(line1(120)).min(1).max(20),
  rows: list(optionRow, "rows", MAX_ITEMS),
  winner: line1(120).optional(),
  /** How many factors each option wins, as the source counts them. */
  tally: z.record(z.string().min(1).max(120), z.number().int().min(0)).optional(),
});
