import { Decimal } from "decimal.js";
import { type Interval, subtractIntervals } from "@/lib/core/money";
import { agrees, intervalPer, plain, shownRange, statedInterval } from "./amounts";
import type { Check, Noticed } from "./types";

/** What is saved must be before minus after, and ranges subtract crosswise: 45–70 minus 21–46 is −1 to 49. */
export const savings: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  plan.costComparisons.forEach((comparison, i) => {
    const [before, after] = (["before", "after"] as const).map((role) => comparison.rows.find((row) => row.role === role));
    if (before === undefined || after === undefined || before.period !== after.period) return;
    const [from, to] = [statedInterval(before), statedInterval(after)];
    comparison.rows.forEach((row, j) => {
      const path = `costComparisons[${i}].rows[${j}]`;
      const factor =
        row.period === before.period
          ? 1
          : row.period === "year" && before.period === "month"
            ? 12
            : row.period === "month" && before.period === "year"
              ? 1 / 12
              : null;
      if (row.role === "saving" && factor !== null) {
        const scaled = (value: Interval): Interval => ({ min: value.min.times(factor), max: value.max?.times(factor) ?? null });
        noticed.push(...savingNoticed(comparison.name, path, row, scaled(from), scaled(to), money));
      }
      if (row.percent !== undefined && row.role !== "before") noticed.push(...percentNoticed(comparison.name, `${path}.percent`, row.percent, from, to));
    });
  });
  plan.migrations.forEach((migration, i) => {
    const stated = migration.statedSaving;
    const [from, to] = [totals.get(migration.from), totals.get(migration.to)];
    if (stated === undefined || from === undefined || to === undefined || from.priced === 0 || to.priced === 0) return;
    if (from.unknown.length > 0 || to.unknown.length > 0) return;
    const [before, after] = [intervalPer(from.monthly, stated.period), intervalPer(to.monthly, stated.period)];
    if (before === null || after === null) return;
    const path = `migrations[${i}].statedSaving`;
    noticed.push(...savingNoticed(migration.name, path, stated, before, after, money));
    if (stated.percent !== undefined) noticed.push(...percentNoticed(migration.name, `${path}.percent`, stated.percent, before, after));
  });
  return noticed;
};

type Stated = { min: number; max?: number | undefined; approximate?: boolean | undefined };

function savingNoticed(name: string, path: string, stated: Stated, before: Interval, after: Interval, money: (value: Decimal) => string): Noticed[] {
  const computed = subtractIntervals(before, after);
  const { min, max } = statedInterval(stated);
  const low = computed.min === null || agrees(min, computed.min, stated.approximate);
  const high = computed.max === null || max === null || agrees(max, computed.max, stated.approximate);
  if (low && high) return [];
  return [
    {
      code: "saving-differs",
      level: "error",
      path,
      message: `${name}: the saving is given as ${shownRange({ min, max }, money)}, but ${shownRange(before, money)} minus ${shownRange(after, money)} is ${shownRange(computed, money)}.`,
      expected: shownRange(computed, money),
      found: shownRange({ min, max }, money),
      hint: "The least saving is the lowest cost before minus the highest cost after.",
    },
  ];
}

function percentNoticed(name: string, path: string, stated: number, before: Interval, after: Interval): Noticed[] {
  if (before.min.isZero() || before.max === null || after.max === null) return [];
  const share = (from: Decimal, to: Decimal) => from.minus(to).div(from).times(100);
  const [low, high] = [share(before.min, after.max), share(before.max, after.min)];
  // Percentages of savings are usually cut, not rounded: one unit of the last digit is allowed downwards.
  const unit = new Decimal(10).pow(-new Decimal(stated).decimalPlaces());
  if (low.minus(unit).lessThan(stated) && high.plus(unit.div(2)).greaterThanOrEqualTo(stated)) return [];
  const expected = low.equals(high) ? `${plain(low)} %` : `${plain(low)} % to ${plain(high)} %`;
  return [
    {
      code: "percent-differs",
      level: "error",
      path,
      message: `${name}: the saving is given as ${stated} %, computed it is ${expected}.`,
      expected,
      found: `${stated} %`,
    },
  ];
}

/** The yearly summary: saving = before − after, percent of before. */
export const annualSummary: Check = (plan, { money }) => {
  const annual = plan.unitEconomics?.annual;
  if (annual?.before === undefined || annual.after === undefined) return [];
  const noticed: Noticed[] = [];
  const saving = new Decimal(annual.before).minus(annual.after);
  if (annual.saving !== undefined && annual.savingMax === undefined && !agrees(annual.saving, saving)) {
    noticed.push({
      code: "saving-differs",
      level: "error",
      path: "unitEconomics.annual.saving",
      message: `The yearly saving is given as ${money(annual.saving)}, but ${money(annual.before)} minus ${money(annual.after)} is ${money(saving)}.`,
      expected: money(saving),
      found: money(annual.saving),
    });
  }
  if (annual.percent !== undefined) {
    const [before, after] = [annual.before, annual.after].map((value) => ({ min: new Decimal(value), max: new Decimal(value) }));
    if (before !== undefined && after !== undefined)
      noticed.push(...percentNoticed("The yearly summary", "unitEconomics.annual.percent", annual.percent, before, after));
  }
  return noticed;
};
