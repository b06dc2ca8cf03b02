import { dayExample } from "../../example-plan";
import { everyMigration, first } from "../../flow";
import type { Check, Rule } from "../../types";

/** Whoever moves traffic or data must know beforehand how to undo it. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at, flow) => {
    const moved = flow.find((act) => act.does === "switch-traffic" || act.machine);
    // A name that is pointed somewhere is set up; what also copies, closes or removes something moves.
    const leaves = flow.some((act) => ["copy-data", "final-sync", "replicate", "stop-writes", "lower-ttl", "remove-old"].includes(act.does));
    if (moved === undefined || (!leaves && !moved.machine) || migration.rollback !== undefined) return [];
    const removed = first(flow, "remove-old");
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: removed?.path ?? at,
        also: [at],
        message: `${migration.name} moves traffic or data and declares no way back.`,
        hint: "Declare rollback steps, or at least where traffic returns to.",
      },
    ];
  });

export const rule: Rule = {
  code: "rollback-plan-missing",
  family: "rollback-and-decommission",
  levels: ["error"],
  says: "Users are moved to another side and no way back is declared.",
  example: {
    wrong: dayExample(["Lower the TTL: lower-ttl", "Change DNS: switch-traffic"]),
    finds: "Move moves traffic or data and declares no way back.",
    right: dayExample(["Lower the TTL: lower-ttl", "Change DNS: switch-traffic"], ["rollback: { deadline: 24h }"]),
  },
  check,
};
