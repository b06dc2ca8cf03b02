import { quantityOf } from "../../names";
import type { Check, Noticed, Rule } from "../../types";
import { valuesToKeep } from "../../values-to-keep";
import { shareMetrics } from "./share-limits";

/** A value to keep on a stack, and a matrix that lets the same stack be above it. */
const check: Check = (plan) => {
  const noticed: Noticed[] = [];
  const matrix = plan.decisionMatrix;
  const metrics = new Map(plan.metrics.map((metric) => [metric.key, metric]));
  const same = (a: string, b: string) => {
    const [one, other] = [metrics.get(a), metrics.get(b)];
    return (
      a === b ||
      (shares.has(a) && shares.has(b)) ||
      (one !== undefined && other !== undefined && one.unit === other.unit && quantityOf(one) === quantityOf(other))
    );
  };
  const shares = shareMetrics(plan);
  for (const target of valuesToKeep(plan)) {
    const { value } = target;
    matrix?.rows.forEach((row, j) => {
      if (!same(row.metric, target.metric)) return;
      const loose = row.cells.flatMap((cell, k) => {
        const stack = matrix.columns[k]?.stack;
        const limit =
          cell.type === "threshold" && typeof cell.value === "number" && (cell.op === "<" || cell.op === "<=")
            ? cell.value
            : cell.type === "trajectory"
              ? Math.max(cell.from, cell.to)
              : null;
        const about = target.stack === undefined || target.stack === stack;
        return limit !== null && limit > value && about ? [limit] : [];
      });
      const worst = Math.max(...loose);
      if (loose.length === 0) return;
      noticed.push({
        code: rule.code,
        level: "warning",
        path: target.path,
        also: [`decisionMatrix.rows[${j}]`],
        message: `${target.name} is to stay below ${value}, but the decision matrix allows up to ${worst}.`,
        expected: `at most ${value}`,
        found: String(worst),
      });
    });
  }
  return noticed;
};

const plan = (limit: number) => `metrics: [{ key: share, name: Cost share, unit: percent }]
stacks: [{ key: small, name: Small, role: current }, { key: large, name: Large, role: target }]
targets: [{ metric: share, name: Share of revenue, op: "<", value: 5 }]
decisionMatrix:
  columns: [{ stack: small, label: Small }, { stack: large, label: Large }]
  rows: [{ metric: share, cells: [{ type: threshold, op: "<", value: 5 }, { type: threshold, op: "<", value: ${limit} }] }]
`;

export const rule: Rule = {
  code: "kpi-vs-matrix",
  family: "ratios-and-economics",
  levels: ["warning"],
  says: "A value to keep is looser in the decision matrix than among the goals.",
  example: { wrong: plan(8), finds: "Share of revenue is to stay below 5, but the decision matrix allows up to 8.", right: plan(4) },
  check,
};
