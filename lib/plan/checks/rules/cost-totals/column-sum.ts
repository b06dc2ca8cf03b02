import { Decimal } from "decimal.js";
import type { Plan } from "../../../types";
import { compute, holds, shownComputed, shownFigure } from "../../calculate";
import type { Check, Facts, Rule } from "../../types";
import { judgedFigures } from "./stated-figures";

/** A row of totals must be the sum of its column, whatever the column counts. */
const check: Check = (plan, facts) =>
  plan.calculations.flatMap((calculation, i) => {
    if (calculation.kind !== "sum" || calculation.place !== "column") return [];
    const computed = compute(calculation);
    if (computed === null || holds(calculation, computed) || toldByStack(plan, facts, calculation)) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: `calculations[${i}]`,
        message: `${calculation.what}: the column adds up to ${shownComputed(computed)}, not ${shownFigure(calculation.result)}.`,
        expected: shownComputed(computed),
        found: shownFigure(calculation.result),
        hint: "Correct the total, or add the row that is missing.",
      },
    ];
  });

/** The total of a stack is judged by its rows: what headline-vs-table-total tells, or has found right, is not told again. */
function toldByStack(plan: Plan, { totals }: Facts, { line, result }: Plan["calculations"][number]): boolean {
  return plan.stacks.some((stack) => {
    const total = totals.get(stack.key);
    return judgedFigures(stack, total, plan.project.currency).some(
      ({ stated, follows }) =>
        first(stated.line) === first(line) && new Decimal(stated.min).equals(Decimal.abs(result.min)) && (!follows || total?.unknown.length === 0),
    );
  });
}

const first = (line: number | [number, number] | undefined) => (Array.isArray(line) ? line[0] : line);

const hours = (total: number) =>
  `calculations: [{ kind: sum, what: "Total, hours", parts: [{ min: 12 }, { min: 30 }], result: { min: ${total} }, place: column }]\n`;

export const rule: Rule = {
  code: "column-sum",
  family: "cost-totals",
  levels: ["error"],
  yields: true,
  says: "A row of totals is not the sum of its column.",
  example: { wrong: hours(44), finds: "Total, hours: the column adds up to 42, not 44.", right: hours(42) },
  check,
};
