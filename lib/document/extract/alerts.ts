import type { Draft, Entry } from "../draft";
import { normalise } from "../lexicon/words";
import { billOf } from "./alerts-bills";
import { ensureMetric } from "./ensure-metric";
import { limitsOf } from "./triggers-all";
import type { Limit } from "./triggers-limits";
import { type Statement, statementsOf } from "./triggers-statements";
import type { Extract } from "./types";

/** When somebody is told: limits with two levels, lists by severity, levels of the bill. */
export const alerts: Extract = ({ tree, draft }) => {
  const billed = addBills(draft, statementsOf(tree));
  for (const limit of limitsOf(tree)) if (limit.kind === "alert" && !billed.has(limit.line)) addLevel(draft, limit);
};

/** A limit becomes a level of the rule of its quantity; a second limit of the same level makes a rule of its own. */
function addLevel(draft: Draft, limit: Limit): void {
  const metric = ensureMetric(draft, limit.metric, limit.line);
  const kind = limit.level ?? "warning";
  const level = { op: limit.op, value: limit.value, ...(limit.high === null ? {} : { high: limit.high }), line: limit.line };
  const rule = draft.plan.alertRules.find((one) => one.metric === metric && one[kind] === undefined && (one.levels ?? []).length === 0 && sameRule(one, limit));
  draft.claim(limit.line, "alerts");
  if (rule !== undefined) {
    rule[kind] = level;
    rule.action = joined(rule.action, limit.action);
    if (rule.action === undefined) delete rule.action;
    return;
  }
  const entry: Entry<"alertRules"> = {
    key: draft.key("alertRules", limit.metric.key, "alert"),
    name: (limit.row ?? limit.metric.name).slice(0, 200) || limit.metric.name,
    metric,
    [kind]: level,
    ...(limit.unit === null ? {} : { unit: limit.unit.slice(0, 40) }),
    ...(limit.for === null ? {} : { for: limit.for }),
    ...(limit.action === null ? {} : { action: limit.action.slice(0, 500) }),
    line: limit.line,
  };
  draft.add("alertRules", entry, limit.line);
}

/** Levels that watch over opposite ends, or hold for other times, are rules of their own. */
function sameRule(rule: Entry<"alertRules">, limit: Limit): boolean {
  const other = rule.warning ?? rule.critical;
  if (rule.for !== undefined && limit.for !== null && rule.for !== limit.for) return false;
  const side = (op: string | undefined) => (op === undefined ? ">" : op.charAt(0));
  return other === undefined || side(other.op) === side(limit.op);
}

function joined(one: string | undefined, other: string | null): string | undefined {
  if (other === null || one === other) return one;
  return one === undefined ? other.slice(0, 500) : `${one}; ${other}`.slice(0, 500);
}

/** Points of one list become levels of one rule. @returns the lines that were read */
function addBills(draft: Draft, statements: readonly Statement[]): Set<number> {
  const lines = new Set<number>();
  const rules = new Map<unknown, Entry<"alertRules">>();
  for (const statement of statements) {
    const bill = billOf(statement);
    if (bill === null) continue;
    const { line } = bill;
    lines.add(line);
    draft.claim(line, "alerts");
    const levels = bill.values.map((value) => ({ op: ">" as const, value, line }));
    const known = rules.get(statement.block);
    if (known !== undefined && statement.form === "item") {
      known.levels = [...(known.levels ?? []), ...levels].slice(0, 20);
      continue;
    }
    const name = metricName(normalise(`${bill.text} ${statement.around[0]?.text ?? ""}`));
    const unit = `${bill.currency}/${bill.period}`;
    const metric = ensureMetric(draft, { key: `${name.key}_${bill.currency.toLowerCase()}`, name: name.name, unit, known: true }, line);
    const rule: Entry<"alertRules"> = { key: draft.key("alertRules", name.key, "bill"), name: name.name, metric, levels, unit, line };
    if (draft.add("alertRules", rule, line)) rules.set(statement.block, rule);
  }
  return lines;
}

function metricName(plain: string): { key: string; name: string } {
  const provider = /(?<![\p{L}])(aws|azure|gcp|google cloud|vercel|netlify|heroku|cloudflare|hetzner|ovh|digitalocean|fly\.io|render)(?![\p{L}])/u.exec(
    plain,
  )?.[1];
  return provider === undefined
    ? { key: "bill", name: "Monthly bill" }
    : { key: `${provider.replace(/[^a-z]+/g, "_")}_bill`, name: `Monthly bill of ${provider.toUpperCase().length <= 4 ? provider.toUpperCase() : provider}` };
}
