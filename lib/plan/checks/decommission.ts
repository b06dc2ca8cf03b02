import { formatDuration, parseDuration } from "@/lib/core/duration";
import type { Check, Noticed } from "./types";

const ms = (text: string | undefined) => (text === undefined ? null : parseDuration(text));

/** The old side must stay until nobody can still want to go back to it. */
export const decommissionBeforeEnd: Check = (plan) => {
  const noticed: Noticed[] = [];
  plan.migrations.forEach((migration, i) => {
    const at = `migrations[${i}]`;
    const after = ms(migration.decommission?.after);
    const waits = [
      { what: "the observation ends", value: ms(migration.observation?.duration), path: `${at}.observation.duration` },
      { what: "the fallback is kept", value: ms(migration.observation?.fallback), path: `${at}.observation.fallback` },
      { what: "a rollback is promised to be possible", value: ms(migration.rollback?.deadline), path: `${at}.rollback.deadline` },
    ];
    for (const wait of waits) {
      if (after === null || wait.value === null || after >= wait.value) continue;
      noticed.push({
        code: "decommission-before-observation-ends",
        level: "error",
        path: `${at}.decommission.after`,
        also: [wait.path],
        message: `${migration.name}: the old side goes after ${shown(after)}, but ${wait.what} for ${shown(wait.value)}.`,
        expected: `at least ${shown(wait.value)}`,
        found: shown(after),
        hint: "Keep the old side until the longest of these times is over.",
      });
    }
    if (after === 0 && migration.rollback !== undefined) {
      noticed.push({
        code: "rollback-target-removed",
        level: "error",
        path: `${at}.decommission.after`,
        also: [`${at}.rollback`],
        message: `${migration.name}: the old side is removed at once, but it is what a rollback leads back to.`,
        expected: "later than the observation",
        found: "at once",
      });
    }
    const fallback = ms(migration.observation?.fallback);
    if (after !== null && fallback !== null && after > fallback) {
      noticed.push({
        code: "fallback-gap",
        level: "warning",
        path: `${at}.observation.fallback`,
        also: [`${at}.decommission.after`],
        message: `${migration.name}: the fallback ends after ${shown(fallback)}, the old side goes after ${shown(after)}: for ${shown(after - fallback)} it is neither kept ready nor gone.`,
        expected: shown(after),
        found: shown(fallback),
      });
    }
    noticed.push(...criteriaAfterDecommission(plan, migration, after, `${at}.decommission.after`));
  });
  return noticed;
};

/** A criterion that is measured over a longer time than the old side lives can no longer lead back. */
function criteriaAfterDecommission(
  plan: Parameters<Check>[0],
  migration: { key: string; name: string; to: string },
  after: number | null,
  path: string,
): Noticed[] {
  if (after === null) return [];
  const criteria = [
    ...plan.successCriteria.map((entry, i) => ({
      entry,
      path: `successCriteria[${i}]`,
      name: entry.text,
      mine: entry.migration === undefined || entry.migration === migration.key,
    })),
    ...plan.targets.map((entry, i) => ({
      entry,
      path: `targets[${i}]`,
      name: entry.name ?? entry.metric,
      mine: entry.baseline !== true && (entry.stack === undefined || entry.stack === migration.to),
    })),
  ];
  return criteria.flatMap(({ entry, path: where, name, mine }) => {
    const window = ms(entry.window);
    if (!mine || window === null || window <= after) return [];
    return [
      {
        code: "criterion-after-decommission",
        level: "warning" as const,
        path: where,
        also: [path],
        message: `${migration.name}: "${name}" is judged over ${shown(window)}, but the old side goes after ${shown(after)}.`,
        expected: `at most ${shown(after)}`,
        found: shown(window),
      },
    ];
  });
}

function shown(value: number): string {
  return value === 0 ? "0" : formatDuration(value);
}
