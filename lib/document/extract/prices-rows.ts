import { findMoney, type MoneyMention } from "../grammar/money";
import { findNumbers } from "../grammar/number";
import { type CostPeriod, longPeriodIn, periodIn, SAVING, SUBTOTAL, TOTAL } from "../lexicon/costs";
import { normalise } from "../lexicon/words";
import { withoutPictographs } from "../text/plain";
import type { Row } from "../tree";
import { type Amount, type BillRow, emptyRow, type RowKind } from "./prices-bills";
import { rangeOf, scaled } from "./prices-cells";
import { type Column, isEmptyCell } from "./prices-columns";

/* The rows of a table of prices: what each is, what it is called and what it costs. Pure. */

/** Rows that are nothing but "Monthly" and "Yearly" sum up the others. */
const PERIOD_ROW =
  /^(?:monthly|yearly|annual(?:ly)?|per (?:month|year)|(?:pro |im )?(?:monat|jahr)|monatlich|jahrlich|mensuel|annuel|par (?:mois|an)|mensual|anual|al (?:mes|ano))(?: (?:costs?|bill|kosten))?$/;

/** What a row is, by its name or by the text beside an empty one. */
export function rowKind(row: Row, columns: readonly Column[], first: number): RowKind {
  const texts = [row.cells[first]?.text ?? "", ...columns.filter((column) => column.kind === "text").map((column) => row.cells[column.index]?.text ?? "")];
  const name = texts[0] ?? "";
  const kind = PERIOD_ROW.test(normalise(name)) ? "total" : nameKind(name);
  if (kind !== "item" || !isEmptyCell(name)) return kind;
  return (
    texts
      .slice(1)
      .map(nameKind)
      .find((one) => one !== "item") ?? "item"
  );
}

/** What is left when discounts are taken off. */
const NET = /^(?:net|netto|neto)(?: (?:total|sum|monthly|annual|cost|price|amount|per month|per year))?$/;

/** What a row of this name is: an item, or the sum or difference of others. */
export function nameKind(name: string): RowKind {
  const plain = normalise(withoutPictographs(name)).replace(/[*_]/g, "");
  const length = plain.split(" ").length;
  if (SUBTOTAL.test(plain) && length <= 6) return "subtotal";
  if (NET.test(plain)) return "total";
  if (
    TOTAL.test(plain) &&
    length <= 8 &&
    /^(?:\p{L}+[ -]){0,3}(?:total|sum|gesamt|summe|suma|somme|insgesamt|tco|overall|all[ -]in|all[ -]up|in all|razem|totaal|summa|ensemble|altogether|in total|amount due|balance due|zahlbetrag|net a payer)/u.test(
      plain,
    )
  )
    return "total";
  if (SAVING.test(plain) && length <= 6 && !/\bplans?\b/.test(plain)) return "saving";
  return "item";
}

/** What a row says to one bill of its table; null where that has no amount in it. */
export function readRow(row: Row, group: { columns: readonly Column[] }, columns: readonly Column[], names: readonly number[], kind: RowKind): BillRow | null {
  const made = emptyRow(rowName(row, columns, names), row.line, kind);
  for (const column of group.columns) {
    const cell = row.cells[column.index];
    if (cell === undefined || isEmptyCell(cell.text)) continue;
    const mentions = findMoney(cell.text, { bare: true });
    const money = mainMention(mentions, column.bare, cell.text);
    if (money === null) continue;
    const amount: Amount = {
      money: {
        ...scaled(money, column.scale),
        ...(column.unit === null || money.form !== "fixed" ? {} : { form: "per-unit" as const, unit: column.unit, per: 1 }),
        currency: money.currency ?? column.currency,
        period: money.period ?? (kind === "total" ? longPeriodIn(row.cells[0]?.text ?? "") : null) ?? column.period,
      },
      line: row.line,
      text: cell.text,
    };
    for (const mention of mentions)
      if (isDetail(mention, money)) made.others.push({ ...amount, money: { ...mention, currency: mention.currency ?? column.currency } });
    if (column.kind === "annual") made.annual = amount;
    else if (column.kind === "once") made.once = amount;
    else if (column.kind === "unit") made.unit = amount;
    else if (column.kind === "high" && made.amount !== null) made.amount = rangeOf(made.amount, amount);
    else made.amount = made.amount ?? amount;
  }
  // "0 | 0 | 38,000": paid once only, or never at once.
  if (made.once !== null && isZero(made.once) && made.amount !== null) made.once = null;
  if (made.once !== null && !isZero(made.once) && (made.amount === null || isZero(made.amount)) && (made.annual === null || isZero(made.annual))) {
    made.amount = null;
    made.annual = null;
  }
  if (made.amount === null && made.annual === null && made.once === null && made.unit === null) return null;
  if (made.amount === null && made.annual !== null) {
    made.amount = { ...made.annual, money: { ...made.annual.money, period: made.annual.money.period ?? "year" } };
    made.annual = null;
  }
  if (kind === "total" && made.annual === null) made.annual = annualBeside(row, columns, made.amount);
  const period = rowPeriod(row, columns);
  if (period !== null && made.amount !== null && made.amount.money.period === null) made.amount.money.period = period;
  const counted = columns.find((column) => column.kind === "quantity");
  const count = counted === undefined ? undefined : findNumbers(row.cells[counted.index]?.text ?? "")[0]?.value;
  made.quantity = count !== undefined && count >= 0 ? count : null;
  made.note = columns
    .filter((column) => column.kind === "text" && names[0] !== column.index && !isSideColumn(column))
    .map((column) => row.cells[column.index]?.text ?? "")
    .filter((text) => !isEmptyCell(text))
    .join("; ");
  return made;
}

const isZero = ({ money }: Amount) => money.form === "fixed" && money.low === 0;

/** A cell that says nothing but how often: "monthly", "one-off". */
function rowPeriod(row: Row, columns: readonly Column[]): CostPeriod | null {
  for (const column of columns) {
    const text = column.kind === "text" ? (row.cells[column.index]?.text ?? "") : "";
    if (text !== "" && text.length <= 16) {
      const period = periodIn(text);
      if (period !== null) return period;
    }
  }
  return null;
}

/** "≈ 1,200 a year" in another cell of a total. */
function annualBeside(row: Row, columns: readonly Column[], amount: Amount | null): Amount | null {
  for (const column of columns) {
    if (column.kind !== "text") continue;
    const text = row.cells[column.index]?.text ?? "";
    const money = findMoney(text).find((mention) => mention.period === "year" && mention.sign === 1);
    if (money !== undefined && amount?.money.period !== "year") return { money, line: row.line, text };
  }
  return null;
}

const CATEGORY = /^(?:category|layer|area|type|group|kategorie|bereich|typ|categorie|couche|domaine|categoria|capa|area|tipo|#|no\.?|nr\.?)$/;

/** The name of a row: its first cell, or the second one where the first is a category or empty. */
function rowName(row: Row, columns: readonly Column[], names: readonly number[]): string {
  const [first = 0, second] = names;
  const own = row.cells[first]?.text ?? "";
  const next = second === undefined ? "" : (row.cells[second]?.text ?? "");
  const head = normalise(columns[first]?.header ?? "");
  if ((isEmptyCell(own) || CATEGORY.test(head)) && !isEmptyCell(next)) return next;
  return own;
}

const FROM_COLUMN = /^(?:from|von|de|desde|old|current|today|heute|bisher|alt|avant|actuel|actual|before|existing)\b/;
const TO_COLUMN = /^(?:to|nach|vers|a|hacia|new|target|replacement|replaced by|neu|ziel|ersatz|apres|cible|nuevo|objetivo|after|proposed)\b/;

function isSideColumn({ header }: Column): boolean {
  return FROM_COLUMN.test(normalise(header)) || TO_COLUMN.test(normalise(header));
}

/** Where "from" and "to" are columns of names, each price goes by its own. */
export function sideNames(columns: readonly Column[], names: readonly number[], label: string): readonly number[] {
  const plain = normalise(label);
  const test = FROM_COLUMN.test(plain) ? FROM_COLUMN : TO_COLUMN.test(plain) ? TO_COLUMN : null;
  const own = test === null ? undefined : names.find((index) => test.test(normalise(columns[index]?.header ?? "")));
  return own === undefined ? names : [own, ...names.filter((index) => index !== own)];
}

/** Another amount of the same cell: the price of one, what it was before. */
function isDetail(mention: MoneyMention, money: MoneyMention): boolean {
  if (mention.start === money.start || mention.currency === null || mention.form === "free" || mention.form === "included") return false;
  return mention.low !== money.low || mention.high !== money.high || mention.form !== money.form;
}

/** The mention that is the price among those of a cell; bare numbers only where the column has such prices. */
export function mainMention(mentions: readonly MoneyMention[], bare = true, text?: string): MoneyMention | null {
  const able = mentions.filter((mention) => bare || mention.currency !== null || !["fixed", "range", "open", "up-to"].includes(mention.form));
  const [first] = able;
  if (first === undefined) return null;
  // "$4,500 → $1,350": what it comes to.
  const last = able.at(-1);
  if (text !== undefined && last !== undefined && last !== first && /^\W*(?:→|->|=>|⇒)\W*$/u.test(text.slice(first.end, last.start))) return last;
  // "$0.10 per 1,000 mails (about $30)": the amount for what is used counts.
  if (first.form === "per-unit")
    return able.find((mention) => mention !== first && mention.form !== "per-unit" && mention.currency !== null && mention.form !== "percent") ?? first;
  return first;
}
