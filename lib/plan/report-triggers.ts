import { measuredText } from "@/lib/migration/guard-types";
import type { Plan } from "./types";

/** Line of a path of the plan in the text as given. */
type ReportLine = (path: string) => number | null;

/** Everything a value is held against: triggers, levels of alerts, conditions of going back, values to reach. Each once. */
export function reportTriggers(plan: Plan, line: ReportLine): Record<string, unknown>[] {
  return [...declaredTriggers(plan, line), ...alertLevels(plan, line), ...rollbackLimits(plan, line), ...successLimits(plan, line)];
}

/** Fields that only triggers have, empty for everything else. */
const PLAIN = { high: null, for: null, from: null, to: null, combine: "any", qualitative: false };

function declaredTriggers(plan: Plan, line: ReportLine): Record<string, unknown>[] {
  const groups = new Map(plan.triggerGroups.map((group) => [group.key, group]));
  const metrics = new Map(plan.metrics.map((metric) => [metric.key, metric]));
  return plan.triggers.map((trigger, i) => ({
    line: line(`triggers[${i}]`),
    key: trigger.key,
    metric: trigger.metric,
    metricText: metrics.get(trigger.metric)?.name ?? trigger.metric,
    op: trigger.op,
    value: trigger.value ?? null,
    high: trigger.high ?? null,
    unit: trigger.unit ?? null,
    for: trigger.for ?? null,
    kind: trigger.kind,
    from: trigger.from ?? groups.get(trigger.group ?? "")?.from ?? null,
    to: trigger.to ?? groups.get(trigger.group ?? "")?.to ?? null,
    combine: groups.get(trigger.group ?? "")?.combine ?? "any",
    qualitative: metrics.get(trigger.metric)?.kind === "boolean",
    text: trigger.text ?? null,
  }));
}

/** Both levels of each alert, and those of a bill, which warn. */
function alertLevels(plan: Plan, line: ReportLine): Record<string, unknown>[] {
  return plan.alertRules.flatMap((rule, i) => {
    const pair = (["warning", "critical"] as const).flatMap((kind) => (rule[kind] === undefined ? [] : [{ level: rule[kind], kind, path: kind as string }]));
    const more = rule.levels.map((level, j) => ({ level: { ...level, high: undefined }, kind: "warning", path: `levels[${j}]` }));
    return [...pair, ...more].map(({ level, kind, path }) => ({
      ...PLAIN,
      line: line(`alertRules[${i}].${path}`),
      key: rule.key,
      metric: rule.metric ?? rule.expr,
      metricText: rule.name ?? rule.key,
      op: level.op,
      value: level.value,
      high: level.high ?? null,
      unit: rule.unit ?? null,
      for: rule.for ?? null,
      kind,
      text: rule.action ?? null,
    }));
  });
}

/** Guards, and the conditions with a number that no guard of the same migration watches already. */
function rollbackLimits(plan: Plan, line: ReportLine): Record<string, unknown>[] {
  const names = new Map(plan.metrics.map((metric) => [metric.key, metric.name]));
  return plan.migrations.flatMap((migration, i) => {
    const common = { ...PLAIN, kind: "rollback", from: migration.from, to: migration.to };
    const watched = new Set(migration.guards.map((guard) => `${guard.source.type === "metric" ? guard.source.metric : ""} ${guard.value}`));
    const guards = migration.guards.map((guard, j) => ({
      ...common,
      line: line(`migrations[${i}].guards[${j}]`),
      key: guard.key,
      metric: measuredText(guard.source),
      metricText: guard.title,
      op: guard.op,
      value: guard.value,
      unit: guard.unit ?? null,
      for: guard.window ?? null,
      text: guard.title,
    }));
    const conditions = (migration.rollback?.conditions ?? []).flatMap((condition, j) =>
      condition.metric === undefined || typeof condition.value !== "number" || watched.has(`${condition.metric} ${condition.value}`)
        ? []
        : [
            {
              ...common,
              line: line(`migrations[${i}].rollback.conditions[${j}]`),
              key: `${migration.key}-rollback-${j + 1}`,
              metric: condition.metric,
              metricText: names.get(condition.metric) ?? condition.metric,
              op: condition.op ?? ">",
              value: condition.value,
              high: condition.high ?? null,
              unit: condition.unit ?? null,
              for: condition.window ?? null,
              text: condition.text,
            },
          ],
    );
    return [...guards, ...conditions];
  });
}

/** Criteria, values to keep and goals that compare a metric with a number. */
function successLimits(plan: Plan, line: ReportLine): Record<string, unknown>[] {
  const names = new Map(plan.metrics.map((metric) => [metric.key, metric.name]));
  const lists = [
    ...plan.successCriteria.map((entry, i) => ({ entry, path: `successCriteria[${i}]`, text: entry.text, window: entry.window })),
    ...plan.targets.flatMap((entry, i) => (entry.baseline === true ? [] : [{ entry, path: `targets[${i}]`, text: entry.name, window: entry.window }])),
    ...plan.goals.map((entry, i) => ({ entry, path: `goals[${i}]`, text: entry.text, window: undefined })),
  ];
  return lists.flatMap(({ entry, path, text, window }) =>
    entry.metric === undefined || entry.op === undefined || typeof entry.value !== "number"
      ? []
      : [
          {
            ...PLAIN,
            line: line(path),
            key: ("key" in entry ? entry.key : undefined) ?? path,
            metric: entry.metric,
            metricText: names.get(entry.metric) ?? entry.metric,
            op: entry.op,
            value: entry.value,
            high: entry.high ?? null,
            unit: entry.unit ?? null,
            for: window ?? null,
            kind: "success",
            text: text ?? null,
          },
        ],
  );
}
