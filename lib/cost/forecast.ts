/** One day's cost in the unit of the chart. `day` is `YYYY-MM-DD` (UTC). */
export interface DayCost {
  day: string;
  amount: number;
}

export interface ProjectedDay extends DayCost {
  /** 80 % interval of the day's value. */
  low: number;
  high: number;
}

export type Forecast =
  | {
      possible: true;
      days: (ProjectedDay & { /** Standard error of the line on that day. */ lineError: number })[] /** Scatter of single days. */;
      spread: number;
      sum: { expected: number; low: number; high: number };
    }
  | { possible: false; reason: string /** First day on which it may become possible. */; from: string | null };

/** Two-sided 80 % quantile of the normal distribution. */
const Z80 = 1.2816;
const MIN_POINTS = 14;
const WINDOW = 90;
const DAY = 86_400_000;

const time = (day: string) => Date.parse(`${day}T00:00:00Z`);
const addDays = (day: string, count: number) => new Date(time(day) + count * DAY).toISOString().slice(0, 10);

/**
 * Projects daily cost `count` days beyond the last point by a straight line through the last 90 days, with the 80 %
 * interval from the scatter around it. Needs one full billing month and 14 points; otherwise says when it will have them.
 * Estimates only: amounts are plain numbers, never booked.
 */
export function forecastDays(history: readonly DayCost[], count: number): Forecast {
  const first = history[0];
  const last = history.at(-1);
  if (first === undefined || last === undefined) return { possible: false, reason: "no bill has been imported", from: null };
  const month = fullMonthEnd(first.day);
  const enough = addDays(first.day, MIN_POINTS);
  const ready = [month, enough].sort().at(-1) ?? month;
  if (history.length < MIN_POINTS || last.day < addDays(ready, -1)) {
    return { possible: false, reason: "a forecast needs one full billing month and 14 days of cost", from: ready > last.day ? ready : addDays(last.day, 1) };
  }
  const points = history.slice(-WINDOW).map((entry) => ({ x: (time(entry.day) - time(last.day)) / DAY, y: entry.amount }));
  const line = leastSquares(points);
  const days: (ProjectedDay & { lineError: number })[] = [];
  let [expected, slopePart] = [0, 0];
  for (let ahead = 1; ahead <= count; ahead += 1) {
    const amount = Math.max(0, line.at(ahead));
    const reach = Z80 * line.spread * Math.sqrt(1 + line.leverage(ahead));
    const lineError = line.spread * Math.sqrt(line.leverage(ahead));
    days.push({ day: addDays(last.day, ahead), amount, low: Math.max(0, amount - reach), high: amount + reach, lineError });
    expected += amount;
    slopePart += lineError;
  }
  // The line's own error moves all days together, the scatter of the days is independent.
  const reach = Z80 * Math.hypot(slopePart, line.spread * Math.sqrt(count));
  return { possible: true, days, spread: line.spread, sum: { expected, low: Math.max(0, expected - reach), high: expected + reach } };
}

/**
 * The sum of the last `window` days as a series: measured for every day that has so many days behind it, and projected
 * `count` days ahead with its 80 % interval where a forecast is possible. A sum of 30 days compares with monthly limits
 * on every day.
 */
export function trailingSums(history: readonly DayCost[], window: number, count: number) {
  const measured: DayCost[] = [];
  let running = 0;
  for (const [at, day] of history.entries()) {
    running += day.amount - (history[at - window]?.amount ?? 0);
    if (at >= window - 1) measured.push({ day: day.day, amount: Math.max(0, running) });
  }
  const forecast = forecastDays(history, count);
  if (!forecast.possible || measured.length === 0) return { measured, projected: [] as ProjectedDay[], forecast };
  const projected = forecast.days.map((day, at): ProjectedDay => {
    const ahead = forecast.days.slice(Math.max(0, at - window + 1), at + 1);
    const behind = window - ahead.length;
    const amount =
      ahead.reduce((total, entry) => total + entry.amount, 0) +
      history.slice(history.length - behind).reduce((total, entry) => total + entry.amount, 0) * (behind > 0 ? 1 : 0);
    const shared = ahead.reduce((total, entry) => total + entry.lineError, 0);
    const reach = Z80 * Math.hypot(shared, forecast.spread * Math.sqrt(ahead.length));
    return { day: day.day, amount, low: Math.max(0, amount - reach), high: amount + reach };
  });
  return { measured, projected, forecast };
}

/** First day after the first calendar month that is covered from its first day on. */
function fullMonthEnd(day: string): string {
  const start = new Date(time(day));
  const skip = start.getUTCDate() === 1 ? 0 : 1;
  return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1 + skip, 1)).toISOString().slice(0, 10);
}

/** Least squares through the points; `spread` is the standard deviation of the residuals. */
export function leastSquares(points: readonly { x: number; y: number }[]) {
  const n = points.length;
  const meanX = points.reduce((total, point) => total + point.x, 0) / n;
  const meanY = points.reduce((total, point) => total + point.y, 0) / n;
  const sxx = points.reduce((total, point) => total + (point.x - meanX) ** 2, 0);
  const sxy = points.reduce((total, point) => total + (point.x - meanX) * (point.y - meanY), 0);
  const slope = sxx === 0 ? 0 : sxy / sxx;
  const at = (x: number) => meanY + slope * (x - meanX);
  const residual = points.reduce((total, point) => total + (point.y - at(point.x)) ** 2, 0);
  const spread = n > 2 ? Math.sqrt(residual / (n - 2)) : 0;
  return { slope, at, spread, leverage: (x: number) => 1 / n + (sxx === 0 ? 0 : (x - meanX) ** 2 / sxx) };
}

export type Crossing =
  | { kind: "already" }
  | { kind: "expected"; middle: string; earliest: string; latest: string | null }
  | { kind: "may"; earliest: string }
  | { kind: "not-within" };

/** When a projected series reaches a limit from below: middle and range, or that it may, or that it does not. */
export function crossing(current: number, projected: readonly ProjectedDay[], limit: number): Crossing {
  if (current >= limit) return { kind: "already" };
  const earliest = projected.find((day) => day.high >= limit);
  if (earliest === undefined) return { kind: "not-within" };
  const middle = projected.find((day) => day.amount >= limit);
  if (middle === undefined) return { kind: "may", earliest: earliest.day };
  return { kind: "expected", middle: middle.day, earliest: earliest.day, latest: projected.find((day) => day.low >= limit)?.day ?? null };
}
