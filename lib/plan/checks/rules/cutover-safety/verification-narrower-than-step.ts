import { dayExample } from "../../example-plan";
import { everyMigration, quoted } from "../../flow";
import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** Where everything must be compared, a comparison of one table is none. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, _at, flow) => {
    const compared = flow.filter((act) => act.does === "compare-data");
    const whole = compared.find((act) => act.scope === "all");
    const parts = compared.filter((act) => act.scope === "part");
    const [narrow] = parts;
    // A step that does both says of itself what "all" means.
    if (whole === undefined || narrow === undefined || compared.some((act) => act.scope === "all" && act !== whole)) return [];
    const names = [...new Set(parts.flatMap((act) => act.parts ?? []))];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: whole.path,
        also: parts.map((act) => act.path).slice(0, 4),
        message: `${migration.name}: ${quoted(whole)} asks for everything, ${quoted(narrow)} compares only ${names.length === 0 ? "a part" : listed(names)}.`,
        expected: "every table",
        found: names.length === 0 ? "a part" : listed(names),
        hint: "Compare every table on both sides.",
      },
    ];
  });

export const rule: Rule = {
  code: "verification-narrower-than-step",
  family: "cutover-safety",
  levels: ["warning"],
  says: "All of the data must be compared, the comparison given covers a part.",
  example: {
    wrong: dayExample(["Verify all tables: compare-data, scope: all", "Count rows: compare-data, scope: part, parts: [orders]"]),
    finds: 'Move: "Verify all tables" asks for everything, "Count rows" compares only orders.',
    right: dayExample(["Verify all tables: compare-data, scope: all", "Count rows: compare-data, scope: all"]),
  },
  check,
};
