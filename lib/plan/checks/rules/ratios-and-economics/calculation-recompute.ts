import type { Plan } from "../../../types";
import { compute, holds, shownComputed, shownFigure } from "../../calculate";
import type { Check, Rule } from "../../types";

const KINDS = new Set<Plan["calculations"][number]["kind"]>(["sum", "difference", "product", "quotient", "share"]);

/** A calculation that is written out must give the result beside it. */
const check: Check = (plan) =>
  plan.calculations.flatMap((calculation, i) => {
    if (!KINDS.has(calculation.kind) || (calculation.kind === "sum" && calculation.place === "column")) return [];
    const computed = compute(calculation);
    if (computed === null || holds(calculation, computed)) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: `calculations[${i}]`,
        message: `"${calculation.what}": ${WORDS[calculation.kind]} ${shownComputed(computed)}, not ${shownFigure(calculation.result)}.`,
        expected: shownComputed(computed),
        found: shownFigure(calculation.result),
      },
    ];
  });

const WORDS: Record<string, string> = {
  sum: "the parts add up to",
  difference: "the difference is",
  product: "the product is",
  quotient: "the quotient is",
  share: "the share is",
};

const nodes = (result: number) =>
  `calculations: [{ kind: product, what: "3 nodes × 40", parts: [{ min: 3 }, { min: 40 }], result: { min: ${result} }, place: sentence }]\n`;

export const rule: Rule = {
  code: "calculation-recompute",
  family: "ratios-and-economics",
  levels: ["error"],
  yields: true,
  says: "A calculation that is written out gives another result.",
  example: { wrong: nodes(130), finds: '"3 nodes × 40": the product is 120, not 130.', right: nodes(120) },
  check,
};
