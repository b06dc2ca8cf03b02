import { moveExample } from "../../example-plan";
import { everyMigration, first } from "../../flow";
import type { Check, Rule } from "../../types";

/** A database that a machine moves must have been saved before. */
const check: Check = (plan) => {
  if (plan.backups.length > 0) return [];
  return everyMigration(plan, (migration, at, flow) => {
    const copies = migration.phases.some((phase) => phase.steps.some((step) => step.kind === "postgres.copy"));
    if (!copies || first(flow, "backup") !== undefined) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: at,
        message: `${migration.name} moves a database, and the plan has no backup at all.`,
        hint: "Add at least a dump before the cutover.",
      },
    ];
  });
};

const copy = ["- { key: day, title: Day, steps: [{ key: copy, title: Copy, kind: postgres.copy, with: { from: a, to: b } }] }"];

export const rule: Rule = {
  code: "no-backup",
  family: "backups",
  levels: ["error"],
  says: "A database is moved by the machine and nothing is backed up.",
  example: {
    wrong: moveExample(copy),
    finds: "Move moves a database, and the plan has no backup at all.",
    right: `${moveExample(copy)}backups: [{ key: db, what: Database, frequency: daily, storage: elsewhere }]\n`,
  },
  check,
};
