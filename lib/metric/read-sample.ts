import { canonicalJson, sha256 } from "@/lib/core/canonical";
import { nearest } from "@/lib/core/nearest";
import { parseInstant } from "@/lib/core/time";
import { MAX_LABEL_NAME, MAX_LABEL_VALUE, MAX_LABELS, type MetricKind, type RejectionCode } from "./types";

/** What a sample is checked against. */
export interface KnownMetric {
  id: string;
  key: string;
  kind: MetricKind;
}

/** A sample that may be stored. */
export interface CleanSample {
  metric: KnownMetric;
  at: Date;
  value: number;
  labels: Record<string, string>;
  /** Empty without labels. */
  labelsHash: string;
}

export type ReadResult = { ok: true; sample: CleanSample } | { ok: false; metric: string; code: RejectionCode; message: string };

/** A clock of a sender may be ahead by this much. */
export const MAX_FUTURE_MS = 5 * 60_000;
/** Samples older than this are refused: their month may have been given up already. */
export const MAX_AGE_MS = 2 * 366 * 86_400_000;

const FIELDS = new Set(["metric", "value", "at", "labels"]);
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const YES_NO: Record<string, number> = { true: 1, false: 0, yes: 1, no: 0 };

class Refusal extends Error {
  constructor(
    readonly code: RejectionCode,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Judges one item of an ingest call: a sample to store, or the reason why not.
 * `metrics` maps keys and aliases; `now` is the time of the call.
 */
export function readSample(raw: unknown, metrics: ReadonlyMap<string, KnownMetric>, now: Date): ReadResult {
  let name = "";
  try {
    const item = readShape(raw);
    name = typeof item.metric === "string" ? item.metric.slice(0, 100) : "";
    const metric = readMetric(item.metric, metrics);
    const labels = readLabels(item.labels);
    const labelsHash = Object.keys(labels).length === 0 ? "" : sha256(canonicalJson(labels)).slice(0, 32);
    return { ok: true, sample: { metric, at: readTime(item.at, now), value: readValue(item.value, metric), labels, labelsHash } };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, metric: name, code: error.code, message: error.message };
    throw error;
  }
}

function readShape(raw: unknown): Record<string, unknown> {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw new Refusal("shape", 'A sample is an object such as {"metric": "users", "value": 42, "at": "2026-11-20T02:10:00Z"}.');
  }
  const extra = Object.keys(raw).find((field) => !FIELDS.has(field));
  if (extra !== undefined) throw new Refusal("shape", `There is no field "${extra.slice(0, 60)}": a sample has metric, value, at, labels.`);
  return raw as Record<string, unknown>;
}

function readMetric(raw: unknown, metrics: ReadonlyMap<string, KnownMetric>): KnownMetric {
  if (typeof raw !== "string" || raw === "") throw new Refusal("shape", 'The field "metric" is missing: it is the key of a declared metric.');
  const metric = metrics.get(raw);
  if (metric !== undefined) return metric;
  const near = nearest(raw, metrics.keys());
  const hint = near === null ? "declare it in the plan first" : `did you mean "${near}"?`;
  throw new Refusal("unknown-metric", `There is no metric "${raw.slice(0, 100)}" in this project; ${hint}`);
}

/** Finite numbers for number metrics; 0, 1, true, false, yes, no for yes/no metrics. */
function readValue(raw: unknown, metric: KnownMetric): number {
  if (metric.kind === "boolean") {
    const word = typeof raw === "string" ? raw.trim().toLowerCase() : raw;
    if (word === true || word === 1 || word === "1") return 1;
    if (word === false || word === 0 || word === "0") return 0;
    if (typeof word === "string" && Object.hasOwn(YES_NO, word)) return YES_NO[word] ?? 0;
    throw new Refusal("value", `"${metric.key}" is a yes/no metric: send 0, 1, true, false, yes or no.`);
  }
  if (typeof raw !== "number") {
    throw new Refusal(
      "value",
      `"${metric.key}" needs a number, not ${raw === undefined ? "nothing" : raw === null ? "null" : typeof raw === "string" ? "text" : typeof raw}.`,
    );
  }
  if (!Number.isFinite(raw)) throw new Refusal("value", `"${metric.key}" needs a finite number: NaN and infinity cannot be stored.`);
  return raw === 0 ? 0 : raw;
}

function readTime(raw: unknown, now: Date): Date {
  if (raw === undefined) return now;
  if (typeof raw !== "string") throw new Refusal("time", "Times are text in RFC 3339, for example 2026-11-20T02:10:00Z.");
  const at = parseInstant(raw);
  if (at === null) {
    throw new Refusal("time", `"${raw.slice(0, 40)}" is not a time of the calendar with a zone: write for example 2026-11-20T02:10:00Z.`);
  }
  if (at.getTime() > now.getTime() + MAX_FUTURE_MS) {
    throw new Refusal("time", `${at.toISOString()} is more than 5 minutes in the future; the clock here says ${now.toISOString()}.`);
  }
  if (at.getTime() < now.getTime() - MAX_AGE_MS) throw new Refusal("time", `${at.toISOString()} is more than two years ago.`);
  return at;
}

function readLabels(raw: unknown): Record<string, string> {
  if (raw === undefined || raw === null) return {};
  if (typeof raw !== "object" || Array.isArray(raw)) throw new Refusal("labels", "Labels are an object of texts.");
  const entries = Object.entries(raw);
  if (entries.length > MAX_LABELS) throw new Refusal("labels", `${entries.length} labels; at most ${MAX_LABELS} are allowed.`);
  for (const [name, value] of entries) {
    if (!LABEL_NAME.test(name) || name.startsWith("__") || name.length > MAX_LABEL_NAME) {
      throw new Refusal(
        "labels",
        `"${name.slice(0, 70)}" is not a label name: letters, digits and underscores, at most ${MAX_LABEL_NAME}, not starting with a digit or "__".`,
      );
    }
    if (typeof value !== "string" || value.length > MAX_LABEL_VALUE || value.includes("\0")) {
      throw new Refusal("labels", `The label "${name}" needs a text of at most ${MAX_LABEL_VALUE} characters.`);
    }
  }
  return Object.fromEntries(entries) as Record<string, string>;
}
