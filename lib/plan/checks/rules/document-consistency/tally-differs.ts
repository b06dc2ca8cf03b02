import type { Check, Noticed, Rule } from "../../types";

/** The tally of a comparison is the count of its wins. */
const check: Check = (plan) =>
  plan.optionMatrices.flatMap((matrix, i): Noticed[] => {
    if (matrix.tally === undefined || matrix.rows.some((row) => row.winner === undefined)) return [];
    return Object.entries(matrix.tally).flatMap(([name, stated]): Noticed[] => {
      const wins = matrix.rows.filter((row) => row.winner === name).length;
      if (wins === stated) return [];
      return [
        {
          code: rule.code,
          level: "error",
          path: `optionMatrices[${i}].tally`,
          message: `${matrix.title}: "${name}" wins ${wins} factors, not ${stated}.`,
          expected: String(wins),
          found: String(stated),
        },
      ];
    });
  });

export const rule: Rule = {
  code: "tally-differs",
  family: "document-consistency",
  levels: ["error"],
  says: "The tally of a comparison is not the count of its wins.",
  example: {
    wrong: "optionMatrices: [{ key: m, title: Host, options: [A, B], tally: { A: 2 }, rows: [{ factor: Cost, cells: [low, high], winner: A }] }]\n",
    finds: 'Host: "A" wins 1 factors, not 2.',
    right: "optionMatrices: [{ key: m, title: Host, options: [A, B], tally: { A: 1 }, rows: [{ factor: Cost, cells: [low, high], winner: A }] }]\n",
  },
  check,
};
