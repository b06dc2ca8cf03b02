import type { Check, Noticed, Rule } from "../../types";

const COST = /^(costs?|bills?|spend(ing)?|kosten|couts?|costes?|monthly|month|usd|eur|gbp|inr|aud|amount|total)$/;

/** One amount of money as a reason to move, once for a whole bill and once for a part of it. */
const check: Check = (plan) => {
  const metrics = new Map(plan.metrics.map((metric) => [metric.key, metric]));
  const money = plan.triggers.flatMap((trigger, i) => {
    const metric = metrics.get(trigger.metric);
    const words = new Set(
      trigger.metric
        .toLowerCase()
        .split(/[_.-]+/)
        .filter((word) => word !== "" && !COST.test(word)),
    );
    return trigger.kind === "migrate" && typeof trigger.value === "number" && isMoney(trigger.unit ?? metric?.unit)
      ? [{ trigger, value: trigger.value, words, path: `triggers[${i}]` }]
      : [];
  });
  const noticed: Noticed[] = [];
  for (const whole of money) {
    for (const part of money) {
      if (whole.trigger.metric === part.trigger.metric || whole.value !== part.value || whole.trigger.op[0] !== part.trigger.op[0]) continue;
      if (whole.words.size === 0 || whole.words.size >= part.words.size || ![...whole.words].every((word) => part.words.has(word))) continue;
      noticed.push({
        code: rule.code,
        level: "info",
        path: whole.path,
        also: [part.path],
        message: `${whole.value} is the limit for ${whole.trigger.metric} and for ${part.trigger.metric}: one is a part of the other.`,
        hint: "Say which of the two is meant.",
      });
    }
  }
  return noticed.slice(0, 1);
};

function isMoney(unit: string | undefined): boolean {
  return /^([a-z]{3}|[$€£¥₹])(\/\w+)?$/i.test(unit ?? "") && !/^(ms|min|gb|mb|kb|tb|rps|qps|mau|dau)$/i.test(unit ?? "");
}

const plan = (
  value: number,
) => `metrics: [{ key: host_bill, name: Bill, unit: USD/month }, { key: host_bandwidth_bill, name: Bill for bandwidth, unit: USD/month }]
triggers:
  - { key: a, metric: host_bill, op: ">", value: 400 }
  - { key: b, metric: host_bandwidth_bill, op: ">", value: ${value} }
`;

export const rule: Rule = {
  code: "same-threshold-two-metrics",
  family: "triggers-and-thresholds",
  levels: ["info"],
  says: "One amount is the limit for a whole bill and for a part of it.",
  example: { wrong: plan(400), finds: "400 is the limit for host_bill and for host_bandwidth_bill: one is a part of the other.", right: plan(150) },
  check,
};
