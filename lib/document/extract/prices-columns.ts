import { findMoney } from "../grammar/money";
import { findNumbers } from "../grammar/number";
import {
  ANNUAL,
  type CostPeriod,
  currencyIn,
  HIGH_COLUMN,
  LOW_COLUMN,
  MONEY_COLUMN,
  NO_MONEY_COLUMN,
  ONCE,
  periodIn,
  QUANTITY,
  REVENUE,
  SAVING,
  scaleIn,
  TOTAL,
  UNIT_PRICE,
} from "../lexicon/costs";
import { periodOfAdverb, periodOfNoun } from "../lexicon/periods";
import { normalise, wordTest } from "../lexicon/words";
import { rolesOf } from "../outline";
import type { Table } from "../tree";
import { isLimit } from "./prices-limits";

export type ColumnKind = "text" | "price" | "annual" | "once" | "unit" | "quantity" | "saving" | "revenue" | "row-total" | "low" | "high";

export interface Column {
  index: number;
  header: string;
  kind: ColumnKind;
  /** The heading, where it names more than money and time: "Heroku (monthly)"; else empty. */
  label: string;
  /** What it names besides: "heroku". Columns of the same name belong together. */
  about: string;
  period: CostPeriod | null;
  currency: string | null;
  /** Numbers without a currency are amounts. */
  bare: boolean;
  /** By how much they are multiplied: 1000 under "k€". */
  scale: number;
  /** "Price per extra minute": what the price is for one of; null where it is for the row. */
  unit: string | null;
}

/** What stands above a table and says what its numbers are. */
export interface TableContext {
  /** The words around it speak of money, so bare numbers may be amounts. */
  money: boolean;
  period: CostPeriod | null;
  currency: string | null;
}

const EMPTY = /^(?:[-–—]+|n\/?a|none|nil|tbd|\?|x)?$/i;
const BARE = /^[~≈+−-]?\s?(?:ca\.?\s)?[\d][\d.,'’ \u00A0\u202F]*(?:[kKmM])?(?:\s?[-–]\s?[\d][\d.,'’ ]*(?:[kKmM])?)?(?:[.,][-–])?\+?$/;
const FILLER = wordTest([
  "the",
  "in",
  "of",
  "for",
  "with",
  "est",
  "est.",
  "estimated",
  "approx",
  "approx.",
  "approximate",
  "total",
  "list",
  "net",
  "gross",
  "excl",
  "incl",
  "vat",
  "ex",
  "plus",
  "basis",
  "base",
  "run",
  "rate",
  "service",
  "usage",
  "de",
  "la",
  "le",
  "der",
  "die",
  "das",
  "und",
  "and",
  "by",
  "our",
  "projected",
  "expected",
  "recurring",
  "geschatzt",
  "netto",
  "brutto",
  "mwst",
  "zzgl",
  "ht",
  "ttc",
  "hors",
  "taxes",
  "sin",
  "con",
  "iva",
  "estimado",
  "estime",
]);

export function isEmptyCell(text: string): boolean {
  return EMPTY.test(text.trim());
}

/** Columns of conditions; the money in them is a limit. */
const CONDITION = wordTest([
  "trigger*",
  "condition*",
  "criteri*",
  "threshold*",
  "when",
  "if",
  "auslose*",
  "bedingung*",
  "schwell*",
  "condition",
  "seuil*",
  "declencheur*",
  "disparador*",
  "condicion*",
  "umbral*",
]);

/** Whether a column holds conditions, by its heading. */
export function isCondition(header: string): boolean {
  return CONDITION.test(normalise(header));
}

/** Columns of remarks. An amount in one of them is about something else than the row's price. */
const NOTES = wordTest([
  "note*",
  "detail*",
  "remark*",
  "comment*",
  "description",
  "reason*",
  "explanation",
  "bemerkung*",
  "anmerkung*",
  "hinweis*",
  "notiz*",
  "beschreibung",
  "remarque*",
  "commentaire*",
  "nota*",
  "comentario*",
  "observacion*",
  "descripcion",
]);

/** Reads what each column of a table holds. Pure. */
export function columnsOf(table: Table, context: TableContext): Column[] {
  const columns = table.header.cells.map((cell, index) => columnOf(table, index, cell.text, context));
  const totals = columns.filter((column) => column.kind === "price" && column.about === "" && /^(?:monthly |annual )?total/.test(normalise(column.header)));
  const labelled = columns.filter((column) => column.kind === "price" && column.about !== "");
  if (totals.length === 1 && totals[0] !== undefined && labelled.length >= 2 && !labelled.some((column) => hasRole(column.label))) totals[0].kind = "row-total";
  const scale = columns.find((column) => column.scale !== 1)?.scale ?? 1;
  for (const column of columns) if (column.kind === "saving" && column.scale === 1) column.scale = scale;
  const low = columns.find((column) => column.kind === "low");
  const high = columns.find((column) => column.kind === "high");
  if (low === undefined || high === undefined) for (const column of columns) if (column.kind === "low" || column.kind === "high") column.kind = "price";
  const units = columns.filter((column) => column.kind === "unit");
  if (units.length > 0 && !columns.some((column) => ["price", "annual"].includes(column.kind)) && !columns.some((column) => column.kind === "quantity"))
    for (const column of units) column.kind = "price";
  return columns;
}

function hasRole(label: string): boolean {
  const roles = rolesOf(label);
  return roles.has("current") || roles.has("target");
}

function columnOf(table: Table, index: number, header: string, context: TableContext): Column {
  const plain = normalise(header);
  const about = aboutOf(header);
  const column: Column = {
    index,
    header,
    kind: "text",
    label: about === "" ? "" : withoutMoney(header),
    about,
    period: periodIn(header) ?? (/^(?:fy ?)?20\d\d(?!\d)/i.test(header.trim()) ? "year" : null),
    currency: currencyIn(header),
    bare: false,
    scale: scaleIn(header),
    unit: unitOf(header),
  };
  const moneyHead = MONEY_COLUMN.test(plain) || ONCE.test(plain) || column.currency !== null || column.period !== null;
  const share = shares(table, index, moneyHead);
  if (share.filled === 0 || CONDITION.test(plain) || NOTES.test(plain)) return column;
  const explicit = (share.money > 0 || (moneyHead && share.free > 0)) && share.money + share.free + share.bare >= share.filled * 0.5;
  const quantity = QUANTITY.test(plain) && !MONEY_COLUMN.test(plain) && column.currency === null;
  if (quantity && share.money === 0) return { ...column, kind: share.bare >= share.filled * 0.5 && !isNumbering(table, index) ? "quantity" : "text" };
  const year = YEAR.test(plain);
  const bare = !explicit && share.bare >= share.filled * 0.5;
  const allowed = (moneyHead && index > 0) || (context.money && index > 0 && share.bare >= share.filled * 0.8 && !NO_MONEY_COLUMN.test(plain) && plain !== "");
  if (!explicit && !(bare && allowed)) return column;
  // How many of something take part in each wave.
  if (bare && !moneyHead && TIMES_COLUMN.test(normalise(table.header.cells[0]?.text ?? ""))) return column;
  if (bare && NO_MONEY_COLUMN.test(plain) && !MONEY_COLUMN.test(plain) && !ONCE.test(plain) && column.currency === null) return column;
  return { ...column, ...(year ? { kind: "price", about: plain, label: header, period: "year" } : { kind: kindOf(plain) }), bare: share.bare > 0 };
}

const TIMES_COLUMN = /^(?:waves?|batch|batches|sprints?|steps?|day|days|welle|wellen|schritt|tag|vagues?|lots?|jour|oleadas?|lote|dia)$/;

function kindOf(plain: string): ColumnKind {
  if (REVENUE.test(plain) && !MONEY_COLUMN.test(plain)) return "revenue";
  if (SAVING.test(plain)) return "saving";
  if (UNIT_PRICE.test(plain) || unitOf(plain) !== null) return "unit";
  if (ONCE.test(plain)) return "once";
  if (plain.split(" ").length <= 3 && LOW_COLUMN.test(plain)) return "low";
  if (plain.split(" ").length <= 3 && HIGH_COLUMN.test(plain)) return "high";
  return ANNUAL.test(plain) ? "annual" : "price";
}

function unitOf(header: string): string | null {
  const word = /(?<!\p{L})(?:per|pro|par|por|je)\s((?:\p{L}+\s)?\p{L}{3,})/iu.exec(header)?.[1];
  return word === undefined || periodIn(`per ${word}`) !== null || word.split(" ").some((part) => periodOfNoun(part) !== null) ? null : word.slice(0, 40);
}

/** "Year 1", "Jahr 2": what is foreseen for a year to come. */
const YEAR = /^(?:year|jahr|annee|ano|y)[ -]?\d\b/;

export function isYearAhead(label: string): boolean {
  return YEAR.test(normalise(label));
}

/** 1, 2, 3 …: the numbers of the rows. */
function isNumbering(table: Table, index: number): boolean {
  const numbers = table.rows.map((row) => row.cells[index]?.text.trim().replace(/\.$/, "") ?? "").filter((text) => text !== "");
  return numbers.length > 1 && numbers.every((text, i) => text === String(i + 1) || text === String(i));
}

interface Shares {
  filled: number;
  money: number;
  /** "free", "included". */
  free: number;
  bare: number;
}

function shares(table: Table, index: number, moneyHead: boolean): Shares {
  const share: Shares = { filled: 0, money: 0, free: 0, bare: 0 };
  for (const row of table.rows.slice(0, 200)) {
    const text = row.cells[index]?.text ?? "";
    if (isEmptyCell(text)) continue;
    share.filled++;
    const first = findMoney(text)[0];
    if (first !== undefined && first.start <= 24 && (moneyHead || !isLimit(text, first)))
      share[first.form === "free" || first.form === "included" ? "free" : "money"]++;
    else if (BARE.test(text.trim()) && findNumbers(text).length > 0) share.bare++;
  }
  return share;
}

/** What a heading names besides money and time. */
function aboutOf(header: string): string {
  return header
    .split(/[\s()[\]/,;:|*]+/)
    .filter((word) => {
      const plain = normalise(word);
      if (plain === "" || FILLER.test(plain) || TOTAL.test(plain) || MONEY_COLUMN.test(plain) || ANNUAL.test(plain) || ONCE.test(plain)) return false;
      if (currencyIn(word) !== null || periodOfAdverb(plain) !== null || periodOfNoun(plain) !== null) return false;
      return /\p{L}/u.test(word) && !/^(?:per|pro|par|por|im|je|k)$/.test(plain);
    })
    .join(" ")
    .toLowerCase();
}

function withoutMoney(header: string): string {
  return header.replace(/\s*[([][^()[\]]*[)\]]\s*$/, (bracket) => (currencyIn(bracket) !== null || periodIn(bracket) !== null ? "" : bracket)).trim();
}
