import { messageOf } from "@/lib/core/errors";
import { type Connection, connectionConfig, type Egress } from "./types";

/** What one query told (R-GRD-3). `nodata` and `error` are never healthy. */
export type PromqlSample = { type: "value"; value: number; at: Date } | { type: "nodata"; reason: string } | { type: "error"; reason: string };

interface Answer {
  status?: unknown;
  error?: unknown;
  warnings?: unknown;
  data?: { resultType?: unknown; result?: unknown };
}

/** `[seconds, "value"]` as a sample. NaN, also the staleness marker, is no data; an infinity is no measurement either. */
function fromPair(pair: unknown): PromqlSample {
  if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== "number" || typeof pair[1] !== "string")
    return { type: "error", reason: "The answer has no value." };
  const text = pair[1];
  if (text === "NaN") return { type: "nodata", reason: "The query gave NaN." };
  if (/^[+-]?Inf$/.test(text)) return { type: "nodata", reason: `The query gave ${text}.` };
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return { type: "error", reason: "The value is not a number." };
  return { type: "value", value, at: new Date(pair[0] * 1_000) };
}

/** Reads the body of an instant query: exactly one series or one scalar is a value, everything else has a defined meaning. */
export function readPromqlAnswer(body: string): PromqlSample {
  let answer: Answer;
  try {
    answer = JSON.parse(body) as Answer;
  } catch {
    return { type: "error", reason: "The answer is not JSON." };
  }
  if (answer === null || typeof answer !== "object") return { type: "error", reason: "The answer is not an object." };
  if (answer.status !== "success") return { type: "error", reason: typeof answer.error === "string" ? answer.error.slice(0, 500) : "The query failed." };
  if (Array.isArray(answer.warnings) && answer.warnings.length > 0)
    return { type: "error", reason: `The answer carries a warning: ${String(answer.warnings[0]).slice(0, 300)}` };
  const { resultType, result } = answer.data ?? {};
  if (resultType === "scalar") return fromPair(result);
  if (resultType !== "vector") return { type: "error", reason: `The query gives a ${String(resultType)}; one number is needed.` };
  if (!Array.isArray(result)) return { type: "error", reason: "The answer has no result." };
  if (result.length === 0) return { type: "nodata", reason: "The query gave no series." };
  if (result.length > 1) return { type: "error", reason: `The query gave ${result.length} series; aggregate it to one.` };
  const only: unknown = result[0];
  if (typeof only !== "object" || only === null || !("value" in only)) return { type: "error", reason: "The series has no value." };
  return fromPair(only.value);
}

/**
 * Asks a Prometheus-compatible server once, at the given time. Never throws: an outage is an `error` sample.
 * `timeoutMs` bounds the whole call (default 3,000).
 */
export async function probePromql(
  connection: Connection,
  egress: Egress,
  query: string,
  at: Date,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<PromqlSample> {
  try {
    const config = connectionConfig.prometheus.parse(connection.config);
    const url = new URL(`${config.url.replace(/\/+$/, "")}/api/v1/query`);
    const token = connection.secret.token;
    const response = await egress.request({
      url: url.href,
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      body: new URLSearchParams({ query, time: (at.getTime() / 1_000).toFixed(3) }).toString(),
      timeoutMs: options.timeoutMs ?? 3_000,
      ca: config.ca,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    // Prometheus explains a refused query (400, 422, 503) in the same JSON.
    if (response.status === 200 || /json/.test(response.headers["content-type"] ?? "")) {
      const sample = readPromqlAnswer(response.body);
      if (response.status === 200 || sample.type === "error") return sample;
    }
    return { type: "error", reason: `The server answered ${response.status}.` };
  } catch (error) {
    return { type: "error", reason: messageOf(error) };
  }
}
