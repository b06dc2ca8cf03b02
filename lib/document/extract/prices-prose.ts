import type { Draft, Entry } from "../draft";
import { findMoney, type MoneyMention } from "../grammar/money";
import { BUDGET, currencyIn, DAYS_OF_WORK, LABOR, longPeriodIn, ONCE, PRICE_LIST, periodIn, REVENUE } from "../lexicon/costs";
import { CURRENCIES } from "../lexicon/units";
import { normalise, wordTest } from "../lexicon/words";
import { type Passage, passagesOf } from "../texts";
import type { Block } from "../tree";
import type { Amount } from "./prices-bills";
import { isIncome, isLimit } from "./prices-limits";
import { depthAt, rowName, standsAsPrice } from "./prices-lines";
import { addOther, tableOf } from "./prices-other";
import { type Defaults, nameOf, statedOf } from "./prices-reading";
import { type Clause, fromTo, isSaving, isSummedUp, isWhole, restated } from "./prices-whole";
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
  for (const passage of passagesOf(tree, rows)) {
    if (passage.kind === "comment" || passage.text.length > 2_000) continue;
    if (passage.kind === "cell" ? taken.has(`${passage.line} ${passage.text}`) || !isFreeCell(draft, passage, tables) : rows.has(passage.line)) continue;
    const clauses = clausesOf(passage.text);
    for (const clause of clauses) {
      const { line } = passage.at(clause.mention.start);
      const stack = passage.kind === "heading" || passage.kind === "paragraph" ? headings.get(line) : undefined;
      read(draft, passage, clause, clauses, stack, rows, all);
    }
  }
};

/** Cells beside prices say what is charged beyond; other tables are about something else, unless nobody has read the row. */
function isFreeCell(draft: Draft, { block, line, text }: Passage, tables: ReadonlySet<Block>): boolean {
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
  spoken: Passage,
  clause: Clause,
  all: readonly Clause[],
  heading: Entry<"stacks"> | undefined,
  rows: ReadonlySet<number>,
  bills: Outlined,
): void {
  const { mention, before, after } = clause;
  const { text } = spoken;
  const { line, position } = spoken.at(mention.start);
  const [from, to] = [position, position + mention.end - mention.start];
  const amount: Amount = { money: mention, line, text };
  const plain = normalise(sentenceBefore(text, mention.start));
  const period =
    longPeriodIn(before) ??
    (ONCE.test(plain) || DAYS_OF_WORK.test(normalise(text)) || goesOnOnce(text, mention, before) ? "once" : periodIn(spoken.section.title));
  const defaults: Defaults = { period, currency: currencyIn(spoken.section.title), project: draft.plan.project.currency ?? "USD" };
  if (heading !== undefined && mention.form !== "percent" && mention.form !== "per-unit") {
    heading.statedTotals ??= [];
    heading.statedTotals.push({ kind: "heading", ...statedOf(mention, defaults), text: mention.text.slice(0, 300) || undefined, line });
    draft.claim(line, "prices", from, to);
    return;
  }
  if (draft.claimed(line, from, to, "prices") && spoken.kind !== "cell") return;
  if (spoken.kind === "cell" && (rows.has(line) ? mention.form !== "per-unit" : mention.form === "free" || mention.form === "included")) return;
  if (isNoPrice(text, clause)) return;
  draft.claim(line, "prices", from, to);
  const own = `${before} ${after}`;
  const same = restated(all, all.indexOf(clause));
  const saving = isSaving(clause) || (same !== null && isSaving(same));
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
  if (!saving && mention.form !== "per-unit" && isWhole(draft, all, clause)) {
    const stack = sideStack(draft, all, clause, line) ?? sideBefore(draft, spoken, clause);
    // What is paid once is no sum of what a stack costs.
    const once = statedOf(mention, defaults).period === "once";
    const owner = once ? undefined : (draft.plan.stacks.find((one) => one.key === stack) ?? (isSummedUp(clause) ? ownerOf(draft, spoken, bills) : undefined));
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

/** The stack whose list stands in the same section; none where several do. */
function ownerOf(draft: Draft, { section }: Passage, { inSection }: Outlined): Entry<"stacks"> | undefined {
  const keys = inSection.get(section) ?? new Set<string>();
  const [only] = keys;
  return keys.size === 1 ? draft.plan.stacks.find((stack) => stack.key === only) : undefined;
}

/** Limits, budgets, revenues, salaries, and a "free" that is no price. */
function isNoPrice(text: string, { mention, before, after }: Clause): boolean {
  if (!standsAsPrice(text, mention) || isIncome(text, mention)) return true;
  if ((mention.form === "free" || mention.form === "included") && /^\s*$/.test(text.slice(0, mention.start))) return true;
  if (isLimit(text, mention) || /(?<!\d)1\s?(?:[A-Z]{3}|[€$£])\s?[=≈]/.test(text.slice(Math.max(0, mention.start - 12), mention.end + 12))) return true;
  // "FX taken at ₹84 per USD".
  if (mention.form === "per-unit" && mention.per === 1 && CURRENCIES.some(([, code]) => code.toLowerCase() === normalise(mention.unit ?? ""))) return true;
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

function sideStack(draft: Draft, all: readonly Clause[], clause: Clause, line: number): string | null {
  const { before, after } = clause;
  const i = all.indexOf(clause);
  const way = fromTo(all, i);
  if (way !== null) return stackNear(draft, way === "from" ? "current" : "target", line);
  // "$1,500 a month or $18,000 a year": said of the same.
  if (restated(all, i) !== null) return sideStack(draft, all, all[i - 1] ?? clause, line);
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

/** "On the new side …. All told the bill should land around $334": the last words before that name a side. */
function sideBefore(draft: Draft, { text, at }: Passage, { mention }: Clause): string | null {
  const from = Math.max(0, mention.start - MAX_BEFORE);
  const sentences = text.slice(from, mention.start).split(/(?<=[.!?;])\s/u);
  for (const sentence of sentences.reverse()) {
    const side = sideOf(sentence);
    if (side === null) continue;
    const key = stackNear(draft, side, at(mention.start).line);
    const stated = draft.plan.stacks.find((one) => one.key === key)?.statedTotals ?? [];
    // What was said of that side already was the sum of those words.
    return stated.some((one) => first(one.line) >= at(from).line && one.kind === "headline") ? null : key;
  }
  return null;
}

const MAX_BEFORE = 600;

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
