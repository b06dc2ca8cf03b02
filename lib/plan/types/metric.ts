import { z } from "zod";
import { comparand, condition, duration, entity, key, line1, list, MAX_ITEMS, measured, number, operator, percent, provenance, text } from "./common";

export const METRIC_KINDS = ["number", "boolean"] as const;
export const AGGREGATIONS = ["last", "avg", "min", "max", "sum"] as const;

export const metric = entity({
  key,
  name: line1(),
  unit: line1(40).optional(),
  kind: z.enum(METRIC_KINDS).default("number"),
  /** Other names the same quantity goes by. */
  aliases: z.array(line1(120)).max(MAX_ITEMS).optional(),
  /** A value older than this is no longer trusted. */
  staleAfter: duration.optional(),
  aggregation: z.enum(AGGREGATIONS).default("last"),
  description: text(1_000).optional(),
});

export const TRIGGER_KINDS = ["migrate", "block", "justify", "review"] as const;
export const TRIGGER_NO_DATA = ["unknown", "keep", "ok", "firing"] as const;

export const trigger = entity({
  key,
  group: key.optional(),
  kind: z.enum(TRIGGER_KINDS).default("migrate"),
  /** What the source calls it: scale, overage, upgrade of a tier … */
  intent: line1(60).optional(),
  metric: key,
  op: operator,
  value: comparand.optional(),
  high: number.optional(),
  unit: line1(40).optional(),
  /** How long the condition must hold without a break. */
  for: duration.optional(),
  /** The source's word where it gives no length: "consistently". */
  forText: line1(60).optional(),
  approximate: z.boolean().optional(),
  noData: z.enum(TRIGGER_NO_DATA).default("unknown"),
  from: key.optional(),
  to: key.optional(),
  /** Scaling stage that follows, where no stack is itemised for it. */
  fromStage: key.optional(),
  toStage: key.optional(),
  text: text(500).optional(),
});

export const triggerGroup = entity({
  key,
  name: line1(),
  combine: z.enum(["any", "all"]).default("any"),
  /** False where the source does not say how its triggers combine. */
  combineStated: z.boolean().default(true),
  kind: z.enum(TRIGGER_KINDS).default("migrate"),
  from: key.optional(),
  to: key.optional(),
  /** Groups whose verdict this one overrides while it is met. */
  overrides: z.array(key).max(MAX_ITEMS).optional(),
});

/** A value to reach or keep (KPI), also with a start and an end or as a baseline of the old stack. */
export const target = entity({
  key: key.optional(),
  name: line1().optional(),
  metric: key,
  ...condition,
  from: number.optional(),
  to: number.optional(),
  min: number.optional(),
  max: number.optional(),
  average: number.optional(),
  peak: number.optional(),
  /** Free capacity and share in use where the source gives them. */
  free: number.optional(),
  percentUsed: percent.optional(),
  limit: number.optional(),
  achieved: number.optional(),
  window: duration.optional(),
  baseline: z.boolean().optional(),
  baselineText: line1().optional(),
  stack: key.optional(),
  group: line1(80).optional(),
  scope: line1(80).optional(),
});

const level = z.strictObject({
  op: operator.default(">"),
  value: number,
  high: number.optional(),
  channel: key.optional(),
  /** Where two levels are written in different places. */
  line: provenance.line,
});

export const ALERT_NO_DATA = ["unknown", "ok", "alert"] as const;

export const alertRule = entity({
  key,
  name: line1().optional(),
  /** One of the two is needed: a metric of the plan, or a PromQL expression. */
  metric: key.optional(),
  expr: text(4_000).optional(),
  warning: level.optional(),
  critical: level.optional(),
  /** Levels beyond two, lowest first: billing at 200, 400, 600. */
  levels: list(
    z.strictObject({
      name: line1(60).optional(),
      op: operator.default(">"),
      value: number,
      line: provenance.line,
    }),
    "levels",
    20,
  ),
  unit: line1(40).optional(),
  for: duration.optional(),
  noData: z.enum(ALERT_NO_DATA).default("unknown"),
  action: text(500).optional(),
  channel: key.optional(),
});

export const channel = entity({
  key,
  name: line1(),
  kind: z.enum(["email", "sms", "slack", "pagerduty", "webhook", "chat", "other"]).default("other"),
  severity: z.enum(["warning", "critical", "any"]).default("any"),
});

export const successCriterion = entity({
  key: key.optional(),
  text: text(500),
  metric: key.optional(),
  ...condition,
  window: duration.optional(),
  stack: key.optional(),
  migration: key.optional(),
});

const side = z.strictObject({
  ...measured,
  op: operator.optional(),
  text: line1().optional(),
});

/** The same quantity before and after the move. */
export const outcome = entity({
  metric: key.optional(),
  name: line1(),
  before: side,
  after: side,
});

export const goal = entity({
  text: text(500),
  metric: key.optional(),
  ...condition,
  min: number.optional(),
  max: number.optional(),
});
