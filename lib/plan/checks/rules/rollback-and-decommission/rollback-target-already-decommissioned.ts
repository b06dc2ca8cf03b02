import { dayExample } from "../../example-plan";
import { everyMigration, first, quoted } from "../../flow";
import { span } from "../../spans";
import type { Check, Rule } from "../../types";

/** What a rollback leads back to must still be there when it is needed. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at, flow, back) => {
    const moved = first(flow, "switch-traffic", "switch-database");
    const gone = flow.find((act) => act.does === "remove-old");
    const waited = gone !== undefined && flow.some((act) => act.at < gone.at && (act.does === "watch" || act.does === "keep-old"));
    if (waited) return [];
    const removed = flow.find((act) => act.does === "remove-old" && moved !== undefined && act.phase === moved.phase && act.at > moved.at && !act.after);
    // A plan read from a document also has a step that moves users or removes something, not only a word.
    const meant = gone !== undefined || moved !== undefined || migration.decommission?.line === undefined;
    const atOnce = span(migration.decommission?.after) === 0 && meant;
    if ((removed === undefined && !atOnce) || migration.rollback === undefined) return [];
    const [returns] = back.filter((act) => act.does === "return");
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: removed?.path ?? `${at}.decommission.after`,
        also: [returns?.path ?? `${at}.rollback`],
        message: `${migration.name}: the old side is removed at once${removed === undefined ? "" : ` (${quoted(removed)})`}, but it is what the rollback leads back to.`,
        expected: "removed after the rollback period",
        found: "removed on the same day",
        hint: "Keep the old side until nobody can still want to go back.",
      },
    ];
  });

const back = "rollback: { steps: [{ key: r1, kind: manual, title: Point DNS back, effects: [{ does: return, by: dns }] }] }";

export const rule: Rule = {
  code: "rollback-target-already-decommissioned",
  family: "rollback-and-decommission",
  levels: ["error"],
  says: "The rollback leads back to something that is removed on the day of the move.",
  example: {
    wrong: dayExample(["Change DNS: switch-traffic", "Terminate the old server: remove-old"], [back]),
    finds: 'Move: the old side is removed at once ("Terminate the old server"), but it is what the rollback leads back to.',
    right: dayExample(["Change DNS: switch-traffic", "Keep the old server: keep-old"], [back]),
  },
  check,
};
