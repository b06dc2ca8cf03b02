import { plain } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";
import { userMetrics } from "../ratios-and-economics/revenue";

/** A load test with fewer users than the plan reckons with proves nothing about the plan. */
const check: Check = (plan) => {
  const concurrent = new Set(
    plan.metrics.filter((metric) => /concurrent|simultan|gleichzeitig/i.test(`${metric.key} ${metric.name}`)).map((metric) => metric.key),
  );
  const users = userMetrics(plan);
  const expected = plan.stacks.flatMap((stack, i) =>
    stack.role === "current"
      ? []
      : stack.capacity.flatMap((entry, j) => {
          const value = entry.max ?? entry.value;
          return concurrent.has(entry.metric) && value !== undefined ? [{ value, path: `stacks[${i}].capacity[${j}]` }] : [];
        }),
  );
  const reckoned = plan.targets.flatMap((target, i) =>
    concurrent.has(target.metric) && target.peak !== undefined && target.baseline !== true ? [{ value: target.peak, path: `targets[${i}]` }] : [],
  );
  const planned = [...expected, ...reckoned].toSorted((a, b) => b.value - a.value)[0];
  if (planned === undefined) return [];
  return plan.successCriteria.flatMap((entry, i): Noticed[] => {
    const known = entry.metric !== undefined && (concurrent.has(entry.metric) || users.has(entry.metric));
    if (!known || typeof entry.value !== "number" || entry.op !== undefined || entry.value >= planned.value) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path: `successCriteria[${i}]`,
        also: [planned.path],
        message: `The test is done with ${plain(entry.value)} users, the plan reckons with ${plain(planned.value)}.`,
        expected: `at least ${plain(planned.value)}`,
        found: plain(entry.value),
      },
    ];
  });
};

const plan = (value: number) => `metrics: [{ key: concurrent_users, name: Concurrent users, unit: users }]
stacks: [{ key: new, name: New, role: target, capacity: [{ metric: concurrent_users, value: 100 }] }]
successCriteria: [{ text: Load test passes, metric: concurrent_users, value: ${value} }]
`;

export const rule: Rule = {
  code: "test-below-plan-load",
  family: "limits-and-capacity",
  levels: ["warning"],
  says: "A load test is done with fewer users than the plan reckons with.",
  example: { wrong: plan(10), finds: "The test is done with 10 users, the plan reckons with 100.", right: plan(100) },
  check,
};
