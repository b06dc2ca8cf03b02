import { dayExample } from "../../example-plan";
import { everyMigration, first, last, quoted } from "../../flow";
import type { Check, Rule } from "../../types";

/** Users must not reach a side whose data is not there yet. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, _at, flow) => {
    if (first(flow, "replicate") !== undefined) return [];
    // A first copy that stands before the switch has brought the data, whatever is copied later.
    const sync = last(flow, "final-sync") ?? flow.find((act) => act.does === "copy-data" && act.optional !== true);
    const early = first(flow, "switch-traffic");
    if (sync === undefined || early === undefined || sync.after || early.at >= sync.at) return [];
    const stop = flow.find((act) => act.does === "stop-writes" && act.at > early.at && act.at < sync.at);
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: early.path,
        also: [...(stop === undefined ? [] : [stop.path]), sync.path],
        message: `${migration.name}: ${quoted(early)} brings users to the new side before ${quoted(sync)} has brought the data.`,
        expected: "data first, then traffic",
        found: "traffic first",
        hint: "Move the last copy before the first change that users follow.",
      },
    ];
  });

export const rule: Rule = {
  code: "dns-before-final-sync",
  family: "cutover-safety",
  levels: ["error"],
  says: "Traffic is moved before the last copy of the data.",
  example: {
    wrong: dayExample(["Point the name at the new side: switch-traffic", "Read-only mode: stop-writes", "Last copy: final-sync"]),
    finds: 'Move: "Point the name at the new side" brings users to the new side before "Last copy" has brought the data.',
    right: dayExample(["Read-only mode: stop-writes", "Last copy: final-sync", "Point the name at the new side: switch-traffic"]),
  },
  check,
};
