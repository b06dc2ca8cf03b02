import type { Plan } from "../../../types";
import { daysIn, workingDaysIn } from "../../days";
import type { Check, Rule } from "../../types";

type Span = Plan["datedSpans"][number];

/** From the first to the last day must be as long as is written beside it. */
const check: Check = (plan) =>
  plan.datedSpans.flatMap((span, i) => {
    const { length } = span;
    if (length === undefined || fits(span, length)) return [];
    const days = daysIn(span);
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: `datedSpans[${i}]`,
        message: `"${span.what}": from the first to the last are ${days} days, not ${length.amount} ${length.unit.replace("-", " ")}.`,
        expected: `${days} days`,
        found: `${length.amount} ${length.unit.replace("-", " ")}`,
      },
    ];
  });

/** Both ends may count or only one; weeks may be weeks of work. */
function fits(span: Span, { amount, unit }: NonNullable<Span["length"]>): boolean {
  const days = daysIn(span);
  const working = workingDaysIn(span);
  if (unit === "working-days") return amount === working || amount === working - 1;
  if (unit === "days") return amount === days || amount === days - 1 || amount === working;
  if (unit === "weeks") return Math.abs(days - amount * 7) <= 3;
  return Math.abs(days - amount * 30.4) <= 5;
}

const span = (amount: number) => `datedSpans: [{ what: Watching, from: "2025-04-23", to: "2025-05-13", length: { amount: ${amount}, unit: days } }]\n`;

export const rule: Rule = {
  code: "span-length",
  family: "calendar",
  levels: ["error"],
  says: "A stretch of days is longer or shorter than is written beside it.",
  example: { wrong: span(30), finds: '"Watching": from the first to the last are 21 days, not 30 days.', right: span(21) },
  check,
};
