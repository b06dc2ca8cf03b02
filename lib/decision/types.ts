import { z } from "zod";
import type { Freshness, MetricKind } from "@/lib/metric/types";
import type { TriggerGroupView } from "@/lib/trigger/types";

const cellText = { text: z.string().optional() };

/** A cell of the declared matrix as the plan writes it. `money`, `trajectory` and `text` describe, they are no conditions. */
export const cellDocument = z.discriminatedUnion("type", [
  z.object({ type: z.literal("range"), min: z.number(), max: z.number(), ...cellText }),
  z.object({ type: z.literal("threshold"), op: z.string(), value: z.union([z.number(), z.boolean()]), ...cellText }),
  z.object({ type: z.literal("money"), amount: z.number(), period: z.string().default("month"), ...cellText }),
  z.object({ type: z.literal("trajectory"), from: z.number(), to: z.number(), ...cellText }),
  z.object({ type: z.literal("text"), text: z.string() }),
]);
export type CellDocument = z.infer<typeof cellDocument>;

/** The declared matrix as stored. */
export const matrixDocument = z.object({
  title: z.string().optional(),
  columns: z.array(z.object({ stack: z.string(), label: z.string() })),
  rows: z.array(
    z.object({
      metric: z.string(),
      label: z.string().optional(),
      role: z.enum(["condition", "result"]).default("condition"),
      cells: z.array(cellDocument),
    }),
  ),
});
export type MatrixDocument = z.infer<typeof matrixDocument>;

/** Options × factors with a winner per factor, as stored. */
export const optionDocument = z.object({
  key: z.string(),
  title: z.string(),
  options: z.array(z.string()),
  rows: z.array(z.object({ factor: z.string(), cells: z.array(z.string()), winner: z.string().optional() })),
  winner: z.string().optional(),
  tally: z.record(z.string(), z.number()).optional(),
});
export type OptionMatrixView = z.infer<typeof optionDocument>;

/** Values for which a cell speaks; null bounds are open. */
export interface Bounds {
  low: number | null;
  lowIncluded: boolean;
  high: number | null;
  highIncluded: boolean;
}

export interface MatrixCell {
  text: string;
  /** Null for cells that describe and do not judge. */
  bounds: Bounds | null;
}

export interface MatrixRowInput {
  metric: string;
  label: string | null;
  role: "condition" | "result";
  cells: MatrixCell[];
}

export interface MatrixInput {
  source: "declared" | "derived" | "none";
  title: string | null;
  columns: { stack: string; label: string }[];
  rows: MatrixRowInput[];
}

/** The newest value of a metric as the matrix needs it. */
export interface MetricNow {
  key: string;
  name: string;
  unit: string;
  kind: MetricKind;
  value: number | null;
  at: Date | null;
  source: string | null;
  freshness: Freshness;
}

export interface StackRef {
  key: string;
  name: string;
  position: number;
}

/** How far a value is from where its cell ends. */
export interface Edge {
  value: number;
  /** Distance as percent of the edge. */
  distancePercent: number;
  /** Value as percent of an upper edge above zero: "91 % of the limit". */
  sharePercent: number | null;
  /** Stack that holds the value beyond the edge. */
  beyond: string | null;
  direction: "up" | "down";
}

export interface MatrixRowView {
  metric: string;
  label: string;
  unit: string;
  kind: MetricKind;
  role: "condition" | "result";
  value: number | null;
  valueText: string;
  at: string | null;
  ageMs: number | null;
  source: string | null;
  freshness: Freshness;
  cells: MatrixCell[];
  /** Column that holds the value now; null when none does or the value is unknown. */
  currentCell: number | null;
  speaksFor: string | null;
  edge: Edge | null;
  spark: number[];
  projection: Projection | null;
}

/** When a metric is expected to reach its next edge. Days are instants; the range holds in 4 of 5 cases. */
export type Projection =
  | { kind: "too-few"; points: number; needed: number; text: string }
  | { kind: "not-within"; months: number; text: string }
  | { kind: "may"; earliest: string; text: string }
  | { kind: "crosses"; earliest: string; middle: string; latest: string; text: string };

export const VERDICT_KINDS = ["move", "stay", "act", "blocked", "unclear", "no-rule"] as const;

export interface Verdict {
  kind: (typeof VERDICT_KINDS)[number];
  /** Stack the rules speak for; null when none is named. */
  stack: string | null;
  /** One sentence or two that answer the page's question. */
  sentence: string;
  /** Further facts, one sentence each. */
  reasons: string[];
}

export interface Confidence {
  known: number;
  total: number;
  /** known / total, 1 when nothing is asked. */
  share: number;
  /** Below this share no stack is named. */
  limit: number;
  missing: { metric: string; name: string; kind: MetricKind; state: "unknown" | "stale"; ageMs: number | null }[];
}

export interface MatrixColumnView {
  stack: string;
  label: string;
  name: string;
  /** Planned cost a month without labor, as text; null without prices. */
  cost: string | null;
}

export interface DecisionView {
  project: { slug: string; name: string; currency: string };
  /** The moment the view is about; `past` when it is not now. Rules are always those of today. */
  at: string;
  past: boolean;
  current: StackRef | null;
  stacks: StackRef[];
  planVersion: number | null;
  matrix: { source: MatrixInput["source"]; title: string | null; columns: MatrixColumnView[]; rows: MatrixRowView[] };
  verdict: Verdict;
  confidence: Confidence;
  groups: TriggerGroupView[];
  optionMatrices: OptionMatrixView[];
}

export const decisionQuery = z.object({ at: z.iso.datetime({ offset: true }).optional() });

export const recordDecisionInput = z.strictObject({
  project: z.string().min(1).max(100),
  /** Key of the chosen stack. */
  stack: z.string().min(1).max(63),
  reason: z.string().trim().min(3, "say in a sentence why").max(2_000),
  /** Day or RFC 3339 time of the review; empty for none. */
  reviewAt: z.union([z.literal(""), z.iso.date(), z.iso.datetime({ offset: true })]).optional(),
  /** Kind and stack of the verdict the person saw, `move:phase-2`; another one now is a conflict. */
  seenVerdict: z.string().max(100).optional(),
});

/** A recorded decision. */
export const recordedDecision = z.object({
  id: z.string(),
  number: z.number().int(),
  stackKey: z.string(),
  stackName: z.string().nullable(),
  reason: z.string(),
  verdict: z.string(),
  confidence: z.number(),
  reviewAt: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.string(),
  inputs: z.unknown(),
});
export type RecordedDecision = z.infer<typeof recordedDecision>;

/** What `seenVerdict` is compared with. */
export function verdictMark(verdict: Pick<Verdict, "kind" | "stack">): string {
  return `${verdict.kind}:${verdict.stack ?? ""}`;
}

export const decisionsQuery = z.object({
  /** Number of the last decision of the page before. */
  after: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
