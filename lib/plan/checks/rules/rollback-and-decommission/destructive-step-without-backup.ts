import { dayExample } from "../../example-plan";
import { everyMigration, first, quoted } from "../../flow";
import type { Check, Rule } from "../../types";

/** What is destroyed on the day of the move must have been saved or moved by a step before. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, _at, flow) => {
    const moved = first(flow, "switch-traffic", "switch-database");
    const removed = flow.find((act) => act.does === "remove-old" && moved !== undefined && act.phase === moved.phase && act.at > moved.at);
    if (removed === undefined || moved === undefined) return [];
    if (flow.some((act) => act.at < removed.at && ["backup", "copy-data", "final-sync", "replicate", "watch", "keep-old"].includes(act.does))) return [];
    if (migration.phases.some((phase) => phase.steps.some((step) => step.activity === "file-copy" || step.activity === "database-copy"))) return [];
    const [start] = flow.filter((act) => act.phase === removed.phase);
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: removed.path,
        also: start === undefined ? [] : [start.path],
        message: `${migration.name}: ${quoted(removed)} destroys the old side, and no step before has saved or moved its data.`,
        expected: "a backup before it",
        hint: "Save the data of the old side first, or say that it has none.",
      },
    ];
  });

export const rule: Rule = {
  code: "destructive-step-without-backup",
  family: "rollback-and-decommission",
  levels: ["error"],
  says: "The old side is destroyed on the day of the move, and no step has saved or moved its data.",
  example: {
    wrong: dayExample(["Change DNS: switch-traffic", "Terminate the old server: remove-old"]),
    finds: 'Move: "Terminate the old server" destroys the old side, and no step before has saved or moved its data.',
    right: dayExample(["Snapshot: backup", "Change DNS: switch-traffic", "Terminate the old server: remove-old"]),
  },
  check,
};
