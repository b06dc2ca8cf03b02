import { dayKey } from "@/lib/core/time";
import { rows } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { type Crossing, crossing, type DayCost, trailingSums } from "./forecast";
import { plannedStacks } from "./month-total";
import { type CostProject, costProject, dailyCosts } from "./store";
import { costThresholds, servicesOfMetric, type Threshold } from "./thresholds";

/** Days that one point of the line sums up. */
export const WINDOW_DAYS = 30;
const HORIZON_DAYS = 365;
const MAX_POINTS = 400;

/** One point of the chart; days as `YYYY-MM-DD`, amounts per 30 days. */
export interface CostPoint {
  day: string;
  actual: number | null;
  projected: number | null;
  range: [number, number] | null;
}

export interface ThresholdView extends Threshold {
  /** Services of the bill that the metric is about; null: the whole bill, empty: none of them. */
  billedAs: string[] | null;
  /** What these cost in the last 30 days. */
  latest: number | null;
  /** Null: nothing to project from. */
  crossing: Crossing | null;
  /** Days on which the bill rose above it. */
  crossedOn: string[];
}

export interface CostOverTime {
  currency: string;
  today: string;
  points: CostPoint[];
  latest: DayCost | null;
  plan: { min: number; max: number | null } | null;
  thresholds: ThresholdView[];
  /** Why nothing is projected, where nothing is. */
  noForecast: string | null;
  firstDay: string | null;
  lastDay: string | null;
  /** Days charged so far; the line begins with the thirtieth. */
  days: number;
}

/** Cost of the last 30 days for every day, with plan, limits, and what comes next. Range of days: [from, to). */
export async function getCostOverTime(
  ctx: Ctx,
  slug: string,
  range: { from: Date; to: Date; labor: boolean; stackId?: string | undefined },
): Promise<CostOverTime> {
  requirePermission(ctx, "workspace.read");
  const project = await costProject(ctx.db, slug);
  const history = await dailyCosts(ctx.db, project, ctx.now, { stackId: range.stackId });
  const series = trailingSums(history, WINDOW_DAYS, HORIZON_DAYS);
  const planned = (await plannedStacks(ctx.db, project, { labor: range.labor })).get(range.stackId ?? project.currentStackId ?? "");
  const [from, to] = [dayKey(range.from), dayKey(range.to)];
  const inside = (day: DayCost) => day.day >= from && day.day < to;
  const measured = series.measured.filter(inside);
  const latest = series.measured.at(-1) ?? null;
  const points: CostPoint[] = [
    ...measured.map((day) => ({ day: day.day, actual: day.amount, projected: null, range: null })),
    ...series.projected.filter(inside).map((day) => ({ day: day.day, actual: null, projected: day.amount, range: [day.low, day.high] as [number, number] })),
  ];
  // The dotted line begins where the solid one ends.
  const joint = points.findLastIndex((point) => point.actual !== null);
  const last = points[joint];
  if (last !== undefined && last.actual !== null && joint < points.length - 1)
    points[joint] = { ...last, projected: last.actual, range: [last.actual, last.actual] };
  const { forecast } = series;
  return {
    currency: project.currency,
    today: dayKey(ctx.now),
    points: thin(points, joint),
    latest,
    plan: planned === undefined ? null : { min: planned.interval.min.toNumber(), max: planned.interval.max?.toNumber() ?? null },
    thresholds: await watched(ctx, project, series, { from, to }),
    noForecast: forecast.possible ? null : `${forecast.reason}${forecast.from === null ? "" : `; possible from ${forecast.from}`}`,
    firstDay: history[0]?.day ?? null,
    lastDay: history.at(-1)?.day ?? null,
    days: history.length,
  };
}

type Series = ReturnType<typeof trailingSums>;

/** The limits, each against the part of the bill that its metric is about. */
async function watched(ctx: Ctx, project: CostProject, whole: Series, range: { from: string; to: string }): Promise<ThresholdView[]> {
  const billed = await rows<{ provider: string; service: string }>(
    ctx.db.pool,
    "SELECT DISTINCT provider, service_name AS service FROM charge_day WHERE project_id = $1 AND currency = $2",
    [project.id, project.currency],
  );
  const known = new Map<string, Series>();
  const seriesOf = async (services: { provider: string; service: string }[]): Promise<Series> => {
    const key = JSON.stringify(services);
    const found = known.get(key) ?? trailingSums(await dailyCosts(ctx.db, project, ctx.now, { services }), WINDOW_DAYS, HORIZON_DAYS);
    known.set(key, found);
    return found;
  };
  const views: ThresholdView[] = [];
  for (const limit of await costThresholds(ctx.db, project)) {
    const services = limit.metricKey === null ? null : servicesOfMetric(limit.metricKey, billed);
    const series = services === null ? whole : services.length === 0 ? null : await seriesOf(services);
    const latest = series?.measured.at(-1);
    const inRange = series?.measured.filter((day) => day.day >= range.from && day.day < range.to) ?? [];
    views.push({
      ...limit,
      billedAs: services === null ? null : services.map((entry) => entry.service || entry.provider),
      latest: latest?.amount ?? null,
      crossing: series === null || latest === undefined || !series.forecast.possible ? null : crossing(latest.amount, series.projected, limit.value),
      crossedOn: crossedOn(inRange, limit.value),
    });
  }
  return views;
}

/** Days on which the series rose above the limit. */
export function crossedOn(measured: readonly DayCost[], limit: number): string[] {
  return measured.filter((day, at) => at > 0 && day.amount > limit && (measured[at - 1]?.amount ?? 0) <= limit).map((day) => day.day);
}

/** At most 400 points: every n-th, the ends and the joint of measured and projected always. */
export function thin(points: readonly CostPoint[], joint: number): CostPoint[] {
  const step = Math.ceil(points.length / (MAX_POINTS - 3));
  return step <= 1 ? [...points] : points.filter((_, at) => at % step === 0 || at === points.length - 1 || at === joint);
}
