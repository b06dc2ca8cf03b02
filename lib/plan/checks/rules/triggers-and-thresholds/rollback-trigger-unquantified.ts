import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** A rollback that depends on a judgement in the night is a rollback too late. */
const check: Check = (plan) =>
  plan.migrations.flatMap((migration, i) => {
    const vague = (migration.rollback?.conditions ?? []).flatMap((condition, j) =>
      condition.metric === undefined || condition.value === undefined ? [{ condition, path: `migrations[${i}].rollback.conditions[${j}]` }] : [],
    );
    const first = vague[0];
    if (first === undefined) return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: first.path,
        also: vague.slice(1).map(({ path }) => path),
        message: `${migration.name}: "${listed(vague.map(({ condition }) => condition.text))}" names no metric or no number, so nothing can watch it.`,
        expected: "a metric with a limit",
        found: first.condition.text,
        hint: "Name a metric and a limit, or make it a guard.",
      },
    ];
  });

const plan = (condition: string) => `metrics: [{ key: errors, name: Error rate, unit: percent }]
stacks: [{ key: old, name: Old, role: current }, { key: new, name: New, role: target }]
migrations: [{ key: move, name: Move, from: old, to: new, rollback: { conditions: [${condition}] } }]
`;

export const rule: Rule = {
  code: "rollback-trigger-unquantified",
  family: "triggers-and-thresholds",
  levels: ["warning"],
  says: "A rollback condition has no metric or no number, so nothing can watch it.",
  example: {
    wrong: plan("{ text: serious problems }"),
    finds: 'Move: "serious problems" names no metric or no number, so nothing can watch it.',
    right: plan('{ text: "errors above 2 %", metric: errors, op: ">", value: 2, window: 10m }'),
  },
  check,
};
