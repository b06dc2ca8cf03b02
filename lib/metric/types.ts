import { z } from "zod";

/** Most samples one call may carry. */
export const MAX_SAMPLES = 10_000;
/** Most points a series read answers; pages ask for 400. */
export const MAX_POINTS = 1_000;
export const PAGE_POINTS = 400;
/** Caps on labels of one sample (R-SEC-22). */
export const MAX_LABELS = 30;
export const MAX_LABEL_NAME = 64;
export const MAX_LABEL_VALUE = 200;

export const METRIC_KINDS = ["number", "boolean"] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];
export const AGGREGATIONS = ["last", "avg", "min", "max", "sum"] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

/** The shape a well-formed sample has; each item is judged on its own, so that one bad row refuses itself only. */
export const sampleInput = z.strictObject({
  metric: z.string().min(1).max(100).describe("Key or alias of a declared metric."),
  value: z.union([z.number(), z.boolean(), z.enum(["true", "false", "yes", "no"])]).describe("Finite number; yes/no metrics take 0, 1, true, false, yes, no."),
  at: z.iso.datetime({ offset: true }).optional().describe("RFC 3339 with zone; now when absent."),
  labels: z.record(z.string().max(MAX_LABEL_NAME), z.string().max(MAX_LABEL_VALUE)).optional(),
});

/** Documented body of `POST …/samples`. */
export const samplesInput = z.array(sampleInput).max(MAX_SAMPLES);

export const REJECTION_CODES = ["shape", "unknown-metric", "value", "time", "labels", "conflict"] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

/** Answer of `POST …/samples`: 200 nothing refused, 207 some, 400 all. */
export const samplesReport = z.object({
  /** Samples that are stored now, resent ones included. */
  accepted: z.number().int(),
  /** Of these, how many were stored already. */
  duplicates: z.number().int(),
  rejected: z.array(z.object({ index: z.number().int(), metric: z.string(), code: z.enum(REJECTION_CODES), message: z.string() })),
});
export type SamplesReport = z.infer<typeof samplesReport>;
export type Rejection = SamplesReport["rejected"][number];

/** One value by hand; `value` may be text from a form. */
export const enterSampleInput = z.strictObject({
  project: z.string().min(1).max(100),
  metric: z.string().min(1).max(100),
  value: z.union([z.number(), z.boolean(), z.string().max(60)]),
  /** RFC 3339 with zone; empty or absent means now. */
  at: z.string().max(40).optional(),
});

export const undoSampleInput = z.strictObject({
  project: z.string().min(1).max(100),
  metric: z.string().min(1).max(100),
  at: z.iso.datetime({ offset: true }),
});

/** Milliseconds in which a value entered by hand can be taken back. */
export const UNDO_MS = 10_000;

/** How old the newest value is, in words the reader can act on. */
export type Freshness = "fresh" | "stale" | "unknown";

/** A metric as declared, with its newest value. Times are RFC 3339, ages milliseconds. */
export const metricView = z.object({
  key: z.string(),
  name: z.string(),
  unit: z.string(),
  kind: z.enum(METRIC_KINDS),
  aggregation: z.enum(AGGREGATIONS),
  staleAfterMs: z.number().nullable(),
  source: z.string(),
  aliases: z.array(z.string()),
  latest: z.object({ value: z.number(), at: z.string(), source: z.string(), ageMs: z.number() }).nullable(),
  freshness: z.enum(["fresh", "stale", "unknown"]),
});
export type MetricView = z.infer<typeof metricView>;

export const seriesQuery = z.object({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  points: z.coerce.number().int().min(1).max(MAX_POINTS).optional(),
});

export const seriesView = z.object({
  metric: z.string(),
  unit: z.string(),
  from: z.string(),
  to: z.string(),
  /** Length of a bucket in milliseconds; null for single samples. */
  bucketMs: z.number().nullable(),
  aggregation: z.enum(AGGREGATIONS),
  points: z.array(z.object({ at: z.string(), value: z.number(), min: z.number(), max: z.number() })),
});
export type SeriesView = z.infer<typeof seriesView>;

/** The newest value of a metric. */
export interface LatestSample {
  metricId: string;
  metricKey: string;
  at: Date;
  value: number;
  source: string;
}

/** The state of a value: unknown when there is none, stale when it is older than the metric allows. */
export function freshnessOf(at: Date | null, staleAfterMs: number | null, now: Date): Freshness {
  if (at === null) return "unknown";
  return staleAfterMs !== null && now.getTime() - at.getTime() > staleAfterMs ? "stale" : "fresh";
}
