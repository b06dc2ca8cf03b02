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

/** The data of an answer, or what is wrong with it. A warning means that the answer may be in part. */
function dataOf(body: string): { resultType: unknown; result: unknown } | { type: "error"; reason: string } {
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
  return { resultType: answer.data?.resultType, result: answer.data?.result };
}

/** Reads the body of an instant query: exactly one series or one scalar is a value, everything else has a defined meaning. */
export function readPromqlAnswer(body: string): PromqlSample {
  const data = dataOf(body);
  if ("type" in data) return data;
  const { resultType, result } = data;
  if (resultType === "scalar") return fromPair(result);
  if (resultType !== "vector") return { type: "error", reason: `The query gives a ${String(resultType)}; one number is needed.` };
  if (!Array.isArray(result)) return { type: "error", reason: "The answer has no result." };
  if (result.length === 0) return { type: "nodata", reason: "The query gave no series." };
  if (result.length > 1) return { type: "error", reason: `The query gave ${result.length} series; aggregate it to one.` };
  const only: unknown = result[0];
  if (typeof only !== "object" || only === null || !("value" in only)) return { type: "error", reason: "The series has no value." };
  return fromPair(only.value);
}

/** Values over a time, oldest first; what is no finite number is left out. */
export type PromqlHistory = { type: "values"; values: number[] } | { type: "error"; reason: string };

/** Reads the body of a range query of at most one series. */
export function readPromqlHistory(body: string): PromqlHistory {
  const data = dataOf(body);
  if ("type" in data) return data;
  if (data.resultType !== "matrix" || !Array.isArray(data.result)) return { type: "error", reason: "The answer is no history." };
  if (data.result.length > 1) return { type: "error", reason: `The query gave ${data.result.length} series; aggregate it to one.` };
  const pairs: unknown = (data.result[0] as { values?: unknown } | undefined)?.values ?? [];
  if (!Array.isArray(pairs)) return { type: "error", reason: "The series has no values." };
  const samples = pairs.map(fromPair);
  return { type: "values", values: samples.flatMap((sample) => (sample.type === "value" ? [sample.value] : [])) };
}

interface AskOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** @throws Error when the server cannot be reached or answers with something that is not JSON */
async function ask(connection: Connection, egress: Egress, call: string, values: Record<string, string>, options: AskOptions) {
  const config = connectionConfig.prometheus.parse(connection.config);
  const token = connection.secret.token;
  const response = await egress.request({
    url: new URL(`${config.url.replace(/\/+$/, "")}/api/v1/${call}`).href,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: new URLSearchParams(values).toString(),
    timeoutMs: options.timeoutMs ?? 3_000,
    ca: config.ca,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  // Prometheus explains a refused query (400, 422, 503) in the same JSON.
  if (response.status !== 200 && !/json/.test(response.headers["content-type"] ?? "")) throw new Error(`The server answered ${response.status}.`);
  return response;
}

const seconds = (at: Date) => (at.getTime() / 1_000).toFixed(3);

/**
 * Asks a Prometheus-compatible server once, at the given time. Never throws: an outage is an `error` sample.
 * `timeoutMs` bounds the whole call (default 3,000).
 */
export async function probePromql(connection: Connection, egress: Egress, query: string, at: Date, options: AskOptions = {}): Promise<PromqlSample> {
  try {
    const { status, body } = await ask(connection, egress, "query", { query, time: seconds(at) }, options);
    const sample = readPromqlAnswer(body);
    return status === 200 || sample.type === "error" ? sample : { type: "error", reason: `The server answered ${status}.` };
  } catch (error) {
    return { type: "error", reason: messageOf(error) };
  }
}

/** Asks for the values of a query between two times, one every `stepMs`. Never throws. */
export async function historyPromql(
  connection: Connection,
  egress: Egress,
  query: string,
  range: { from: Date; to: Date; stepMs: number },
  options: AskOptions = {},
): Promise<PromqlHistory> {
  try {
    const values = { query, start: seconds(range.from), end: seconds(range.to), step: (range.stepMs / 1_000).toFixed(3) };
    const { status, body } = await ask(connection, egress, "query_range", values, { timeoutMs: 10_000, ...options });
    const history = readPromqlHistory(body);
    return status === 200 || history.type === "error" ? history : { type: "error", reason: `The server answered ${status}.` };
  } catch (error) {
    return { type: "error", reason: messageOf(error) };
  }
}
