import { lasting, span } from "../../spans";
import type { Check, Noticed, Rule } from "../../types";
import { saverOf } from "./saver";

/** The table of backups says one thing, the job that makes them does another. */
const check: Check = (plan) =>
  plan.backups.flatMap((backup, i): Noticed[] => {
    const found = saverOf(plan, backup);
    if (found === null) return [];
    const { job, index } = found;
    const differs = [
      ...(backup.retention !== undefined && job.retention !== undefined && span(backup.retention) !== span(job.retention)
        ? [[`kept for ${lasting(span(backup.retention) ?? 0)}`, `keeps ${lasting(span(job.retention) ?? 0)}`] as const]
        : []),
      ...(backup.sameHost !== undefined && job.keeps !== undefined && backup.sameHost !== (job.keeps === "local")
        ? [[`stored ${backup.sameHost ? "on the host" : "away from the host"}`, job.keeps === "local" ? "leaves it on the host" : "uploads it"] as const]
        : []),
    ];
    if (differs.length === 0) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path: `backups[${i}]`,
        also: [`jobs[${index}]`],
        message: `${backup.what}, ${backup.frequency ?? "backup"}: planned as ${differs.map(([planned]) => planned).join(" and ")}, but ${job.script ?? job.name} ${differs.map(([, done]) => done).join(" and ")}.`,
        expected: differs.map(([planned]) => planned).join(", "),
        found: differs.map(([, done]) => done).join(", "),
        hint: "Give the job its own settings for this schedule, or correct the table.",
      },
    ];
  });

export const rule: Rule = {
  code: "schedule-vs-script",
  family: "backups",
  levels: ["warning"],
  says: "A backup is planned with another place or retention than its job has.",
  example: {
    wrong: `backups: [{ key: hourly, what: Database, frequency: hourly, interval: 1h, retention: 24h, storage: local, sameHost: true }]
jobs: [{ name: Dump, cron: 0 9-17 * * *, script: dump.sh, saves: database, keeps: remote, retention: 30d }]
`,
    finds: "Database, hourly: planned as kept for 1 d and stored on the host, but dump.sh keeps 30 d and uploads it.",
    right: `backups: [{ key: hourly, what: Database, frequency: hourly, interval: 1h, retention: 30d, storage: bucket, sameHost: false }]
jobs: [{ name: Dump, cron: 0 9-17 * * *, script: dump.sh, saves: database, keeps: remote, retention: 30d }]
`,
  },
  check,
};
