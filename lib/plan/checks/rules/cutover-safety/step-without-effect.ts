import { dayExample } from "../../example-plan";
import { everyMigration, first, quoted } from "../../flow";
import type { Check, Rule } from "../../types";

/** Lowering the TTL helps only those who change DNS. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, _at, flow, back) => {
    const lowered = first(flow, "lower-ttl");
    if (lowered === undefined) return [];
    const switches = [...flow, ...back].filter((act) => ["switch-traffic", "switch-database", "return"].includes(act.does));
    // Without a known way of switching nothing can be said.
    if (switches.length === 0 || switches.some((act) => act.by !== "setting")) return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: lowered.path,
        also: switches.map((act) => act.path).slice(0, 3),
        message: `${migration.name}: ${quoted(lowered)} prepares a change of DNS, but neither the cutover nor the rollback changes DNS.`,
        expected: "a DNS change",
        found: switches.map((act) => act.title).join(", "),
        hint: "Leave the step out, or switch by DNS.",
      },
    ];
  });

export const rule: Rule = {
  code: "step-without-effect",
  family: "cutover-safety",
  levels: ["warning"],
  says: "The TTL is lowered although nothing is switched by DNS.",
  example: {
    wrong: dayExample(["Lower the TTL: lower-ttl", "Change the connection string: switch-database, by: setting"]),
    finds: 'Move: "Lower the TTL" prepares a change of DNS, but neither the cutover nor the rollback changes DNS.',
    right: dayExample(["Lower the TTL: lower-ttl", "Change DNS: switch-traffic, by: dns"]),
  },
  check,
};
