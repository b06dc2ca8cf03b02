import type { Interval } from "@/lib/core/money";
import type { ValueState } from "@/lib/portfolio/value-state";

/** Something that waits for a person, worst first. */
export interface NeedsYou {
  kind: "approval" | "alert" | "run" | "step";
  level: "bad" | "warn" | "info";
  /** What it is about and what is asked. */
  text: string;
  project: string;
  since: Date;
  href: string;
  action: string;
}

export type PhaseName = "Assess" | "Plan" | "Rehearse" | "Cut over" | "Observe" | "Retire";
export const PHASES: readonly PhaseName[] = ["Assess", "Plan", "Rehearse", "Cut over", "Observe", "Retire"];

export interface ProjectLine {
  slug: string;
  name: string;
  exampleData: boolean;
  currentStack: string | null;
  phase: PhaseName;
  nextStep: { text: string; href: string };
  verdict: string;
  /** Tone of the verdict: move now, blocked, stay, or cannot say. */
  verdictTone: "info" | "warn" | "ok" | "unknown";
  cost: ValueState;
  plan: ValueState;
  findings: number;
  alerts: number;
  alertsCritical: number;
  lastChange: Date | null;
}

/** Money per day and so far, in one currency. Intervals where prices are ranges. */
export interface DoubleRun {
  currency: string;
  oldPerDay: Interval;
  newPerDay: Interval;
  perDay: Interval;
  /** From the start until now, or until the double run ended. */
  soFar: Interval;
  days: number;
  since: Date;
  /** Null while both sides still run. */
  until: Date | null;
  /** Services without a price on either side: the sums are at least this much. */
  unknown: number;
}
