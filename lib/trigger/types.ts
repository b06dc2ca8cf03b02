/** Comparison of a metric with a threshold. */
export const OPERATORS = [">", ">=", "<", "<=", "between", "approaches", "is"] as const;
export type Operator = (typeof OPERATORS)[number];

export const TRIGGER_STATES = ["unknown", "inactive", "pending", "firing"] as const;
export type TriggerState = (typeof TRIGGER_STATES)[number];

export const TRIGGER_KINDS = ["migrate", "block", "justify", "review"] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/** What silence means: not known, as before, condition not met, condition met. */
export const NO_DATA_POLICIES = ["unknown", "keep", "ok", "firing"] as const;
export type NoDataPolicy = (typeof NO_DATA_POLICIES)[number];

/** A comparison; `high` is the upper bound of `between`. Yes is 1, no is 0. */
export interface Condition {
  op: Operator;
  value: number;
  high: number | null;
}

/** A condition that has to hold. Durations in milliseconds; `staleAfterMs` null: values never become stale. */
export interface HoldRule extends Condition {
  holdMs: number;
  noData: NoDataPolicy;
  staleAfterMs: number | null;
}

export interface TimedValue {
  at: Date;
  value: number;
}

/** What the hold-time machine remembers between two evaluations. */
export interface HoldMemory {
  state: TriggerState;
  /** Since when the state lasts; null before the first evaluation. */
  stateSince: Date | null;
  /** Time of the first sample of the unbroken run in which the condition is true. */
  trueSince: Date | null;
  lastValue: number | null;
  lastSampleAt: Date | null;
}

/** A change of state. */
export interface Transition {
  at: Date;
  from: TriggerState;
  to: TriggerState;
  value: number | null;
}

export const FORGOTTEN: HoldMemory = { state: "unknown", stateSince: null, trueSince: null, lastValue: null, lastSampleAt: null };

/** A trigger with its state as pages show it. Times are RFC 3339, durations milliseconds. */
export interface TriggerView {
  id: string;
  key: string;
  groupKey: string;
  metricKey: string;
  metricName: string;
  unit: string;
  text: string;
  kind: TriggerKind;
  op: Operator;
  value: number;
  high: number | null;
  holdMs: number;
  staleAfterMs: number | null;
  noData: NoDataPolicy;
  qualitative: boolean;
  from: string | null;
  to: string | null;
  state: TriggerState;
  stateSince: string | null;
  trueSince: string | null;
  lastValue: number | null;
  lastSampleAt: string | null;
}

/** Triggers of one transition that are combined. */
export interface TriggerGroupView {
  key: string;
  name: string;
  kind: TriggerKind;
  combine: "any" | "all";
  from: string | null;
  to: string | null;
  state: TriggerState;
  triggers: TriggerView[];
}
