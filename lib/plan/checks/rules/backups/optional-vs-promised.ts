import type { Check, Noticed, Rule } from "../../types";
import { saverOf } from "./saver";

/** What the schedule promises must not be optional where it is set up. */
const check: Check = (plan) =>
  plan.backups.flatMap((backup, i): Noticed[] => {
    const found = saverOf(plan, backup);
    if (found === null || found.job.optional !== true || backup.optional === true) return [];
    return [
      {
        code: rule.code,
        level: "info",
        path: `backups[${i}]`,
        also: [`jobs[${found.index}]`],
        message: `${backup.what}, ${backup.frequency ?? "backup"}: the schedule promises it, where it is set up it is optional.`,
        expected: "the same in both places",
        found: "optional",
        hint: "Say in both places whether it is optional.",
      },
    ];
  });

export const rule: Rule = {
  code: "optional-vs-promised",
  family: "backups",
  levels: ["info"],
  says: "A backup of the schedule is optional where its job is set up.",
  example: {
    wrong: `backups: [{ key: hourly, what: Database, frequency: hourly, interval: 1h, storage: bucket }]
jobs: [{ name: Dump, cron: 0 9-17 * * *, saves: database, optional: true }]
`,
    finds: "Database, hourly: the schedule promises it, where it is set up it is optional.",
    right: `backups: [{ key: hourly, what: Database, frequency: hourly, interval: 1h, storage: bucket, optional: true }]
jobs: [{ name: Dump, cron: 0 9-17 * * *, saves: database, optional: true }]
`,
  },
  check,
};
