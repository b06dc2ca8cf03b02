import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** One price of a service belongs to one tier. */
const check: Check = (plan) => {
  const tiers = new Map<string, { tier: string; path: string; service: string; amount: number }[]>();
  plan.tierNames.forEach(({ service, tier, amount, currency, period }, i) => {
    const key = `${service.toLowerCase()} ${amount} ${currency ?? ""} ${period}`;
    tiers.set(key, [...(tiers.get(key) ?? []), { tier, service, amount, path: `tierNames[${i}]` }]);
  });
  return [...tiers.values()].flatMap((given): Noticed[] => {
    const names = [...new Set(given.map(({ tier }) => tier.toLowerCase()))];
    const shown = names.flatMap((name) => given.find(({ tier }) => tier.toLowerCase() === name) ?? []);
    const [one, ...others] = shown;
    if (one === undefined || others.length === 0) return [];
    return [
      {
        code: rule.code,
        level: "info",
        path: one.path,
        also: others.map(({ path }) => path).slice(0, 4),
        message: `${one.service}: the tier for ${one.amount} is called ${listed(shown.map(({ tier }) => tier))}.`,
        expected: one.tier,
        found: listed(others.map(({ tier }) => tier)),
        hint: "Use the name the provider uses today.",
      },
    ];
  });
};

export const rule: Rule = {
  code: "name-drift",
  family: "configuration",
  levels: ["info"],
  says: "The same tier of a service has two names.",
  example: {
    wrong: "tierNames: [{ service: Database, tier: Pro, amount: 19 }, { service: Database, tier: Launch, amount: 19 }]\n",
    finds: "Database: the tier for 19 is called Pro, Launch.",
    right: "tierNames: [{ service: Database, tier: Launch, amount: 19 }, { service: Database, tier: Launch, amount: 19 }]\n",
  },
  check,
};
