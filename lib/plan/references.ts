import { parseDuration } from "@/lib/core/duration";
import type { Issue } from "@/lib/core/errors";
import { MAX_STEPS } from "@/lib/migration/types";
import type { Plan, PlanMigration } from "./types";
import { KEY_PATTERN } from "./types/common";

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

interface Known {
  stacks: Set<string>;
  metrics: Set<string>;
  groups: Set<string>;
  stages: Set<string>;
  channels: Set<string>;
  matrices: Set<string>;
  migrations: Set<string>;
  resources: Set<string>;
}

interface Keyed {
  key?: string | undefined;
}

/** Keys of a list; a key used twice is an issue at its second place. */
function keysOf(items: readonly Keyed[], path: string, issues: Issue[]): Set<string> {
  const seen = new Set<string>();
  items.forEach((item, i) => {
    if (item.key === undefined) return;
    if (seen.has(item.key))
      issues.push({
        path: `${path}[${i}].key`,
        message: `the key "${item.key}" is used twice`,
      });
    seen.add(item.key);
  });
  return seen;
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

/** Reports a name that is not declared, with the nearest declared one when it looks like a slip. */
function need(issues: Issue[], path: string, what: string, name: string | undefined, declared: Set<string>): void {
  if (name === undefined || declared.has(name)) return;
  const near = [...declared].find((other) => distanceAtMost(name, other, 2));
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  issues.push({ path, message: `there is no ${what} "${name}"${hint}` });
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

type Trigger = Plan["triggers"][number];

function triggerValueIssues(trigger: Trigger, kind: "number" | "boolean" | undefined, at: string, issues: Issue[]): void {
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

function migrationIssues(migration: PlanMigration, at: string, known: Known, issues: Issue[]): void {
  need(issues, `${at}.from`, "stack", migration.from, known.stacks);
  need(issues, `${at}.to`, "stack", migration.to, known.stacks);
  if (migration.from === migration.to)
    issues.push({
      path: `${at}.to`,
      message: "a migration leads to another stack",
    });
  keysOf(migration.phases, `${at}.phases`, issues);
  keysOf(migration.guards, `${at}.guards`, issues);
  const steps = stepsOf(migration, at);
  if (steps.length > MAX_STEPS) {
    issues.push({
      path: `${at}.phases`,
      message: `${steps.length} steps are too many: at most ${MAX_STEPS} per migration are allowed`,
    });
  }
  const keys = new Set<string>();
  for (const { step, path } of steps) {
    if (keys.has(step.key))
      issues.push({
        path: `${path}.key`,
        message: `the step key "${step.key}" is used twice in this migration`,
      });
    keys.add(step.key);
  }
  for (const { step, path } of steps) {
    step.dependsOn?.forEach((name, i) => {
      need(issues, `${path}.dependsOn[${i}]`, "step", name, keys);
    });
  }
  orderIssues(steps, issues);
  circleIssues(
    steps.map(({ step }) => ({ key: step.key, needs: step.dependsOn ?? [] })),
    `${at}.phases`,
    issues,
  );
  migration.cutover.forEach((event, i) => {
    need(issues, `${at}.cutover[${i}].step`, "step", event.step, keys);
  });
  guardIssues(migration, at, known, issues);
}

function guardIssues(migration: PlanMigration, at: string, known: Known, issues: Issue[]): void {
  migration.guards.forEach((guard, i) => {
    const path = `${at}.guards[${i}]`;
    if (guard.source.type === "metric") need(issues, `${path}.source.metric`, "metric", guard.source.metric, known.metrics);
    if (parseDuration(guard.interval) <= 0)
      issues.push({
        path: `${path}.interval`,
        message: "the interval must be longer than zero",
      });
  });
  migration.rollback?.conditions.forEach((entry, i) => {
    need(issues, `${at}.rollback.conditions[${i}].metric`, "metric", entry.metric, known.metrics);
  });
  migration.decommission?.resources?.forEach((name, i) => {
    need(issues, `${at}.decommission.resources[${i}]`, "resource", name, known.resources);
  });
}

type Step = PlanMigration["phases"][number]["steps"][number];

function stepsOf(migration: PlanMigration, at: string): { step: Step; path: string }[] {
  const forward = migration.phases.flatMap((phase, i) =>
    phase.steps.map((step, j) => ({
      step,
      path: `${at}.phases[${i}].steps[${j}]`,
    })),
  );
  const back = (migration.rollback?.steps ?? []).map((step, i) => ({
    step,
    path: `${at}.rollback.steps[${i}]`,
  }));
  return [...forward, ...back];
}

/** Steps run in the written order, so what a step depends on must stand before it. */
function orderIssues(steps: { step: Step; path: string }[], issues: Issue[]): void {
  const place = new Map(steps.map(({ step }, i) => [step.key, i]));
  steps.forEach(({ step, path }, i) => {
    step.dependsOn?.forEach((name, j) => {
      const other = place.get(name);
      if (other !== undefined && other >= i) {
        issues.push({
          path: `${path}.dependsOn[${j}]`,
          message: `"${name}" stands after "${step.key}" but must be done before it`,
        });
      }
    });
  });
}

/** Circles of "needs": each is reported once, at the list, naming its members. */
function circleIssues(nodes: { key: string; needs: string[] }[], path: string, issues: Issue[]): void {
  const needs = new Map(nodes.map((node) => [node.key, node.needs]));
  const done = new Set<string>();
  for (const start of needs.keys()) {
    const circle = findCircle(start, needs, done);
    if (circle !== null)
      issues.push({
        path,
        message: `these depend on each other in a circle: ${circle.join(" → ")}`,
      });
  }
}

/** Depth-first without recursion: a long chain must not exhaust the stack. */
function findCircle(start: string, needs: Map<string, string[]>, done: Set<string>): string[] | null {
  const trail: { key: string; next: number }[] = [{ key: start, next: 0 }];
  const onTrail = new Set<string>([start]);
  while (trail.length > 0) {
    const top = trail[trail.length - 1];
    if (top === undefined || done.has(top.key)) {
      if (top !== undefined) onTrail.delete(top.key);
      trail.pop();
      continue;
    }
    const child = needs.get(top.key)?.[top.next++];
    if (child === undefined) {
      done.add(top.key);
      onTrail.delete(top.key);
      trail.pop();
    } else if (onTrail.has(child)) {
      for (const { key } of trail) done.add(key);
      const keys = trail.map(({ key }) => key);
      return [...keys.slice(keys.indexOf(child)), child];
    } else if (needs.has(child) && !done.has(child)) {
      trail.push({ key: child, next: 0 });
      onTrail.add(child);
    }
  }
  return null;
}

/** Whether two keys differ by at most `limit` edits (both are short: 63 characters). */
function distanceAtMost(a: string, b: string, limit: number): boolean {
  if (Math.abs(a.length - b.length) > limit || !KEY_PATTERN.test(a)) return false;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[b.length] ?? limit + 1) <= limit;
}
