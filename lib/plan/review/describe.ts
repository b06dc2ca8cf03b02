import { formatMoney } from "@/lib/core/money";
import type { Plan, PlanMatrixCell, PlanPrice } from "../types";
import { cellText, conditionText, priceText } from "../words";

/** Names of what entries refer to. */
export interface Names {
  currency: string;
  stacks: ReadonlyMap<string, string>;
  metrics: ReadonlyMap<string, string>;
}

export function namesOf(plan: Plan): Names {
  return {
    currency: plan.project.currency,
    stacks: new Map(plan.stacks.map((stack) => [stack.key, stack.name])),
    metrics: new Map(plan.metrics.map((metric) => [metric.key, metric.name])),
  };
}

type Entry = Record<string, unknown>;

const textOf = (entry: Entry, ...fields: string[]): string => {
  for (const field of fields) {
    const value = entry[field];
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return "";
};
const joined = (...parts: (string | undefined)[]) => parts.filter((part) => part !== undefined && part !== "").join(", ");

/** What an entry is called and what it says, in words. Pure. */
export function inWords(list: string, entry: Entry, names: Names): { title: string; detail: string } {
  const metric = names.metrics.get(textOf(entry, "metric")) ?? textOf(entry, "metric");
  const way = [textOf(entry, "from"), textOf(entry, "to")].map((key) => names.stacks.get(key) ?? key).filter((name) => name !== "");
  switch (list) {
    case "stacks":
      return { title: textOf(entry, "name"), detail: textOf(entry, "role") };
    case "stacks.resources": {
      const items = (entry.lineItems ?? []) as { price: PlanPrice }[];
      const prices = items.map((item) => priceText(item.price, names.currency)).join(" + ");
      return { title: textOf(entry, "name"), detail: joined(prices === "" ? "no price" : prices, textOf(entry, "provider"), textOf(entry, "kind")) };
    }
    case "stacks.resources.lineItems":
    case "otherPrices":
      return {
        title: textOf(entry, "name") || "Price",
        detail: joined(
          priceText(entry.price as PlanPrice, names.currency),
          textOf(entry, "provider"),
          entry.isTotal === true ? "a total" : "",
          textOf(entry, "table"),
        ),
      };
    case "stacks.statedTotals":
      return { title: `Stated ${textOf(entry, "kind") === "total" ? "total" : textOf(entry, "kind")}`, detail: amountText(entry, names.currency) };
    case "triggers":
      return {
        title: metric,
        detail: joined(conditionText(entry), textOf(entry, "kind"), way.length === 2 ? way.join(" → ") : way.length === 1 ? `to ${way[0]}` : ""),
      };
    case "alertRules": {
      const level = (name: "warning" | "critical") =>
        entry[name] === undefined ? "" : `${name} ${conditionText({ ...(entry[name] as Entry), unit: entry.unit })}`;
      return {
        title: textOf(entry, "name") || metric || textOf(entry, "key"),
        detail: joined(level("warning"), level("critical"), entry.for === undefined ? "" : `for ${entry.for}`),
      };
    }
    case "decisionMatrix.rows":
      return { title: textOf(entry, "label") || metric, detail: ((entry.cells ?? []) as PlanMatrixCell[]).map(cellText).join(" | ") };
    case "migrations":
      return { title: textOf(entry, "name"), detail: way.join(" → ") };
    case "migrations.phases": {
      const planned = entry.planned as { text?: string; weeks?: number[]; days?: number[] } | undefined;
      const when = planned?.text ?? (planned?.weeks !== undefined ? span("week", planned.weeks) : planned?.days !== undefined ? span("day", planned.days) : "");
      return { title: textOf(entry, "title"), detail: joined(when, `${((entry.steps ?? []) as unknown[]).length} steps`) };
    }
    case "migrations.phases.steps":
    case "migrations.rollback.steps": {
      const commands = ((entry.commands ?? []) as unknown[]).length;
      return {
        title: textOf(entry, "title"),
        detail: joined(
          entry.done === true ? "done" : "",
          textOf(entry, "activity") || textOf(entry, "kind"),
          commands === 0 ? "" : `${commands} ${commands === 1 ? "command" : "commands"}`,
        ),
      };
    }
    case "migrations.cutover":
      return {
        title: textOf(entry, "title"),
        detail: entry.offset === undefined ? textOf(entry, "at") : `T${String(entry.offset).startsWith("-") ? "" : "+"}${entry.offset}`,
      };
    case "migrations.traffic":
      return {
        title: `${entry.percent} %`,
        detail: joined(textOf(entry, "at"), entry.hold === undefined ? "" : `hold ${entry.hold}`, textOf(entry, "purpose")),
      };
    case "metrics":
      return { title: textOf(entry, "name"), detail: joined(textOf(entry, "unit"), entry.kind === "boolean" ? "yes or no" : "") };
    case "triggerGroups":
      return {
        title: textOf(entry, "name"),
        detail: joined(`met when ${textOf(entry, "combine") || "any"} of its triggers fire`, way.length === 2 ? way.join(" → ") : ""),
      };
    case "budgets":
      return {
        title: textOf(entry, "name"),
        detail: `${formatMoney(Number(entry.amount), textOf(entry, "currency") || names.currency)} a ${textOf(entry, "period") || "month"}`,
      };
    case "backups":
      return {
        title: textOf(entry, "what"),
        detail: joined(textOf(entry, "frequency", "cron", "interval"), textOf(entry, "retentionText", "retention"), textOf(entry, "storage")),
      };
    case "monitors":
      return { title: textOf(entry, "name"), detail: joined(textOf(entry, "type"), textOf(entry, "target"), textOf(entry, "interval")) };
    case "environment":
      return { title: textOf(entry, "scope"), detail: ((entry.names ?? []) as string[]).join(", ") };
    case "checklists.items":
      return { title: textOf(entry, "title"), detail: entry.done === true ? "done" : "open" };
    case "checklists":
      return { title: textOf(entry, "title"), detail: `${((entry.items ?? []) as unknown[]).length} items` };
    default:
      return plainly(entry, metric);
  }
}

function span(word: string, [first, last]: readonly number[]): string {
  return last === undefined || last === first ? `${word} ${first}` : `${word}s ${first}–${last}`;
}

function amountText(entry: Entry, currency: string): string {
  const money = (value: unknown) => formatMoney(Number(value), textOf(entry, "currency") || currency);
  const end = entry.max === undefined ? "+" : entry.max === entry.min ? "" : `–${money(entry.max)}`;
  return `${entry.approximate === true ? "~" : ""}${money(entry.min)}${end}/${textOf(entry, "period") || "month"}`;
}

const TITLES = ["name", "title", "what", "text", "component", "scope", "symptom", "subject", "service", "host", "event", "key"];
const HIDDEN = new Set(["key", "line", "lines", "note", "aggregation", "noData", "combineStated", "schemaVersion"]);

/** Any other entry: its name, then its plain values. */
function plainly(entry: Entry, metric: string): { title: string; detail: string } {
  const named = TITLES.find((field) => typeof entry[field] === "string");
  const title = named === undefined ? metric || "Entry" : String(entry[named]);
  const rest = Object.entries(entry).filter(
    ([field, value]) => field !== named && !HIDDEN.has(field) && ["string", "number", "boolean"].includes(typeof value),
  );
  const condition = entry.op !== undefined || (entry.value !== undefined && typeof entry.value !== "object");
  const words = rest
    .filter(([field]) => !condition || !["op", "value", "high", "unit", "for", "metric"].includes(field))
    .map(([field, value]) => `${field} ${value}`);
  return { title, detail: joined(condition ? conditionText(entry) : "", ...words).slice(0, 300) };
}
