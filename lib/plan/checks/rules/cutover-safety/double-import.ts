import { dayExample } from "../../example-plan";
import { everyMigration, first, quoted } from "../../flow";
import type { Check, Rule } from "../../types";

/** Data that must be there before the step that brings it: either nobody brought it, or it is brought twice. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, _at, flow) => {
    const asked = first(flow, "expect-data");
    const copy = first(flow, "copy-data", "final-sync", "replicate");
    if (asked === undefined || copy === undefined || asked.at >= copy.at || copy.does === "final-sync") return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: asked.path,
        also: [copy.path],
        message: `${migration.name}: ${quoted(asked)} asks for the data, but ${quoted(copy)} brings it only later, into a database that is then filled twice.`,
        expected: "data copied before it is asked for",
        found: "asked for first",
        hint: "Say which copy fills the new side, and empty it before the last one.",
      },
    ];
  });

export const rule: Rule = {
  code: "double-import",
  family: "cutover-safety",
  levels: ["warning"],
  says: "The data must already be on the new side before the step that copies it.",
  example: {
    wrong: dayExample(["Database filled: expect-data", "Export and import: copy-data"]),
    finds: 'Move: "Database filled" asks for the data, but "Export and import" brings it only later, into a database that is then filled twice.',
    right: dayExample(["Export and import: copy-data", "Database filled: expect-data"]),
  },
  check,
};
