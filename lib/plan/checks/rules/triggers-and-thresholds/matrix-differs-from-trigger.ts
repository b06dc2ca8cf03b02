import type { Check, Noticed, Rule } from "../../types";

/** The matrix and the triggers must draw the line at the same value. */
const check: Check = (plan) => {
  const noticed: Noticed[] = [];
  plan.decisionMatrix?.rows.forEach((row, i) => {
    row.cells.forEach((cell, j) => {
      const stack = plan.decisionMatrix?.columns[j]?.stack;
      if (cell.type !== "threshold" || row.role === "result" || typeof cell.value !== "number") return;
      const mine = plan.triggers.flatMap((trigger, at) =>
        trigger.to === stack && trigger.metric === row.metric && trigger.kind === "migrate" && trigger.op === cell.op && typeof trigger.value === "number"
          ? [{ value: trigger.value, at }]
          : [],
      );
      const first = mine[0];
      if (first === undefined || mine.some((trigger) => trigger.value === cell.value)) return;
      noticed.push({
        code: rule.code,
        level: "error",
        path: `decisionMatrix.rows[${i}]`,
        also: [`triggers[${first.at}]`],
        message: `The matrix moves to "${stack}" at ${row.metric} ${cell.op} ${cell.value}, the trigger at ${first.value}.`,
        expected: String(first.value),
        found: String(cell.value),
      });
    });
  });
  return noticed;
};

const plan = (value: number) => `metrics: [{ key: users, name: Users, unit: users }]
stacks: [{ key: small, name: Small, role: current }, { key: large, name: Large, role: target }]
triggers: [{ key: many, metric: users, op: ">", value: 1000, from: small, to: large }]
decisionMatrix:
  columns: [{ stack: small, label: Small }, { stack: large, label: Large }]
  rows: [{ metric: users, cells: [{ type: range, min: 0, max: 1000 }, { type: threshold, op: ">", value: ${value} }] }]
`;

export const rule: Rule = {
  code: "matrix-differs-from-trigger",
  family: "triggers-and-thresholds",
  levels: ["error"],
  says: "Matrix and trigger draw the line at different values.",
  example: { wrong: plan(2000), finds: 'The matrix moves to "large" at users > 2000, the trigger at 1000.', right: plan(1000) },
  check,
};
