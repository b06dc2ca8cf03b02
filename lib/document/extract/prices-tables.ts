import { findMoney, type MoneyMention } from "../grammar/money";
import { findNumbers } from "../grammar/number";
import {
  CHOICE_COLUMN,
  type CostPeriod,
  currencyIn,
  longPeriodIn,
  MONEY_COLUMN,
  periodIn,
  QUALITY_COLUMN,
  SAVING,
  STAGE_COLUMN,
  SUBTOTAL,
  TIER_COLUMN,
  TOTAL,
} from "../lexicon/costs";
import { normalise } from "../lexicon/words";
import { type Outline, rolesOf } from "../outline";
import { withoutPictographs } from "../text/plain";
import type { Row, Table } from "../tree";
import { isBudgetTable } from "./budgets";
import { type Amount, type Bill, type BillRow, emptyRow, type Layout, type RowKind } from "./prices-bills";
import { rangeOf, scaled } from "./prices-cells";
import { type Column, columnsOf, isCondition, isEmptyCell, isYearAhead, type TableContext } from "./prices-columns";
import { contextOf } from "./prices-context";
import { isLimit } from "./prices-limits";
import { withSum } from "./prices-sums";
import { numberedName } from "./stacks-names";
import { columnKinds } from "./triggers-tables";

/** The bills in a table: one per column of prices that has a name of its own, else one. None where it has no prices. Pure. */
export function billsOfTable(table: Table, outline: Outline): Bill[] {
  const context = contextOf(table, outline);
  const columns = columnsOf(table, context);
  const priced = columns.filter((column) => column.kind !== "text" && column.kind !== "quantity");
  if (isConditions(table, columns) || isBudgetTable(table) || BUDGET_TABLE.test(normalise(table.header.cells[0]?.text ?? ""))) return [];
  const names = nameColumns(table, columns);
  const first = names[0] ?? columns.find((column) => column.kind === "text")?.index;
  if (first === undefined) return [];
  if (names.length === 0) names.push(first);
  const kinds = withSum(
    table,
    priced,
    first,
    table.rows.map((row) => rowKind(row, columns, first)),
  );
  if (priced.length === 0 || isQualities(table, columns, first)) return hasTargets(table) ? [] : qualities(table, columns, first, context);
  const layout = layoutOf(table, columns, first, kinds, context);
  const groups = groupsOf(priced);
  return groups.map((group) => ({
    block: table,
    section: table.section,
    layout: group.saving ? "savings" : isYearAhead(group.label) ? "timeline" : layout,
    column: group.label === "" ? null : group.label,
    label: table.label,
    above: [],
    sketch: false,
    period:
      group.columns.find((column) => column.kind === "price" || column.kind === "low")?.period ??
      group.columns[0]?.period ??
      (group.saving ? (priced[0]?.period ?? context.period) : context.period) ??
      (layout === "timeline" ? timeOf(table.rows[0]?.cells[first]?.text ?? "") : null),
    currency: group.columns.find((column) => column.currency !== null)?.currency ?? context.currency,
    rows: table.rows.map((row, i) => readRow(row, group, columns, sideNames(columns, names, group.label), kinds[i] ?? "item")).filter((row) => row !== null),
    line: table.line,
  }));
}

/** What may be spent is no price. */
const BUDGET_TABLE = /^(?:budgets?|presupuestos?|enveloppes?|budget (?:line|item|name)|budgetposten)$/;

/** "KPI | Target | Now" below "Exit criteria": what is to be reached is no price. */
function hasTargets(table: Table): boolean {
  const near = rolesOf(table.label?.text ?? table.section.title);
  return (near.has("success") || near.has("benchmark")) && !near.has("cost");
}

/** "Signal | Now | Threshold | Then": values of many kinds beside their limits, of which few are money. */
function isConditions(table: Table, columns: readonly Column[]): boolean {
  const kinds = columnKinds(table);
  if (kinds.includes("warning") && kinds.includes("critical")) return true;
  const [price, other] = columns.filter((column) => column.kind !== "text" && column.kind !== "quantity");
  if (price === undefined || other !== undefined || MONEY_COLUMN.test(normalise(price.header)) || !columns.some((column) => isCondition(column.header)))
    return false;
  const filled = table.rows.filter((row) => !isEmptyCell(row.cells[price.index]?.text ?? ""));
  return filled.filter((row) => findMoney(row.cells[price.index]?.text ?? "").length > 0).length <= filled.length * 0.5;
}

interface Group {
  label: string;
  columns: Column[];
  saving: boolean;
}

/** Columns that name the same thing are one bill: its month, its year, what is paid once. */
function groupsOf(priced: readonly Column[]): Group[] {
  const groups = new Map<string, Group>();
  const parts = priced.some((column) => column.kind === "row-total");
  const currencies = new Set(priced.flatMap((column) => (column.kind === "price" && column.about === "" && column.currency !== null ? [column.currency] : [])));
  for (const column of priced) {
    if (column.kind === "revenue") continue;
    const own =
      column.kind === "saving"
        ? `saving ${column.about}`
        : column.kind === "low" || column.kind === "high"
          ? "range"
          : `of ${column.about}${currencies.size > 1 ? ` in ${column.currency}` : ""}`;
    const group = groups.get(own);
    if (group !== undefined) group.columns.push(column);
    else
      groups.set(own, {
        label: column.kind === "low" || column.kind === "high" ? "" : column.label,
        columns: [column],
        // The same amounts in another currency are told once more, not paid once more.
        saving: column.kind === "saving" || (parts && column.kind !== "row-total") || (currencies.size > 1 && column.currency !== [...currencies][0]),
      });
  }
  // "Cost | Setup fee": what is paid once belongs to the row, whatever its column is called.
  const all = [...groups.values()];
  const main = all.filter((group) => !group.saving && group.columns.some((column) => column.kind === "price" || column.kind === "annual"));
  const only = main[0];
  if (main.length !== 1 || only === undefined) return all;
  for (const group of all)
    if (group !== only && group.columns.every((column) => column.kind === "once" || column.kind === "unit")) {
      only.columns.push(...group.columns);
      groups.forEach((value, name) => {
        if (value === group) groups.delete(name);
      });
    }
  return [...groups.values()];
}

function nameColumns(table: Table, columns: readonly Column[]): number[] {
  const texts = columns.filter((column) => column.kind === "text" && hasLetters(table, column.index));
  return texts.map((column) => column.index);
}

function hasLetters(table: Table, index: number): boolean {
  const cells = table.rows.slice(0, 100).map((row) => row.cells[index]?.text ?? "");
  const filled = cells.filter((text) => !isEmptyCell(text));
  return filled.length > 0 && filled.filter((text) => /\p{L}{2}/u.test(text)).length >= filled.length * 0.5;
}

/** Rows of qualities: the columns are the things compared, and only some rows are about money. */
function isQualities(table: Table, columns: readonly Column[], first: number): boolean {
  const head = normalise(table.header.cells[first]?.text ?? "");
  const costRows = table.rows.filter(
    (row) => MONEY_COLUMN.test(normalise(row.cells[first]?.text ?? "")) || TOTAL.test(normalise(row.cells[first]?.text ?? "")),
  );
  if (!QUALITY_COLUMN.test(head) && head !== "") return false;
  // "What | Price per month": a column that is called a price holds the prices of its rows.
  if (columns.some((column) => column.kind === "price" && column.about === "" && MONEY_COLUMN.test(normalise(column.header)))) return false;
  const others = columns.filter((column) => column.index !== first);
  const numbers = others.filter((column) => column.kind !== "text");
  // "What | Now | Then" over nothing but amounts and their sum is a bill.
  if (numbers.length === others.length && costRows.every((row) => nameKind(row.cells[first]?.text ?? "") === "total")) return false;
  return costRows.length < table.rows.length && costRows.length > 0 && (numbers.length < others.length || QUALITY_COLUMN.test(head));
}

/** The rows about money of a table of qualities, one bill per column. */
function qualities(table: Table, columns: readonly Column[], first: number, context: TableContext): Bill[] {
  const head = normalise(table.header.cells[first]?.text ?? "");
  if (MONEY_COLUMN.test(head) || table.rows.length === 0) return [];
  const rows = table.rows.filter((row) => {
    const plain = normalise(row.cells[first]?.text ?? "");
    return MONEY_COLUMN.test(plain) || (TOTAL.test(plain) && row.cells.some((cell) => findMoney(cell.text).length > 0));
  });
  return columns.flatMap((column) => {
    if (column.index === first) return [];
    const found = rows.flatMap((row): BillRow[] => {
      const cell = row.cells[column.index];
      const name = row.cells[first]?.text ?? "";
      if (cell === undefined || isEmptyCell(cell.text)) return [];
      const money = mainMention(findMoney(cell.text, { bare: currencyIn(name) !== null }));
      if (money === null || isLimit(cell.text, money)) return [];
      const own = { ...money, currency: money.currency ?? currencyIn(name), period: money.period ?? periodIn(name) };
      return [{ ...emptyRow(name, row.line, SAVING.test(normalise(name)) ? "saving" : "item"), amount: { money: own, line: row.line, text: cell.text } }];
    });
    if (found.length === 0) return [];
    const bill: Bill = {
      block: table,
      section: table.section,
      layout: SAVING.test(normalise(column.header)) ? "savings" : "qualities",
      column: column.header,
      label: table.label,
      above: [],
      sketch: false,
      period: context.period,
      currency: context.currency,
      rows: found,
      line: table.line,
    };
    return [bill];
  });
}

function layoutOf(table: Table, columns: readonly Column[], first: number, kinds: readonly RowKind[], context: TableContext): Layout {
  const head = normalise(table.header.cells[first]?.text ?? "");
  const names = table.rows.flatMap((row, i) => (kinds[i] === "item" ? [row.cells[first]?.text ?? ""] : []));
  const total = kinds.includes("total");
  const sides = names.filter((name) => {
    const roles = rolesOf(name);
    return roles.has("current") !== roles.has("target") || numberedName(name)?.startsWith("option") === true;
  }).length;
  if (sides >= 2 && sides >= names.length * 0.6) return "choices";
  if (names.length > 0 && names.filter(isTime).length >= names.length * 0.6) return "timeline";
  if (!total && names.length > 1 && names.every((name) => COUNT.test(name))) return "stages";
  if (total) return "services";
  if (CHOICE_COLUMN.test(head)) return "choices";
  const near = rolesOf(table.label?.text ?? table.section.title);
  if (near.has("current") || near.has("target")) return "services";
  if (STAGE_COLUMN.test(head) && !context.money) return "stages";
  if (STAGE_COLUMN.test(head)) return "stages";
  if (TIER_COLUMN.test(head) && columns.filter((column) => column.kind === "price").length === 1) return "tiers";
  return "services";
}

/** "10k", "< 1,000", "50K+": sizes of the business. */
const COUNT = /^[<>≤≥~]?\s?\d[\d.,' ]*\s?[kKmM]?\s?\+?(?:\s?(?:-|–|to)\s?\d[\d.,]*\s?[kKmM]?)?$/;

const TIME =
  /^(?:month|monat|mois|mes|year|jahr|annee|ano|week|woche|q)[ -]?\d|^\d{4}(?:[-/. ]|$)|^(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-z]*(?:[ .]|$)/;

/** The period rows of a timeline stand for. */
function timeOf(name: string): CostPeriod {
  const plain = normalise(name);
  if (/^(?:year|jahr|annee|ano)|^\d{4}$/.test(plain)) return "year";
  return /^q\d|^\d{4}[- ]?q/.test(plain) ? "quarter" : "month";
}

function isTime(name: string): boolean {
  return TIME.test(normalise(name));
}

/** Rows that are nothing but "Monthly" and "Yearly" sum up the others. */
const PERIOD_ROW =
  /^(?:monthly|yearly|annual(?:ly)?|per (?:month|year)|(?:pro |im )?(?:monat|jahr)|monatlich|jahrlich|mensuel|annuel|par (?:mois|an)|mensual|anual|al (?:mes|ano))(?: (?:costs?|bill|kosten))?$/;

function rowKind(row: Row, columns: readonly Column[], first: number): RowKind {
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

function readRow(row: Row, group: Group, columns: readonly Column[], names: readonly number[], kind: RowKind): BillRow | null {
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
function sideNames(columns: readonly Column[], names: readonly number[], label: string): readonly number[] {
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
function mainMention(mentions: readonly MoneyMention[], bare = true, text?: string): MoneyMention | null {
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
