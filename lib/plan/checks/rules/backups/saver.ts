import type { Plan, PlanBackup } from "../../../types";

type Job = Plan["jobs"][number];

/** How often a cron text runs: the shortest of its fields that repeats. */
function cadence(cron: string): "minutes" | "hourly" | "daily" | "weekly" | "monthly" | null {
  const [minute, hour, day, , weekday] = cron.trim().split(/\s+/);
  if (minute === undefined || hour === undefined || day === undefined || weekday === undefined) return null;
  if (/[*/,-]/.test(minute)) return "minutes";
  if (/[*/,-]/.test(hour)) return "hourly";
  if (day !== "*") return "monthly";
  return weekday === "*" || /[-,]/.test(weekday) ? "daily" : "weekly";
}

const WORDS: readonly [ReturnType<typeof cadence>, number][] = [
  ["minutes", 3_599],
  ["hourly", 86_399],
  ["daily", 7 * 86_400 - 1],
  ["weekly", 28 * 86_400],
];

/** How often a backup is meant to run, from its interval. */
function planned(backup: PlanBackup): ReturnType<typeof cadence> {
  if (backup.cron !== undefined) return cadence(backup.cron);
  const match = /^(\d+(?:\.\d+)?)(s|m|h|d|w)$/.exec(backup.interval ?? "");
  if (match === null) return null;
  const seconds = Number(match[1]) * ({ s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }[match[2] ?? ""] ?? Number.NaN);
  return WORDS.find(([, most]) => seconds <= most)?.[0] ?? "monthly";
}

const KINDS: readonly RegExp[] = [
  /postgres|mysql|mariadb|mongo|sql|database|datenbank|base de donn|base de datos|(?:\b|_)(?:pg|db)(?:\b|_)/i,
  /file|upload|media|média|medien|volume|minio|storage|object|asset|datei|fichier|archivo|image|bild|photo|foto|scan|cover|document/i,
  /redis|cache|valkey/i,
];

/** Whether two names speak of the same data: one holds the other, or both are a database, files, a cache. */
export function sameData(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a.includes(b) || b.includes(a) || KINDS.some((kind) => kind.test(a) && kind.test(b));
}

/** Whether the name of what a job saves says what it is: a script called "dump.sh" may save anything. */
export function saysWhat(saves: string): boolean {
  return KINDS.some((kind) => kind.test(saves));
}

/** The job that makes a backup: saves the same thing, as often. */
export function saverOf(plan: Plan, backup: PlanBackup): { job: Job; index: number } | null {
  const often = planned(backup);
  const index = plan.jobs.findIndex(
    (job) => job.saves !== undefined && sameData(job.saves, backup.what) && job.cron !== undefined && (often === null || cadence(job.cron) === often),
  );
  const job = plan.jobs[index];
  return job === undefined ? null : { job, index };
}
