import { Decimal } from "decimal.js";
import { agrees, plain, roundingOf } from "./amounts";
import type { Check, Noticed } from "./types";

/** Customers at break-even times what each brings must just cover the cost. */
export const breakEven: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  plan.unitEconomics?.breakEven.forEach((point, i) => {
    const total = point.stack === undefined ? undefined : totals.get(point.stack);
    const cost =
      point.cost !== undefined ? new Decimal(point.cost) : total !== undefined && total.priced > 0 && total.unknown.length === 0 ? total.monthly.min : null;
    if (point.revenuePerUnit === undefined || point.revenuePerUnit === 0 || cost === null) return;
    const needed = cost.div(point.revenuePerUnit).ceil();
    const enough = new Decimal(point.value).times(point.revenuePerUnit).greaterThanOrEqualTo(cost);
    const tooMany = point.openEnded !== true && new Decimal(point.value).greaterThan(needed) && point.cost === undefined && total?.monthly.max !== null;
    if (enough && !tooMany) return;
    noticed.push({
      code: "break-even-differs",
      level: "error",
      path: `unitEconomics.breakEven[${i}]`,
      message: `${money(cost)} a month at ${money(point.revenuePerUnit)} each needs ${plain(needed)}, not ${plain(point.value)}.`,
      expected: plain(needed),
      found: plain(point.value),
      hint: `${plain(point.value)} bring ${money(new Decimal(point.value).times(point.revenuePerUnit))}.`,
    });
  });
  return noticed;
};

/** Profit and margin follow from revenue and cost. */
export const margins: Check = (plan, { money }) => {
  const noticed: Noticed[] = [];
  plan.unitEconomics?.margins.forEach((entry, i) => {
    const profit = new Decimal(entry.revenue).minus(entry.cost);
    if (!agrees(entry.profit, profit)) {
      noticed.push({
        code: "profit-differs",
        level: "error",
        path: `unitEconomics.margins[${i}].profit`,
        message: `${money(entry.revenue)} minus ${money(entry.cost)} is ${money(profit)}, not ${money(entry.profit)}.`,
        expected: money(profit),
        found: money(entry.profit),
      });
    }
    if (entry.statedPercent === undefined || entry.revenue === 0) return;
    const share = profit.div(entry.revenue).times(100);
    if (share.greaterThanOrEqualTo(entry.statedPercent) && agrees(entry.statedPercent, share)) return;
    const rounded = agrees(entry.statedPercent, share);
    noticed.push({
      code: "percent-differs",
      level: rounded ? "warning" : "error",
      path: `unitEconomics.margins[${i}].statedPercent`,
      message: `The margin is ${plain(share)} %, ${rounded ? "which only rounds up to" : "not"} ${entry.statedPercent} %.`,
      expected: `${plain(share)} %`,
      found: `${entry.statedPercent} %`,
    });
  });
  return noticed;
};

/** "2.5 times the cost" must be the ratio of the two totals. */
export const costMultiples: Check = (plan, { totals }) => {
  const noticed: Noticed[] = [];
  plan.unitEconomics?.costMultiples.forEach((entry, i) => {
    const [from, to] = [totals.get(entry.from), totals.get(entry.to)];
    if (from === undefined || to === undefined || from.monthly.min.isZero() || to.priced === 0) return;
    const [low, high] = [to.monthly.min.div(from.knownMax.isZero() ? from.monthly.min : from.knownMax), to.knownMax.div(from.monthly.min)];
    const slack = roundingOf(entry.value);
    if (low.minus(slack).lessThanOrEqualTo(entry.value) && high.plus(slack).greaterThanOrEqualTo(entry.value)) return;
    const expected = plain(low) === plain(high) ? plain(low) : `${plain(low)} to ${plain(high)}`;
    noticed.push({
      code: "ratio-differs",
      level: "warning",
      path: `unitEconomics.costMultiples[${i}]`,
      message: `"${entry.to}" costs ${expected} times as much as "${entry.from}", not ${entry.value} times.`,
      expected,
      found: String(entry.value),
    });
  });
  return noticed;
};

/** A cost per user at a number of users follows from the cost of the stack. */
export const costPerUnit: Check = (plan, { totals }) => {
  const noticed: Noticed[] = [];
  plan.unitEconomics?.costPer.forEach((entry, i) => {
    const total = entry.stack === undefined ? undefined : totals.get(entry.stack);
    if (entry.value === undefined || entry.at === undefined || entry.at === 0 || entry.op !== undefined || entry.derived === true) return;
    if (total === undefined || total.priced === 0 || total.unknown.length > 0) return;
    const [low, high] = [total.monthly.min.div(entry.at), total.knownMax.div(entry.at)];
    const slack = roundingOf(entry.value);
    if (low.minus(slack).lessThanOrEqualTo(entry.value) && high.plus(slack).greaterThanOrEqualTo(entry.value)) return;
    noticed.push({
      code: "cost-per-unit-differs",
      level: "warning",
      path: `unitEconomics.costPer[${i}]`,
      message: `"${entry.stack}" at ${entry.at.toLocaleString("en-US")} costs ${plain(low, 5)}${low.equals(high) ? "" : ` to ${plain(high, 5)}`} per ${entry.unit}, not ${entry.value}.`,
      expected: plain(low, 5),
      found: String(entry.value),
    });
  });
  return noticed;
};

/** Share of a yearly salary per month. */
export const labor: Check = (plan, { money }) => {
  const entry = plan.unitEconomics?.labor;
  if (entry === undefined) return [];
  const monthly = new Decimal(entry.fte).times(entry.annual).div(12);
  if (agrees(entry.monthly, monthly)) return [];
  return [
    {
      code: "labor-differs",
      level: "error",
      path: "unitEconomics.labor.monthly",
      message: `${entry.fte} of ${money(entry.annual)} a year is ${money(monthly)} a month, not ${money(entry.monthly)}.`,
      expected: money(monthly),
      found: money(entry.monthly),
    },
  ];
};
