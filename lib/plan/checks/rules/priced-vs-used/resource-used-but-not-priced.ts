import { tellingWords } from "../../names";
import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** Services that wake people are paid by seat or message; one that no row and no price names is not in the total. */
const check: Check = (plan, { totals }) => {
  // Where no tool of this kind is among the costs, tools are simply not what they are about.
  const tools = plan.stacks.some(
    (stack) =>
      stack.role !== "current" &&
      (totals.get(stack.key)?.priced ?? 0) > 0 &&
      stack.resources.some((resource) => TOOLS.has(resource.kind) && resource.lineItems.length > 0),
  );
  if (!tools) return [];
  const named = new Set(
    [
      ...plan.stacks.flatMap((stack) =>
        stack.resources.filter((resource) => resource.lineItems.length > 0).flatMap((resource) => [resource.name, resource.provider ?? ""]),
      ),
      ...plan.otherPrices.map((price) => price.name),
      ...plan.pricingRules.map((entry) => entry.service),
    ].flatMap(tellingWords),
  );
  const missing = plan.channels.flatMap((channel, i) => {
    const paid = channel.kind === "pagerduty" || channel.kind === "sms";
    const words = tellingWords(channel.name).filter((word) => word !== "sms" && word !== "text");
    return paid && !words.some((word) => named.has(word)) ? [{ name: channel.name, path: `channels[${i}]` }] : [];
  });
  const first = missing[0];
  if (first === undefined) return [];
  return [
    {
      code: rule.code,
      level: "info",
      path: first.path,
      also: missing.slice(1).map(({ path }) => path),
      message: `Alerts go to ${listed(missing.map(({ name }) => name))}, which no row of the costs contains.`,
      hint: "Add its price, or say that it is paid elsewhere.",
    },
  ];
};

const TOOLS: ReadonlySet<string> = new Set(["monitoring", "errors", "email", "sms", "logging", "automation"]);

const plan = (row: string) => `stacks:
  - key: new
    name: New
    role: target
    resources: [{ key: a, name: Error tracker, kind: errors, lineItems: [{ price: { form: fixed, amount: 20 } }] }${row}]
channels: [{ key: duty, name: PagerDuty, kind: pagerduty }]
`;

export const rule: Rule = {
  code: "resource-used-but-not-priced",
  family: "priced-vs-used",
  levels: ["info"],
  says: "Alerts go to a paid service that is missing among the tools in the costs.",
  example: {
    wrong: plan(""),
    finds: "Alerts go to PagerDuty, which no row of the costs contains.",
    right: plan(", { key: duty, name: PagerDuty, lineItems: [{ price: { form: fixed, amount: 21 } }] }"),
  },
  check,
};
