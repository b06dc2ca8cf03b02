import type { Check, Rule } from "../../types";

/** Critical must be worse than warning, in the direction in which the metric gets worse. */
const check: Check = (plan) =>
  plan.alertRules.flatMap((entry, i) => {
    const { warning, critical } = entry;
    if (warning === undefined || critical === undefined || warning.op !== critical.op) return [];
    const rises = warning.op === ">" || warning.op === ">=";
    const falls = warning.op === "<" || warning.op === "<=";
    if (!(rises && critical.value <= warning.value) && !(falls && critical.value >= warning.value)) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: `alertRules[${i}]`,
        message: `${entry.name ?? entry.key}: critical at ${critical.value} is not worse than warning at ${warning.value}.`,
        expected: `${rises ? "above" : "below"} ${warning.value}`,
        found: String(critical.value),
      },
    ];
  });

const plan = (critical: number) => `metrics: [{ key: disk, name: Disk, unit: percent }]
alertRules: [{ key: full, name: Disk full, metric: disk, warning: { value: 80 }, critical: { value: ${critical} } }]
`;

export const rule: Rule = {
  code: "alert-levels-out-of-order",
  family: "triggers-and-thresholds",
  levels: ["error"],
  says: "Critical is not worse than warning.",
  example: { wrong: plan(70), finds: "Disk full: critical at 70 is not worse than warning at 80.", right: plan(90) },
  check,
};
