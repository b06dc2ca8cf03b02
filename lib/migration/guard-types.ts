import { z } from "zod";
import { isDuration, parseDuration } from "@/lib/core/duration";

/** Guards as a runbook declares them. Strict: a field that is not known protects nobody. */

const key = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, "use lower-case letters, digits, dots, hyphens and underscores");
const text = (max: number) => z.string().max(max);
const durationText = z.string().max(20).refine(isDuration, "write a duration such as 30s, 5m, 24h or 7d");
/** Requests below which a share says nothing (R-GRD-5). */
const requests = z.number().int().min(0).max(1_000_000).default(30);
const haproxyName = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[A-Za-z0-9_.:-]+$/, "letters, digits and _ . : - only");

export const comparison = z.enum([">", ">=", "<", "<="]);

const metricSource = z.strictObject({
  type: z.literal("metric"),
  metric: text(120).min(1),
  /** A metric that counts what was measured: below `min` a sample is no evidence. */
  traffic: z.strictObject({ metric: text(120).min(1), min: requests }).optional(),
});

const promqlSource = z.strictObject({
  type: z.literal("promql"),
  connection: key,
  query: text(4_000).min(1),
  /** Makes one number of several series; without it several series are an error (R-GRD-3). */
  aggregate: z.enum(["max", "min", "sum", "avg"]).optional(),
  /** The query is evaluated this long ago, for data that arrive late. */
  offset: durationText.optional(),
  /** How often what the query reads is scraped; 15s when absent. One scrape is one sample, however often it is asked for. */
  scrape: durationText.optional(),
  /** A query that counts requests in the same window: below `min` a sample is no evidence. */
  traffic: z.strictObject({ query: text(4_000).min(1), min: requests }).optional(),
});

/** Share of failed requests of one server in percent, from HAProxy's own counters. */
const haproxySource = z.strictObject({
  type: z.literal("haproxy"),
  connection: key,
  backend: haproxyName,
  server: haproxyName,
  minRequests: requests,
});

/** Clients that wait in a pool of PgBouncer, or seconds the longest of them has waited. */
const poolerSource = z.strictObject({
  type: z.literal("pooler"),
  connection: key,
  database: text(63).min(1),
  read: z.enum(["waiting", "maxwait"]).default("waiting"),
});

const PROBE_TABLE = /^[A-Za-z_][A-Za-z0-9_$]{0,62}(\.[A-Za-z_][A-Za-z0-9_$]{0,62})?$/;

/** Writes a row and reads it back several times a second, on the way applications take. */
const probeSource = z.strictObject({
  type: z.literal("probe"),
  /** Postgres or PgBouncer connections; all have to lead to the same server. */
  connections: z.array(key).min(1).max(4),
  /** Table of docs/steps.md, made before the run; `schema.table` or a name on the search path. */
  table: z.string().regex(PROBE_TABLE, "write the name of a table, with its schema if needed").default("switchyard_probe"),
  perSecond: z.number().int().min(2).max(5).default(4),
  /** Percent of failed writes, or milliseconds of the slowest one. */
  read: z.enum(["failures", "latency"]).default("failures"),
  /** The server that has to answer: `from` until the effect of `step` is there, `to` from then on. Both are postgres connections. */
  expect: z.strictObject({ from: key, to: key, step: key }).optional(),
});

/** How far the following side of a watched step is behind. */
const replicationSource = z.strictObject({ type: z.literal("replication"), step: key, read: z.enum(["bytes", "seconds"]).default("seconds") });

/** Values below which there is no baseline. */
export const MIN_BASELINE = 10;

/** The fields of a guard, before what they must be to each other is checked. */
export const guardFields = z.strictObject({
  key,
  title: text(200).min(1),
  source: z.discriminatedUnion("type", [metricSource, promqlSource, haproxySource, poolerSource, probeSource, replicationSource]),
  op: comparison,
  /** The value that is too much: the guard is breached while `measured op value` holds. */
  value: z.number(),
  unit: text(40).optional(),
  /** Also too much: `ratio` times the median of the window before the change, but never below (for < above) `floor` (R-GRD-7). */
  baseline: z.strictObject({ window: durationText, ratio: z.number().positive().max(1_000_000), floor: z.number() }).optional(),
  interval: durationText.default("1s"),
  /** Bad samples that trip the guard … */
  samples: z.number().int().min(1).max(1_000).default(3),
  /** … among this many of the newest; as many as `samples` when absent: in a row. */
  of: z.number().int().min(1).max(1_000).optional(),
  /** Samples needed before the guard can speak for itself at all. */
  minSamples: z.number().int().min(1).max(10_000).default(1),
  /** How long without a usable sample before the no-data policy applies. */
  noDataFor: durationText.default("30s"),
  noData: z.enum(["hold", "rollback", "ignore"]).default("hold"),
  /** `rollback`: a guardrail. `pause`: a signal, pauses the run and lets it go on by itself. `hold`: only keeps it from its next step. */
  effect: z.enum(["rollback", "pause", "hold"]).default("rollback"),
  /** `traffic`: armed from the first traffic change on; `start`: from the start of the run. Always until observation ends. */
  arm: z.enum(["start", "traffic"]).default("traffic"),
});

export type GuardSpec = z.infer<typeof guardFields>;

/** What fields must be to each other (B-6). Empty: nothing to object. */
export function guardIssues(spec: Pick<GuardSpec, "interval" | "samples" | "of" | "op" | "noDataFor" | "baseline">): { path: string; message: string }[] {
  const issues: { path: string; message: string }[] = [];
  const within = (path: string, duration: string, least: number, most: string) => {
    // A text that is no duration has been refused already.
    if (!isDuration(duration)) return;
    const ms = parseDuration(duration);
    if (ms < least || ms > parseDuration(most)) issues.push({ path, message: `from ${least} ms to ${most}` });
  };
  within("interval", spec.interval, 200, "1h");
  within("noDataFor", spec.noDataFor, 1_000, "7d");
  if (spec.of !== undefined && spec.of < spec.samples)
    issues.push({ path: "of", message: `${spec.samples} bad samples cannot be among ${spec.of}: of is at least samples` });
  if (spec.baseline === undefined) return issues;
  const upwards = spec.op === ">" || spec.op === ">=";
  const { window, ratio } = spec.baseline;
  if (upwards ? ratio <= 1 : ratio >= 1) issues.push({ path: "baseline.ratio", message: `with ${spec.op} the ratio is ${upwards ? "above" : "below"} 1` });
  within("baseline.window", window, isDuration(spec.interval) ? parseDuration(spec.interval) * MIN_BASELINE : 0, "7d");
  return issues;
}

/** For whoever extends `guardFields`. */
export const checkGuard = (spec: Parameters<typeof guardIssues>[0], context: z.RefinementCtx): void => {
  for (const { path, message } of guardIssues(spec)) context.addIssue({ code: "custom", path: path.split("."), message });
};

/** A guard of a runbook. */
export const guard = guardFields.superRefine(checkGuard);

/** `fast`: measured by the worker itself every second; `promql`: asked from a metrics server. */
export function tierOf(spec: Pick<GuardSpec, "source">): "fast" | "promql" {
  return spec.source.type === "promql" ? "promql" : "fast";
}

/** Milliseconds between two scrapes of what a query reads. */
export function scrapeMs(spec: Pick<GuardSpec, "source">): number {
  return spec.source.type === "promql" ? parseDuration(spec.source.scrape ?? "15s") : 0;
}

/** Milliseconds between two samples: one scrape must not be counted twice (B-6). */
export function intervalMs(spec: Pick<GuardSpec, "source" | "interval">): number {
  return Math.max(parseDuration(spec.interval), scrapeMs(spec));
}

/** How many of the newest samples are looked at. */
export function windowOf(spec: Pick<GuardSpec, "samples" | "of">): number {
  return spec.of ?? spec.samples;
}

/** Connections a guard uses, each with the kinds it may be of. */
export function guardConnections(spec: Pick<GuardSpec, "source">): { key: string; kinds: readonly string[] }[] {
  const { source } = spec;
  switch (source.type) {
    case "promql":
      return [{ key: source.connection, kinds: ["prometheus"] }];
    case "haproxy":
      return [{ key: source.connection, kinds: ["haproxy"] }];
    case "pooler":
      return [{ key: source.connection, kinds: ["pgbouncer"] }];
    case "probe": {
      const servers = source.expect === undefined ? [] : [source.expect.from, source.expect.to];
      return [
        ...source.connections.map((one) => ({ key: one, kinds: ["postgres", "pgbouncer"] })),
        ...servers.map((one) => ({ key: one, kinds: ["postgres"] })),
      ];
    }
    default:
      return [];
  }
}

/** What is measured, in a few words: the metric, the query, or where the fast tier looks. */
export function measuredText(source: GuardSpec["source"]): string {
  switch (source.type) {
    case "metric":
      return source.metric;
    case "promql":
      return source.query;
    case "haproxy":
      return `failed requests of ${source.backend}/${source.server}`;
    case "pooler":
      return `${source.read === "waiting" ? "waiting clients" : "longest wait"} of ${source.database}`;
    case "probe":
      return `${source.read === "failures" ? "failed writes" : "slowest write"} through ${source.connections.join(", ")}`;
    case "replication":
      return `lag of ${source.step} in ${source.read}`;
  }
}
