import type { Draft } from "../draft";
import { normalise } from "../lexicon/words";
import { type DocumentTree, withDescendants } from "../tree";
import type { Extract } from "./types";

const ALWAYS = /\b24\/7\b|\b24x7\b|\balways[ -]on\b|\baround the clock\b|\brund um die uhr\b|\bdurchgehend\b|\ben continu\b|\b24 horas\b/;
/** "Managed option", "optional"; not "Option B", which is a name. */
const OPTIONAL = /\b(?:optional|option(?! (?:[a-e]|\d)\b)|optionnel(?:le)?|opcional)\b/;
const HELD = /^\s*(?:=|for|includes?|with|incl\.?|für|pour|por|con)\s*(\d{1,6}(?:[.,]\d{1,2})?)\s?(GB|TB)\b/i;
const TIMES = /(?:^|[\s(])(\d{1,3})\s?[×x](?=[\s)])|\s[×x]\s?(\d{1,3})(?=$|[\s),])/;
/** As much of a line as a person writes. */
const LONGEST = 2_000;

/** Ties together what others have read: replacements to their phase, amounts to their price, rows to how many there are of them. */
export const ties: Extract = ({ tree, draft }) => {
  phases(tree, draft);
  allowances(tree, draft);
  beside(tree, draft);
  rows(tree, draft);
};

type Placed = { line?: number | [number, number] | undefined };

const lineOf = ({ line }: Placed) => (Array.isArray(line) ? line[0] : line);
const textOf = (tree: DocumentTree, entry: Placed) => (tree.lines[(lineOf(entry) ?? 0) - 1] ?? "").slice(0, LONGEST);
const resourcesOf = (draft: Draft) => draft.plan.stacks.flatMap((stack) => stack.resources ?? []);

/** A component belongs to the phase in whose section it is replaced. */
function phases(tree: DocumentTree, { plan }: Draft): void {
  const byLine = new Map(plan.migrations.flatMap((migration) => migration.phases ?? []).map((phase) => [phase.line, phase.key]));
  for (const section of tree.sections) {
    const phase = byLine.get(section.line);
    if (phase === undefined || section.level === 0) continue;
    const end = Math.max(...withDescendants(section).map((one) => one.endLine));
    for (const replacement of plan.replacements) {
      const line = replacement.lines?.[0] ?? lineOf(replacement);
      if (line !== undefined && line > section.line && line <= end) replacement.phase = phase;
    }
  }
}

/** "191 hours free: runs 24/7". */
function allowances(tree: DocumentTree, draft: Draft): void {
  const lists = [
    ...resourcesOf(draft).flatMap((row) => [row.allowances, ...(row.lineItems ?? []).map((item) => item.price.allowances)]),
    ...draft.plan.pricingRules.flatMap((rule) => [rule.allowances, rule.price?.allowances]),
    ...draft.plan.otherPrices.map((price) => price.price.allowances),
  ];
  for (const allowance of lists.flatMap((list) => list ?? [])) if (ALWAYS.test(normalise(textOf(tree, allowance)))) allowance.alwaysOn = true;
}

/** What stands right beside a price: what it holds ("$99/month = 150GB"), what use costs on top ("$16 base + $0.008/unit-hour"). */
function beside(tree: DocumentTree, draft: Draft): void {
  const byLine = new Map(resourcesOf(draft).map((row) => [lineOf(row), row]));
  for (const other of draft.plan.otherPrices) {
    const { price } = other;
    const text = textOf(tree, other);
    const at = price.text === undefined ? -1 : text.indexOf(price.text);
    if (at < 0 || price.text === undefined) continue;
    const after = text.slice(at + price.text.length, at + price.text.length + 40);
    const held = price.form === "fixed" && price.allowances === undefined ? HELD.exec(after) : null;
    if (held?.[1] !== undefined) price.allowances = [{ of: "traffic", amount: Number(held[1].replace(",", ".")), unit: held[2]?.toUpperCase() ?? "GB" }];
    if (price.form !== "per-unit" || other.quantity !== undefined || !/\+\s*$/.test(text.slice(0, at))) continue;
    const own = byLine.get(lineOf(other))?.lineItems?.[0]?.price;
    const unit = price.period === "hour" ? `${price.unit}-hour`.slice(0, 40) : price.unit;
    if (own?.form === "fixed" && own.overage === undefined) own.overage = [{ unitPrice: price.unitPrice, per: price.per ?? 1, unit }];
  }
}

/** Rows that are called an option, and how many of a thing a row names. */
function rows(tree: DocumentTree, draft: Draft): void {
  for (const row of resourcesOf(draft)) {
    if (row.optional === undefined && OPTIONAL.test(normalise(textOf(tree, row)))) row.optional = true;
    const times = row.count === undefined ? TIMES.exec(row.name) : null;
    const count = Number(times?.[1] ?? times?.[2] ?? 0);
    if (count > 1) row.count = count;
  }
}
