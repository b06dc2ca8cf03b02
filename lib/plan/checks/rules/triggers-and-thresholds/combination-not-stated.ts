import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** One remark for the whole plan: which reading is used where any or all is not said. */
const check: Check = (plan) => {
  const open = plan.triggerGroups.flatMap((group, i) => {
    const own = plan.triggers.flatMap((trigger, j) => (trigger.group === group.key ? [{ trigger, path: `triggers[${j}]` }] : []));
    // Several limits of one metric are stages, and questions alone are answered one by one.
    const several = new Set(own.map(({ trigger }) => trigger.metric)).size > 1 && own.some(({ trigger }) => typeof trigger.value === "number");
    const members = own.map(({ path }) => path);
    return !group.combineStated && group.kind === "migrate" && several ? [{ group, path: `triggerGroups[${i}]`, members }] : [];
  });
  // A single list is read as "any of these"; with several for the same move it matters how they go together.
  const ends = open.map(({ group }) => `${group.from ?? ""} ${group.to ?? ""}`);
  const unclear = open.filter((_, i) => ends.some((other, j) => j !== i && other === ends[i]));
  const first = unclear[0];
  if (first === undefined) return [];
  return [
    {
      code: rule.code,
      level: "info",
      path: first.path,
      also: [...unclear.flatMap(({ path, members }) => [path, ...members]).slice(1, 16)],
      message: `${listed(unclear.map(({ group }) => group.name))}: the plan does not say whether any or all of the triggers must hold; "${first.group.combine}" is used.`,
      hint: "Write any or all beside the list.",
    },
  ];
};

const plan = (stated: boolean) => `metrics: [{ key: cpu, name: CPU, unit: percent }, { key: users, name: Users, unit: users }]
triggerGroups: [{ key: growth, name: Growth, combineStated: ${stated} }, { key: load, name: Load, combineStated: ${stated} }]
triggers:
  - { key: busy, group: load, metric: cpu, op: ">", value: 70 }
  - { key: crowded, group: load, metric: users, op: ">", value: 900 }
  - { key: many, group: growth, metric: users, op: ">", value: 500 }
  - { key: busier, group: growth, metric: cpu, op: ">", value: 80 }
`;

export const rule: Rule = {
  code: "combination-not-stated",
  family: "triggers-and-thresholds",
  levels: ["info"],
  says: "Several lists of triggers lead to the same move and any or all is not said; the reading used is named.",
  example: {
    wrong: plan(false),
    finds: 'Growth, Load: the plan does not say whether any or all of the triggers must hold; "any" is used.',
    right: plan(true),
  },
  check,
};
