import { normalise } from "../lexicon/words";
import { withDescendants } from "../tree";
import type { Extract } from "./types";

const ALWAYS = /\b24\/7\b|\b24x7\b|\balways[ -]on\b|\baround the clock\b|\brund um die uhr\b|\bdurchgehend\b|\ben continu\b|\b24 horas\b/;
const OPTIONAL = /\b(?:optional|option|optionnel(?:le)?|opcional)\b/;
const HELD = /^\s*(?:=|for|includes?|with|incl\.?|für|pour|por|con)\s*(\d{1,6}(?:[.,]\d{1,2})?)\s?(GB|TB)\b/i;
const TIMES = /(?:^|[\s(])(\d{1,3})\s?[×x](?=[\s)])|\s[×x]\s?(\d{1,3})(?=$|[\s),])/;

/** Ties together what others have read: replacements to their phase, hours to running all the time, rows to how many there are of them. */
export const ties: Extract = ({ tree, draft }) => {
  const { plan } = draft;
  const phases = plan.migrations.flatMap((migration) => migration.phases ?? []);
  for (const section of tree.sections) {
    const phase = phases.find((one) => one.line === section.line);
    if (phase === undefined) continue;
    const end = Math.max(...withDescendants(section).map((one) => one.endLine));
    for (const replacement of plan.replacements) {
      const line = replacement.lines?.[0] ?? (Array.isArray(replacement.line) ? replacement.line[0] : replacement.line);
      if (line !== undefined && line > section.line && line <= end) replacement.phase = phase.key;
    }
  }
  const rows = plan.stacks.flatMap((stack) => stack.resources ?? []);
  const lists = [
    ...rows.flatMap((row) => [row.allowances, ...(row.lineItems ?? []).map((item) => item.price.allowances)]),
    ...plan.pricingRules.flatMap((rule) => [rule.allowances, rule.price?.allowances]),
    ...plan.otherPrices.map((price) => price.price.allowances),
  ];
  for (const allowance of lists.flatMap((list) => list ?? [])) {
    const line = Array.isArray(allowance.line) ? allowance.line[0] : allowance.line;
    if (line !== undefined && ALWAYS.test(normalise(tree.lines[line - 1] ?? ""))) allowance.alwaysOn = true;
  }
  const textOf = (entry: { line?: number | [number, number] | undefined }) =>
    tree.lines[(Array.isArray(entry.line) ? entry.line[0] : (entry.line ?? 0)) - 1] ?? "";
  for (const other of plan.otherPrices) {
    const { price } = other;
    const text = price.text === undefined ? "" : textOf(other);
    const at = price.text === undefined ? -1 : text.indexOf(price.text);
    if (at < 0 || price.text === undefined) continue;
    // "$99/month = 150GB": what the price holds.
    const held = price.form === "fixed" && price.allowances === undefined ? HELD.exec(text.slice(at + price.text.length, at + price.text.length + 40)) : null;
    if (held?.[1] !== undefined) price.allowances = [{ of: "traffic", amount: Number(held[1].replace(",", ".")), unit: held[2]?.toUpperCase() ?? "GB" }];
    // "$16 base + $0.008/unit-hour" beside a row: what its use costs on top.
    const row =
      price.form === "per-unit" && other.quantity === undefined && /\+\s*$/.test(text.slice(0, at)) ? rows.find((one) => one.line === other.line) : undefined;
    const own = row?.lineItems?.[0]?.price;
    if (price.form === "per-unit" && own?.form === "fixed" && own.overage === undefined)
      own.overage = [{ unitPrice: price.unitPrice, per: price.per ?? 1, unit: price.period === "hour" ? `${price.unit}-hour`.slice(0, 40) : price.unit }];
  }
  for (const row of rows) {
    const line = Array.isArray(row.line) ? row.line[0] : row.line;
    if (line !== undefined && row.optional === undefined && OPTIONAL.test(normalise(tree.lines[line - 1] ?? ""))) row.optional = true;
    const times = row.count === undefined ? TIMES.exec(row.name) : null;
    const count = Number(times?.[1] ?? times?.[2] ?? 0);
    if (count > 1) row.count = count;
  }
};
