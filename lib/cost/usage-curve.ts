import { rows } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { type CrossoverPoint, type CurvePoint, costCurve, crossovers, usageMetrics } from "./curve";
import { type CostStack, costProject, costStacks, pricedResources } from "./store";
import type { PricedItem } from "./types";

export interface UsageCurve {
  currency: string;
  stacks: CostStack[];
  /** Metrics that change the price of one of the two stacks. */
  metrics: { key: string; name: string; unit: string }[];
  metric: { key: string; name: string; unit: string } | null;
  a: CostStack | null;
  b: CostStack | null;
  /** Last measured value of the metric. */
  now: number | null;
  curve: { usage: number; a: CurvePoint; b: CurvePoint }[];
  crossings: CrossoverPoint[];
  /** Cost at multiples of the present (or chosen) usage. */
  table: { factor: number; usage: number; a: CurvePoint; b: CurvePoint }[];
}

const STEPS = 120;
const FACTORS = [0.5, 1, 2, 5, 10];

/** Monthly cost of two stacks against one usage metric, from the planned prices. */
export async function getUsageCurve(
  ctx: Ctx,
  slug: string,
  choice: { a?: string | undefined; b?: string | undefined; metric?: string | undefined; usage?: number | undefined; labor: boolean },
): Promise<UsageCurve> {
  requirePermission(ctx, "workspace.read");
  const project = await costProject(ctx.db, slug);
  const [stacks, resources] = [await costStacks(ctx.db, project.id), await pricedResources(ctx.db, project.id)];
  const itemsOf = (stack: CostStack | null) => resources.filter((resource) => resource.stackId === stack?.id).flatMap((resource) => resource.items);
  const priced = stacks.filter((stack) => usageMetrics(itemsOf(stack)).length > 0);
  const a = stacks.find((stack) => stack.key === choice.a) ?? stacks.find((stack) => stack.id === project.currentStackId) ?? stacks[0] ?? null;
  const b = stacks.find((stack) => stack.key === choice.b && stack !== a) ?? priced.find((stack) => stack !== a) ?? stacks.find((stack) => stack !== a) ?? null;
  const keys = usageMetrics([...itemsOf(a), ...itemsOf(b)]);
  const known = await rows<{ key: string; name: string; unit: string; last: number | null }>(
    ctx.db.pool,
    `SELECT m.key, m.name, m.unit, (SELECT last FROM sample_day d WHERE d.project_id = m.project_id AND d.metric_id = m.id ORDER BY bucket DESC LIMIT 1) AS last
     FROM metric m WHERE m.project_id = $1 AND m.key = ANY($2) AND m.removed_at IS NULL`,
    [project.id, keys],
  );
  const metrics = keys.map((key) => known.find((row) => row.key === key) ?? { key, name: key, unit: "", last: null });
  const metric = metrics.find((entry) => entry.key === choice.metric) ?? metrics[0] ?? null;
  const base = { currency: project.currency, stacks, metrics: metrics.map(({ last: _last, ...rest }) => rest), a, b, now: metric?.last ?? null };
  if (metric === null || a === null || b === null) return { ...base, metric: null, curve: [], crossings: [], table: [] };
  const others = Object.fromEntries(metrics.filter((entry) => entry !== metric && entry.last !== null).map((entry) => [entry.key, entry.last ?? 0]));
  const center = choice.usage ?? metric.last ?? largestAllowance([...itemsOf(a), ...itemsOf(b)], metric.key);
  const options = { currency: project.currency, labor: choice.labor };
  const at = (usages: number[]) => {
    const [first, second] = [costCurve(itemsOf(a), metric.key, usages, others, options), costCurve(itemsOf(b), metric.key, usages, others, options)];
    return usages.map((usage, index) => ({ usage, a: first[index] as CurvePoint, b: second[index] as CurvePoint }));
  };
  const curve = at(Array.from({ length: STEPS + 1 }, (_, step) => (center * 10 * step) / STEPS));
  const crossings = crossovers(
    curve.map((point) => point.a),
    curve.map((point) => point.b),
  );
  return {
    ...base,
    metric: { key: metric.key, name: metric.name, unit: metric.unit },
    curve,
    crossings,
    table: at(FACTORS.map((factor) => center * factor)).map((row, index) => ({ factor: FACTORS[index] ?? 1, ...row })),
  };
}

function largestAllowance(items: readonly PricedItem[], metric: string): number {
  const amounts = items.flatMap(({ price }) => [
    ...(price.allowances ?? []).filter((entry) => entry.metric === metric).map((entry) => entry.amount),
    ...(price.tiers ?? []).flatMap((tier) => [
      tier.upTo ?? 0,
      ...(tier.includes ?? []).filter((entry) => entry.metric === metric).map((entry) => entry.amount),
    ]),
  ]);
  return Math.max(1, ...amounts);
}
