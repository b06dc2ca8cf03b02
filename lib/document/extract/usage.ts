import type { PlanInput } from "@/lib/plan/types";
import type { Draft } from "../draft";
import { metricOf } from "../grammar/metric-names";
import { findQuantities, type Quantity } from "../grammar/quantity";
import { normalise, wordTest } from "../lexicon/words";
import type { Block, Line } from "../tree";
import { ensureMetric } from "./ensure-metric";
import type { Extract } from "./types";

type Allowance = NonNullable<NonNullable<NonNullable<PlanInput["stacks"]>[number]["resources"]>[number]["allowances"]>[number];

const EXPECTED = wordTest([
  "expected",
  "estimated",
  "anticipated",
  "projected",
  "assumed",
  "erwartet*",
  "geschatzt*",
  "angenommen*",
  "prevu*",
  "estime*",
  "attendu*",
  "esperad*",
  "estimad*",
  "previst*",
]);
const USAGE = wordTest([
  "load",
  "usage",
  "traffic",
  "volume",
  "volumes",
  "workload",
  "last",
  "nutzung",
  "aufkommen",
  "charge",
  "trafic",
  "utilisation",
  "carga",
  "uso",
  "volumen",
]);
const RATE = /^(.+)\/(day|month)$/;
const PER = { day: "per day", month: "per month" } as const;

/** What is free up to a limit, and what the document expects to use: both by the same metric, so that they can be compared. */
export const usage: Extract = ({ tree, draft }) => {
  for (const row of draft.plan.stacks.flatMap((stack) => stack.resources ?? [])) {
    const line = Array.isArray(row.line) ? row.line[0] : row.line;
    const price = row.lineItems?.[0]?.price;
    const free = price !== undefined && (price.form === "free" || (price.form === "fixed" && price.amount === 0));
    if (!free || line === undefined || (price.allowances?.length ?? 0) > 0) continue;
    const found = rates((tree.lines[line - 1] ?? "").slice(0, 500)).slice(0, 5);
    if (found.length > 0) price.allowances = found.map((rate) => allowanceOf(draft, rate, line));
  }
  for (const block of tree.blocks) {
    const words = normalise(`${block.section.title} ${block.label?.text ?? ""}`);
    if (!EXPECTED.test(words) || !USAGE.test(words)) continue;
    for (const line of linesOf(block)) expect(draft, line);
  }
};

interface Rate {
  quantity: Quantity;
  noun: string;
  per: "day" | "month";
}

/** "3,000 mails/month", "10k commands per day". */
function rates(text: string): Rate[] {
  return findQuantities(text).flatMap((quantity) => {
    const [, noun, per] = RATE.exec(quantity.unit ?? "") ?? [];
    return quantity.currency === null && noun !== undefined && (per === "day" || per === "month") && quantity.value > 0 ? [{ quantity, noun, per }] : [];
  });
}

function allowanceOf(draft: Draft, { quantity, noun, per }: Rate, line: number): Allowance {
  return { of: noun, amount: quantity.high ?? quantity.value, unit: noun, per, metric: metricFor(draft, noun, per, line), line };
}

/** E-mails and mails are one thing; the metric is named by the noun and its period. */
function metricFor(draft: Draft, noun: string, per: "day" | "month", line: number): string {
  const plain = normalise(noun).replace(/^e-?mails?$|^mails?$|^correos?$|^courriels?$/, "emails");
  const unit = `${plain}/${per}`;
  const known = metricOf(`${plain} ${PER[per]}`, unit);
  return ensureMetric(
    draft,
    known ?? { key: `${plain.replaceAll(/[^a-z0-9]+/g, "_")}_per_${per}`.slice(0, 60), name: `${noun} ${PER[per]}`, unit, known: false },
    line,
  );
}

function expect(draft: Draft, { line, text }: Line): void {
  if (text.length > 200 || /[<>≤≥]/.test(text)) return;
  for (const { quantity, noun, per } of rates(text)) add(draft, metricFor(draft, noun, per, line), quantity, text, line);
  const people = findQuantities(text).find((one) => one.unit === "users" && one.currency === null);
  const metric = people === undefined ? null : metricOf(text, "users");
  if (people !== undefined && metric !== null) add(draft, ensureMetric(draft, metric, line), people, text, line);
}

function add(draft: Draft, metric: string, quantity: Quantity, text: string, line: number): void {
  draft.add("targets", { name: `Expected: ${text}`.slice(0, 200), metric, peak: quantity.high ?? quantity.value, line }, line);
}

function linesOf(block: Block): Line[] {
  if (block.type === "list") return block.items;
  if (block.type === "paragraph" || (block.type === "code" && block.language === "")) return block.lines;
  return block.type === "table" ? block.rows.map((row) => ({ line: row.line, text: row.cells.map((cell) => cell.text).join(" ") })) : [];
}
