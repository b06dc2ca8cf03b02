import { moveExample } from "../../example-plan";
import type { Check, Rule } from "../../types";

/** Machines that move traffic by themselves must also be able to take it back by themselves. */
const check: Check = (plan) =>
  plan.migrations.flatMap((migration, i) => {
    const moves = migration.phases.some((phase) => phase.steps.some((step) => step.kind === "traffic.shift" || step.kind === "dns.set"));
    if (!moves || migration.guards.length > 0) return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: `migrations[${i}]`,
        message: `${migration.name} has no guard: nothing rolls it back by itself.`,
        hint: "Add a guard on the error rate or the response time.",
      },
    ];
  });

const shift = [
  "- key: day",
  "  title: Day",
  "  steps:",
  "    - { key: shift, title: Shift, kind: traffic.shift, with: { connection: lb, backend: app, oldServer: old, newServer: new, stages: [{ percent: 100, hold: 1m }] } }",
];

export const rule: Rule = {
  code: "no-guard",
  family: "cutover-safety",
  levels: ["warning"],
  says: "Traffic is moved by the machine, and nothing rolls it back by itself.",
  example: {
    wrong: moveExample(shift),
    finds: "Move has no guard: nothing rolls it back by itself.",
    right: moveExample(shift, [
      'guards: [{ key: errors, title: Errors, source: { type: promql, connection: metrics, query: errors }, op: ">", value: 1, samples: 3 }]',
    ]),
  },
  check,
};
