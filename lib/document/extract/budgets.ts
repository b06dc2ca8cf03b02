import type { Draft } from "../draft";
import { findQuantities, type Quantity } from "../grammar/quantity";
import { BUDGET_COLUMN, BUDGET_WORDS, FOR_A_YEAR, GRANTED, OTHER_BUDGET, TOLD_COLUMN, TOLD_OF } from "../lexicon/budgets";
import { normalise } from "../lexicon/words";
import type { Row, Table } from "../tree";
import { billOf } from "./alerts-bills";
import { stackOf } from "./stacks-names";
import { limitsOf } from "./triggers-all";
import { type Statement, statementsOf } from "./triggers-statements";
import type { Extract } from "./types";

interface Budget {
  name: string;
  amount: number;
  currency: string | null;
  period: "month" | "year";
  levels: number[];
  text: string;
  line: number;
}

/** What may be spent: "Budget: 500 € a month, tell us at 80 %", tables of budgets, amounts at which the provider raises an alarm. */
export const budgets: Extract = ({ tree, draft }) => {
  const decided = new Set(limitsOf(tree).flatMap((limit) => (limit.money && limit.kind !== "alert" ? [`${limit.line} ${limit.value}`] : [])));
  const statements = statementsOf(tree);
  statements.forEach((statement, i) => {
    const found = several(statement) ?? budgetOf(statement, statements[i + 1]) ?? alarmOf(statement);
    if (found === null || decided.has(`${found.line} ${found.amount}`)) return;
    add(draft, found);
    claim(draft, statement, found);
  });
  for (const block of tree.blocks)
    if (block.type === "table")
      for (const found of budgetsOfTable(block)) {
        add(draft, found);
        draft.claim(found.line, "budgets");
      }
};

/** "Budget alerts: $140,000 (notify) and $145,000 (escalate)": alarms at several amounts. */
function several(statement: Statement): Budget | null {
  const alarm = alarmOf(statement);
  return alarm !== null && alarm.levels.length > 0 && !findQuantities(statement.text).some((one) => one.unit === "percent") ? alarm : null;
}

/** Only the amounts are spoken for: a paragraph of one line says more. */
function claim(draft: Draft, { block, text, lineAt }: Statement, { amount, levels }: Budget): void {
  const lines = block.type === "paragraph" ? block.lines : block.type === "list" ? block.items.flatMap((item) => item.lines) : [];
  const known = new Set([amount, ...levels]);
  for (const one of findQuantities(text)) {
    if (one.currency === null || !known.has(one.value)) continue;
    const line = lineAt(one.start);
    const written = text.slice(one.start, one.end);
    const at = lines.find((other) => other.line === line)?.text.indexOf(written) ?? -1;
    if (at < 0) draft.claim(line, "budgets");
    else draft.claim(line, "budgets", at, at + written.length);
  }
}

function add(draft: Draft, { name, amount, currency, period, levels, text, line }: Budget): void {
  const stack = stackOf(draft, text);
  draft.add(
    "budgets",
    {
      key: draft.key("budgets", name, "budget"),
      name: name.slice(0, 200),
      amount,
      ...(currency === null ? {} : { currency }),
      period,
      ...(stack === null ? {} : { stack }),
      ...(levels.length === 0 ? {} : { levels: levels.slice(0, 20) }),
      line,
    },
    line,
  );
}

const MAX_TEXT = 400;

/** The budget a statement names; how much of it somebody is told at may stand in the next sentence. */
function budgetOf(statement: Statement, next: Statement | undefined): Budget | null {
  const { text, lead } = statement;
  const plain = normalise(text);
  if (text.length > MAX_TEXT || OTHER_BUDGET.test(plain)) return null;
  const quantities = findQuantities(text);
  const amounts = quantities.filter((one) => one.currency !== null && one.high === null);
  const amount =
    nearest(plain, amounts, BUDGET_WORDS) ?? (statement.place === null || statement.place.kind === "alert" ? nearest(plain, amounts, GRANTED) : null);
  if (amount === null) return null;
  const follows = next !== undefined && next.block === statement.block && next.form === "sentence" && TOLD_OF.test(normalise(next.text)) ? next : null;
  const told = follows !== null && findQuantities(follows.text).every((one) => one.unit === "percent") ? findQuantities(follows.text) : [];
  const shares = [...quantities, ...told].filter((one) => one.unit === "percent" && one.value > 0 && one.value <= 150);
  const others = TOLD_OF.test(plain) ? amounts.filter((one) => one.currency === amount.currency && one.value < amount.value) : [];
  return {
    name: lead ?? "Budget",
    amount: amount.value,
    currency: amount.currency,
    period: amount.unit?.endsWith("/year") || (!amount.unit?.includes("/") && FOR_A_YEAR.test(plain)) ? "year" : "month",
    levels: sorted([
      ...(TOLD_OF.test(plain) || told.length > 0 || lead !== null ? shares.map((one) => cents((amount.value * one.value) / 100)) : []),
      ...others.map((one) => one.value),
    ]),
    text,
    line: statement.lineAt(amount.start),
  };
}

/** The amount that stands nearest to a word, behind it rather than in front; null where none is near. */
function nearest(plain: string, amounts: readonly Quantity[], words: RegExp): Quantity | null {
  let best: { amount: Quantity; away: number } | null = null;
  for (const word of plain.matchAll(words)) {
    const end = word.index + word[0].length;
    for (const amount of amounts) {
      const away = amount.start >= word.index ? amount.start - end : (word.index - amount.end) * 1.5;
      if (away <= MAX_AWAY && (best === null || away < best.away)) best = { amount, away };
    }
  }
  return best?.amount ?? null;
}

const MAX_AWAY = 60;

/** "Billing alarm at $140,000 and $145,000": the largest is the budget, the others are levels of it. */
function alarmOf(statement: Statement): Budget | null {
  const bill = billOf(statement);
  const amount = bill?.values.at(-1);
  if (bill === null || amount === undefined || (statement.form === "item" && statement.block.type === "list" && statement.lead === null && bill.listed))
    return null;
  return {
    name: statement.lead ?? "Billing alarm",
    amount,
    currency: bill.currency,
    period: bill.period === "year" ? "year" : "month",
    levels: bill.values.slice(0, -1),
    text: statement.text,
    line: bill.line,
  };
}

/** Whether the rows of a table are budgets, and no prices. */
export const isBudgetTable = (table: Table): boolean => budgetsOfTable(table).length > 0;

/** "Account | Budget per month | Alerts": a row each. */
function budgetsOfTable(table: Table): Budget[] {
  const heads = table.header.cells.map((cell) => normalise(cell.text));
  const first = /^(?:budgets?|presupuestos?|enveloppes?|budget (?:line|item|name)|budgetposten)$/.test(heads[0] ?? "");
  const told = heads.findIndex((head, i) => i > 0 && TOLD_COLUMN.test(head));
  const own = heads.findIndex((head, i) => i > 0 && BUDGET_COLUMN.test(head) && !TOLD_COLUMN.test(head));
  const column = own > 0 ? own : first ? heads.findIndex((_, i) => i > 0 && i !== told) : -1;
  if (column < 0 || !(first || told > 0)) return [];
  return table.rows.flatMap((row) => budgetOfRow(row, column, told, `${heads[column] ?? ""} ${normalise(table.label?.text ?? table.section.title)}`));
}

function budgetOfRow(row: Row, column: number, told: number, head: string): Budget[] {
  const amount = findQuantities(row.cells[column]?.text ?? "").find((one) => one.high === null && one.unit !== "percent");
  if (amount === undefined) return [];
  const levels = (told < 0 ? [] : findQuantities(row.cells[told]?.text ?? "")).flatMap((one) =>
    one.unit === "percent" ? [cents((amount.value * one.value) / 100)] : one.currency !== null ? [one.value] : [],
  );
  const name = row.cells[0]?.text ?? "";
  return [
    {
      name: name === "" ? "Budget" : name,
      amount: amount.value,
      currency: amount.currency,
      period: amount.unit?.endsWith("/year") || FOR_A_YEAR.test(head) ? "year" : "month",
      levels: sorted(levels),
      text: name,
      line: row.line,
    },
  ];
}

const cents = (value: number) => Math.round(value * 100) / 100;
const sorted = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);
