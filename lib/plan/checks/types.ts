import type { Plan } from "../types";
import type { StackTotal } from "./stack-total";

export const FINDING_LEVELS = ["error", "warning", "info"] as const;
export type FindingLevel = (typeof FINDING_LEVELS)[number];

/** Something a check noticed about a plan. */
export interface Finding {
  /** Name of the rule, stable: `stated-total-differs`. */
  code: string;
  level: FindingLevel;
  /** The entry it is about, as a path of the document. */
  path: string;
  /** Lines of the text the plan was read from; empty when the text is not known. */
  lines: number[];
  message: string;
  expected: string | null;
  found: string | null;
  /** What to do about it. */
  hint: string | null;
}

/** A finding before its lines are looked up. `also` are further paths it rests on. */
export interface Noticed {
  code: string;
  level: FindingLevel;
  path: string;
  also?: string[];
  message: string;
  expected?: string;
  found?: string;
  hint?: string;
}

/** What several rules need, computed once. */
export interface Facts {
  totals: Map<string, StackTotal>;
  /** Shows an amount in the project's currency. */
  money: (value: import("decimal.js").Decimal.Value) => string;
}

/** One rule: pure, looks at structured fields only, never guesses from running text. */
export type Check = (plan: Plan, facts: Facts) => Noticed[];
