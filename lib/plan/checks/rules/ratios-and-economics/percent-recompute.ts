import { Decimal } from "decimal.js";
import type { Interval } from "@/lib/core/money";
import type { Plan } from "../../../types";
import { agrees, intervalPer, plain, statedInterval } from "../../amounts";
import { totalOf } from "../../paths";
import { statedOrSum } from "../../stated-or-sum";
import type { Check, Facts, Noticed, Rule } from "../../types";

/** Percentages of savings and margins follow from the amounts beside them. */
const check: Check = (plan, { totals }) => {
  const noticed: Noticed[] = [];
  plan.costComparisons.forEach((comparison, i) => {
    const at = (role: "before" | "after") => comparison.rows.findIndex((row) => row.role === role);
    const [b, a] = [at("before"), at("after")];
    const [before, after] = [comparison.rows[b], comparison.rows[a]];
    if (before === undefined || after === undefined || before.period !== after.period) return;
    comparison.rows.forEach((row, j) => {
      if (row.percent === undefined || row.role === "before") return;
      const sides = [`costComparisons[${i}].rows[${b}]`, `costComparisons[${i}].rows[${a}]`];
      noticed.push(...saved(comparison.name, `costComparisons[${i}].rows[${j}]`, sides, row.percent, statedInterval(before), statedInterval(after)));
    });
  });
  plan.migrations.forEach((migration, i) => {
    const stated = migration.statedSaving;
    const [from, to] = [totals.get(migration.from), totals.get(migration.to)];
    if (stated?.percent === undefined || from === undefined || to === undefined || from.priced === 0 || to.priced === 0) return;
    if (from.unknown.length > 0 || to.unknown.length > 0) return;
    const [before, after] = [intervalPer(from.monthly, stated.period), intervalPer(to.monthly, stated.period)];
    if (before === null || after === null) return;
    const sides = [...totalOf(plan, migration.from), ...totalOf(plan, migration.to)];
    noticed.push(...saved(migration.name, `migrations[${i}].statedSaving`, sides, stated.percent, before, after));
  });
  const annual = plan.unitEconomics?.annual;
  if (annual?.before !== undefined && annual.after !== undefined && annual.percent !== undefined) {
    noticed.push(...saved("The yearly summary", "unitEconomics.annual", [], annual.percent, point(annual.before), point(annual.after)));
  }
  return [...noticed, ...claimed(plan, totals), ...margins(plan)];
};

/** "At least 95 %" must hold for the whole range of the two stacks, not only at its best end. */
function claimed(plan: Plan, totals: Facts["totals"]): Noticed[] {
  const stacks = (["current", "target"] as const).map((role) => plan.stacks.find((stack) => stack.role === role));
  const [from, to] = stacks.map((stack) => (stack === undefined ? undefined : totals.get(stack.key)));
  const [before, after] = stacks;
  if (before === undefined || after === undefined || from === undefined || to === undefined) return [];
  if (from.priced === 0 || to.priced === 0 || from.unknown.length > 0 || from.monthly.min.isZero()) return [];
  const [old, next] = [statedOrSum(before, from.monthly), statedOrSum(after, to.monthly)];
  return plan.claims.flatMap((claim, i): Noticed[] => {
    const stated = claim.value ?? claim.min;
    if (claim.quantity !== "saving-percent" || stated === undefined || old.max === null || next.max === null) return [];
    const [low, high] = [share(old.min, next.max), share(old.max, next.min)];
    const unit = new Decimal(10).pow(-new Decimal(stated).decimalPlaces());
    // Where a total is wrong, what follows from the rows is right: the total is told, not this.
    const bySum = from.monthly.max === null || to.monthly.max === null ? high : share(from.knownMax, to.monthly.min);
    const tooHigh = high.plus(unit.div(2)).lessThan(stated) && bySum.plus(unit.div(2)).lessThan(stated);
    const notAlways = claim.atLeast === true && low.lessThan(stated);
    if (!tooHigh && !notAlways) return [];
    const expected = low.equals(high) ? `${plain(low)} %` : `${plain(low)} % to ${plain(high)} %`;
    return [
      {
        code: rule.code,
        level: tooHigh ? "error" : "warning",
        path: `claims[${i}]`,
        also: [...totalOf(plan, before.key), ...totalOf(plan, after.key)],
        message: `${claim.what} is given as ${notAlways ? "at least " : ""}${stated} %, the costs of "${before.key}" and "${after.key}" give ${expected}.`,
        expected,
        found: `${stated} %`,
      },
    ];
  });
}

const share = (from: Decimal, to: Decimal) => from.minus(to).div(from).times(100);

const point = (value: number): Interval => ({ min: new Decimal(value), max: new Decimal(value) });

function saved(name: string, path: string, sides: string[], stated: number, before: Interval, after: Interval): Noticed[] {
  if (before.min.isZero() || before.max === null || after.max === null) return [];
  const [low, high] = [share(before.min, after.max), share(before.max, after.min)];
  // Percentages of savings are usually cut, not rounded: one unit of the last digit is allowed downwards.
  const unit = new Decimal(10).pow(-new Decimal(stated).decimalPlaces());
  if (low.minus(unit).lessThan(stated) && high.plus(unit.div(2)).greaterThanOrEqualTo(stated)) return [];
  const expected = low.equals(high) ? `${plain(low)} %` : `${plain(low)} % to ${plain(high)} %`;
  return [
    {
      code: rule.code,
      level: "error",
      path,
      also: sides,
      message: `${name}: the saving is given as ${stated} %, computed it is ${expected}.`,
      expected,
      found: `${stated} %`,
    },
  ];
}

function margins(plan: Plan): Noticed[] {
  return (plan.unitEconomics?.margins ?? []).flatMap((entry, i) => {
    if (entry.statedPercent === undefined || entry.revenue === 0) return [];
    const share = new Decimal(entry.revenue).minus(entry.cost).div(entry.revenue).times(100);
    // "99 %" may be a cut 99.6 %: up to one unit of the last digit below.
    const unit = new Decimal(10).pow(-new Decimal(entry.statedPercent).decimalPlaces());
    if (share.greaterThanOrEqualTo(entry.statedPercent) && share.minus(unit).lessThan(entry.statedPercent)) return [];
    const rounded = agrees(entry.statedPercent, share);
    return [
      {
        code: rule.code,
        level: rounded ? ("warning" as const) : ("error" as const),
        path: `unitEconomics.margins[${i}]`,
        message: `The margin is ${plain(share)} %, ${rounded ? "which only rounds up to" : "not"} ${entry.statedPercent} %.`,
        expected: `${plain(share)} %`,
        found: `${entry.statedPercent} %`,
      },
    ];
  });
}

const rows = (percent: number) => `costComparisons:
  - key: c
    name: Bill
    rows: [{ role: before, min: 400, max: 400 }, { role: after, min: 100, max: 100 }, { role: saving, min: 300, max: 300, percent: ${percent} }]
`;

export const rule: Rule = {
  code: "percent-recompute",
  family: "ratios-and-economics",
  levels: ["error", "warning"],
  says: "A percentage does not follow from its amounts, or is only reached by rounding up.",
  example: { wrong: rows(80), finds: "Bill: the saving is given as 80 %, computed it is 75 %.", right: rows(75) },
  check,
};
