import type { Issue } from "@/lib/core/errors";
import { migrationIssues } from "./migration-references";
import { circleIssues, type Known, keysOf, need } from "./reference-tools";
import type { Plan, PlanTrigger } from "./types";

/**
 * What no single field can tell: keys used twice, names that refer to nothing, circles.
 * Pure; the paths are those of the document (`triggers[3].metric`), so that a reader can map them to lines.
 */
export function referenceIssues(plan: Plan): Issue[] {
  const issues: Issue[] = [];
  const known = knownKeys(plan, issues);
  stackIssues(plan, known, issues);
  metricIssues(plan, known, issues);
  triggerIssues(plan, known, issues);
  matrixIssues(plan, known, issues);
  economicsIssues(plan, known, issues);
  operationsIssues(plan, known, issues);
  plan.migrations.forEach((migration, i) => {
    migrationIssues(migration, `migrations[${i}]`, known, issues);
  });
  return issues;
}

function knownKeys(plan: Plan, issues: Issue[]): Known {
  const resources = new Set<string>();
  plan.stacks.forEach((stack, i) => {
    for (const key of keysOf(stack.resources, `stacks[${i}].resources`, issues)) resources.add(key);
  });
  for (const name of [
    "alertRules",
    "monitors",
    "backups",
    "recovery",
    "budgets",
    "pricingRules",
    "checklists",
    "designDecisions",
    "targets",
    "otherPrices",
    "costComparisons",
    "successCriteria",
    "triggers",
  ] as const) {
    keysOf(plan[name], name, issues);
  }
  return {
    stacks: keysOf(plan.stacks, "stacks", issues),
    metrics: keysOf(plan.metrics, "metrics", issues),
    groups: keysOf(plan.triggerGroups, "triggerGroups", issues),
    stages: keysOf(plan.scalingStages, "scalingStages", issues),
    channels: keysOf(plan.channels, "channels", issues),
    matrices: keysOf(plan.optionMatrices, "optionMatrices", issues),
    migrations: keysOf(plan.migrations, "migrations", issues),
    resources,
  };
}

function stackIssues(plan: Plan, known: Known, issues: Issue[]): void {
  plan.stacks.forEach((stack, i) => {
    const at = `stacks[${i}]`;
    need(issues, `${at}.variantOf`, "stack", stack.variantOf, known.stacks);
    stack.includes?.forEach((name, j) => {
      need(issues, `${at}.includes[${j}]`, "stack", name, known.stacks);
    });
    stack.capacity.forEach((entry, j) => {
      need(issues, `${at}.capacity[${j}].metric`, "metric", entry.metric, known.metrics);
    });
    const own = new Set(stack.resources.map((resource) => resource.key));
    stack.resources.forEach((resource, j) => {
      const path = `${at}.resources[${j}]`;
      need(issues, `${path}.host`, "resource of this stack", resource.host, own);
      resource.dependsOn?.forEach((name, k) => {
        need(issues, `${path}.dependsOn[${k}]`, "resource of this stack", name, own);
      });
      resource.replaces?.forEach((name, k) => {
        need(issues, `${path}.replaces[${k}]`, "resource", name, known.resources);
      });
      resource.lineItems.forEach((item, k) => {
        priceIssues(item.price, `${path}.lineItems[${k}].price`, known, issues);
      });
    });
    circleIssues(
      stack.resources.map((resource) => ({
        key: resource.key,
        needs: resource.dependsOn ?? [],
      })),
      `${at}.resources`,
      issues,
    );
  });
}

type Price = Plan["otherPrices"][number]["price"];

function priceIssues(price: Price, path: string, known: Known, issues: Issue[]): void {
  if (price.form === "range" && price.max < price.min)
    issues.push({
      path: `${path}.max`,
      message: "the range ends below its start",
    });
  if (price.form === "included") need(issues, `${path}.in`, "resource", price.in, known.resources);
  if (price.form === "tiered") need(issues, `${path}.metric`, "metric", price.metric, known.metrics);
  for (const list of ["allowances", "overage"] as const) {
    price[list].forEach((entry, i) => {
      need(issues, `${path}.${list}[${i}].metric`, "metric", entry.metric, known.metrics);
    });
  }
}

function metricIssues(plan: Plan, known: Known, issues: Issue[]): void {
  for (const name of ["goals", "targets", "capacity", "outcomes", "successCriteria", "alertRules"] as const) {
    plan[name].forEach((entry, i) => {
      need(issues, `${name}[${i}].metric`, "metric", entry.metric, known.metrics);
    });
  }
  plan.targets.forEach((target, i) => {
    need(issues, `targets[${i}].stack`, "stack", target.stack, known.stacks);
  });
  plan.successCriteria.forEach((entry, i) => {
    need(issues, `successCriteria[${i}].stack`, "stack", entry.stack, known.stacks);
    need(issues, `successCriteria[${i}].migration`, "migration", entry.migration, known.migrations);
  });
  plan.alertRules.forEach((rule, i) => {
    const at = `alertRules[${i}]`;
    if (rule.metric === undefined && rule.expr === undefined)
      issues.push({
        path: at,
        message: "an alert rule needs a metric or an expression",
      });
    need(issues, `${at}.channel`, "channel", rule.channel, known.channels);
    need(issues, `${at}.warning.channel`, "channel", rule.warning?.channel, known.channels);
    need(issues, `${at}.critical.channel`, "channel", rule.critical?.channel, known.channels);
  });
}

function triggerIssues(plan: Plan, known: Known, issues: Issue[]): void {
  const kinds = new Map(plan.metrics.map((metric) => [metric.key, metric.kind]));
  plan.triggerGroups.forEach((group, i) => {
    const at = `triggerGroups[${i}]`;
    need(issues, `${at}.from`, "stack", group.from, known.stacks);
    need(issues, `${at}.to`, "stack", group.to, known.stacks);
    group.overrides?.forEach((name, j) => {
      need(issues, `${at}.overrides[${j}]`, "trigger group", name, known.groups);
    });
  });
  plan.triggers.forEach((trigger, i) => {
    const at = `triggers[${i}]`;
    need(issues, `${at}.metric`, "metric", trigger.metric, known.metrics);
    need(issues, `${at}.group`, "trigger group", trigger.group, known.groups);
    need(issues, `${at}.from`, "stack", trigger.from, known.stacks);
    need(issues, `${at}.to`, "stack", trigger.to, known.stacks);
    need(issues, `${at}.fromStage`, "scaling stage", trigger.fromStage, known.stages);
    need(issues, `${at}.toStage`, "scaling stage", trigger.toStage, known.stages);
    triggerValueIssues(trigger, kinds.get(trigger.metric), at, issues);
  });
}

function triggerValueIssues(trigger: PlanTrigger, kind: "number" | "boolean" | undefined, at: string, issues: Issue[]): void {
  if (trigger.value === undefined) {
    issues.push({
      path: `${at}.value`,
      message: `a trigger with "${trigger.op}" needs a value`,
    });
    return;
  }
  if (kind === "boolean" && (trigger.op !== "is" || typeof trigger.value !== "boolean")) {
    issues.push({
      path: `${at}.value`,
      message: `the metric "${trigger.metric}" is yes/no: write op "is" with true or false`,
    });
  }
  if (kind === "number" && typeof trigger.value !== "number") {
    issues.push({
      path: `${at}.value`,
      message: `the metric "${trigger.metric}" is a number: write the threshold as a number`,
    });
  }
  if (trigger.op === "between" && (trigger.high === undefined || (typeof trigger.value === "number" && trigger.high < trigger.value))) {
    issues.push({
      path: `${at}.high`,
      message: `"between" needs a "high" that is not below "value"`,
    });
  }
}

function matrixIssues(plan: Plan, known: Known, issues: Issue[]): void {
  const matrix = plan.decisionMatrix;
  if (matrix !== undefined) {
    matrix.columns.forEach((column, i) => {
      need(issues, `decisionMatrix.columns[${i}].stack`, "stack", column.stack, known.stacks);
    });
    matrix.rows.forEach((row, i) => {
      need(issues, `decisionMatrix.rows[${i}].metric`, "metric", row.metric, known.metrics);
      widthIssue(row.cells.length, matrix.columns.length, `decisionMatrix.rows[${i}].cells`, "column", issues);
    });
  }
  plan.optionMatrices.forEach((options, i) => {
    options.rows.forEach((row, j) => {
      const path = `optionMatrices[${i}].rows[${j}]`;
      widthIssue(row.cells.length, options.options.length, `${path}.cells`, "option", issues);
      if (row.winner !== undefined && row.winner !== "tie") need(issues, `${path}.winner`, "option", row.winner, new Set(options.options));
    });
  });
  plan.designDecisions.forEach((decision, i) => {
    need(issues, `designDecisions[${i}].matrix`, "option matrix", decision.matrix, known.matrices);
  });
}

function widthIssue(found: number, expected: number, path: string, what: string, issues: Issue[]): void {
  if (found !== expected)
    issues.push({
      path,
      message: `one cell per ${what} is needed: ${expected}, not ${found}`,
    });
}

function economicsIssues(plan: Plan, known: Known, issues: Issue[]): void {
  plan.otherPrices.forEach((entry, i) => {
    need(issues, `otherPrices[${i}].stack`, "stack", entry.stack, known.stacks);
    priceIssues(entry.price, `otherPrices[${i}].price`, known, issues);
  });
  for (const name of ["budgets", "scalingStages", "costTips", "monitors", "backups"] as const) {
    plan[name].forEach((entry, i) => {
      need(issues, `${name}[${i}].stack`, "stack", entry.stack, known.stacks);
    });
  }
  plan.scalingStages.forEach((stage, i) => {
    need(issues, `scalingStages[${i}].metric`, "metric", stage.metric, known.metrics);
  });
  plan.pricingRules.forEach((rule, i) => {
    if (rule.price !== undefined) priceIssues(rule.price, `pricingRules[${i}].price`, known, issues);
    rule.resources?.forEach((name, j) => {
      need(issues, `pricingRules[${i}].resources[${j}]`, "resource", name, known.resources);
    });
  });
  plan.unitEconomics?.costMultiples.forEach((entry, i) => {
    need(issues, `unitEconomics.costMultiples[${i}].from`, "stack", entry.from, known.stacks);
    need(issues, `unitEconomics.costMultiples[${i}].to`, "stack", entry.to, known.stacks);
  });
}

function operationsIssues(plan: Plan, known: Known, issues: Issue[]): void {
  for (const name of ["monitors", "backups", "ports", "routes", "settings"] as const) {
    plan[name].forEach((entry, i) => {
      need(issues, `${name}[${i}].resource`, "resource", entry.resource, known.resources);
    });
  }
  plan.monitors.forEach((entry, i) => {
    need(issues, `monitors[${i}].channel`, "channel", entry.channel, known.channels);
  });
}
