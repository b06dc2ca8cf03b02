import type { Check, Rule } from "../../types";

/** A plain amount in a column of triggers: what a stage costs, not when it begins. */
const check: Check = (plan) => {
  const matrix = plan.decisionMatrix;
  if (matrix === undefined) return [];
  const trigger = matrix.columns.map((column) => /trigger|threshold|when|ausl[oö]se|schwelle|d[eé]clenche|seuil|disparador|umbral/i.test(column.label));
  const rows = matrix.rows.flatMap((row, i) =>
    row.cells.some((cell, j) => cell.type === "money" && trigger[j] === true) ? [{ row, path: `decisionMatrix.rows[${i}]` }] : [],
  );
  const first = rows[0];
  if (first === undefined) return [];
  return [
    {
      code: rule.code,
      level: "info" as const,
      path: first.path,
      also: rows.slice(1).map(({ path }) => path),
      message: `"${first.row.label ?? first.row.metric}" says what a stage costs, but stands in columns that say when it begins; it is not used as a condition.`,
      hint: "Give the row a limit (<, >), or move it out of the matrix.",
    },
  ];
};

const plan = (label: string) => `metrics: [{ key: cost, name: Cost, unit: USD/month }]
stacks: [{ key: small, name: Small, role: current }, { key: large, name: Large, role: target }]
decisionMatrix:
  columns: [{ stack: small, label: Small }, { stack: large, label: ${label} }]
  rows: [{ metric: cost, label: Monthly cost, role: result, cells: [{ type: money, amount: 40 }, { type: money, amount: 90 }] }]
`;

export const rule: Rule = {
  code: "matrix-cell-kind",
  family: "triggers-and-thresholds",
  levels: ["info"],
  says: "A matrix column of triggers holds a plain cost.",
  example: {
    wrong: plan("Trigger for large"),
    finds: '"Monthly cost" says what a stage costs, but stands in columns that say when it begins; it is not used as a condition.',
    right: plan("Large"),
  },
  check,
};
