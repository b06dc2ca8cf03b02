import { Decimal } from "decimal.js";

export interface BudgetLevels {
  amount: string;
  period: "month" | "year";
  /** Further amounts at which somebody is told. */
  levels: readonly number[];
}

export type BudgetState = "below" | "level" | "over" | "expected-over";

/** The amount per month that a budget allows. */
export function budgetPerMonth(budget: Pick<BudgetLevels, "amount" | "period">): Decimal {
  const amount = new Decimal(budget.amount);
  return budget.period === "year" ? amount.div(12) : amount;
}

/**
 * Where a month stands against a budget: over it, expected to end over it, past one of its lower levels, or below.
 * `passed` is the highest level that the spending has reached.
 */
export function budgetState(budget: BudgetLevels, spent: Decimal.Value, expectedEnd: Decimal.Value | null): { state: BudgetState; passed: Decimal | null } {
  const limit = budgetPerMonth(budget);
  const reached = budget.levels.map((level) => budgetPerMonth({ amount: String(level), period: budget.period })).filter((level) => level.lte(spent));
  const passed = reached.length === 0 ? null : Decimal.max(...reached);
  if (new Decimal(spent).gt(limit)) return { state: "over", passed };
  if (expectedEnd !== null && new Decimal(expectedEnd).gt(limit)) return { state: "expected-over", passed };
  return { state: passed === null ? "below" : "level", passed };
}
