import type { SeriesView } from "@/lib/metric/types";

export const RANGES = [
  { key: "24h", text: "24 hours", ms: 86_400_000 },
  { key: "7d", text: "7 days", ms: 7 * 86_400_000 },
  { key: "30d", text: "30 days", ms: 30 * 86_400_000 },
  { key: "90d", text: "90 days", ms: 90 * 86_400_000 },
  { key: "1y", text: "1 year", ms: 366 * 86_400_000 },
] as const;

/** Points of a series as the drawing wants them. */
export function drawnPoints(series: SeriesView) {
  return series.points.map((point) => ({ at: new Date(point.at).getTime(), value: point.value, range: [point.min, point.max] as [number, number] }));
}

/** Limits that can be drawn without flattening the values, and those far above them. */
export function splitLimits<T extends { value: number }>(limits: readonly T[], points: readonly { range: [number, number] }[]): { shown: T[]; far: T[] } {
  const highest = Math.max(0, ...points.map((point) => point.range[1]));
  const near = (limit: T) => limit.value <= highest * 3 || highest === 0;
  return { shown: limits.filter(near), far: limits.filter((limit) => !near(limit)) };
}

/** At most six labels of the time axis, clock times for a day, dates for more. */
export function timeTicks(points: readonly { at: number }[], timeZone: string): { at: number; label: string }[] {
  const [first, last] = [points[0]?.at, points.at(-1)?.at];
  if (first === undefined || last === undefined || first === last) return first === undefined ? [] : [{ at: first, label: labelOf(first, 0, timeZone) }];
  return Array.from({ length: 6 }, (_, i) => Math.round(first + ((last - first) * i) / 5)).map((at) => ({ at, label: labelOf(at, last - first, timeZone) }));
}

function labelOf(at: number, span: number, timeZone: string): string {
  const clock = span <= 2 * 86_400_000;
  const format: Intl.DateTimeFormatOptions = clock
    ? { timeZone, hour: "2-digit", minute: "2-digit" }
    : span > 200 * 86_400_000
      ? { timeZone, month: "short", year: "2-digit" }
      : { timeZone, day: "numeric", month: "short" };
  return new Intl.DateTimeFormat("en-GB", format).format(new Date(at));
}
