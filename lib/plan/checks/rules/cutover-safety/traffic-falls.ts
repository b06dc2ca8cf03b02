import { moveExample } from "../../example-plan";
import type { Check, Rule } from "../../types";

/**
 * A ramp goes up; where it goes down the stages are in the wrong order or one figure is of the other side. After the whole
 * has moved another ramp may begin: reads and writes, or one service after the other.
 */
const check: Check = (plan) =>
  plan.migrations.flatMap((migration, i) => {
    const { traffic } = migration;
    const falls = traffic.findIndex((entry, j) => {
      const before = traffic[j - 1]?.percent ?? 0;
      return j > 0 && entry.purpose !== "rollback" && before < 100 && entry.percent < before;
    });
    if (falls < 1) return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: `migrations[${i}].traffic[${falls}]`,
        also: [`migrations[${i}].traffic[${falls - 1}]`],
        message: `${migration.name}: the share of traffic falls in the middle of its schedule.`,
        expected: `at least ${traffic[falls - 1]?.percent} %`,
        found: `${traffic[falls]?.percent} %`,
      },
    ];
  });

export const rule: Rule = {
  code: "traffic-falls",
  family: "cutover-safety",
  levels: ["warning"],
  says: "The share of traffic goes back in the middle of its schedule.",
  example: {
    wrong: moveExample([], ["traffic: [{ percent: 10 }, { percent: 50 }, { percent: 25 }, { percent: 100 }]"]),
    finds: "Move: the share of traffic falls in the middle of its schedule.",
    right: moveExample([], ["traffic: [{ percent: 10 }, { percent: 25 }, { percent: 50 }, { percent: 100 }]"]),
  },
  check,
};
