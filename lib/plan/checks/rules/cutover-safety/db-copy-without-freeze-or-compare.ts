import { dayExample } from "../../example-plan";
import { type Act, everyMigration, first, quoted } from "../../flow";
import type { Check, Noticed, Rule } from "../../types";

/** Data must stand still while the copy that counts is made, and somebody must look whether all of it arrived. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, _at, flow) => {
    const copies = flow.filter((act) => (act.does === "copy-data" || act.does === "final-sync") && act.optional !== true && !act.after);
    return [...unfrozen(migration.name, flow, copies), ...uncompared(migration.name, flow, copies)];
  });

function unfrozen(name: string, flow: readonly Act[], copies: readonly Act[]): Noticed[] {
  if (first(flow, "replicate") !== undefined) return [];
  const final = copies.at(-1);
  const open = copies.flatMap((copy) => {
    // A first copy may be of a running system where a last one follows.
    if (copy !== final && final?.does === "final-sync") return [];
    const goesOn = flow.find((act) => act.at > copy.at && (act.does === "switch-database" || act.does === "switch-traffic"));
    // A later copy before the switch makes this one a trial.
    if (goesOn !== undefined && copies.some((other) => other.at > copy.at && other.at < goesOn.at)) return [];
    const stops = flow.filter((act) => act.does === "stop-writes" && act.at <= copy.at);
    if (stops.some((act) => act.optional !== true)) return [];
    const [optional] = stops;
    // A trial copy by hand that nothing follows loses nothing.
    return goesOn === undefined && !copy.machine && (optional === undefined || copy.does !== "final-sync") ? [] : [{ copy, optional, goesOn }];
  });
  const [one] = open;
  if (one === undefined) return [];
  const { copy, optional, goesOn } = one;
  return [
    {
      code: rule.code,
      level: optional === undefined ? "error" : "warning",
      path: copy.path,
      also: [optional?.path, goesOn?.path, ...open.slice(1, 3).map((other) => other.copy.path)].filter((path) => path !== undefined),
      message:
        optional === undefined
          ? `${name}: ${quoted(copy)} copies data that is still written to; what is written before ${goesOn === undefined ? "the switch" : quoted(goesOn)} is lost.`
          : `${name}: stopping writes before ${quoted(copy)} is optional; what is written meanwhile is lost.`,
      expected: "writes stopped before the last copy",
      found: optional === undefined ? "no such step" : "an optional step",
      hint: "Stop writes before the last copy, or copy once more after they have stopped.",
    },
  ];
}

function uncompared(name: string, flow: readonly Act[], copies: readonly Act[]): Noticed[] {
  const [copy] = copies;
  if (copy === undefined || first(flow, "compare-data", "replicate") !== undefined || first(flow, "switch-traffic", "switch-database") === undefined) return [];
  const looked = flow.find((act) => act.does === "verify" && act.at >= copy.at && act.parts?.includes("database") === true);
  if (looked === undefined) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path: looked.path,
      message: `${name}: ${quoted(looked)} is the only check of the copied data; nothing compares it with the source.`,
      expected: "row counts of both sides",
      hint: "Compare the number of rows of every table on both sides.",
    },
  ];
}

export const rule: Rule = {
  code: "db-copy-without-freeze-or-compare",
  family: "cutover-safety",
  levels: ["error", "warning"],
  says: "Data is copied while it is still written to, or nothing compares both sides afterwards.",
  example: {
    wrong: dayExample(["Dump and load: copy-data", "Compare rows: compare-data", "Use the new database: switch-database"]),
    finds: 'Move: "Dump and load" copies data that is still written to; what is written before "Use the new database" is lost.',
    right: dayExample(["Read-only mode: stop-writes", "Dump and load: copy-data", "Compare rows: compare-data", "Use the new database: switch-database"]),
  },
  check,
};
