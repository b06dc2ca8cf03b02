import { dayExample } from "../../example-plan";
import { everyMigration, first, quoted } from "../../flow";
import type { Check, Rule } from "../../types";

/** A load test tells whether the new side carries the users: too late once they are there. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, _at, flow) => {
    const test = first(flow, "load-test");
    const moved = first(flow, "switch-traffic");
    if (test === undefined || moved === undefined || test.at <= moved.at) return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: test.path,
        also: [moved.path],
        message: `${migration.name}: ${quoted(test)} comes after ${quoted(moved)}: users are the first load.`,
        expected: "before the cutover",
        found: "after it",
        hint: "Test the new side under load before traffic moves.",
      },
    ];
  });

export const rule: Rule = {
  code: "test-after-cutover",
  family: "cutover-safety",
  levels: ["warning"],
  says: "The load test comes after the traffic has moved.",
  example: {
    wrong: dayExample(["Change DNS: switch-traffic", "Stress test: load-test"]),
    finds: 'Move: "Stress test" comes after "Change DNS": users are the first load.',
    right: dayExample(["Stress test: load-test", "Change DNS: switch-traffic"]),
  },
  check,
};
