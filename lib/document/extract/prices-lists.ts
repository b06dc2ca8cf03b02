import { codeKind } from "../code/kind";
import { findMoney } from "../grammar/money";
import { findQuantities } from "../grammar/quantity";
import { BUDGET, currencyIn, ONCE, PRICE_LIST, periodIn, REVENUE, SAVING } from "../lexicon/costs";
import { normalise } from "../lexicon/words";
import { rolesOf } from "../outline";
import { type Block, type Code, headingPath, type Line, type List, type ListItem, type Paragraph } from "../tree";
import type { Bill, BillRow, Layout } from "./prices-bills";
import { isHeading, isTwoColumns, rowOfLine } from "./prices-lines";
import { nameBefore } from "./prices-reading";
import { nameKind } from "./prices-rows";
import { sideOf } from "./stacks-bills";
import { numberedName } from "./stacks-names";

/** The bills in lists, paragraphs of several lines and blocks of plain text. Pure. */
export function billsOfBlock(block: Exclude<Block, { type: "table" }>, before: Block | null = null): Bill[] {
  if (block.type === "list") return ofList(block, block.label ?? leadOf(before));
  if (block.type === "paragraph") return block.lines.length < 2 || isProse(block) ? [] : ofLines(block, block.lines, 0.75);
  const kind = codeKind(block);
  return kind === "text" || kind === "diagram" ? ofCode(block) : [];
}

/** Whether the lines of a paragraph are sentences, one on each. */
function isProse({ lines }: Paragraph): boolean {
  return lines.filter(({ text }) => /[.!?]$/.test(text) && text.split(" ").length >= 6 && !/^[^:.]{2,40}:\s/.test(text)).length * 2 > lines.length;
}

function bill(block: Block, label: Line | null, rows: BillRow[], layout: Layout, around: Line[] = []): Bill {
  const above = [
    label?.text ?? "",
    ...headingPath(block.section)
      .map((section) => section.title)
      .reverse(),
  ].filter((text) => text !== "");
  const first = <T>(read: (text: string) => T | null): T | null => above.map(read).find((found) => found !== null) ?? null;
  return {
    block,
    section: block.section,
    layout,
    column: null,
    label,
    above: around,
    sketch: false,
    period: first(periodIn),
    currency: first(currencyIn),
    rows,
    line: rows[0]?.line ?? block.line,
  };
}

/** Siblings of a list are a bill of their own; a parent without a price names it. */
function ofList(list: List, lead: Line | null): Bill[] {
  const groups = new Map<ListItem | null, ListItem[]>();
  for (const item of list.items) {
    const group = groups.get(item.parent);
    if (group === undefined) groups.set(item.parent, [item]);
    else group.push(item);
  }
  return [...groups].flatMap(([parent, items]) => {
    const bare =
      items.filter((item) => isTwoColumns(item.text)).length >= Math.max(2, items.length * 0.6) &&
      (speaksOfMoney(list) || currencyIn(lead?.text ?? "") !== null);
    const read = items.flatMap((item) => rowOfLine({ text: item.text, lines: item.lines }, bare) ?? []);
    const rows = read.map((row) => defined(row, parent === null && list.items.length === 1 ? list.label : null));
    const label = parent === null ? lead : { line: parent.line, text: parent.text.replace(/[:：]\s*$/, "") };
    const around: Line[] = [];
    for (let at = parent?.parent ?? null; at !== null; at = at.parent) around.push({ line: at.line, text: at.text });
    if (parent !== null && lead !== null) around.push(lead);
    const named = around.find((line) => sideOf(line.text) !== null) ?? label;
    const isDefinition = rows.length === 1 && rows[0] !== read[0];
    if (!isDefinition && !isBill(rows, items.length, sideOf(label?.text ?? "") === null ? named : label, list)) return [];
    const of = parent !== null && named !== label && label !== null ? label.text : null;
    return [
      bill(
        list,
        label,
        of === null ? rows : rows.map((row) => ({ ...row, name: rows.length === 1 ? of : `${of}: ${row.name}` })),
        layoutOf(
          rows,
          items.map((item) => item.text),
          label,
          list,
        ),
        around,
      ),
    ];
  });
}

/** The one definition of a term that begins with its amount: "Build cost" above "86,000, fixed price". */
function defined(row: BillRow, term: Line | null): BillRow {
  if (term === null || row.amount === null || row.amount.money.start > 0 || BUDGET.test(normalise(term.text)) || REVENUE.test(normalise(term.text))) return row;
  const period = row.amount.money.period ?? (ONCE.test(normalise(term.text)) ? "once" : null);
  return { ...row, name: term.text, kind: nameKind(term.text), amount: { ...row.amount, money: { ...row.amount.money, period } } };
}

/** "**Today (AWS):** 4,215 a month" right above a list introduces it. */
function leadOf(before: Block | null): Line | null {
  if (before?.type !== "paragraph" || before.quoted || sideOf(before.section.title) !== null) return null;
  const last = before.lines.at(-1);
  if (last === undefined || last.text.length > 100 || sideOf(last.text) === null || !/^[^.!?]{2,60}[:–—]/u.test(last.text)) return null;
  return findMoney(last.text).length === 1 ? last : null;
}

/** Most lines are priced, or the words above promise prices. */
function isBill(rows: readonly BillRow[], lines: number, label: Line | null, block: Block, share = 0.6): boolean {
  if (rows.length === 0) return false;
  if (rows.length >= 2 && rows.length >= lines * share) return true;
  const words = label?.text ?? block.section.title;
  const roles = rolesOf(words);
  const named = roles.has("current") !== roles.has("target") || (roles.has("cost") && !roles.has("saving")) || findMoney(block.section.title).length > 0;
  return named && rows.length >= lines * 0.5;
}

function layoutOf(rows: readonly BillRow[], texts: readonly string[], label: Line | null, block: Block): Layout {
  const words = normalise(label?.text ?? block.section.title);
  const items = rows.filter((row) => row.kind === "item");
  if (items.length > 0 && items.filter((row) => startsWithCount(row.note || row.name)).length >= items.length * 0.6) return "stages";
  const sides = items.filter((row) => {
    const roles = rolesOf(row.name);
    return roles.has("current") !== roles.has("target") || numberedName(row.name)?.startsWith("option") === true;
  }).length;
  if (sides >= 2 && sides >= items.length * 0.6) return "choices";
  if (SAVING.test(words) && !rolesOf(words).has("current") && !rolesOf(words).has("target")) return sides > 0 ? "choices" : "savings";
  if (PRICE_LIST.test(words) || isTierList(texts) || (items.length > 1 && items.every((row) => STEP.test(normalise(row.name))))) return "tiers";
  return "services";
}

/** "50k users: …", "At 10,000 orders a day": a stage of growth. */
function startsWithCount(text: string): boolean {
  const [first] = findQuantities(text);
  return (
    first !== undefined &&
    first.currency === null &&
    first.unit !== null &&
    first.start <= 12 &&
    /users|customers|requests|messages|orders|sessions|connections|developers/.test(first.unit)
  );
}

/** "Free: …", "Pro ($19): …", "Scale ($69): …": the first is free and the others are what comes after. */
function isTierList(texts: readonly string[]): boolean {
  return (
    texts.length >= 2 &&
    /^(?:the )?(?:free|hobby|starter|kostenlos|gratuit|gratis|basic)(?: tier| plan)?\b/i.test(texts[0] ?? "") &&
    texts.slice(1).some((text) => /^\p{Lu}[\p{L} ]{1,20}(?:\(|:|\s[-–—])/u.test(text))
  );
}

/** "up to 5,000 subscribers", "first 10 TB", "over 1 million". */
const STEP = /^(?:up to|first|next|over|above|more than|from|bis|ab|uber|jusqu'a|a partir de|hasta|desde|mas de|plus de)\b.*\d/;

const RULE = /^[\s\-–—=_*~.━─═+]{3,}$/u;
const ARROW = /\s(?:→|->|=>|➜|⇒|──+>|-->)\s/u;

/** Plain text in a fence: one bill after the other, or two side by side. */
function ofCode(code: Code): Bill[] {
  const lines = code.lines
    .filter((line) => !/[│┌┐└┘├┤┬┴┼▼▲║╔╗╚╝]/u.test(line.text))
    .map((line) => ({ ...line, text: line.text.replace(/\t/g, "    ").replace(/([$€£₹¥])\s{1,12}(?=\d)/gu, "$1") }));
  if (lines.filter((line) => ARROW.test(line.text)).length >= 2) return sideBySide(code, lines);
  return ofLines(code, lines, 0.5);
}

/** Lines of prices with headings between them; a heading after a total, or one that names a stack, begins a new bill. */
function ofLines(block: Paragraph | Code, lines: readonly Line[], share: number): Bill[] {
  // Numbers without a currency are amounts where the words above speak of money.
  const columns = lines.filter((line) => isTwoColumns(line.text)).length;
  const bare = columns >= 3 && columns >= lines.filter((line) => line.text.trim() !== "").length * 0.5 && speaksOfMoney(block);
  const parts: { label: Line | null; rows: BillRow[]; lines: number; closed: boolean }[] = [];
  let current = { label: block.label, rows: [] as BillRow[], lines: 0, closed: false };
  parts.push(current);
  for (const line of lines) {
    const text = line.text.replace(/^[\s\-*•#/]+/u, "");
    if (text === "" || RULE.test(line.text)) continue;
    const row = rowOfLine({ text, lines: [line] }, bare);
    if (row === null && isHeading(text)) {
      const roles = rolesOf(text);
      const names = roles.has("current") !== roles.has("target") || numberedName(text) !== null;
      if ((names || current.closed) && text.length <= 80) {
        current = { label: { line: line.line, text: text.replace(/[:：]\s*$/, "") }, rows: [], lines: 0, closed: false };
        parts.push(current);
      } else if (!/[:：]\s*$/.test(text)) current.lines++;
      continue;
    }
    if (row === null) continue;
    current.lines++;
    current.rows.push(row);
    if (row.kind === "total") current.closed = true;
  }
  return parts.flatMap((part) =>
    isBill(part.rows, part.lines, part.label, block, share) && part.rows.every((row) => row.name !== "")
      ? [
          bill(
            block,
            part.label,
            part.rows,
            layoutOf(
              part.rows,
              part.rows.map((row) => row.note),
              part.label,
              block,
            ),
          ),
        ]
      : [],
  );
}

function speaksOfMoney(block: Block): boolean {
  const above = [block.label?.text ?? "", ...headingPath(block.section).map((section) => section.title)];
  return above.some((text) => rolesOf(text).has("cost") || currencyIn(text) !== null);
}

/** "Old thing ($25)  →  New thing ($0)": what stands left of the arrows and what right of them. */
function sideBySide(code: Code, lines: readonly Line[]): Bill[] {
  const sides: [BillRow[], BillRow[]] = [[], []];
  let labels: [Line | null, Line | null] = [null, null];
  for (const line of lines) {
    const arrow = ARROW.exec(line.text);
    if (arrow === null) {
      const heads = line.text.trim().split(/\s{3,}/);
      const [left, right] = heads;
      if (heads.length === 2 && left !== undefined && right !== undefined && isHeading(line.text))
        labels = [
          { line: line.line, text: left },
          { line: line.line, text: right },
        ];
      continue;
    }
    const texts = [line.text.slice(0, arrow.index), line.text.slice(arrow.index + arrow[0].length)];
    texts.forEach((text, side) => {
      const row = sideRow(text, line.line);
      if (row !== null) sides[side === 0 ? 0 : 1].push(row);
    });
  }
  if (![...sides[0], ...sides[1]].some((row) => row.amount !== null)) return [];
  return [0, 1].map((side) => ({
    ...bill(code, labels[side] ?? code.label, sides[side] ?? [], "services"),
    sketch: true,
    column: side === 0 ? "before" : "after",
  }));
}

function sideRow(text: string, line: number): BillRow | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  const row = rowOfLine({ text: trimmed, lines: [{ line, text: trimmed }] });
  if (row === null) return null;
  const [first] = findMoney(trimmed);
  const bare = first !== undefined && nameBefore(trimmed, first.start) === "" && row.amount?.money.start === first.start;
  return bare ? { ...row, kind: "total", name: "Total" } : row;
}
