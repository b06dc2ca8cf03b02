import { z } from "zod";
import { entity, line1, number } from "./common";

export const RECOVERY_KINDS = [
  /** How much may be lost, how long a recovery may take: what is promised. */
  "rpo",
  "rto",
  /** How often data leaves for the backup. */
  "interval",
  /** How long a restore takes, measured. */
  "restore",
  /** How long copies are kept, and how long they must be. */
  "retention",
  "retention-required",
  /** How long the configuration keeps them. */
  "retention-configured",
] as const;

/** One place that says how a loss is recovered from, in minutes. */
export const recoveryFact = entity({ kind: z.enum(RECOVERY_KINDS), minutes: number.min(0), what: line1(300) });

/** A threshold that another place of the document repeats. */
export const restatedLimit = entity({
  what: line1(300),
  value: number,
  unit: line1(40).optional(),
  /** What it repeats. */
  of: entity({ what: line1(300), value: number }),
});

/** A region or zone that is named: where the new side is said to be, or where a command makes something. */
export const placeNamed = entity({ region: line1(60), role: z.enum(["stated", "command"]), what: line1(300) });
