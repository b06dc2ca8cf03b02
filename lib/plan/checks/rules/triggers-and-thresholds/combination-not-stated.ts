import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** One remark for the whole plan: which reading is used where any or all is not said. */
const check: Check = (plan) => {
  const open = plan.triggerGroups.flatMap((group, i) => {
    const members = plan.triggers.flatMap((trigger, j) => (trigger.group === group.key ? [`triggers[${j}]`] : []));
    return !group.combineStated && group.kind === "migrate" && members.length > 1 ? [{ group, path: `triggerGroups[${i}]`, members }] : [];
  });
  const first = open[0];
  if (first === undefined) return [];
  return [
    {
      code: rule.code,
      level: "info",
      path: first.path,
      also: [...open.flatMap(({ path, members }) => [path, ...members]).slice(1, 16)],
      message: `${listed(open.map(({ group }) => group.name))}: the plan does not say whether any or all of the triggers must hold; "${first.group.combine}" is used.`,
      hint: "Write any or all beside the list.",
    },
  ];
};

const plan = (stated: boolean) => `metrics: [{ key: cpu, name: CPU, unit: percent }, { key: users, name: Users, unit: users }]
triggerGroups: [{ key: growth, name: Growth, combineStated: ${stated} }]
triggers:
  - { key: busy, group: growth, metric: cpu, op: ">", value: 70 }
  - { key: many, group: growth, metric: users, op: ">", value: 500 }
`;

export const rule: Rule = {
  code: "combination-not-stated",
  family: "triggers-and-thresholds",
  levels: ["info"],
  says: "Several triggers are listed and any or all is not said; the reading used is named.",
  example: {
    wrong: plan(false),
    finds: 'Growth: the plan does not say whether any or all of the triggers must hold; "any" is used.',
    right: plan(true),
  },
  check,
};
