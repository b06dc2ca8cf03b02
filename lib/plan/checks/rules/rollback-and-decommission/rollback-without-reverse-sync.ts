import { dayExample } from "../../example-plan";
import { everyMigration, first, quoted } from "../../flow";
import type { Check, Rule } from "../../types";

/** After the move users write on the new side: going back without these rows loses them. */
const check: Check = (plan) => {
  const promised = plan.promises.findIndex((promise) => promise.kind === "no-data-loss");
  return everyMigration(plan, (migration, at, flow, back) => {
    const copy = flow.findLast((act) => (act.does === "final-sync" || act.does === "copy-data") && act.optional !== true);
    const returns = back.find((act) => act.does === "return");
    if (copy === undefined || returns === undefined || first([...flow, ...back], "replicate", "reverse-sync") !== undefined) return [];
    return [
      {
        code: rule.code,
        level: promised < 0 ? ("warning" as const) : ("error" as const),
        path: promised < 0 ? returns.path : `promises[${promised}]`,
        also: [
          migration.rollback?.conditions.length === 0 ? `${at}.rollback` : `${at}.rollback.conditions[0]`,
          ...back.filter((act) => act.does === "return").map((act) => act.path),
          copy.path,
        ].slice(0, 5),
        message:
          promised < 0
            ? `${migration.name}: ${quoted(returns)} leads back to the old data; what was written since ${quoted(copy)} is lost.`
            : `${migration.name}: "${plan.promises[promised]?.text}" does not hold: ${quoted(copy)} copies once, and nothing brings later writes back.`,
        expected: "later writes copied back, or replication",
        hint: "Copy what was written on the new side back before the old one serves users again.",
      },
    ];
  });
};

const back = "rollback: { steps: [{ key: r1, kind: manual, title: Point DNS back, effects: [{ does: return, by: dns }] }] }";

export const rule: Rule = {
  code: "rollback-without-reverse-sync",
  family: "rollback-and-decommission",
  levels: ["error", "warning"],
  says: "The way back leads to data without what was written since the move.",
  example: {
    wrong: `${dayExample(["Dump and load: copy-data", "Change DNS: switch-traffic"], [back])}promises: [{ kind: no-data-loss, text: nothing is lost }]\n`,
    finds: 'Move: "nothing is lost" does not hold: "Dump and load" copies once, and nothing brings later writes back.',
    right: `${dayExample(["Dump and load: copy-data", "Change DNS: switch-traffic", "Follow the new database: replicate"], [back])}promises: [{ kind: no-data-loss, text: nothing is lost }]\n`,
  },
  check,
};
