import { z } from "zod";
import { isDuration } from "@/lib/core/duration";

/**
 * Building blocks of the plan document. Lists are bounded so that an absurd document is refused
 * with the name of the list that is too long, not with an exhausted machine.
 */

/** Longest list of ordinary entities in a plan (resources, triggers, monitors …). */
export const MAX_ENTITIES = 1_000;
/** Longest list of small things inside an entity (commands, options, criteria …). */
export const MAX_ITEMS = 200;

/** A bounded list, empty when absent. `what` is the plural named in the error. */
export const list = <T extends z.ZodType>(item: T, what: string, max = MAX_ENTITIES) =>
  z
    .array(item)
    .max(max, `too many ${what}: at most ${max.toLocaleString("en-US")} are allowed`)
    .default([]);

export const KEY_PATTERN = /^[a-z0-9][a-z0-9._-]*$/;

/** The name other entries refer to: stable, lower-case, unique within its list. */
export const key = z.string().min(1).max(63).regex(KEY_PATTERN, "use lower-case letters, digits, dots, hyphens and underscores");

export const slug = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "use lower-case letters, digits and single hyphens");

/** One line of text. */
export const line1 = (max = 200) => z.string().min(1).max(max);
/** Running text. */
export const text = (max = 2_000) => z.string().min(1).max(max);

/** ISO 4217 code. */
export const currency = z.string().regex(/^[A-Z]{3}$/, "write a currency as three capital letters, for example USD");

export const duration = z.string().max(20).refine(isDuration, "write a duration such as 30s, 5m, 24h or 7d");

/** A duration with a sign: time before (-24h) or after (25m) a reference moment. */
export const offset = z
  .string()
  .max(21)
  .refine((value) => isDuration(value.replace(/^[+-]/, "")), "write an offset such as -24h, 0 or 25m");

/** Clock time in the zone beside it. */
export const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "write a time of day as HH:MM");

/** A number of whichever unit the metric has; never NaN or infinite. */
export const number = z.number();
export const whole = z.number().int().min(0);
export const percent = z.number().min(0).max(100);
export const amount = z.number().min(0);

const lineNumber = z.number().int().min(1).max(10_000_000);

/** Where the entry comes from and what to say about it: allowed on every entity. */
export const provenance = {
  /** Line of the source document, or [first, last] of a range. */
  line: z.union([lineNumber, z.tuple([lineNumber, lineNumber])]).optional(),
  /** Several separate lines of the source document. */
  lines: z.array(lineNumber).min(1).max(100).optional(),
  note: text().optional(),
};

/** A strict object with provenance. */
export const entity = <S extends z.ZodRawShape>(shape: S) => z.strictObject({ ...shape, ...provenance });

export const OPERATORS = [">", ">=", "<", "<=", "between", "approaches", "is"] as const;
export const operator = z.enum(OPERATORS);

/** A yes/no value, a number or a word that a metric is compared with. */
export const comparand = z.union([z.boolean(), z.number(), z.string().min(1).max(120)]);

/** A condition on a metric; `between` also needs `high`. */
export const condition = {
  op: operator.optional(),
  value: comparand.optional(),
  high: z.number().optional(),
  unit: line1(40).optional(),
};

/** Free values by name: specifications, settings. Names keep the spelling of their source. */
export const values = z.record(
  z.string().min(1).max(80),
  z.union([z.string().max(500), z.number(), z.boolean(), z.array(z.union([z.string().max(200), z.number()])).max(MAX_ITEMS)]),
);

/** A quantity known as a point, a range or an open end. */
export const measured = {
  value: number.optional(),
  min: number.optional(),
  max: number.optional(),
  approximate: z.boolean().optional(),
  unit: line1(40).optional(),
};
