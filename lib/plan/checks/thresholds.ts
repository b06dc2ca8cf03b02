import type { Plan } from "../types";
import type { Check, Noticed } from "./types";

/** Levels of an alert must be in order and lie above what is normal. */
export const alertLevels: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  plan.alertRules.forEach((rule, i) => {
    const at = `alertRules[${i}]`;
    const name = rule.name ?? rule.key;
    const { warning, critical } = rule;
    if (warning !== undefined && critical !== undefined && warning.op === critical.op) {
      const rises = warning.op === ">" || warning.op === ">=";
      const falls = warning.op === "<" || warning.op === "<=";
      if ((rises && critical.value <= warning.value) || (falls && critical.value >= warning.value)) {
        noticed.push({
          code: "alert-levels-out-of-order",
          level: "error",
          path: `${at}.critical.value`,
          message: `${name}: critical at ${critical.value} is not worse than warning at ${warning.value}.`,
          expected: `${rises ? "above" : "below"} ${warning.value}`,
          found: String(critical.value),
        });
      }
    }
    const levels = [warning, critical, ...rule.levels].flatMap((level) => (level === undefined ? [] : [level]));
    const lowest = Math.min(...levels.filter((level) => level.op === ">" || level.op === ">=").map((level) => level.value));
    if (rule.metric === undefined || !Number.isFinite(lowest)) return;
    for (const [j, target] of plan.targets.entries()) {
      const normal = target.average ?? (target.op === undefined && typeof target.value === "number" ? target.value : undefined);
      if (target.metric !== rule.metric || target.baseline !== true || normal === undefined || normal <= lowest) continue;
      noticed.push({
        code: "alert-below-baseline",
        level: "warning",
        path: at,
        also: [`targets[${j}]`],
        message: `${name} speaks from ${lowest} on, but ${normal} is normal: it is never silent.`,
        expected: `above ${normal}`,
        found: String(lowest),
      });
    }
    noticed.push(...belowPlan(plan, rule.metric, lowest, name, at, totals, money));
  });
  return noticed;
};

/** A bill alert below the planned bill speaks every month. */
function belowPlan(
  plan: Plan,
  metric: string,
  lowest: number,
  name: string,
  at: string,
  totals: Parameters<Check>[1]["totals"],
  money: Parameters<Check>[1]["money"],
): Noticed[] {
  const found = plan.metrics.find((entry) => entry.key === metric);
  const cost = /\b(cost|bill|billing|spend)\b/i.test([found?.key, found?.name].join(" ").replaceAll("_", " ")) && /month/i.test(found?.unit ?? "");
  const target = plan.stacks.find((stack) => stack.role === "target");
  const total = target === undefined ? undefined : totals.get(target.key);
  if (!cost || total === undefined || total.priced === 0 || !total.monthly.min.greaterThan(lowest)) return [];
  return [
    {
      code: "alert-below-plan",
      level: "warning",
      path: at,
      message: `${name} speaks from ${money(lowest)} on, but "${target?.key}" is planned to cost ${money(total.monthly.min)}: it fires every month on plan.`,
      expected: `above ${money(total.monthly.min)}`,
      found: money(lowest),
    },
  ];
}

/** Triggers whose meaning is left to words. */
export const triggerWords: Check = (plan) => {
  const noticed: Noticed[] = [];
  plan.triggers.forEach((trigger, i) => {
    if (trigger.forText !== undefined) {
      noticed.push({
        code: "trigger-window-in-words",
        level: trigger.for === undefined ? "warning" : "info",
        path: `triggers[${i}].forText`,
        message: `The trigger on ${trigger.metric} holds "${trigger.forText}", which is no length of time${trigger.for === undefined ? "" : `; ${trigger.for} is used`}.`,
        expected: "for: 24h",
        found: trigger.forText,
      });
    }
  });
  plan.triggerGroups.forEach((group, i) => {
    if (!group.combineStated && plan.triggers.filter((trigger) => trigger.group === group.key).length > 1) {
      noticed.push({
        code: "combination-not-stated",
        level: "info",
        path: `triggerGroups[${i}]`,
        message: `${group.name}: the plan does not say whether any or all of its triggers must hold; "${group.combine}" is used.`,
      });
    }
  });
  return noticed;
};

const UNITS: Record<string, [kind: string, factor: number]> = {
  ms: ["time", 1e-3],
  s: ["time", 1],
  seconds: ["time", 1],
  minutes: ["time", 60],
  min: ["time", 60],
  hours: ["time", 3_600],
  kb: ["bytes", 1e3],
  mb: ["bytes", 1e6],
  gb: ["bytes", 1e9],
  tb: ["bytes", 1e12],
  percent: ["share", 1],
  "%": ["share", 1],
  users: ["users", 1],
  "usd/month": ["money per month", 1],
  "usd/year": ["money per year", 1],
};

/** A threshold in another unit than its metric would be compared without conversion. */
export const thresholdUnits: Check = (plan) => {
  const units = new Map(plan.metrics.map((metric) => [metric.key, metric.unit]));
  const known = (unit: string | undefined) => (unit === undefined ? undefined : UNITS[unit.trim().toLowerCase()]);
  const look = (path: string, metric: string | undefined, unit: string | undefined): Noticed[] => {
    const [own, given] = [known(metric === undefined ? undefined : units.get(metric)), known(unit)];
    if (own === undefined || given === undefined || (own[0] === given[0] && own[1] === given[1])) return [];
    return [
      {
        code: "unit-differs",
        level: "error",
        path: `${path}.unit`,
        message: `"${metric}" is measured in ${units.get(metric ?? "")}, the threshold is given in ${unit}: values are compared as they are.`,
        expected: units.get(metric ?? "") ?? "",
        found: unit ?? "",
        hint: "Write the threshold in the unit of the metric.",
      },
    ];
  };
  return [
    ...plan.triggers.flatMap((entry, i) => look(`triggers[${i}]`, entry.metric, entry.unit)),
    ...plan.alertRules.flatMap((entry, i) => look(`alertRules[${i}]`, entry.metric, entry.unit)),
    ...plan.migrations.flatMap((migration, i) =>
      migration.guards.flatMap((guard, j) => (guard.source.type === "metric" ? look(`migrations[${i}].guards[${j}]`, guard.source.metric, guard.unit) : [])),
    ),
  ];
};

/** The matrix and the triggers must draw the line at the same value. */
export const matrixAgainstTriggers: Check = (plan) => {
  const noticed: Noticed[] = [];
  plan.decisionMatrix?.rows.forEach((row, i) => {
    row.cells.forEach((cell, j) => {
      const stack = plan.decisionMatrix?.columns[j]?.stack;
      if (cell.type !== "threshold" || row.role === "result" || typeof cell.value !== "number") return;
      const at = plan.triggers.findIndex(
        (trigger) => trigger.to === stack && trigger.metric === row.metric && trigger.kind === "migrate" && trigger.op === cell.op,
      );
      const trigger = plan.triggers[at];
      if (trigger === undefined || typeof trigger.value !== "number" || trigger.value === cell.value) return;
      noticed.push({
        code: "matrix-differs-from-trigger",
        level: "error",
        path: `decisionMatrix.rows[${i}].cells[${j}]`,
        also: [`triggers[${at}].value`],
        message: `The matrix moves to "${stack}" at ${row.metric} ${cell.op} ${cell.value}, the trigger at ${trigger.value}.`,
        expected: String(trigger.value),
        found: String(cell.value),
      });
    });
  });
  return noticed;
};
