import type { Projection } from "./types";
import { formatNumber } from "./words";

/** Days with values that a projection needs (ux: one full period and 14 points). */
export const MIN_POINTS = 14;
/** Days that are looked at; older growth says little about the next months. */
export const MAX_POINTS = 90;
export const HORIZON_MONTHS = 12;

const DAY = 86_400_000;
const HORIZON_MS = 365 * DAY;
/** Two-sided 80 %: the range is missed in one case of five. */
const Z80 = 1.2816;

/** A robust line: slope with its 80 % range per day, the point it turns around, and the spread of the values around it. */
export interface Trend {
  slope: number;
  slopeLow: number;
  slopeHigh: number;
  pivotAt: number;
  pivotValue: number;
  /** 10th and 90th percentile of the residuals. */
  residualLow: number;
  residualHigh: number;
}

/**
 * Theil–Sen fit: the median of the slopes of all pairs, with Sen's range of slopes from Kendall's variance. One value
 * that is wrong by a thousand times does not move it. Null with fewer than two different days.
 *
 * @param points one value a day; `at` in milliseconds since the epoch.
 */
export function fitTrend(points: readonly { at: number; value: number }[]): Trend | null {
  const slopes: number[] = [];
  for (const [i, a] of points.entries()) {
    for (const b of points.slice(i + 1)) if (a.at !== b.at) slopes.push(((b.value - a.value) / (b.at - a.at)) * DAY);
  }
  if (slopes.length === 0) return null;
  slopes.sort((x, y) => x - y);
  const n = points.length;
  const spread = Z80 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const pick = (rank: number) => slopes[Math.min(slopes.length - 1, Math.max(0, Math.round(rank)))] ?? 0;
  const slope = quantile(slopes, 0.5);
  const times = points.map((point) => point.at).sort((x, y) => x - y);
  const pivotAt = quantile(times, 0.5);
  const level = (point: { at: number; value: number }) => point.value - (slope * (point.at - pivotAt)) / DAY;
  const pivotValue = quantile(
    points.map(level).sort((x, y) => x - y),
    0.5,
  );
  const residuals = points.map((point) => level(point) - pivotValue).sort((x, y) => x - y);
  return {
    slope,
    slopeLow: pick((slopes.length - spread) / 2),
    slopeHigh: pick((slopes.length + spread) / 2),
    pivotAt,
    pivotValue,
    residualLow: quantile(residuals, 0.1),
    residualHigh: quantile(residuals, 0.9),
  };
}

function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}

/**
 * When the values reach `edge` coming from below ("up") or above ("down"), as a range and never as one date. Says so
 * when it is too early to tell, when it may not happen, or when it will not within a year.
 */
export function projectCrossing(daily: readonly { at: Date; value: number }[], edge: number, direction: "up" | "down", now: Date): Projection {
  const points = daily.slice(-MAX_POINTS).map((point) => ({ at: point.at.getTime(), value: point.value }));
  if (points.length < MIN_POINTS) {
    return {
      kind: "too-few",
      points: points.length,
      needed: MIN_POINTS,
      text: `No projection yet: ${points.length} of ${MIN_POINTS} days with values.`,
    };
  }
  const trend = fitTrend(points);
  const notWithin: Projection = {
    kind: "not-within",
    months: HORIZON_MONTHS,
    text: `Not expected to reach ${formatNumber(edge)} within ${HORIZON_MONTHS} months.`,
  };
  if (trend === null) return notWithin;
  const sign = direction === "up" ? 1 : -1;
  const crossing = (slope: number, offset: number): number | null => {
    const distance = (edge - trend.pivotValue - offset) * sign;
    const speed = slope * sign;
    // A trend that moves away from the edge does not reach it, though one value may lie just beyond it.
    if (speed < 0) return null;
    if (distance <= 0) return now.getTime();
    return speed === 0 ? null : Math.max(now.getTime(), trend.pivotAt + (distance / speed) * DAY);
  };
  const [fast, slow] = direction === "up" ? [trend.slopeHigh, trend.slopeLow] : [trend.slopeLow, trend.slopeHigh];
  const [near, far] = direction === "up" ? [trend.residualHigh, trend.residualLow] : [trend.residualLow, trend.residualHigh];
  const within = (at: number | null) => (at !== null && at <= now.getTime() + HORIZON_MS ? at : null);
  const [earliest, middle, latest] = [within(crossing(fast, near)), within(crossing(trend.slope, 0)), within(crossing(slow, far))];
  if (earliest === null) return notWithin;
  if (middle === null || latest === null) {
    return {
      kind: "may",
      earliest: iso(earliest),
      text: `May reach ${formatNumber(edge)}: earliest ${day(earliest)}; may not happen within ${HORIZON_MONTHS} months.`,
    };
  }
  return {
    kind: "crosses",
    earliest: iso(earliest),
    middle: iso(middle),
    latest: iso(latest),
    text: `Expected to reach ${formatNumber(edge)} around ${day(middle)} (${day(earliest)} – ${day(latest)}, 4 in 5 chance).`,
  };
}

const iso = (ms: number) => new Date(ms).toISOString();
const day = (ms: number) => new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(ms));
