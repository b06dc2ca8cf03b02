import { codeKind } from "../../code/kind";
import { findMoney } from "../../grammar/money";
import { CREDIT, WEIGHTED } from "../../lexicon/arithmetic";
import { OPTIONAL, SAVING, SUBTOTAL, TOTAL } from "../../lexicon/costs";
import { normalise } from "../../lexicon/words";
import type { Block, DocumentTree, Line } from "../../tree";
import type { Calculation } from "./types";

interface Amount {
  label: string;
  value: number;
  currency: string | null;
  period: string | null;
  line: number;
}

/** Amounts below one another with their total: in lists and in blocks of plain text. Pure. */
export function lineSums(tree: DocumentTree): Calculation[] {
  return tree.blocks.flatMap((block) => linesOf(block).flatMap(sumsOf));
}

/** Lines that may be added up: the items of one level, the lines of a block that is no program. */
function linesOf(block: Block): Line[][] {
  if (block.type === "list") {
    const top = block.items.filter((item) => item.depth === 0);
    return top.some((item) => item.children.length > 0) ? [] : [[...top, ...totalBelow(block, top)]];
  }
  return block.type === "code" && block.lines.length <= 80 && codeKind(block) === "text" ? [block.lines] : [];
}

/** "Total one-off: 158,000": a line of its own right below a list that has no total. */
function totalBelow(list: Block, items: readonly Line[]): Line[] {
  const next = list.section.blocks[list.section.blocks.indexOf(list) + 1];
  if (next?.type !== "paragraph" || next.lines.length !== 1 || items.some(({ text }) => TOTAL.test(normalise(text.slice(0, 40))))) return [];
  const [line] = next.lines;
  return line !== undefined && /^\W*[^:=]{3,40}[:=]/.test(line.text) && TOTAL.test(normalise(line.text.split(/[:=]/)[0] ?? "")) ? [line] : [];
}

function sumsOf(lines: readonly Line[]): Calculation[] {
  const found: Calculation[] = [];
  const all: Amount[] = [];
  let group: Amount[] = [];
  let totals: Amount[] = [];
  for (const line of lines) {
    const label = normalise(line.text.replace(/[.…·_\s-]{3,}.*$/u, "").slice(0, 80)).split(/[:=]/)[0] ?? "";
    const total = (TOTAL.test(label) || SUBTOTAL.test(label)) && !SAVING.test(label) && !WEIGHTED.test(label);
    const amount = amountIn(line, label);
    if (amount === "unknown") {
      if (total) continue;
      // A line without an exact amount: what the others add up to is not known.
      return found;
    }
    if (amount === null) continue;
    if (!total) {
      all.push(amount);
      group.push(amount);
      continue;
    }
    const parts = SUBTOTAL.test(label) ? group : all;
    const alike = parts.every((one) => one.currency === amount.currency && (one.period === amount.period || one.period === null || amount.period === null));
    const ways = [
      parts,
      group,
      totals,
      [...totals.slice(-1), ...group],
      parts.filter((one) => !OPTIONAL.test(one.label)),
      parts.filter((one) => !CREDIT.test(one.label)),
    ];
    const meets = (way: readonly Amount[]) =>
      way.length > 0 &&
      Math.abs(way.reduce((sum, one) => sum + one.value, 0) - amount.value) < 0.006 + (amount.value >= 1_000 && Number.isInteger(amount.value) ? 0.5 : 0);
    const credited = parts.map((one) => (CREDIT.test(one.label) ? { ...one, value: -Math.abs(one.value) } : one));
    if (parts.length >= 2 && alike) {
      const fits = [...ways, credited].find(meets);
      found.push({
        kind: "sum",
        what: line.text.trim().slice(0, 200),
        parts: (fits ?? parts).map(({ value }) => ({ min: value })).slice(0, 200),
        result: { min: amount.value },
        ...(amount.currency === null ? {} : { unit: amount.currency }),
        place: "column",
        line: line.line,
      });
    }
    totals = [...totals, amount];
    group = [];
  }
  return found;
}

/** The amount of a line: the last where a calculation stands before it; null for a line without any, "unknown" for a range or an open end. */
function amountIn(line: Line, label: string): Amount | "unknown" | null {
  if (line.text.length > 200 || !/\d/.test(line.text)) return /\p{L}/u.test(line.text) && /[$€£₹]|tbd|\?/i.test(line.text) ? "unknown" : null;
  const money = findMoney(line.text).filter((one) => one.form !== "free" && one.form !== "included");
  const last = money.at(-1);
  if (last === undefined) return null;
  const exact = (last.form === "fixed" || last.form === "formula") && last.low !== null && !last.approximate;
  // "3 × 24,000: 72,000" is one amount.
  const reckoned =
    money.length === 2 && /\d\s?[×x*]\s?\D{0,4}$/.test(line.text.slice(0, money[0]?.start)) && /^\s?[:=]\s?$/.test(line.text.slice(money[0]?.end, last.start));
  const others = reckoned ? [last] : money.filter((one) => one.form === "fixed" || one.form === "range");
  if (!exact || last.low === null || others.length > 1) return "unknown";
  return { label, value: last.low * last.sign, currency: last.currency, period: last.period, line: line.line };
}
