import type { Plan } from "../types";
import type { StackTotal } from "./stack-total";

export const FINDING_LEVELS = ["error", "warning", "info"] as const;
export type FindingLevel = (typeof FINDING_LEVELS)[number];

/** Something a check noticed about a plan. */
export interface Finding {
  /** Name of the rule, stable: `headline-vs-table-total`. */
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

/** Families of contradictions, as findings are grouped in docs/findings.md. */
export const RULE_FAMILIES = [
  "cost-totals",
  "ratios-and-economics",
  "triggers-and-thresholds",
  "limits-and-capacity",
  "priced-vs-used",
  "cutover-safety",
  "rollback-and-decommission",
  "calendar",
  "backups",
  "network-and-dns",
  "configuration",
  "document-consistency",
] as const;
export type RuleFamily = (typeof RULE_FAMILIES)[number];

/**
 * One rule, in a file of its own. `example` is its worked example: the test of the rule and its entry in
 * docs/findings.md are made from it. Both texts are what follows `schemaVersion` and `project` in a plan.
 */
export interface Rule {
  /** Code of its findings, stable. */
  code: string;
  /** The levels its findings can have, worst first. */
  levels: readonly FindingLevel[];
  family: RuleFamily;
  /** Says nothing about a line that an earlier rule has already told: a slip can be a calculation and a saving at once. */
  yields?: boolean;
  /** One sentence: what it says when it speaks. */
  says: string;
  example: {
    /** A plan in YAML in which the rule finds exactly this. */
    wrong: string;
    finds: string;
    /** The same plan put right: the rule finds nothing. */
    right: string;
  };
  check: Check;
}
