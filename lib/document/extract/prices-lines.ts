import { findMoney, type MoneyMention } from "../grammar/money";
import { BUDGET } from "../lexicon/costs";
import { normalise } from "../lexicon/words";
import type { Line } from "../tree";
import { type Amount, type BillRow, emptyRow } from "./prices-bills";
import { isIncome, isLimit } from "./prices-limits";
import { nameBefore, nameOf } from "./prices-reading";
import { nameKind } from "./prices-rows";

/*
 * One priced line: "Web (cx32 x3): €21/month", "Snapshots ...... $95", "$20/month for the VPS". The price is what
 * stands after the separator; amounts in the name are details of it.
 */

/** Nobody writes a row of a bill that is longer. */
const MAX_TEXT = 2_000;

/** A text and the lines it is made of, joined by one blank each. */
export interface Spoken {
  text: string;
  lines: readonly Line[];
}

/** The line of a position in the joined text. */
function lineAt(spoken: Spoken, position: number): number {
  let from = 0;
  for (const line of spoken.lines) {
    from += line.text.length + 1;
    if (position < from) return line.line;
  }
  return spoken.lines.at(-1)?.line ?? 1;
}

/** The mention that is the price of the line, with its place among all. */
function priceAmong(text: string, mentions: readonly MoneyMention[]): MoneyMention | null {
  const outside = mentions.filter((mention) => depthAt(text, mention.start) === 0);
  const separated = outside.find(
    (mention) => /(?:[:：=|→]|\s[-–—]|[.…_]{3,}|\s{2,}|\t)\s*[~≈]?\s?$/u.test(text.slice(0, mention.start)) && !/^\s*(?:per|\/)/.test(text.slice(mention.end)),
  );
  const first = separated ?? outside[0] ?? mentions[0];
  if (first === undefined) return null;
  const rest = mentions.filter((mention) => mention.start > first.start);
  // "$0.10 per 1,000 mails (about $30)" and "$7 each = $14": the amount for what is used counts.
  if (first.form === "per-unit")
    return rest.find((mention) => mention.form !== "per-unit" && mention.form !== "percent" && mention.form !== "free" && mention.currency !== null) ?? first;
  const sum = rest.at(-1);
  return sum !== undefined && /=\s*[~≈]?$/.test(text.slice(0, sum.start)) && depthAt(text, sum.start) === 0 ? sum : first;
}

/** How many brackets are open at a position. */
export function depthAt(text: string, position: number): number {
  let depth = 0;
  for (let i = 0; i < position; i++) {
    const sign = text[i];
    if (sign === "(" || sign === "[") depth++;
    else if ((sign === ")" || sign === "]") && depth > 0) depth--;
  }
  return depth;
}

/** Whether "free" and "included" are said of the price: behind a separator, in brackets or at the end; not of a free tier's contents. */
export function standsAsPrice(text: string, mention: MoneyMention): boolean {
  if (mention.form !== "free" && mention.form !== "included") return true;
  const before = text.slice(0, mention.start);
  const after = text.slice(mention.end);
  if (/^\s*$/.test(before)) return /^\s*(?:$|[:(–—,]|(?:tier|plan)\s*[:(–—])/i.test(after);
  return /(?:[:：(=|→,–—/]|\s-|\s{2,}|\.{3,}|\b(?:is|are|ist|sind|est|sont|es|son))\s*$/iu.test(before);
}

/** The row a line is; null where it has no price. */
export function rowOfLine(spoken: Spoken, bare = false): BillRow | null {
  const { text } = spoken;
  if (text.length > MAX_TEXT) return null;
  const mentions = (bare ? lastNumber(text) : findMoney(text)).filter(
    (mention) => !isLimit(text, mention) && !isIncome(text, mention) && standsAsPrice(text, mention),
  );
  const main = priceAmong(text, mentions);
  if (main === null) return null;
  const amount = (money: MoneyMention): Amount => ({ money, line: lineAt(spoken, money.start), text });
  const name = rowName(text, main);
  if (BUDGET.test(normalise(name)) && nameKind(name) === "item") return null;
  const row = { ...emptyRow(name, lineAt(spoken, main.start), nameKind(name)), amount: amount(main), note: text };
  for (const mention of mentions) {
    if (mention === main) continue;
    // "free" beside an amount is a detail of it, unless it is the other side of an arrow.
    if (
      (mention.form === "included" || mention.form === "free") &&
      !/→|->|=>/.test(text.slice(Math.min(main.end, mention.end), Math.max(main.start, mention.start)))
    )
      continue;
    if (mention.low === main.low && mention.high === main.high && mention.low !== null && mention.form !== "per-unit") continue;
    const isYear = mention.period === "year" && main.period !== "year" && mention.low !== null;
    if (isYear && row.annual === null && mention.start > main.start) row.annual = amount(mention);
    else row.others.push(amount(mention));
  }
  return row;
}

/** "Compute ........ 1,250", "Compute    1,250 / month": a name, a gap and a number. */
const COLUMNS = /^\S.{1,58}(?:\.{3,}|\s{2,}|:\s+)\s*[~≈]?\s?\d[\d.,' ]{0,14}(?:\s?\/\s?\p{L}{1,6})?$/u;

/** Whether a line is a name and a number in two columns. */
export function isTwoColumns(text: string): boolean {
  return text.length <= 120 && COLUMNS.test(text.trim());
}

function lastNumber(text: string): MoneyMention[] {
  const all = findMoney(text, { bare: true });
  return isTwoColumns(text) ? all.slice(-1) : all.filter((mention) => mention.currency !== null);
}

/** What is in front of the price, without its brackets where it stands in some; else what follows it. */
export function rowName(text: string, main: MoneyMention): string {
  // "A (12) + B (4) = 16": what is in front of the first amount names the sum.
  const summed = /=\s*[~≈]?\s?$/.test(text.slice(0, main.start));
  const first = summed ? findMoney(text)[0] : undefined;
  let before = nameBefore(text, first !== undefined && first.start < main.start && first.start > 2 ? first.start : main.start);
  if (depthAt(text, main.start) > 0) before = before.replace(/\s*[([][^()[\]]*$/, "");
  const name = nameOf(before);
  if (/\p{L}/u.test(name)) return name;
  if (main.form === "free" && main.start === 0) return nameOf(main.text);
  const after = nameOf(text.slice(main.end).replace(/^\s*(?:\/\s*\p{L}+|per\s\p{L}+|a month|monthly)?\s*(?:for|für|pour|para|on|:|[-–—])?\s*/iu, ""));
  return after === "" ? nameOf(text) : after;
}

/** Lines that say what a group of rows is, or how it is counted, rather than a price. */
export function isHeading(text: string): boolean {
  return text.trim() !== "" && findMoney(text).length === 0 && !/^[\s\-–—=_*~.━─═]+$/u.test(text);
}
