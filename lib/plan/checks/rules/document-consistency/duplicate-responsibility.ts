import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** A job that two components of one drawing have: which one does it decides what must move. */
const check: Check = (plan) => {
  const jobs = new Map<string, { subject: string; path: string }[]>();
  plan.readings.forEach((reading, i) => {
    if (reading.setting !== "does") return;
    const key = `${reading.value} ${reading.place ?? ""}`;
    jobs.set(key, [...(jobs.get(key) ?? []), { subject: reading.subject, path: `readings[${i}]` }]);
  });
  return [...jobs].flatMap(([key, given]): Noticed[] => {
    const subjects = [...new Set(given.map(({ subject }) => subject))];
    const [one, ...others] = subjects.flatMap((subject) => given.find((entry) => entry.subject === subject) ?? []);
    if (one === undefined || others.length === 0) return [];
    const [job = ""] = key.split(" ");
    return [
      {
        code: rule.code,
        level: "info",
        path: one.path,
        also: others.map(({ path }) => path).slice(0, 3),
        message: `${listed(subjects)} are both given the ${job.replace("-", " ")}.`,
        expected: "one component",
        found: listed(subjects),
        hint: "Say which one does it.",
      },
    ];
  });
};

export const rule: Rule = {
  code: "duplicate-responsibility",
  family: "document-consistency",
  levels: ["info"],
  says: "Two components of a drawing have the same job.",
  example: {
    wrong:
      "readings: [{ subject: Cache, setting: does, value: job-queue, from: diagram }, { subject: Scheduler, setting: does, value: job-queue, from: diagram }]\n",
    finds: "Cache, Scheduler are both given the job queue.",
    right:
      "readings: [{ subject: Cache, setting: does, value: sessions, from: diagram }, { subject: Scheduler, setting: does, value: job-queue, from: diagram }]\n",
  },
  check,
};
