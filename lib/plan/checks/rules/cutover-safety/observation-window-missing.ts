import { dayExample } from "../../example-plan";
import { everyMigration, first, quoted } from "../../flow";
import type { Check, Rule } from "../../types";

/** Trouble shows hours after a move. Somebody must be looking, and the old side must still be there. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at, flow) => {
    if (migration.observation?.duration !== undefined || migration.observation?.fallback !== undefined || first(flow, "watch", "keep-old") !== undefined)
      return [];
    const moved = first(flow, "switch-traffic");
    const removed = moved === undefined ? undefined : flow.find((act) => act.does === "remove-old" && act.at >= moved.at && act.phase === moved.phase);
    if (moved === undefined || (removed === undefined && migration.decommission?.after !== undefined)) return [];
    if (removed === undefined && !migration.phases.some((phase) => phase.steps.some((step) => step.kind === "traffic.shift" || step.kind === "dns.set")))
      return [];
    const looked = flow.findLast((act) => act.does === "verify" && removed !== undefined && act.at < removed.at);
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: removed?.path ?? at,
        also: looked === undefined ? [] : [looked.path],
        message:
          removed === undefined
            ? `${migration.name} does not say how long it is watched after the last step; 24 h are used.`
            : `${migration.name}: ${quoted(removed)} follows the move without a time of watching in between.`,
        expected: "observation.duration",
        hint: "Say how long the new side is watched before the old one goes.",
      },
    ];
  });

export const rule: Rule = {
  code: "observation-window-missing",
  family: "cutover-safety",
  levels: ["warning"],
  says: "Nothing says how long the new side is watched before the old one goes.",
  example: {
    wrong: dayExample(["Change DNS: switch-traffic", "Look at the site: verify", "Delete the old server: remove-old"]),
    finds: 'Move: "Delete the old server" follows the move without a time of watching in between.',
    right: dayExample(["Change DNS: switch-traffic", "Watch for a day: watch", "Delete the old server: remove-old"]),
  },
  check,
};
