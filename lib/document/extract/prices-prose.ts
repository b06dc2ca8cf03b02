import type { Draft, Entry } from "../draft";
import { findMoney, type MoneyMention } from "../grammar/money";
import { BUDGET, currencyIn, DAYS_OF_WORK, LABOR, longPeriodIn, ONCE, PRICE_LIST, periodIn, REVENUE, SAVING, WHOLE_COST } from "../lexicon/costs";
import { normalise, wordTest } from "../lexicon/words";
import { rolesOf } from "../outline";
import { type Spoken, spokenLines } from "../texts";
import type { Block } from "../tree";
import type { Amount } from "./prices-bills";
import { isIncome, isLimit } from "./prices-limits";
import { depthAt, rowName, standsAsPrice } from "./prices-lines";
import { addOther, tableOf } from "./prices-other";
import { type Defaults, nameOf, statedOf } from "./prices-reading";
import { nameKind } from "./prices-tables";
import { type Outlined, outlined } from "./stacks";
import { sideOf } from "./stacks-bills";
import { stackOf } from "./stacks-names";
import type { Extract } from "./types";

/*
 * Amounts in headings and sentences. What an amount is, the words of its own clause say: a price, what a whole stack
 * costs, a saving; limits, budgets, revenues and salaries are left to those who read them.
 */

const INSTEAD = /^\W*(?:instead of|rather than|statt|anstatt|au lieu de|en lugar de|en vez de)\b/iu;
const ALERTS = wordTest([
  "alert*",
  "alarm*",
  "notify",
  "notification*",
  "tell",
  "warn",
  "warning*",
  "page",
  "benachrichtig*",
  "alerte*",
  "avertir",
  "avisar",
  "alerta*",
]);
const LIMITS = wordTest(["threshold*", "trigger*", "limit*", "alert*", "warning", "critical", "schwell*", "seuil*", "umbral*", "grenzwert*"]);

interface Clause {
  mention: MoneyMention;
  /** From the end of the amount before, or of the sentence, up to this one. */
  before: string;
  /** Up to the next amount or the end of the sentence. */
  after: string;
}

/** Prices in headings, sentences and lists that are no bills. */
export const prosePrices: Extract = (at) => {
  const { tree, draft } = at;
  const headings = new Map(draft.plan.stacks.map((stack) => [stack.line, stack]));
  const all = outlined(at);
  const { bills } = all;
  const rows = new Set(bills.flatMap((bill) => bill.rows.map((row) => row.line)));
  const tables = new Set<Block>(bills.map((bill) => bill.block));
  const taken = new Set(
    bills.flatMap((bill) =>
      bill.rows.flatMap((row) => [row.amount, row.annual, row.once, row.unit].flatMap((one) => (one === null ? [] : [`${one.line} ${one.text}`]))),
    ),
  );
  for (const spoken of spokenLines(tree)) {
    if (spoken.kind === "comment" || spoken.text.length > 2_000) continue;
    if (spoken.kind === "cell" ? taken.has(`${spoken.line} ${spoken.text}`) || !isFreeCell(draft, spoken, tables) : rows.has(spoken.line)) continue;
    const clauses = clausesOf(spoken.text);
    if (clauses.length === 0) continue;
    const stack = spoken.kind === "heading" || spoken.kind === "paragraph" ? headings.get(spoken.line) : undefined;
    for (const clause of clauses) read(draft, spoken, clause, clauses, stack, rows, all);
  }
};

/** Cells beside prices say what is charged beyond; other tables are about something else, unless nobody has read the row. */
function isFreeCell(draft: Draft, { block, line, text }: Spoken, tables: ReadonlySet<Block>): boolean {
  if (block?.type !== "table" || line === block.header.line) return false;
  if (tables.has(block)) return findMoney(text).some((mention) => mention.form === "per-unit");
  const row = block.rows.find((one) => one.line === line);
  const words = normalise(`${row?.cells[0]?.text ?? ""} ${block.header.cells.map((cell) => cell.text).join(" ")}`);
  return !draft.claimed(line, 0, Number.POSITIVE_INFINITY, "prices") && !REVENUE.test(words) && !LIMITS.test(words);
}

function clausesOf(text: string): Clause[] {
  const mentions = findMoney(text);
  return mentions.map((mention, i) => {
    const from = mentions[i - 1]?.end ?? 0;
    const to = mentions[i + 1]?.start ?? text.length;
    const before = text.slice(from, mention.start);
    const cut = Math.max(before.lastIndexOf(". "), before.lastIndexOf("; "), before.lastIndexOf("? ")) + 1;
    return { mention, before: before.slice(cut), after: /^[^.;]*(?:\.(?!\s|$)[^.;]*)*/.exec(text.slice(mention.end, to))?.[0] ?? "" };
  });
}

function read(
  draft: Draft,
  spoken: Spoken,
  clause: Clause,
  all: readonly Clause[],
  heading: Entry<"stacks"> | undefined,
  rows: ReadonlySet<number>,
  bills: Outlined,
): void {
  const { mention, before, after } = clause;
  const { text, line } = spoken;
  const amount: Amount = { money: mention, line, text };
  const plain = normalise(sentenceBefore(text, mention.start));
  const period =
    longPeriodIn(before) ??
    (ONCE.test(plain) || DAYS_OF_WORK.test(normalise(text)) || goesOnOnce(text, mention, before) ? "once" : periodIn(spoken.section.title));
  const defaults: Defaults = { period, currency: currencyIn(spoken.section.title), project: draft.plan.project.currency ?? "USD" };
  if (heading !== undefined && mention.form !== "percent" && mention.form !== "per-unit") {
    heading.statedTotals ??= [];
    heading.statedTotals.push({ kind: "heading", ...statedOf(mention, defaults), text: mention.text.slice(0, 300) || undefined, line });
    draft.claim(line, "prices", mention.start, mention.end);
    return;
  }
  if (draft.claimed(line, mention.start, mention.end, "prices") && spoken.kind !== "cell") return;
  if (spoken.kind === "cell" && (rows.has(line) ? mention.form !== "per-unit" : mention.form === "free" || mention.form === "included")) return;
  if (isNoPrice(text, clause)) return;
  draft.claim(line, "prices", mention.start, mention.end);
  const own = `${before} ${after}`;
  const saving = mention.sign === -1 || SAVING.test(normalise(`${before.slice(-60)} ${after.slice(0, 40)}`));
  const table = tableOf(spoken.section, spoken.block?.label?.text ?? null);
  const lone =
    !saving && mention.form !== "per-unit" && spoken.kind === "paragraph" && all.length === 1 && !/\p{L}/u.test(before)
      ? ownerOf(draft, spoken, bills)
      : undefined;
  if (lone !== undefined && !(lone.statedTotals ?? []).some((one) => one.kind === "total" || one.kind === "heading")) {
    lone.statedTotals = [
      ...(lone.statedTotals ?? []),
      { kind: "headline", ...statedOf(mention, defaults), text: mention.text.slice(0, 300) || undefined, line },
    ];
    return;
  }
  if (!saving && mention.form !== "per-unit" && isWhole(draft, before, after, all, clause)) {
    const stack = sideStack(draft, before, after, all, clause, line);
    const owner = draft.plan.stacks.find((one) => one.key === stack) ?? (isPlainTotal(before) ? ownerOf(draft, spoken, bills) : undefined);
    if (owner !== undefined) {
      owner.statedTotals ??= [];
      owner.statedTotals.push({ kind: "headline", ...statedOf(mention, defaults), text: mention.text.slice(0, 300) || undefined, line });
      return;
    }
    addOther(draft, amount, { name: nameOf(before) || "Total", table, isTotal: true }, defaults);
    return;
  }
  const name = nameInFront(before, before.length) || firstName(text, all) || rowName(text, mention);
  addOther(draft, amount, { name, table, note: own }, defaults);
}

/** What stands in front of the first amount of the line. */
function firstName(text: string, all: readonly Clause[]): string {
  const [one] = all;
  return one === undefined ? "" : nameInFront(text, one.mention.start);
}

/** "One-time: $800 for setup and $300 for training": the second amount is paid once too. */
function goesOnOnce(text: string, mention: MoneyMention, before: string): boolean {
  if (mention.period !== null || periodIn(before) !== null || before.length > 80) return false;
  const sentence = text.slice(0, mention.start);
  const from = Math.max(sentence.lastIndexOf(". "), sentence.lastIndexOf("; ")) + 1;
  const lead = sentence.slice(from, from + 60);
  return ONCE.test(normalise(lead.split(/[:：]/u)[0] ?? "")) && /[:：]/u.test(lead) && !findMoney(sentence.slice(from)).some((one) => one.period !== null);
}

function isPlainTotal(before: string): boolean {
  return nameKind(nameOf(before)) === "total";
}

/** The stack whose list stands in the same section; none where several do. */
function ownerOf(draft: Draft, { section }: Spoken, { inSection }: Outlined): Entry<"stacks"> | undefined {
  const keys = inSection.get(section) ?? new Set<string>();
  const [only] = keys;
  return keys.size === 1 ? draft.plan.stacks.find((stack) => stack.key === only) : undefined;
}

/** Limits, budgets, revenues, salaries, and a "free" that is no price. */
function isNoPrice(text: string, { mention, before, after }: Clause): boolean {
  if (!standsAsPrice(text, mention) || isIncome(text, mention)) return true;
  if ((mention.form === "free" || mention.form === "included") && /^\s*$/.test(text.slice(0, mention.start))) return true;
  if (isLimit(text, mention) || /(?<!\d)1\s?(?:[A-Z]{3}|[€$£])\s?[=≈]/.test(text.slice(Math.max(0, mention.start - 12), mention.end + 12))) return true;
  const near = normalise(`${before.slice(-60)} ${after.slice(0, 30)}`);
  if (ALERTS.test(normalise(sentenceAt(text, mention.start)))) return true;
  if (REVENUE.test(near) || BUDGET.test(normalise(before.slice(-60)))) return true;
  if (/(?:customers?|users?|clients?|kunden|clientes)\s*@\s*$/i.test(before)) return true;
  return isSalary({ money: mention, line: 0, text });
}

/** From the beginning of the sentence up to a position. */
function sentenceBefore(text: string, at: number): string {
  return text.slice(Math.max(text.lastIndexOf(". ", at), text.lastIndexOf("! ", at), -1) + 1, at);
}

/** The sentence around a position. */
function sentenceAt(text: string, at: number): string {
  const from = Math.max(text.lastIndexOf(". ", at), text.lastIndexOf("! ", at), -1) + 1;
  const to = text.indexOf(". ", at);
  return text.slice(from, to < 0 ? undefined : to);
}

/** "0.25 FTE @ $120K/year": what a person earns is no price of the plan. */
export function isSalary({ money, text }: Amount): boolean {
  return money.period === "year" && depthAt(text, money.start) > 0 && LABOR.test(normalise(text.slice(Math.max(0, money.start - 40), money.start)));
}

/** Whether the amount is what a whole stack costs. Both sides of an arrow or a "vs" are alike. */
function isWhole(draft: Draft, before: string, after: string, all: readonly Clause[], clause: Clause): boolean {
  const plain = normalise(before.slice(-80)).replace(/self[- ]host\w*/g, "");
  if (SUMMING.test(plain) || SUMMED.test(normalise(after.slice(0, 40))) || isSumOf(all, clause)) return true;
  if (WHOLE_COST.test(plain) || (before.length <= 60 && nameKind(nameOf(before)) === "total")) return true;
  const i = all.indexOf(clause);
  const previous = all[i - 1];
  if (
    previous !== undefined &&
    /^\W*(?:\((?:vs\.?|statt|instead of|au lieu de)\b|(?:→|->|to|vs\.?|instead of|down from|and expect|statt))/iu.test(before.trim()) &&
    isWhole(draft, previous.before, previous.after, all, previous)
  )
    return true;
  if (
    previous !== undefined &&
    !/[.;]\s/.test(before) &&
    isWhole(draft, previous.before, previous.after, all, previous) &&
    (stackOf(draft, before) ?? stackOf(draft, after.slice(0, 60))) !== null
  )
    return true;
  const next = all[i + 1];
  if (next !== undefined && /^\W*(?:→|->)\W*$/u.test(next.before)) return rolesOf(before).has("cost") || rolesOf(before).has("saving");
  return /^\W*(?:with|for)? ?(?:our |the )?(?:current|existing|old) (?:setup|stack|infrastructure)/i.test(after);
}

/** "Put together this comes to €897", "Im Jahr sind das 26.029,20 €". */
const SUMMING =
  /(?<![\p{L}])(?:put together|taken together|together,? (?:that|this|it|they|we)(?: \p{L}{2,8})?|altogether|all told|in all|in total|adds? up to|comes? to|amounts? to|sums? up to|totall?ing|(?:^|(?:so |now |then ))(?:that|this|it) (?:is|makes|totals)|zusammen|insgesamt|in summe|unterm strich|(?:sind|macht|waren|ergibt|ist) das|das (?:sind|macht|ergibt)|summiert sich auf|belauft sich auf|en tout|au total|cela fait|ca fait|soit au total|ce qui fait|s'eleve a|en total|en conjunto|en suma|suman?|asciende a|ascienden a|eso (?:es|son)|son en total)(?: \p{L}{2,9}){0,2}(?: [:=])?\s?[~≈]?$/u;
/** "£1,641 in all". */
const SUMMED =
  /^\W*(?:(?:a|per|pro|im|par|al|por|\/)\s?\p{L}{2,6}\s)?(?:in all|in total|all in|all told|altogether|all up|together|with (?:them|everything)|zusammen|insgesamt|en tout|au total|en total)(?![\p{L}])/u;

/** Whether an amount is what the other amounts of its line add up to. */
function isSumOf(all: readonly Clause[], clause: Clause): boolean {
  const value = clause.mention.form === "fixed" ? clause.mention.low : null;
  if (value === null || value <= 0) return false;
  const at = all.indexOf(clause);
  const adds = (parts: readonly Clause[]) => {
    let sum = 0;
    for (const [i, { mention }] of parts.entries()) {
      if (mention.form !== "fixed" || mention.low === null || mention.low <= 0 || mention.currency !== clause.mention.currency) return false;
      sum += mention.low;
      if (i > 0 && Math.abs(sum - value) < 0.005) return true;
      if (sum > value) return false;
    }
    return false;
  };
  // "$1,140 a month: $480 for web, …" and "colo £890, power £240, …: £1,641".
  return adds(all.slice(at + 1, at + 13)) || adds(all.slice(Math.max(0, at - 12), at).reverse());
}

function sideStack(draft: Draft, before: string, after: string, all: readonly Clause[], clause: Clause, line: number): string | null {
  const i = all.indexOf(clause);
  if (/^\W*(?:→|->)\W*$/u.test(before)) return stackNear(draft, "target", line);
  if (INSTEAD.test(before)) return stackNear(draft, "current", line);
  const next = all[i + 1];
  if (next !== undefined && INSTEAD.test(next.before)) return stackNear(draft, "target", line);
  if (next !== undefined && /^\W*(?:→|->)\W*$/u.test(next.before)) return stackNear(draft, "current", line);
  // "… $300 today and expect $120 after the move": what is in front of "and" belongs to the amount before.
  const own = before.split(/,|\s(?:and|und|et|y|while|but|aber|mais|pero)\s/iu).at(-1) ?? before;
  const side = sideOf(own) ?? sideOf(after.slice(0, 60));
  if (side !== null) return stackNear(draft, side, line);
  const placed = PLACED.exec(after)?.[1];
  const there = placed === undefined ? null : stackOf(draft, placed);
  return there ?? stackOf(draft, own) ?? stackOf(draft, after.slice(0, 60)) ?? (own === before ? null : stackOf(draft, before));
}

/** "$612 a month on Heroku, …": where the amount is paid, said right after it. */
const PLACED =
  /^\W*(?:(?:\/|per|a|pro|im|par|al|por)?\s?\p{L}{2,6}\s+)?(?:on|at|with|in|auf|bei|mit|chez|sur|avec|en|con)\s+([^,;]{2,40}?)(?=\s(?:and|und|et|y|to|instead)\s|[,;.]|$)/iu;

/** The stack a text means; among several views of one side the nearest above. */
export function stackNear(draft: Draft, text: string, line: number): string | null {
  const key = stackOf(draft, text);
  const side = sideOf(text);
  const main = draft.plan.stacks.find((stack) => stack.key === key);
  if (main === undefined || side === null) return key;
  const views = draft.plan.stacks.filter((stack) => stack === main || (stack.variantOf === main.key && stack.variant !== "with-labor"));
  const above = views.filter((stack) => first(stack.line) <= line && line - first(stack.line) < 60).sort((a, b) => first(b.line) - first(a.line))[0];
  return (above ?? main).key;
}

const first = (line: number | readonly [number, number] | undefined): number => (typeof line === "number" ? line : (line?.[0] ?? 0));

/** The name right in front of an amount: what stands between it and the amount, bracket or sign before. */
export function nameInFront(text: string, start: number): string {
  const before = text
    .slice(0, start)
    .replace(/[~≈\s]+$/u, "")
    .replace(/[([:：=–—@-]\s*$/u, "");
  const ends = [")", "+", "→", ";", "|", "/month", ", ", " or ", " and ", " plus ", " oder ", " und ", " ou ", " et ", " o ", " y "].map((sign) => {
    const at = before.lastIndexOf(sign);
    return at < 0 ? 0 : at + sign.length;
  });
  const cut = Math.max(...ends);
  const name = nameOf(before.slice(cut));
  return /\p{L}{2}/u.test(name) && !PRICE_LIST.test(normalise(name)) ? name.slice(-120) : "";
}
