import type { Plan } from "../../../types";
import type { Check, Noticed, Rule } from "../../types";

/** What is planned for more than its free allowance is not free. */
const check: Check = (plan) => {
  const noticed: Noticed[] = [...runningAllTheTime(plan), ...replaced(plan)];
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

/** Hours that are said to be enough to run all the time, although a month has 730. */
function runningAllTheTime(plan: Plan): Noticed[] {
  return allowancesOf(plan).flatMap(({ entry, name, path }): Noticed[] => {
    const perMonth = /^(compute )?(h|hours?|hrs?|stunden?|heures?|horas?)$/i.test(entry.unit ?? entry.of) && (entry.per ?? "month") === "month";
    if (entry.alwaysOn !== true || !perMonth || entry.amount >= 720) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path,
        message: `${name}: ${entry.amount} hours a month are said to be enough to run all the time; a month has 730.`,
        expected: "730",
        found: String(entry.amount),
        hint: "Say which size makes the hours last, or plan the price beyond them.",
      },
    ];
  });
}

function allowancesOf(plan: Plan) {
  const rows = plan.stacks.flatMap((stack, i) =>
    stack.resources.flatMap((resource, j) => [
      ...resource.allowances.map((entry, k) => ({ entry, name: resource.name, path: `stacks[${i}].resources[${j}].allowances[${k}]` })),
      ...resource.lineItems.flatMap((item, k) =>
        item.price.allowances.map((entry, l) => ({
          entry,
          name: resource.name,
          path: `stacks[${i}].resources[${j}].lineItems[${k}].price.allowances[${l}]`,
        })),
      ),
    ]),
  );
  const rules = plan.pricingRules.flatMap((service, i) => [
    ...service.allowances.map((entry, k) => ({ entry, name: service.service, path: `pricingRules[${i}].allowances[${k}]` })),
    ...(service.price?.allowances ?? []).map((entry, k) => ({ entry, name: service.service, path: `pricingRules[${i}].price.allowances[${k}]` })),
  ]);
  return [...rows, ...rules];
}

/** A service chosen for so many subscribers, each of whom gets at least one of what is free. */
function replaced(plan: Plan): Noticed[] {
  return plan.replacements.flatMap((entry, i): Noticed[] => {
    const free = entry.to.allowance;
    const sized = entry.from.find((side) => /subscriber|recipient|contact|empf[aä]nger|abonn[eé]|suscriptor/i.test(side.serves?.unit ?? ""))?.serves;
    const people = sized?.min ?? sized?.value;
    if (free === undefined || people === undefined || (entry.to.max ?? entry.to.min) > 0) return [];
    if (!/e-?mail|message|nachricht|correo|courriel/i.test(free.of) || (free.per ?? "month") !== "month" || people <= free.amount) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path: `replacements[${i}]`,
        message: `${entry.to.name}: ${free.amount} ${free.of} a month are free, one message to each of ${people} ${sized?.unit ?? ""} is already more; what lies above it has no price.`,
        expected: `at most ${free.amount}`,
        found: String(people),
        hint: "Add the price beyond the allowance.",
      },
    ];
  });
}

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
