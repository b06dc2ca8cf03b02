import { formatMoney } from "@/lib/core/money";
import { stackTotal } from "./checks/stack-total";
import type { Plan, PlanMigration, PlanStep } from "./types";
import { cellText, conditionText, priceText } from "./words";

/*
 * A plan as a Markdown document for people. It says what the plan says in tables and lists that the reader of documents
 * understands too; what has no place in such a document (keys, settings of steps) is only in the YAML.
 */

/** The plan as Markdown. Pure. */
export function writeMarkdownPlan(plan: Plan): string {
  const { project } = plan;
  const sections = [
    `# ${inline(project.name)}`,
    project.description === undefined ? "" : inline(project.description),
    stacksText(plan),
    pricesText(plan),
    triggersText(plan),
    matrixText(plan),
    ...plan.migrations.map((migration) => migrationText(plan, migration)),
    alertsText(plan),
    table(
      "Monitors",
      ["Monitor", "Type", "Target", "Interval"],
      plan.monitors.map((one) => [one.name, one.type, one.target, one.interval ?? ""]),
    ),
    table(
      "Backups",
      ["What", "Frequency", "Retention", "Storage"],
      plan.backups.map((one) => [one.what, one.frequency ?? one.cron ?? one.interval ?? "", one.retentionText ?? one.retention ?? "", one.storage ?? ""]),
    ),
    budgetsText(plan),
    list(
      "Success criteria",
      plan.successCriteria.map((one) => one.text),
    ),
    ...plan.checklists.map((one) => checklistText(one)),
    environmentText(plan),
    list(
      "Open questions",
      plan.openQuestions.map((one) => one.text),
    ),
  ];
  return `${sections.filter((part) => part !== "").join("\n\n")}\n`;
}

/** One line without anything Markdown would take for its own. */
function inline(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/([\\`*_[\]<>|#])/g, "\\$1")
    .trim();
}

function heading(level: number, text: string): string {
  return `${"#".repeat(level)} ${inline(text)}`;
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[], level = 2): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => (cell === "" ? "–" : inline(cell))).join(" | ")} |`;
  const body = [line(head), `|${head.map(() => " --- ").join("|")}|`, ...rows.map(line)].join("\n");
  return title === "" ? body : `${heading(level, title)}\n\n${body}`;
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? "" : `${heading(2, title)}\n\n${items.map((item) => `- ${inline(item)}`).join("\n")}`;
}

const ROLES = { current: "Current", target: "Target", phase: "Phase", variant: "Variant" } as const;

function stacksText(plan: Plan): string {
  const { currency } = plan.project;
  return plan.stacks
    .map((stack) => {
      const total = stackTotal(stack, currency).monthly;
      const rows = stack.resources.flatMap((resource) =>
        (resource.lineItems.length === 0 ? [null] : resource.lineItems).map((item) => [
          item?.name === undefined || item.name === resource.name ? resource.name : `${resource.name}: ${item.name}`,
          resource.provider ?? "",
          item === null ? "" : priceText(item.price, currency),
        ]),
      );
      const high = total.max === null ? "+" : total.max.equals(total.min) ? "" : `–${formatMoney(total.max, currency)}`;
      if (rows.length > 0) rows.push(["Total", "", `${formatMoney(total.min, currency)}${high}/month`]);
      const title = `${ROLES[stack.role]} stack: ${stack.name}`;
      return rows.length === 0 ? heading(2, title) : table(title, ["Service", "Provider", "Monthly cost"], rows);
    })
    .join("\n\n");
}

function pricesText(plan: Plan): string {
  return table(
    "Other prices",
    ["Item", "Price", "From"],
    plan.otherPrices.map((entry) => [entry.name, priceText(entry.price, plan.project.currency), entry.table ?? ""]),
  );
}

function triggersText(plan: Plan): string {
  const names = new Map(plan.metrics.map((metric) => [metric.key, metric.name]));
  const stacks = new Map(plan.stacks.map((stack) => [stack.key, stack.name]));
  const rows = plan.triggers.map((trigger) => [
    names.get(trigger.metric) ?? trigger.metric,
    conditionText(trigger),
    trigger.kind,
    trigger.to === undefined ? "" : (stacks.get(trigger.to) ?? trigger.to),
  ]);
  return table("Migration triggers", ["Metric", "Threshold", "Kind", "To"], rows);
}

function matrixText(plan: Plan): string {
  const matrix = plan.decisionMatrix;
  if (matrix === undefined) return "";
  const names = new Map(plan.metrics.map((metric) => [metric.key, metric.name]));
  const rows = matrix.rows.map((row) => [row.label ?? names.get(row.metric) ?? row.metric, ...row.cells.map(cellText)]);
  return table(matrix.title ?? "Decision matrix", ["Metric", ...matrix.columns.map((column) => column.label)], rows);
}

function stepText(step: PlanStep): string {
  const fence =
    (step.commands ?? []).length === 0 ? "" : `\n\n  \`\`\`sh\n${(step.commands ?? []).join("\n").replace(/`{3,}/g, "``").replace(/^/gm, "  ")}\n  \`\`\``;
  return `- [${step.done ? "x" : " "}] ${inline(step.title)}${fence}`;
}

function migrationText(plan: Plan, migration: PlanMigration): string {
  const stackName = (key: string) => plan.stacks.find((stack) => stack.key === key)?.name ?? key;
  const parts = [
    heading(2, `Migration: ${migration.name}`),
    `From ${inline(stackName(migration.from))} to ${inline(stackName(migration.to))}.`,
    ...migration.phases.map((phase) => {
      const when = phase.planned?.text ?? (phase.planned?.weeks === undefined ? "" : `weeks ${phase.planned.weeks.join("–")}`);
      return [heading(3, when === "" ? phase.title : `${phase.title} (${when})`), phase.steps.map(stepText).join("\n")]
        .filter((part) => part !== "")
        .join("\n\n");
    }),
    table(
      "Cutover timeline",
      ["Time", "Event"],
      migration.cutover.map((event) => [event.offset === undefined ? (event.at ?? "") : `T+${event.offset}`, event.title]),
      3,
    ),
    table(
      "Traffic",
      ["When", "Percent"],
      migration.traffic.map((entry) => [entry.at ?? "", `${entry.percent} %`]),
      3,
    ),
    rollbackText(migration),
    migration.estimatedDowntime?.text === undefined ? "" : `Expected downtime: ${inline(migration.estimatedDowntime.text)}.`,
    migration.observation?.duration === undefined ? "" : `Observation: ${migration.observation.duration}.`,
    migration.decommission?.after === undefined ? "" : `Decommission after ${migration.decommission.after}.`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function rollbackText(migration: PlanMigration): string {
  const conditions = [
    ...migration.guards.map((guard) => `${guard.title}: ${conditionText(guard)}`),
    ...(migration.rollback?.conditions ?? []).map((condition) => condition.text),
  ];
  const steps = (migration.rollback?.steps ?? []).map(stepText);
  const parts = [
    conditions.length === 0 ? "" : `${heading(3, "Rollback triggers")}\n\n${conditions.map((text) => `- ${inline(text)}`).join("\n")}`,
    steps.length === 0 ? "" : `${heading(3, "Rollback steps")}\n\n${steps.join("\n")}`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function alertsText(plan: Plan): string {
  const names = new Map(plan.metrics.map((metric) => [metric.key, metric.name]));
  const level = (one: { op: string; value: number } | undefined, unit: string | undefined) => (one === undefined ? "" : conditionText({ ...one, unit }));
  const rows = plan.alertRules.map((rule) => [
    rule.name ?? names.get(rule.metric ?? "") ?? rule.key,
    level(rule.warning, rule.unit),
    level(rule.critical, rule.unit),
    rule.for ?? "",
  ]);
  return table("Alerts", ["Alert", "Warning", "Critical", "For"], rows);
}

function budgetsText({ budgets, project }: Plan): string {
  const lines = budgets.map((one) => `- **${inline(one.name)}:** budget ${formatMoney(one.amount, one.currency ?? project.currency)}/${one.period}`);
  return lines.length === 0 ? "" : `${heading(2, "Budgets")}\n\n${lines.join("\n")}`;
}

function checklistText({ title, items }: Plan["checklists"][number]): string {
  return items.length === 0 ? "" : `${heading(2, title)}\n\n${items.map((item) => `- [${item.done ? "x" : " "}] ${inline(item.title)}`).join("\n")}`;
}

function environmentText(plan: Plan): string {
  if (plan.environment.length === 0) return "";
  const scopes = plan.environment.map(({ scope, names }) => `${heading(3, scope)}\n\n${names.map((name) => `- \`${name}\``).join("\n")}`);
  return [heading(2, "Environment variables"), ...scopes].join("\n\n");
}
