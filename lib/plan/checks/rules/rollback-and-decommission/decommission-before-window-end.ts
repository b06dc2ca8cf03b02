import type { Plan, PlanMigration } from "../../../types";
import { moveExample } from "../../example-plan";
import { everyMigration } from "../../flow";
import { lasting, span } from "../../spans";
import type { Check, Noticed, Rule } from "../../types";

const DAY = 86_400_000;
const WEEK = 7 * DAY;

/** The old side must stay until nobody can still want to go back to it. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at) => {
    const after = span(migration.decommission?.after);
    return [...(after === null ? [] : [...waits(migration, at, after), ...criteria(plan, migration, at, after)]), ...bySchedule(migration, at)];
  });

function waits(migration: PlanMigration, at: string, after: number): Noticed[] {
  const ends = [
    { what: "the observation goes on", value: span(migration.observation?.duration), path: `${at}.observation.duration` },
    { what: "the fallback is kept", value: span(migration.observation?.fallback), path: `${at}.observation.fallback` },
    { what: "a rollback is promised", value: span(migration.rollback?.deadline), path: `${at}.rollback.deadline` },
  ].flatMap(({ value, ...end }) => (value === null ? [] : [{ ...end, value }]));
  const longest = ends.toSorted((a, b) => b.value - a.value)[0];
  if (longest === undefined || after === 0) return [];
  const deadline = span(migration.rollback?.deadline);
  if (deadline !== null && deadline === after && longest.value === after && after <= DAY) {
    return [
      {
        code: rule.code,
        level: "warning",
        path: `${at}.decommission`,
        also: [`${at}.rollback.deadline`],
        message: `${migration.name}: the old side goes after ${lasting(after)}, the moment the ${lasting(deadline)} for a rollback are over: a rollback that takes a minute longer finds nothing.`,
        expected: `more than ${lasting(deadline)}`,
        found: lasting(after),
        hint: "Leave some days between the two.",
      },
    ];
  }
  if (after >= longest.value) return [];
  return [
    {
      code: rule.code,
      level: "error",
      path: `${at}.decommission.after`,
      also: [longest.path],
      message: `${migration.name}: the old side goes after ${lasting(after)}, but ${longest.what} for ${lasting(longest.value)}.`,
      expected: `at least ${lasting(longest.value)}`,
      found: lasting(after),
      hint: "Keep the old side until the longest of these times is over.",
    },
  ];
}

/** A criterion that is measured over a longer time than the old side lives can no longer lead back. */
function criteria(plan: Plan, migration: PlanMigration, at: string, after: number): Noticed[] {
  const judged = [
    ...plan.successCriteria.map((entry, i) => ({
      window: span(entry.window),
      path: `successCriteria[${i}]`,
      name: entry.text,
      mine: entry.migration === undefined || entry.migration === migration.key,
    })),
    ...plan.targets.map((entry, i) => ({
      window: span(entry.window),
      path: `targets[${i}]`,
      name: entry.name ?? entry.metric,
      mine: entry.baseline !== true && (entry.stack === undefined || entry.stack === migration.to),
    })),
  ].flatMap(({ window, mine, ...entry }) => (mine && window !== null && window > after ? [{ ...entry, window }] : []));
  const longest = judged.toSorted((a, b) => b.window - a.window)[0];
  if (longest === undefined) return [];
  const removal = migration.schedule.findIndex((entry) => entry.effects?.some((effect) => effect.does === "remove-old"));
  return [
    {
      code: rule.code,
      level: "warning",
      path: longest.path,
      also: [`${at}.decommission.after`, ...(removal < 0 ? [] : [`${at}.schedule[${removal}]`])],
      message: `${migration.name}: "${longest.name}" is judged over ${lasting(longest.window)}, but the old side goes after ${lasting(after)}.`,
      expected: `at most ${lasting(after)}`,
      found: lasting(longest.window),
      hint: "Keep the old side until the criterion can be judged.",
    },
  ];
}

/** A calendar in which the old side goes while a phase of the move still runs, or as soon as its shortest time is over. */
function bySchedule(migration: PlanMigration, at: string): Noticed[] {
  const removed = migration.schedule.findIndex((entry) => entry.effects?.some((effect) => effect.does === "remove-old"));
  const week = migration.schedule[removed]?.when.weeks?.[0];
  if (week === undefined) return [];
  const running = migration.phases.findLastIndex((phase) => (phase.planned?.weeks?.[1] ?? 0) >= week);
  if (running < 0) return [];
  const moved = migration.schedule.find((entry) => entry.effects?.some((effect) => effect.does === "switch-traffic" || effect.does === "switch-database"));
  const kept = span(migration.decommission?.after);
  const scarce = moved?.when.weeks !== undefined && kept !== null && (week - moved.when.weeks[1]) * WEEK <= kept;
  return [
    {
      code: rule.code,
      level: "warning",
      path: `${at}.schedule[${removed}]`,
      also: [`${at}.phases[${running}]`, ...(scarce ? [`${at}.decommission.after`] : [])],
      message: `${migration.name}: the old side goes in week ${week}, while "${migration.phases[running]?.title}" still runs${scarce && kept !== null ? ` and no sooner than the ${lasting(kept)} it must be kept are over` : ""}.`,
      expected: `after week ${migration.phases[running]?.planned?.weeks?.[1]}`,
      found: `week ${week}`,
      hint: "Remove the old side after the last phase and some slack.",
    },
  ];
}

export const rule: Rule = {
  code: "decommission-before-window-end",
  family: "rollback-and-decommission",
  levels: ["error", "warning"],
  says: "The old side goes before observation, fallback, rollback period or the last phase are over.",
  example: {
    wrong: moveExample([], ["observation: { duration: 24h }", "decommission: { after: 12h }"]),
    finds: "Move: the old side goes after 12 h, but the observation goes on for 1 d.",
    right: moveExample([], ["observation: { duration: 24h }", "decommission: { after: 7d }"]),
  },
  check,
};
