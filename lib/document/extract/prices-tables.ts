import { findMoney } from "../grammar/money";
import { CHOICE_COLUMN, type CostPeriod, currencyIn, MONEY_COLUMN, periodIn, QUALITY_COLUMN, SAVING, STAGE_COLUMN, TIER_COLUMN, TOTAL } from "../lexicon/costs";
import { normalise } from "../lexicon/words";
import { type Outline, rolesOf } from "../outline";
import type { Table } from "../tree";
import { isBudgetTable } from "./budgets";
import { type Bill, type BillRow, emptyRow, type Layout, type RowKind } from "./prices-bills";
import { type Column, columnsOf, isCondition, isEmptyCell, isYearAhead, type TableContext } from "./prices-columns";
import { contextOf } from "./prices-context";
import { isLimit } from "./prices-limits";
import { mainMention, nameKind, readRow, rowKind, sideNames } from "./prices-rows";
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
