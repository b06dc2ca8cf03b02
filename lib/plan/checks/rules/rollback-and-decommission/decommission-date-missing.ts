import { dayExample } from "../../example-plan";
import { everyMigration, first, quoted } from "../../flow";
import type { Check, Rule } from "../../types";

/** What is kept without an end is paid for without an end. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, _at, flow) => {
    const kept = first(flow, "keep-old");
    if (kept === undefined || first(flow, "remove-old") !== undefined) return [];
    if (migration.decommission?.after !== undefined || migration.decommission?.at !== undefined || migration.observation?.fallback !== undefined) return [];
    if (migration.schedule.some((entry) => entry.effects?.some((effect) => effect.does === "remove-old"))) return [];
    return [
      {
        code: rule.code,
        level: "info" as const,
        path: kept.path,
        message: `${migration.name}: ${quoted(kept)} has no end: nothing says when the old side goes.`,
        expected: "decommission.after",
        hint: "Say how long the old side is kept.",
      },
    ];
  });

export const rule: Rule = {
  code: "decommission-date-missing",
  family: "rollback-and-decommission",
  levels: ["info"],
  says: "The old side is kept, and nothing says until when.",
  example: {
    wrong: dayExample(["Change DNS: switch-traffic", "Switch the old side off, keep it: keep-old"]),
    finds: 'Move: "Switch the old side off, keep it" has no end: nothing says when the old side goes.',
    right: dayExample(["Change DNS: switch-traffic", "Switch the old side off, keep it: keep-old"], ["decommission: { after: 30d }"]),
  },
  check,
};
