import type { Decimal } from "decimal.js";
import { checkPlan } from "./checks/check-plan";
import { stackTotal } from "./checks/stack-total";
import type { Finding } from "./checks/types";
import type { Locate } from "./read-yaml";
import { reportTriggers } from "./report-triggers";
import type { Plan, PlanLineItem, PlanPrice, PlanResource } from "./types";

/*
 * What `switchyard check --json` and POST /plans/check answer (docs: the public faces, output of check). Money is a
 * decimal string; `line` is 1-based in the text as given.
 */

type Line = number | null;

export interface ReportPrice {
  form: string;
  min: string | null;
  max: string | null;
  currency: string;
  period: string;
  approximate: boolean;
  text: string | null;
}

export interface CheckReport {
  project: { name: string; slug: string };
  stacks: {
    key: string;
    name: string;
    role: string;
    /** Of another view of a stack (as a point, with labor) or one of several options: the stack it is a view of. */
    variantOf?: string | null;
    line: Line;
    lineItems: (ReportItem & { replaces: string[] })[];
    statedTotals: { line: Line; kind: string; min: string; max: string | null; currency: string; period: string }[];
    computedTotal: { min: string; max: string | null; currency: string; period: "month"; unknown: string[] };
  }[];
  otherPrices: (ReportItem & { isTotal: boolean; table: string | null })[];
  triggers: Record<string, unknown>[];
  decisionMatrix: { line: Line; columns: string[]; rows: { metric: string; line: Line; cells: unknown[] }[] } | null;
  migrations: Record<string, unknown>[];
  monitors: Record<string, unknown>[];
  backups: Record<string, unknown>[];
  budgets: Record<string, unknown>[];
  successCriteria: Record<string, unknown>[];
  environment: Record<string, unknown>[];
  checklists: { title: string; line: Line; items: { title: string; done: boolean; line: Line }[] }[];
  unitEconomics: Record<string, unknown>;
  findings: Finding[];
}

interface ReportItem {
  name: string;
  line: Line;
  price: ReportPrice;
  quantity: string | null;
  provider: string | null;
  kind: string | null;
}

/** The report of a plan that could be read. Pure. */
export function checkReport(plan: Plan, locate: Locate): CheckReport {
  const line = (path: string): Line => locate(path)?.line ?? null;
  const { currency } = plan.project;
  const placed = <T extends object>(list: readonly T[], name: string) => list.map((entry, i) => ({ ...without(entry), line: line(`${name}[${i}]`) }));
  return {
    project: { name: plan.project.name, slug: plan.project.slug },
    stacks: plan.stacks.map((stack, i) => {
      const total = stackTotal(stack, currency);
      return {
        key: stack.key,
        name: stack.name,
        ...roleOf(stack, plan),
        line: line(`stacks[${i}]`),
        lineItems: stack.resources.flatMap((resource, j) => resourceItems(resource, `stacks[${i}].resources[${j}]`, currency, line)),
        statedTotals: stack.statedTotals.map((stated, j) => ({
          line: line(`stacks[${i}].statedTotals[${j}]`),
          kind: stated.kind,
          min: String(stated.min),
          max: stated.max === undefined ? null : String(stated.max),
          currency: stated.currency ?? currency,
          period: stated.period,
        })),
        computedTotal: {
          min: fixed(total.monthly.min),
          max: total.monthly.max === null ? null : fixed(total.monthly.max),
          currency,
          period: "month",
          unknown: [...new Set(total.unknown)],
        },
      };
    }),
    otherPrices: plan.otherPrices.map((entry, i) => ({
      name: entry.name,
      line: line(`otherPrices[${i}]`),
      price: reportPrice(entry.price, currency),
      quantity: entry.quantity === undefined ? null : String(entry.quantity),
      provider: entry.provider ?? null,
      kind: null,
      isTotal: entry.isTotal,
      table: entry.table ?? null,
    })),
    triggers: reportTriggers(plan, line),
    decisionMatrix:
      plan.decisionMatrix === undefined
        ? null
        : {
            line: line("decisionMatrix"),
            columns: plan.decisionMatrix.columns.map((column) => column.stack),
            rows: plan.decisionMatrix.rows.map((row, i) => ({ metric: row.metric, line: line(`decisionMatrix.rows[${i}]`), cells: row.cells })),
          },
    migrations: plan.migrations.map((migration, i) => reportMigration(migration, `migrations[${i}]`, line)),
    monitors: placed(plan.monitors, "monitors"),
    backups: placed(plan.backups, "backups"),
    budgets: placed(plan.budgets, "budgets"),
    successCriteria: placed(plan.successCriteria, "successCriteria"),
    environment: placed(plan.environment, "environment"),
    checklists: plan.checklists.map((list, i) => ({
      title: list.title,
      line: line(`checklists[${i}]`),
      items: list.items.map((item, j) => ({ title: item.title, done: item.done ?? false, line: line(`checklists[${i}].items[${j}]`) })),
    })),
    unitEconomics: plan.unitEconomics ?? {},
    findings: checkPlan(plan, locate),
  };
}

/** A view of a stack has the role of that stack; an option that is weighed is something one could move to. */
function roleOf(stack: Plan["stacks"][number], plan: Plan): { role: string; variantOf?: string | null } {
  if (stack.role !== "variant") return { role: stack.role };
  const original = plan.stacks.find((one) => one.key === stack.variantOf);
  return { role: original === undefined || original.role === "variant" ? "target" : original.role, variantOf: stack.variantOf ?? null };
}

/** An entry without the lines of its source document: `line` of the report is the line of the text. */
function without<T extends object>(entry: T): Omit<T, "line" | "lines"> {
  const { line: _line, lines: _lines, ...rest } = entry as T & { line?: unknown; lines?: unknown };
  return rest as Omit<T, "line" | "lines">;
}

function fixed(value: Decimal): string {
  return value.toDecimalPlaces(6).toFixed();
}

function resourceItems(resource: PlanResource, path: string, currency: string, line: (path: string) => Line) {
  const common = { provider: resource.provider ?? null, kind: resource.kind, replaces: resource.replaces ?? [] };
  const items: (PlanLineItem | null)[] = resource.lineItems.length === 0 ? [null] : resource.lineItems;
  return items.map((item, k) => ({
    ...common,
    name: item?.name ?? resource.name,
    line: line(item === null ? path : `${path}.lineItems[${k}]`),
    price: reportPrice(item?.price ?? null, currency),
    quantity: item?.quantity === undefined ? null : String(item.quantity),
  }));
}

/** Forms of the report are fewer than those of a plan: what is included is free, tiers and formulas are their amount. */
function reportPrice(price: PlanPrice | null, currency: string): ReportPrice {
  const base = { currency: price?.currency ?? currency, period: price?.period ?? "month", approximate: price?.approximate ?? false, text: price?.text ?? null };
  const made = (form: string, min?: number, max?: number | null): ReportPrice => ({
    form,
    min: min === undefined ? null : String(min),
    max: max === undefined || max === null ? null : String(max),
    ...base,
  });
  switch (price?.form) {
    case "fixed":
      return made("fixed", price.amount, price.amount);
    case "range":
      return made("range", price.min, price.max);
    case "open":
      return made("open", price.min);
    case "free":
    case "included":
      return made("free", 0, 0);
    case "per-unit":
      return made("per-unit", price.unitPrice, price.unitPrice);
    case "percent":
      return made("percent", price.percent, price.percent);
    case "tiered": {
      const tier = price.tiers.find((candidate) => candidate.name === price.current) ?? price.tiers[0];
      return made("range", tier?.amount ?? tier?.min, tier?.amount ?? tier?.max);
    }
    case "formula":
      return made("fixed", price.amount, price.amount);
    default:
      return made("unknown");
  }
}

function reportMigration(migration: Plan["migrations"][number], path: string, line: (path: string) => Line): Record<string, unknown> {
  return {
    key: migration.key,
    line: line(path),
    from: migration.from,
    to: migration.to,
    phases: migration.phases.map((phase, i) => ({
      title: phase.title,
      line: line(`${path}.phases[${i}]`),
      planned: phase.planned ?? null,
      steps: phase.steps.map((step, j) => ({
        title: step.title,
        line: line(`${path}.phases[${i}].steps[${j}]`),
        kind: step.kind,
        commands: step.commands ?? [],
        done: step.done ?? false,
      })),
    })),
    cutover: migration.cutover.map((event, i) => ({ offset: event.offset ?? null, title: event.title, line: line(`${path}.cutover[${i}]`) })),
    traffic: migration.traffic.map((entry, i) => ({ at: entry.at ?? null, percent: entry.percent, line: line(`${path}.traffic[${i}]`) })),
    rollback: {
      triggers: (migration.rollback?.conditions ?? []).map((condition, i) => ({
        ...without(condition),
        line: line(`${path}.rollback.conditions[${i}]`),
      })),
      steps: (migration.rollback?.steps ?? []).map((step, i) => ({ title: step.title, line: line(`${path}.rollback.steps[${i}]`), kind: step.kind })),
    },
    observation: migration.observation?.duration ?? null,
    decommissionAfter: migration.decommission?.after ?? null,
    estimatedDowntime: migration.estimatedDowntime === undefined ? null : without(migration.estimatedDowntime),
  };
}
