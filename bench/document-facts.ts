/* Ground truth of a document: facts with line numbers, in the shape of the files a reader of documents is measured by. */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Facts = { [key: string]: Json };

export interface Gold {
  /** The fact may be read from any of these lines. */
  lines: number[];
  low: number | null;
  high: number | null;
  what: string;
  /** Where the facts say it: what is read must agree. */
  period?: "month" | "year";
}

export interface Contradiction {
  id: string;
  what: string;
  lines: number[];
  basis: string;
  family: string;
  rule: string;
}

const record = (value: Json | undefined): Facts => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : {});
const items = (value: Json | undefined): Facts[] => (Array.isArray(value) ? value.map(record) : []);
const num = (value: Json | undefined): number | null => (typeof value === "number" ? value : null);

/** Lines of a fact: `line` is a number, a list, or the first of a range up to `end_line`. */
export function linesOfFact(fact: Facts): number[] {
  const { line, lines, end_line: end } = fact;
  const own = [line, lines].flatMap((one) => (Array.isArray(one) ? one : [one])).filter((one): one is number => typeof one === "number");
  if (typeof end !== "number" || own[0] === undefined) return own;
  return [...new Set([...own, ...Array.from({ length: Math.max(0, end - own[0] + 1) }, (_, i) => (own[0] ?? 0) + i)])];
}

function amount(what: string, fact: Facts, value: Json | undefined, also: number[] = []): Gold[] {
  const lines = [...linesOfFact(fact), ...also];
  if (lines.length === 0 || value === null || value === undefined) return [];
  if (typeof value === "number") return [{ lines, low: value, high: value, what }];
  const range = record(value);
  const low = num(range.min);
  return low === null && num(range.max) === null ? [] : [{ lines, low, high: num(range.max), what }];
}

const each = (period: "month" | "year", facts: Gold[]): Gold[] => facts.map((fact) => ({ ...fact, period }));

/** Prices of services: rows of stacks, replacements, stages, tiers and unit prices. */
export function goldPrices(facts: Facts): Gold[] {
  return [
    ...items(facts.stacks).flatMap((stack) =>
      items(stack.resources).flatMap((row) =>
        each(
          "month",
          amount(
            `row ${String(row.name)}`,
            row,
            row.price_form === "open-ended" ? { min: record(row.monthly_usd).min ?? null, max: null } : (row.monthly_usd ?? null),
          ),
        ),
      ),
    ),
    ...items(facts.component_replacements).flatMap((entry) =>
      [...items(entry.from), record(entry.to)].flatMap((side) =>
        amount(`replacement ${String(side.name)}`, entry, { min: side.min ?? null, max: side.max ?? null }),
      ),
    ),
    ...items(facts.pricing_rules).flatMap((rule) => [
      ...amount(`rule ${String(rule.service)}`, rule, rule.usd ?? null),
      ...amount(`unit price ${String(rule.service)}`, rule, rule.unit_usd ?? null),
      ...items(rule.tiers).flatMap((tier) =>
        amount(`tier of ${String(rule.service)}`, rule, tier.usd ?? (tier.usd_min === undefined ? null : { min: tier.usd_min, max: tier.usd_max ?? null })),
      ),
    ]),
    ...items(facts.scaling_stages).flatMap((stage) => [
      ...amount("stage", stage, stage.monthly_usd ?? null),
      ...amount("stage delta", stage, stage.cost_delta_monthly_usd ?? null),
    ]),
  ];
}

export function goldTotals(facts: Facts): Gold[] {
  return items(facts.stacks).flatMap((stack) => {
    const stated = record(stack.stated_total);
    return [
      ...each("month", amount("total", stated, stated)),
      ...each("year", amount("annual total", stated, stated.annual ?? null, typeof stated.annual_line === "number" ? [stated.annual_line] : [])),
      ...amount("heading", record(stack.heading_total), stack.heading_total ?? null),
      ...items(stack.other_stated_totals).flatMap((other) => amount("other total", other, other)),
    ];
  });
}

const threshold = (what: string, fact: Facts, value: Json | undefined): Gold[] => (typeof value === "number" ? amount(what, fact, value) : []);

export function goldTriggers(facts: Facts): Gold[] {
  return items(facts.triggers).flatMap((trigger) => threshold(`${String(trigger.metric)} ${String(trigger.op)}`, trigger, trigger.value));
}

export function goldAlerts(facts: Facts): Gold[] {
  return items(facts.alert_thresholds).flatMap((alert) => [
    ...threshold(`warning ${String(alert.metric)}`, alert, record(alert.warning).value),
    ...threshold(`critical ${String(alert.metric)}`, alert, record(alert.critical).value),
    ...(Array.isArray(alert.levels) ? alert.levels.flatMap((level) => threshold(`level ${String(alert.metric)}`, alert, level)) : []),
  ]);
}

export function goldRollbacks(facts: Facts): Gold[] {
  return items(facts.rollback_triggers).flatMap((trigger) => threshold(`rollback ${String(trigger.metric)}`, trigger, trigger.value));
}

export function goldPhases(facts: Facts): Gold[] {
  return items(facts.migrations).flatMap((migration) =>
    items(migration.phases).map((phase) => ({ lines: linesOfFact(phase), low: null, high: null, what: String(phase.title) })),
  );
}

export function contradictions(facts: Facts): Contradiction[] {
  return items(facts.inconsistencies).map((entry) => ({
    id: String(entry.id),
    what: String(entry.what),
    lines: linesOfFact(entry),
    basis: String(entry.basis),
    family: String(entry.family),
    rule: String(entry.auto_check),
  }));
}

/** Every number that any fact gives for a line: what is read from a line and not among them was not meant so. */
export function numbersByLine(facts: Facts): Map<number, Set<number>> {
  const found = new Map<number, Set<number>>();
  const walk = (value: Json, lines: number[]): void => {
    if (typeof value === "number") for (const line of lines) found.set(line, (found.get(line) ?? new Set()).add(value));
    else if (typeof value === "string") for (const text of value.match(/\d+(?:\.\d+)?/g) ?? []) walk(Number(text), lines);
    else if (Array.isArray(value)) for (const one of value) walk(one, lines);
    else if (typeof value === "object" && value !== null) {
      const own = linesOfFact(value);
      for (const [name, child] of Object.entries(value)) if (!/line/.test(name)) walk(child, own.length > 0 ? own : lines);
    }
  };
  walk(facts, []);
  return found;
}
