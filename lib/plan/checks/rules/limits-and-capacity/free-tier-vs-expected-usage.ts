import type { Plan } from "../../../types";
import type { Check, Noticed, Rule } from "../../types";

/** A stack planned for more than its free allowance is not free. */
const check: Check = (plan) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    stack.resources.forEach((resource, j) => {
      const own = resource.allowances.map((entry, k) => ({ entry, path: `stacks[${i}].resources[${j}].allowances[${k}]` }));
      const priced = resource.lineItems.flatMap((item, k) =>
        item.price.overage.length > 0
          ? []
          : item.price.allowances.map((entry, l) => ({ entry, path: `stacks[${i}].resources[${j}].lineItems[${k}].price.allowances[${l}]` })),
      );
      for (const { entry, path } of [...own, ...priced]) {
        if (entry.metric === undefined) continue;
        const use = plannedUse(plan, stack.key, entry.metric);
        if (use === null || use.value <= entry.amount) continue;
        noticed.push({
          code: rule.code,
          level: "warning",
          path,
          also: [`stacks[${i}].resources[${j}]`, use.path],
          message: `${stack.name}: ${resource.name} includes ${entry.amount} ${entry.unit ?? entry.of}${entry.per === undefined ? "" : ` per ${entry.per}`}, the plan expects ${use.value}; what lies above it has no price.`,
          expected: `at most ${entry.amount}`,
          found: String(use.value),
          hint: "Add an overage price or choose the next tier.",
        });
      }
    });
  });
  return noticed;
};

/** The largest value of a metric that the plan itself foresees for a stack. */
function plannedUse(plan: Plan, stack: string, metric: string): { value: number; path: string } | null {
  const uses: { value: number; path: string }[] = [];
  const add = (path: string, ...values: (number | undefined)[]) => {
    for (const value of values) if (value !== undefined) uses.push({ value, path });
  };
  plan.stacks.forEach((entry, i) => {
    if (entry.key !== stack) return;
    entry.capacity.forEach((capacity, j) => {
      if (capacity.metric === metric) add(`stacks[${i}].capacity[${j}]`, capacity.max, capacity.value, capacity.min);
    });
  });
  plan.targets.forEach((target, i) => {
    if (target.metric === metric && (target.stack === undefined || target.stack === stack) && target.baseline !== true && target.limit === undefined) {
      add(`targets[${i}]`, target.to, target.peak, target.average);
    }
  });
  return uses.reduce<{ value: number; path: string } | null>((most, use) => (most === null || use.value > most.value ? use : most), null);
}

const plan = (expected: number) => `metrics: [{ key: mails, name: Mails, unit: mails }]
stacks:
  - key: new
    name: New
    role: target
    resources: [{ key: mail, name: Mail, lineItems: [{ price: { form: free, allowances: [{ of: mails, amount: 3000, per: month, metric: mails }] } }] }]
targets: [{ metric: mails, from: 0, to: ${expected}, stack: new }]
`;

export const rule: Rule = {
  code: "free-tier-vs-expected-usage",
  family: "limits-and-capacity",
  levels: ["warning"],
  says: "The plan expects more than the free allowance and has no price for the rest.",
  example: {
    wrong: plan(10000),
    finds: "New: Mail includes 3000 mails per month, the plan expects 10000; what lies above it has no price.",
    right: plan(2500),
  },
  check,
};
