import { registeredName } from "../../host-names";
import type { Check, Noticed, Rule } from "../../types";

const SPARE = /_(?:BACKUP|FALLBACK|SECONDARY|STANDBY)(?=_|$)/;

/** A fallback at the provider of the first falls with it. */
const check: Check = (plan) => {
  const seen = new Set<string>();
  return plan.variables.flatMap((variable, i): Noticed[] => {
    const { host } = variable;
    if (host === undefined || !SPARE.test(variable.name) || seen.has(variable.name)) return [];
    const name = variable.name.replace(SPARE, "");
    const main = plan.variables.findIndex(
      (other) => (other.name === name || other.name === variable.name.replace(SPARE, "_PRIMARY")) && other.host !== undefined,
    );
    const first = plan.variables[main]?.host;
    if (first === undefined || registeredName(first) !== registeredName(host) || !host.includes(".")) return [];
    seen.add(variable.name);
    return [
      {
        code: rule.code,
        level: "warning",
        path: `variables[${i}]`,
        also: [`variables[${main}]`],
        message: `${variable.name} (${host}) is at the provider of ${plan.variables[main]?.name} (${first}): both can fail together.`,
        expected: "another provider",
        found: registeredName(host),
        hint: "Choose a fallback of another provider, or say why one is enough.",
      },
    ];
  });
};

export const rule: Rule = {
  code: "fallback-same-provider",
  family: "network-and-dns",
  levels: ["warning"],
  says: "A fallback is at the same provider as what it stands in for.",
  example: {
    wrong:
      "variables: [{ name: RELAY_URL, role: set, place: production, host: one.relay.example }, { name: RELAY_BACKUP_URL, role: set, place: production, host: two.relay.example }]\n",
    finds: "RELAY_BACKUP_URL (two.relay.example) is at the provider of RELAY_URL (one.relay.example): both can fail together.",
    right:
      "variables: [{ name: RELAY_URL, role: set, place: production, host: one.relay.example }, { name: RELAY_BACKUP_URL, role: set, place: production, host: two.other.example }]\n",
  },
  check,
};
