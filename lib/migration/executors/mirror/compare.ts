/* What of two answers to the same request is compared. Pure; bodies never leave this file, only what differs is named. */

export interface Answer {
  status: number;
  contentType: string;
  body: string;
  ms: number;
}

/** Longest description of a structure; deeper and larger answers are compared as far as this goes. */
const MAX_SHAPE = 4_000;
const MAX_DEPTH = 12;

/** Structure of a JSON value: names and kinds, never values. Lists are the shapes their entries have, each once. */
export function shapeOf(value: unknown, depth = 0): string {
  if (value === null) return "null";
  if (depth > MAX_DEPTH) return "…";
  if (Array.isArray(value)) return `[${[...new Set(value.map((entry) => shapeOf(entry, depth + 1)))].sort().join("|")}]`;
  if (typeof value !== "object") return typeof value;
  const fields = Object.entries(value).map(([name, inner]): [string, string] => [name, shapeOf(inner, depth + 1)]);
  return `{${fields
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${JSON.stringify(name)}:${inner}`)
    .join(",")}}`;
}

function bodyShape(answer: Answer): string {
  const kind = answer.contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (kind.endsWith("json")) {
    try {
      return shapeOf(JSON.parse(answer.body)).slice(0, MAX_SHAPE);
    } catch {
      return "JSON that cannot be read";
    }
  }
  return `${kind || "no kind"}, ${answer.body.length === 0 ? "empty" : "with content"}`;
}

/** The first place in which two structures part, for people: names of fields only. */
function parting(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const around = (text: string) => text.slice(Math.max(0, at - 20), at + 30);
  return `…${around(a)}… and …${around(b)}…`;
}

/** How two answers differ, or null. */
export function difference(from: Answer, to: Answer, compare: "status" | "shape"): string | null {
  if (from.status !== to.status) return `status ${from.status} and ${to.status}`;
  if (compare === "status") return null;
  const [a, b] = [bodyShape(from), bodyShape(to)];
  return a === b ? null : `structure ${parting(a, b)}`;
}

/** The middle of the values; null without any. Bounded: as many as are kept. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? null) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
