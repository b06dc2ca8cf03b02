import { dayExample } from "../../example-plan";
import { everyMigration, first } from "../../flow";
import type { Check, Rule } from "../../types";

/** A window is announced and writing stops in it, but nobody says for how long. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at, flow) => {
    const stop = first(flow, "stop-writes");
    if (migration.window === undefined || stop === undefined || migration.estimatedDowntime !== undefined) return [];
    if (migration.cutover.some((event) => event.offset !== undefined)) return [];
    const sync = flow.find((act) => act.at >= stop.at && (act.does === "final-sync" || act.does === "copy-data"));
    return [
      {
        code: rule.code,
        level: "info" as const,
        path: `${at}.window`,
        also: sync === undefined ? [] : [sync.path],
        message: `${migration.name}: a window is announced and writing stops in it, but no downtime is estimated.`,
        expected: "estimatedDowntime",
        hint: "Measure the copy in a rehearsal and say how long users are not served.",
      },
    ];
  });

const window = 'window: { start: "02:00", end: "06:00", timeZone: UTC }';

export const rule: Rule = {
  code: "downtime-not-estimated",
  family: "calendar",
  levels: ["info"],
  says: "A window is announced and writing stops in it, but no downtime is estimated.",
  example: {
    wrong: dayExample(["Read-only: stop-writes", "Copy: final-sync"], [window]),
    finds: "Move: a window is announced and writing stops in it, but no downtime is estimated.",
    right: dayExample(["Read-only: stop-writes", "Copy: final-sync"], [window, "estimatedDowntime: { max: 20m }"]),
  },
  check,
};
