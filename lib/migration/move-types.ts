import { z } from "zod";

/*
 * What a live move of a Postgres database is told: where from, where to, through which poolers, within which limits.
 * One document for the steps a move consists of, so that they cannot disagree. Source of the limits:
 * reliability-security.md §2.3.
 */

const key = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, "use lower-case letters, digits, dots, hyphens and underscores");
const name = z
  .string()
  .min(1)
  .max(63)
  .refine((text) => !/[\0\r\n]/.test(text), "one line, without control characters");
const systemIdentifier = z.string().regex(/^\d{1,20}$/, "the number that pg_control_system() tells, in quotes");

const address = z.strictObject({ host: name, port: z.number().int().min(1).max(65_535) });

export const moveConfig = z.strictObject({
  /** Connections of kind `postgres` with a role that is not the application's. */
  from: key,
  to: key,
  /** System identifiers the servers must have (`SELECT system_identifier FROM pg_control_system()`): a right address with another server behind it is refused (F-PG-21). */
  sourceSystem: systemIdentifier.optional(),
  targetSystem: systemIdentifier.optional(),
  /** Entries of the poolers that lead to the source and shall lead to the target; none: the application is pointed at the target by other steps. */
  poolers: z
    .array(z.strictObject({ connection: key, database: name }))
    .max(8)
    .default([]),
  /** Roles the application logs in as; they are fenced on the side that gives authority away. */
  applicationRoles: z.array(name).min(1).max(50),
  /** A connection that goes the application's way, for the probe after the switch and the fast guard. */
  probe: key.optional(),
  schemas: z.array(name).max(200).optional(),
  /** `copy`: the structure comes from the source. `prepared`: it is on the target already and only compared. */
  schema: z.enum(["copy", "prepared"]).default("copy"),
  jobs: z.number().int().min(1).max(16).default(2),
  /** Keeps the old side in step after the switch, so that going back loses nothing. */
  reverse: z.boolean().default(true),
  verify: z.enum(["full", "none"]).default("full"),
  /** Milliseconds a PAUSE may wait for running transactions, and how often it is tried. */
  pauseLimitMs: z.number().int().min(100).max(30_000).default(2_000),
  pauseTries: z.number().int().min(1).max(20).default(5),
  /** Milliseconds of the whole pause after which the switch is called off. */
  stallLimitMs: z.number().int().min(1_000).max(120_000).default(8_000),
  maxLagBytes: z.number().int().min(1).max(1_000_000_000).default(1_000_000),
  maxLagMs: z.number().int().min(1).max(60_000).default(500),
  /** Bytes of WAL that may be kept for the move on either side before it is held: a full disk stops the application (R-PG-9). */
  walLimitBytes: z.number().int().min(1_000_000).max(100_000_000_000_000).default(20_000_000_000),
  /** Where the other server sees each database, when that is not where the worker does. */
  fromAddress: address.optional(),
  toAddress: address.optional(),
  /** Added to every sequence, so that values cached by sessions are never given out twice. */
  sequenceHeadroom: z.number().int().min(0).max(1_000_000_000).default(1_000),
});

export type MoveConfig = z.infer<typeof moveConfig>;
