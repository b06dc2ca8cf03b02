import { listed } from "../../paths";
import type { Check, Rule } from "../../types";
import { sameData, saysWhat } from "./saver";

/** A backup that nothing starts is a wish. */
const check: Check = (plan) => {
  const wishes = plan.backups.flatMap((backup, i) => {
    if (backup.frequency === "once" || backup.managed === true || backup.cron !== undefined || started(plan, backup.what)) return [];
    // Without any job or schedule in the plan there is nothing to compare with, but a backup without a time is still a wish.
    const timed = backup.interval !== undefined || backup.frequency !== undefined;
    // A service that is told how long to keep its backups makes them.
    if (!timed && backup.retention !== undefined) return [];
    const jobs = plan.jobs.filter((job) => job.saves !== undefined);
    return timed && jobs.length === 0 ? [] : [{ backup, timed, job: jobs[0], path: `backups[${i}]` }];
  });
  const [wish] = wishes;
  if (wish === undefined) return [];
  const job = wish.job === undefined ? -1 : plan.jobs.indexOf(wish.job);
  return [
    {
      code: rule.code,
      level: "warning",
      path: wish.path,
      also: [...wishes.slice(1, 4).map(({ path }) => path), ...(job < 0 ? [] : [`jobs[${job}]`])],
      message: `${listed(wishes.map(({ backup }) => backup.what))}: ${wish.timed ? "a backup is scheduled, but no job or setting makes it" : "nothing says when it is saved"}.`,
      expected: wish.timed ? "a job" : "cron, interval or frequency",
      hint: "Name the script and its schedule, or the setting of the service that does it.",
    },
  ];
};

/** Whether a job of the plan saves the same thing. */
function started(plan: Parameters<Check>[0], what: string): boolean {
  return plan.jobs.some((job) => job.saves !== undefined && (sameData(job.saves, what) || !saysWhat(job.saves)));
}

export const rule: Rule = {
  code: "backup-without-job",
  family: "backups",
  levels: ["warning"],
  says: "A backup is planned, but nothing says when it runs or what makes it.",
  example: {
    wrong: `backups: [{ key: db, what: Database, frequency: daily, storage: elsewhere }, { key: files, what: Files, frequency: daily, storage: elsewhere }]
jobs: [{ name: Night dump, cron: 0 3 * * *, saves: database }]
`,
    finds: "Files: a backup is scheduled, but no job or setting makes it.",
    right: `backups: [{ key: db, what: Database, frequency: daily, storage: elsewhere }, { key: files, what: Files, frequency: daily, storage: elsewhere }]
jobs: [{ name: Night dump, cron: 0 3 * * *, saves: database }, { name: Night copy, cron: 0 4 * * *, saves: files }]
`,
  },
  check,
};
