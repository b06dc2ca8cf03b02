import type { Decimal } from "decimal.js";
import { type Interval, subtractIntervals } from "@/lib/core/money";
import type { Plan } from "../../../types";
import { agrees, intervalPer, shownRange, statedInterval } from "../../amounts";
import { totalOf } from "../../paths";
import type { Facts } from "../../types";

/** A saving the plan states, beside the two amounts it is the difference of. Same period for all three. */
export interface StatedSaving {
  name: string;
  path: string;
  /** Where the two sides stand. */
  sides: string[];
  stated: { min: Decimal; max: Decimal | null; approximate: boolean };
  before: Interval;
  after: Interval;
}

/** Every stated saving whose two sides are known: in comparisons, of a migration, in the yearly summary. */
export function statedSavings(plan: Plan, { totals }: Facts): StatedSaving[] {
  const found: StatedSaving[] = [];
  plan.costComparisons.forEach((comparison, i) => {
    const at = (role: "before" | "after") => comparison.rows.findIndex((row) => row.role === role);
    const [b, a] = [at("before"), at("after")];
    const [before, after] = [comparison.rows[b], comparison.rows[a]];
    if (before === undefined || after === undefined || before.period !== after.period) return;
    comparison.rows.forEach((row, j) => {
      const factor = row.role === "saving" ? factorTo(row.period, before.period) : null;
      const sides = [`costComparisons[${i}].rows[${b}]`, `costComparisons[${i}].rows[${a}]`];
      const path = `costComparisons[${i}].rows[${j}]`;
      const monthly = factor === null ? null : { min: row.min, max: row.max };
      if (row.role === "saving" && row.annual !== undefined && before.annual !== undefined && after.annual !== undefined) {
        const own: StatedSaving = {
          name: `${comparison.name}, per year`,
          path,
          sides,
          stated: { ...statedInterval(row.annual), approximate: row.approximate === true },
          before: statedInterval(before.annual),
          after: statedInterval(after.annual),
        };
        // Twelve times the same slip is told once.
        const twelve = monthly !== null && agrees(row.annual.min, monthly.min * 12);
        if (!twelve) found.push(own);
      }
      if (factor === null) return;
      const scaled = (value: Interval): Interval => ({ min: value.min.times(factor), max: value.max?.times(factor) ?? null });
      found.push({
        name: comparison.name,
        path,
        sides,
        stated: { ...statedInterval(row), approximate: row.approximate === true },
        before: scaled(statedInterval(before)),
        after: scaled(statedInterval(after)),
      });
    });
  });
  plan.migrations.forEach((migration, i) => {
    const stated = migration.statedSaving;
    const [from, to] = [totals.get(migration.from), totals.get(migration.to)];
    if (stated === undefined || from === undefined || to === undefined || from.priced === 0 || to.priced === 0) return;
    if (from.unknown.length > 0 || to.unknown.length > 0) return;
    const [before, after] = [intervalPer(from.monthly, stated.period), intervalPer(to.monthly, stated.period)];
    if (before === null || after === null) return;
    found.push({
      name: migration.name,
      path: `migrations[${i}].statedSaving`,
      sides: [...totalOf(plan, migration.from), ...totalOf(plan, migration.to)],
      stated: { ...statedInterval(stated), approximate: stated.approximate === true },
      before,
      after,
    });
  });
  return found;
}

/** How much a saving differs from the difference of its sides; null where it agrees. */
export function savingDiffers(saving: StatedSaving): { min: Decimal | null; max: Decimal | null } | null {
  const computed = subtractIntervals(saving.before, saving.after);
  const { min, max, approximate } = saving.stated;
  const low = computed.min === null || agrees(min, computed.min, approximate);
  const high = computed.max === null || max === null || agrees(max, computed.max, approximate);
  return low && high ? null : computed;
}

/** The sentence about a wrong saving. */
export function savingMessage(saving: StatedSaving, computed: { min: Decimal | null; max: Decimal | null }, money: Facts["money"]): string {
  return `${saving.name}: the saving is given as ${shownRange(saving.stated, money)}, but ${shownRange(saving.before, money)} minus ${shownRange(saving.after, money)} is ${shownRange(computed, money)}.`;
}

/** Whether both sides are single amounts, so that the saving is one too. */
export function isPlain(saving: StatedSaving): boolean {
  return saving.before.max?.equals(saving.before.min) === true && saving.after.max?.equals(saving.after.min) === true;
}

function factorTo(row: string, side: string): number | null {
  if (row === side) return 1;
  if (row === "year" && side === "month") return 12;
  return row === "month" && side === "year" ? 1 / 12 : null;
}
