import { formatDuration, parseDuration } from "@/lib/core/duration";
import { dayExample } from "../../example-plan";
import { everyMigration, first } from "../../flow";
import { offsetMs } from "../../spans";
import type { Check, Rule } from "../../types";

/** Five minutes: what a lowered TTL usually is; records that nobody lowered live for an hour or a day. */
const SHORT = 300_000;

/** A clock that gives DNS a few minutes needs a TTL of a few minutes. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at, flow) => {
    if (first(flow, "lower-ttl") !== undefined || migration.rollback?.ttl !== undefined) return [];
    return migration.cutover.flatMap((event, i) => {
      const next = migration.cutover.slice(i + 1).find((later) => later.offset !== undefined);
      if (event.effects?.some((effect) => effect.does === "switch-traffic" && effect.by === "dns") !== true) return [];
      if (event.offset === undefined || next?.offset === undefined) return [];
      const given = offsetMs(next.offset) - offsetMs(event.offset);
      if (given > SHORT || plan.dnsRecords.some((record) => record.ttl !== undefined && parseDuration(record.ttl) <= given)) return [];
      return [
        {
          code: rule.code,
          level: "warning" as const,
          path: `${at}.cutover[${i}]`,
          also: [`${at}.cutover[${i + 1}]`],
          message: `${migration.name}: "${event.title}" has ${formatDuration(given)} to reach everybody, and no step lowers the TTL beforehand.`,
          expected: "a lowered TTL, a day before",
          hint: "Lower the TTL of the record at least one old TTL before the cutover.",
        },
      ];
    });
  });

const clock = "cutover: [{ offset: 25m, title: Change DNS, effects: [{ does: switch-traffic, by: dns }] }, { offset: 27m, title: Look }]";

export const rule: Rule = {
  code: "ttl-step-missing",
  family: "cutover-safety",
  levels: ["warning"],
  says: "The clock of the cutover gives DNS a few minutes, and no step lowers the TTL.",
  example: {
    wrong: dayExample(["Copy: copy-data"], [clock]),
    finds: 'Move: "Change DNS" has 2 min to reach everybody, and no step lowers the TTL beforehand.',
    right: dayExample(["Lower the TTL: lower-ttl"], [clock]),
  },
  check,
};
