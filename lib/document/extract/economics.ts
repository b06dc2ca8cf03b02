import type { PlanInput } from "@/lib/plan/types";
import { metricOf } from "../grammar/metric-names";
import { findQuantities } from "../grammar/quantity";
import { normalise, wordTest } from "../lexicon/words";
import { spokenLines } from "../texts";
import { ensureMetric } from "./ensure-metric";
import type { Extract, Extraction } from "./types";

type Economics = NonNullable<PlanInput["unitEconomics"]>;
type List<K extends "breakEven" | "margins" | "costMultiples"> = NonNullable<Economics[K]>;

const BREAK_EVEN = wordTest([
  "break even",
  "breakeven",
  "break-even*",
  "gewinnschwelle",
  "rentabilitatsschwelle",
  "seuil de rentabilite",
  "point mort",
  "punto de equilibrio",
  "umbral de rentabilidad",
]);
const PAYBACK = wordTest([
  "payback",
  "pays for itself",
  "pay for itself",
  "paid back",
  "pays back",
  "amortis*",
  "amortiz*",
  "rentabilise*",
  "recuper*",
  "return on investment",
]);
const MARGIN = wordTest(["margin", "margins", "marge", "gewinnmarge", "margen", "gross margin", "profit margin"]);
const VERSUS = /\b(?:vs\.?|versus|instead of|compared (?:to|with)|statt|gegenuber|au lieu de|contre|en lugar de|frente a)\s(?:~|about\s|ca\.?\s)?(\d{1,9})\b/;
const WHEN = /\b(?:when|once|wenn|sobald|quand|lorsque|cuando)\b/;
const FTE = /(?<![\d.,])(\d{0,3}(?:[.,]\d{1,3})?)\s?(?:fte|vza|vollzeit\w*|etp|ejc)\b/;
const PEOPLE = new Set(["users", "customers", "subscribers", "clients", "tenants", "members"]);
const MULTIPLE = /(?:^|_)cost_(?:multiple|increase)|cost_factor/;

/** What the move means per customer: break-even points, margins, multiples of cost, labor. Adds nothing that is there already. */
export const economics: Extract = (at) => {
  const { draft, tree } = at;
  const have = draft.plan.unitEconomics ?? {};
  const breakEven: List<"breakEven"> = [];
  const margins: List<"margins"> = [];
  const payback: NonNullable<Economics["payback"]> = [];
  let labor: Economics["labor"];
  for (const { line, text, kind } of spokenLines(tree)) {
    if (text.length > 300 || kind === "comment") continue;
    const plain = normalise(text);
    if (BREAK_EVEN.test(plain)) for (const point of pointsOf(at, text, plain, line)) keep(breakEven, point);
    const months = PAYBACK.test(plain) ? monthsIn(plain) : null;
    if (months !== null) payback.push({ months, text: text.slice(0, 300), line });
    const margin = MARGIN.test(plain) ? marginOf(text, line) : null;
    if (margin !== null) margins.push(margin);
    labor ??= laborOf(text, plain, line);
  }
  // Cost blocks inside fences name labor too.
  for (const block of tree.blocks)
    if (block.type === "code") for (const { line, text } of block.lines) if (text.length <= 300) labor ??= laborOf(text, normalise(text), line);
  const costMultiples: List<"costMultiples"> = draft.plan.triggers.flatMap((trigger) =>
    MULTIPLE.test(trigger.metric) && typeof trigger.value === "number" && trigger.value > 1 && trigger.from !== undefined && trigger.to !== undefined
      ? [{ from: trigger.from, to: trigger.to, value: trigger.value, ...(trigger.line === undefined ? {} : { line: trigger.line }) }]
      : [],
  );
  const found: Economics = {
    ...have,
    ...(have.breakEven?.length || breakEven.length === 0 ? {} : { breakEven }),
    ...(have.margins?.length || margins.length === 0 ? {} : { margins }),
    ...(have.costMultiples?.length || costMultiples.length === 0 ? {} : { costMultiples }),
    ...(have.payback?.length || payback.length === 0 ? {} : { payback: payback.slice(0, 20) }),
    ...(have.labor !== undefined || labor === undefined ? {} : { labor }),
  };
  if (Object.keys(found).length > 0) draft.plan.unitEconomics = found;
};

/** "4.5 months", "9 Monate", "2 years". */
function monthsIn(plain: string): number | null {
  const found = /(?<![\d.,])(\d{1,3}(?:[.,]\d)?)\s?(months?|monate?n?|mois|mes(?:es)?|years?|jahre?n?|ans|anos?)(?![\p{L}])/u.exec(plain);
  if (found?.[1] === undefined) return null;
  return Number(found[1].replace(",", ".")) * (/^(?:y|j|an)/.test(found[2] ?? "") ? 12 : 1);
}

/** One entry per point: the one that says most. */
function keep(points: List<"breakEven">, point: List<"breakEven">[number]): void {
  const at = points.findIndex((one) => one.value === point.value && one.stack === point.stack);
  const known = points[at];
  if (known === undefined) points.push(point);
  else if (known.revenuePerUnit === undefined && known.cost === undefined && (point.revenuePerUnit ?? point.cost) !== undefined) points[at] = point;
}

/** "2 customers @ $67 (vs 7 before)", "~100K users (when the bill would be $800+)". */
function pointsOf({ draft }: Extraction, text: string, plain: string, line: number): List<"breakEven"> {
  // Amounts as they are written: "4 customers @ $25" is no product here.
  const quantities = findQuantities(text);
  const count = quantities.find((one) => one.unit !== null && PEOPLE.has(one.unit) && one.high === null);
  if (count === undefined) return [];
  const stack = (role: string) => draft.plan.stacks.find((one) => one.role === role)?.key;
  const [target, current] = [stack("target"), stack("current")];
  const unit = count.unit ?? "users";
  const metric = ensureMetric(draft, metricOf(unit, unit) ?? { key: unit, name: unit, unit, known: false }, line);
  const amount = quantities.find((one) => one.currency !== null && one.start > count.start);
  const base = { metric, line, text: text.slice(0, 300), value: count.value };
  const when = amount !== undefined && WHEN.test(normalise(text.slice(count.start, amount.start)));
  const own = { ...(target === undefined ? {} : { stack: target }) };
  if (when) return [{ ...base, ...own, cost: amount.value, openEnded: true }];
  const revenue = amount !== undefined && amount.value > 0 ? { revenuePerUnit: amount.value } : {};
  const other = VERSUS.exec(plain)?.[1];
  const points = [{ ...base, ...own, ...revenue }];
  if (other !== undefined && current !== undefined) points.push({ ...base, value: Number(other), stack: current, ...revenue });
  return points;
}

/** "90 % at 40 clients ($8K - $800 = $7.2K)". */
function marginOf(text: string, line: number): List<"margins">[number] | null {
  const quantities = findQuantities(text);
  const people = quantities.find((one) => one.unit !== null && PEOPLE.has(one.unit));
  const percent = quantities.find((one) => one.unit === "percent" && one.value <= 100);
  const amounts = quantities.filter((one) => one.currency !== null && one.high === null);
  if (people === undefined || !Number.isInteger(people.value)) return null;
  for (let i = 0; i + 2 < amounts.length; i++) {
    const [revenue, cost, profit] = amounts.slice(i, i + 3);
    if (revenue === undefined || cost === undefined || profit === undefined) continue;
    if (!/[-−–]/.test(text.slice(revenue.end, cost.start)) || !/=/.test(text.slice(cost.end, profit.start))) continue;
    const loss = /[-−]\s?$/.test(text.slice(cost.end, profit.start));
    return {
      customers: people.value,
      revenue: revenue.value,
      cost: cost.value,
      profit: loss ? -profit.value : profit.value,
      ...(percent === undefined ? {} : { statedPercent: percent.value }),
      line,
    };
  }
  return null;
}

/** "0.5 FTE @ $96K/year: $4,000/month". */
function laborOf(text: string, plain: string, line: number): Economics["labor"] {
  const fte = FTE.exec(plain)?.[1]?.replace(",", ".");
  if (fte === undefined || fte === "" || !Number.isFinite(Number(fte))) return undefined;
  const amounts = findQuantities(text).filter((one) => one.currency !== null);
  const annual = amounts.find((one) => one.unit?.endsWith("/year"))?.value;
  const monthly = amounts.find((one) => one.unit?.endsWith("/month"))?.value;
  return annual === undefined || monthly === undefined ? undefined : { fte: Number(fte), annual, monthly, line };
}
