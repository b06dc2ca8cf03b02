import { z } from "zod";

export const ALERT_LEVELS = ["warning", "critical"] as const;
export type AlertLevel = (typeof ALERT_LEVELS)[number];
export const RULE_STATES = ["unknown", "ok", "pending", "warning", "critical"] as const;
export type RuleState = (typeof RULE_STATES)[number];

/** A level of a rule: `op` and threshold in the unit of the metric. */
export interface Level {
  op: string;
  value: number;
}

export const alertView = z.object({
  id: z.string(),
  project: z.object({ slug: z.string(), name: z.string() }),
  rule: z.string(),
  ruleName: z.string(),
  metric: z.string().nullable(),
  metricName: z.string().nullable(),
  unit: z.string(),
  op: z.string(),
  level: z.enum(ALERT_LEVELS),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  /** State of the rule now: an open alert whose metric fell silent is `unknown`. */
  ruleState: z.enum(RULE_STATES),
  lastValue: z.number().nullable(),
  lastSampleAt: z.string().nullable(),
  action: z.string(),
  acknowledgedAt: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
  mutedUntil: z.string().nullable(),
  version: z.number().int(),
});
export type AlertView = z.infer<typeof alertView>;

/** A rule with its state, for the rules tab. */
export interface AlertRuleView {
  id: string;
  key: string;
  name: string;
  project: { slug: string; name: string };
  metric: string | null;
  metricName: string | null;
  unit: string;
  warning: Level | null;
  critical: Level | null;
  holdMs: number;
  action: string;
  channel: string;
  expr: string | null;
  text: string;
  /** The rule's own word for how bad it is; empty where it has none. */
  severity: string;
  /** `plan`, or `import` with source, address and, where the source no longer has it, since when. */
  origin: string;
  source: string | null;
  address: string | null;
  goneAt: string | null;
  state: RuleState;
  stateSince: string | null;
  lastValue: number | null;
  lastSampleAt: string | null;
}

export const listAlertsQuery = z.object({
  project: z.string().max(100).optional(),
  state: z.enum(["open", "closed", "all"]).default("all"),
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const acknowledgeInput = z.strictObject({
  alert: z.string().min(1).max(100),
  version: z.coerce.number().int().min(1).optional(),
  /** "off" takes an acknowledgement back: the undo of ten seconds. */
  on: z.enum(["on", "off"]).default("on"),
});

export const muteInput = z.strictObject({
  alert: z.string().min(1).max(100),
  version: z.coerce.number().int().min(1).optional(),
  /** Minutes from now; 0 ends a mute. */
  minutes: z.coerce.number().int().min(0).max(10_080).default(60),
});
