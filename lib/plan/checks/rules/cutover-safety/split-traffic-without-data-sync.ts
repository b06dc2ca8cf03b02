import { parseDuration } from "@/lib/core/duration";
import { dayExample } from "../../example-plan";
import { everyMigration, first, last } from "../../flow";
import type { Check, Rule } from "../../types";

const DAY = 86_400_000;

/** While both sides serve users for days, both are written to: without replication they drift apart. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at, flow) => {
    const copy = last(flow, "final-sync", "copy-data");
    if (copy === undefined || first(flow, "replicate") !== undefined) return [];
    const split = migration.traffic.flatMap((entry, i) =>
      entry.percent > 0 && entry.percent < 100 && (entry.hold === undefined || parseDuration(entry.hold) >= DAY)
        ? [{ entry, path: `${at}.traffic[${i}]` }]
        : [],
    );
    const [one] = split;
    if (one === undefined || split.length < 2) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: one.path,
        also: [copy.path],
        message: `${migration.name}: traffic is split between both sides for days (${split.map(({ entry }) => `${entry.percent} %`).join(", ")}), but the data is copied once: writes of the two sides drift apart.`,
        expected: "replication while traffic is split",
        found: "one copy",
        hint: "Keep one database for both sides, or replicate until all traffic has moved.",
      },
    ];
  });

export const rule: Rule = {
  code: "split-traffic-without-data-sync",
  family: "cutover-safety",
  levels: ["error"],
  says: "Both sides serve users for days, but the data is copied once and not kept in step.",
  example: {
    wrong: dayExample(["Copy: copy-data"], ["traffic: [{ percent: 10, hold: 7d }, { percent: 50, hold: 7d }, { percent: 100 }]"]),
    finds: "Move: traffic is split between both sides for days (10 %, 50 %), but the data is copied once: writes of the two sides drift apart.",
    right: dayExample(
      ["Copy: copy-data", "Follow the old database: replicate"],
      ["traffic: [{ percent: 10, hold: 7d }, { percent: 50, hold: 7d }, { percent: 100 }]"],
    ),
  },
  check,
};
