import { dayExample } from "../../example-plan";
import { everyMigration, quoted } from "../../flow";
import type { Check, Rule } from "../../types";

/** A check after the deployment must ask the deployed side: a name that DNS still leads elsewhere answers for the old one. */
const check: Check = (plan) => {
  const moved = everyMigration(plan, (_migration, _at, flow) => flow.filter((act) => act.does === "switch-traffic" && act.by === "dns"))[0];
  if (moved === undefined) return [];
  const names = new Set(
    [...plan.dnsRecords.map((record) => record.name), ...plan.variables.flatMap((variable) => variable.host ?? [])].map((name) => name.toLowerCase()),
  );
  const asked = plan.deployChecks.findIndex((entry) => names.has(entry.host.toLowerCase()));
  const one = plan.deployChecks[asked];
  if (one === undefined) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path: `deployChecks[${asked}]`,
      also: [moved.path],
      message: `The check after a deployment asks ${one.host}, which leads to the old side until ${quoted(moved)}: a broken new side passes.`,
      expected: "an address of the new side",
      found: one.host,
      hint: "Ask the new side by its own address until the name has moved.",
    },
  ];
};

export const rule: Rule = {
  code: "check-targets-wrong-stack",
  family: "cutover-safety",
  levels: ["warning"],
  says: "The check after a deployment asks a name that still leads to the old side.",
  example: {
    wrong: `${dayExample(["Change DNS: switch-traffic, by: dns"])}dnsRecords: [{ name: shop.example, target: new side }]
deployChecks: [{ host: shop.example, place: pipeline }]
`,
    finds: 'The check after a deployment asks shop.example, which leads to the old side until "Change DNS": a broken new side passes.',
    right: `${dayExample(["Change DNS: switch-traffic, by: dns"])}dnsRecords: [{ name: shop.example, target: new side }]
deployChecks: [{ host: shop.new-host.example, place: pipeline }]
`,
  },
  check,
};
