import { compute, holds, shownComputed, shownFigure } from "../../calculate";
import type { Check, Rule } from "../../types";

/** "From 400 to 300, a quarter less": the change must follow from its two ends. */
const check: Check = (plan) =>
  plan.calculations.flatMap((calculation, i) => {
    if (calculation.kind !== "change-percent" && calculation.kind !== "ratio") return [];
    const computed = compute(calculation);
    if (computed === null || holds(calculation, computed)) return [];
    const unit = calculation.kind === "ratio" ? " times" : " %";
    const [before, after] = calculation.parts.map(shownFigure);
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: `calculations[${i}]`,
        message: `"${calculation.what}": from ${before} to ${after} is ${shownComputed(computed, 1)}${unit}, not ${shownFigure(calculation.result)}${unit}.`,
        expected: `${shownComputed(computed, 1)}${unit}`,
        found: `${shownFigure(calculation.result)}${unit}`,
      },
    ];
  });

const falls = (percent: number) =>
  `calculations: [{ kind: change-percent, what: Hosting, parts: [{ min: 400 }, { min: 300 }], result: { min: ${percent} }, unit: percent, place: sentence }]\n`;

export const rule: Rule = {
  code: "change-recompute",
  family: "ratios-and-economics",
  levels: ["error"],
  yields: true,
  says: "A percentage or a multiple does not follow from the two figures beside it.",
  example: { wrong: falls(35), finds: '"Hosting": from 400 to 300 is 25 %, not 35 %.', right: falls(25) },
  check,
};
