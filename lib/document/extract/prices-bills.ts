import type { MoneyMention } from "../grammar/money";
import type { CostPeriod } from "../lexicon/costs";
import type { Block, Line, Section } from "../tree";

/*
 * A bill is a list of priced rows of one thing: a column of a table, a list, lines in a block of code. Stacks are made of
 * bills; what is no stack's bill stays a list of other prices.
 */

export type RowKind = "item" | "total" | "subtotal" | "saving";

export interface Amount {
  money: MoneyMention;
  line: number;
  /** The plain text the mention's positions are in. */
  text: string;
}

export interface BillRow {
  name: string;
  line: number;
  kind: RowKind;
  /** What the row costs; null where it says nothing of it. */
  amount: Amount | null;
  /** The yearly amount beside the monthly one. */
  annual: Amount | null;
  /** What is paid once, beside. */
  once: Amount | null;
  /** What one of them costs, beside. */
  unit: Amount | null;
  quantity: number | null;
  /** Further amounts of the row: the price of one, what is charged beyond. */
  others: Amount[];
  /** Everything else the row says. */
  note: string;
}

/** What the rows of a bill are. */
export type Layout = "services" | "choices" | "qualities" | "stages" | "tiers" | "timeline" | "savings";

export interface Bill {
  block: Block;
  section: Section;
  layout: Layout;
  /** Heading of the column, where each column is a bill of its own. */
  column: string | null;
  /** Words right above the rows: a heading line in a block of code, the block's label. */
  label: Line | null;
  /** Words further up that are no headings: what the whole list is under. */
  above: Line[];
  /** Sides of arrows: they make a stack only where no list of prices does. */
  sketch: boolean;
  period: CostPeriod | null;
  currency: string | null;
  rows: BillRow[];
  line: number;
}

/** A row that says nothing yet. */
export function emptyRow(name: string, line: number, kind: RowKind): BillRow {
  return { name, line, kind, amount: null, annual: null, once: null, unit: null, quantity: null, others: [], note: "" };
}
