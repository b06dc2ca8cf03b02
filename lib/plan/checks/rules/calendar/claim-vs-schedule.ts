import type { PlanMigration } from "../../../types";
import { moveExample } from "../../example-plan";
import { type Act, everyMigration } from "../../flow";
import { lasting, offsetMs, span } from "../../spans";
import type { Check, Noticed, Rule } from "../../types";

/** A move without downtime has no minute in which nobody is served. */
const check: Check = (plan) => {
  const promises = plan.promises.flatMap((promise, i) => (promise.kind === "no-downtime" ? [`promises[${i}]`] : []));
  return everyMigration(plan, (migration, at, flow) => {
    const { estimatedDowntime: estimate } = migration;
    const promisedHere = estimate?.stated !== undefined && span(estimate.stated) === 0;
    if (!promisedHere && promises.length === 0) return [];
    const outage = outageOf(migration, at) ?? estimated(migration, at) ?? closed(flow);
    if (outage === null) return [];
    const [path = outage.path, ...also] = [...(promisedHere ? [`${at}.estimatedDowntime`] : []), ...promises, outage.path, ...outage.also];
    const noticed: Noticed = {
      code: rule.code,
      level: "error",
      path,
      also,
      message: `${migration.name}: no downtime is promised, ${outage.says}.`,
      expected: "no downtime",
      found: outage.found,
      hint: "Say how long users are not served, or change the order of the steps.",
    };
    return [noticed];
  });
};

interface Outage {
  path: string;
  also: string[];
  says: string;
  found: string;
}

/** From the event that stops users to the one that serves them again. */
function outageOf(migration: PlanMigration, at: string): Outage | null {
  const does = (i: number, ...kinds: string[]) => migration.cutover[i]?.effects?.some((effect) => kinds.includes(effect.does)) === true;
  const stops = migration.cutover.findIndex((event, i) => event.offset !== undefined && does(i, "stop-writes"));
  if (stops < 0) return null;
  const serves = migration.cutover.findIndex((event, i) => i > stops && event.offset !== undefined && does(i, "switch-traffic", "resume"));
  const from = migration.cutover[stops];
  const to = migration.cutover[serves];
  if (from?.offset === undefined || to?.offset === undefined) return null;
  const length = offsetMs(to.offset) - offsetMs(from.offset);
  if (length <= 0) return null;
  return {
    path: `${at}.cutover[${stops}]`,
    also: [`${at}.cutover[${serves}]`],
    says: `the timeline has ${lasting(length)} of it, from "${from.title}" to "${to.title}"`,
    found: lasting(length),
  };
}

function estimated(migration: PlanMigration, at: string): Outage | null {
  const estimate = migration.estimatedDowntime;
  const least = span(estimate?.min);
  if (least === null || least === 0) return null;
  const most = estimate?.max === undefined ? "" : ` to ${estimate.max}`;
  return { path: `${at}.estimatedDowntime`, also: [], says: `its own timeline has ${estimate?.min}${most}`, found: `${estimate?.min}${most}` };
}

/** Steps that close the old side and open the new one only after a copy. */
function closed(flow: readonly Act[]): Outage | null {
  const stop = flow.find((act) => act.does === "stop-writes" && act.optional !== true);
  const moved = flow.find((act) => stop !== undefined && act.at > stop.at && act.does === "switch-traffic");
  if (stop === undefined || moved === undefined || moved.at - stop.at < 2) return null;
  return { path: stop.path, also: [moved.path], says: `but writing stops from "${stop.title}" to "${moved.title}"`, found: "writing stops" };
}

const clock = (stop: string) =>
  `cutover: [{ offset: 5m, title: ${stop} }, { offset: 15m, title: Copy }, { offset: 25m, title: Change DNS, effects: [{ does: switch-traffic, by: dns }] }]`;

export const rule: Rule = {
  code: "claim-vs-schedule",
  family: "calendar",
  levels: ["error"],
  says: "No downtime is promised, the plan's own timeline has some.",
  example: {
    wrong: `${moveExample([], [clock("Refuse connections, effects: [{ does: stop-writes }]")])}promises: [{ kind: no-downtime, text: zero downtime }]\n`,
    finds: 'Move: no downtime is promised, the timeline has 20 min of it, from "Refuse connections" to "Change DNS".',
    right: `${moveExample([], [clock("Begin")])}promises: [{ kind: no-downtime, text: zero downtime }]\n`,
  },
  check,
};
