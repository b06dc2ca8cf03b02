import type { Draft, Entry } from "../draft";
import { findMoney } from "../grammar/money";
import { providerIn } from "../lexicon/providers";
import { normalise, wordTest } from "../lexicon/words";
import { type Outline, rolesOf } from "../outline";
import { type Block, type DocumentTree, headingPath, type Section } from "../tree";
import type { Bill } from "./prices-bills";
import { billsOfBlock } from "./prices-lists";
import { nameOf } from "./prices-reading";
import { nameKind } from "./prices-rows";
import { billsOfTable } from "./prices-tables";
import { endsOfMove, type Identity, identify, isProject, overlap, sideOf, stackName } from "./stacks-bills";
import { numberedName, tellingWords } from "./stacks-names";
import type { Extract, Extraction } from "./types";

type Stack = Entry<"stacks">;

/** With how many of its parts a further list of a stack is compared. */
const LAST = 5;

/** Bills of the document with the stack each is of, made by `stacks` and read by the extractors of prices. */
export interface Outlined {
  bills: Bill[];
  stackOfBill: Map<Bill, string>;
  /** Keys of the stacks whose lists stand in a section. */
  inSection: Map<Section, Set<string>>;
}

const OUTLINED = new WeakMap<Draft, Outlined>();

/** The bills of the document and their stacks. */
export function outlined({ tree, outline, draft }: Extraction): Outlined {
  return OUTLINED.get(draft) ?? { bills: billsOf(tree, outline), stackOfBill: new Map(), inSection: new Map() };
}

function billsOf(tree: DocumentTree, outline: Outline): Bill[] {
  const before = new Map<Block, Block>();
  for (const section of tree.sections)
    section.blocks.forEach((block, i) => {
      const previous = section.blocks[i - 1];
      if (previous !== undefined) before.set(block, previous);
    });
  return onceTogether(tree.blocks.flatMap((block) => (block.type === "table" ? billsOfTable(block, outline) : billsOfBlock(block, before.get(block) ?? null))));
}

/** Definitions of one section below which stands what they cost once together are all paid once. */
function onceTogether(bills: Bill[]): Bill[] {
  const isOne = (bill: Bill) => bill.block.type === "list" && bill.block.items.length === 1 && bill.rows.length === 1 && bill.label !== null;
  const sums = new Map<Section, number>();
  for (const bill of bills)
    if (isOne(bill) && bill.rows[0]?.kind === "total" && bill.rows[0].amount?.money.period === "once") sums.set(bill.section, bill.line);
  return bills.map((bill) => (isOne(bill) && bill.line <= (sums.get(bill.section) ?? 0) ? { ...bill, period: "once" as const } : bill));
}

/** The stacks of the document: what is paid today, what shall be, the stages between, options and other views. */
export const stacks: Extract = ({ tree, outline, draft }) => {
  const bills = billsOf(tree, outline);
  const made = new Builder(draft);
  const priced = bills.filter((bill) => bill.layout === "services" && bill.rows.some((row) => row.kind !== "saving"));
  const unnamed: Bill[] = [];
  const columns = new Map<Block, Bill[]>();
  for (const bill of priced) columns.set(bill.block, [...(columns.get(bill.block) ?? []), bill]);
  for (const bill of priced) {
    if (bill.sketch || isProject(bill)) continue;
    const identity = identify(bill);
    if (identity === null) unnamed.push(bill);
    else if (identity.own || isMain(bill, columns.get(bill.block) ?? [])) made.add(bill, identity);
  }
  for (const bill of priced) {
    if (!bill.sketch) continue;
    const role = bill.column === "after" ? "target" : "current";
    const label = bill.label ?? { text: role === "current" ? "Current stack" : "Target stack", line: bill.line };
    if (!made.has(role)) made.add(bill, { own: false, role, id: role, name: stackName(label.text), line: label.line });
  }
  nameByMove(tree, made, unnamed);
  byQualities(bills, made);
  byHeadings(tree, made);
  const inSection = new Map<Section, Set<string>>();
  for (const [bill, key] of made.keys) inSection.set(bill.section, (inSection.get(bill.section) ?? new Set()).add(key));
  OUTLINED.set(draft, { bills, stackOfBill: made.keys, inSection });
  if (isMigration(tree)) ends(tree, made);
  made.finish();
};

const MEAN = wordTest(["avg", "avg.", "average", "mean", "total", "durchschnitt", "schnitt", "moyenne", "promedio", "media"]);
const TIME =
  /^(?:jan|feb|mar|mrz|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|ene|abr|ago|dic|fev|avr|juin|juil|aout|q[1-4]|h[12]|\d{4}|month|week|monat|woche|mois|mes)/;

/** Of several columns under one heading the one of no name or the mean counts; months apart are no parts of a sum. */
function isMain(bill: Bill, all: readonly Bill[]): boolean {
  const siblings = all.filter((other) => other.column !== null);
  if (bill.column === null) return true;
  if (siblings.length < all.length) return false;
  if (siblings.length < 2) return true;
  const mean = siblings.find((other) => MEAN.test(normalise(other.column ?? "")));
  if (mean !== undefined) return mean === bill;
  return !siblings.every((other) => TIME.test(normalise(other.column ?? ""))) || siblings.at(-1) === bill;
}

class Builder {
  readonly keys = new Map<Bill, string>();
  private readonly byId = new Map<string, { stack: Stack; bills: Bill[] }>();

  constructor(readonly draft: Draft) {}

  has(role: Stack["role"]): boolean {
    return this.draft.plan.stacks.some((stack) => stack.role === role);
  }

  /** Puts a bill into the stack of its identity: a new one, a further part of one, or another view of one. */
  add(bill: Bill | null, identity: Identity): string | null {
    const known = this.byId.get(identity.id);
    const name = identity.role === "phase" ? numberedName(identity.name) : null;
    const role = identity.role === "option" ? "variant" : identity.role;
    const first =
      role === "variant"
        ? undefined
        : [...this.byId.values()].find((one) => one.stack.role === role && (role !== "phase" || numberedName(one.stack.name) === name));
    const home = known ?? (first !== undefined && bill !== null && this.isPart(first.bills, bill) ? first : undefined);
    if (home !== undefined) {
      if (bill !== null) {
        home.bills.push(bill);
        this.keys.set(bill, home.stack.key);
      }
      return home.stack.key;
    }
    const stack: Stack = { key: this.draft.key("stacks", identity.name, "stack"), name: identity.name, role, line: identity.line };
    if (identity.role === "option") stack.variant = "option";
    else if (first !== undefined)
      Object.assign(
        stack,
        { role: "variant", variantOf: first.stack.key },
        bill !== null && isPoint(bill) && !first.bills.every(isPoint) ? { variant: "point-estimate" } : {},
      );
    if (!this.draft.add("stacks", stack, identity.line)) return null;
    this.byId.set(identity.id, { stack, bills: bill === null ? [] : [bill] });
    if (bill !== null) this.keys.set(bill, stack.key);
    return stack.key;
  }

  /** Another list of the same side is a part of it, unless it names much the same things again. */
  private isPart(bills: readonly Bill[], bill: Bill): boolean {
    const sums = (one: Bill) => one.rows.some((row) => row.kind === "total");
    const apart = (other: Bill) => chapterOf(other) !== chapterOf(bill) && sums(other) && sums(bill);
    return (
      bills.length > 0 &&
      bills.slice(-LAST).every((other) => overlap(other, bill) < 0.4 && (other.section !== bill.section || other.block !== bill.block) && !apart(other))
    );
  }

  /** The first of numbered phases is where one stands where nothing else is; positions follow the numbers. */
  finish(): void {
    const { stacks: all } = this.draft.plan;
    const numbers = (stack: Stack) => Number(/\d+/.exec(numberedName(stack.name) ?? "")?.[0] ?? 99);
    const phases = all.filter((stack) => stack.role === "phase").sort((a, b) => numbers(a) - numbers(b));
    if (!this.has("current") && phases[0] !== undefined && phases.length > 1) phases[0].role = "current";
    const order = [...all.filter((stack) => stack.role === "current" && !phases.includes(stack)), ...phases, ...all.filter((stack) => stack.role === "target")];
    order.forEach((stack, i) => {
      stack.position = i;
    });
    const place = (stack: Stack) =>
      stack.position ?? (stack.variantOf === undefined ? 99 : (all.find((one) => one.key === stack.variantOf)?.position ?? 99) + 0.5);
    all.sort((a, b) => place(a) - place(b));
  }
}

/** The heading of the second level a bill stands under. */
function chapterOf(bill: Bill): Section {
  const path = headingPath(bill.section);
  return path.find((section) => section.level === 2) ?? path.at(-1) ?? bill.section;
}

function isPoint(bill: Bill): boolean {
  return bill.rows.every((row) => row.amount === null || row.amount.money.low === row.amount.money.high);
}

/** Bills that nothing names: the title's "from A to B" may, else a lone sum is what is paid today, several are options. */
function nameByMove(tree: DocumentTree, made: Builder, unnamed: readonly Bill[]): void {
  const ends = endsOfMove(tree);
  const sides = ends === null ? null : { current: new Set(tellingWords(ends.from)), target: new Set(tellingWords(ends.to)) };
  const left: Bill[] = [];
  for (const bill of unnamed) {
    const own = bill.column ?? bill.label?.text ?? bill.section.title;
    const words = tellingWords(own);
    const role =
      sides === null
        ? undefined
        : (["current", "target"] as const).find(
            (side) => words.some((word) => sides[side].has(word)) && !words.some((word) => sides[side === "current" ? "target" : "current"].has(word)),
          );
    if (role !== undefined && !isPriceList(bill))
      made.add(bill, { own: false, role, id: `${role} ${bill.line} ${normalise(own)}`, name: stackName(own), line: bill.label?.line ?? bill.section.line });
    else if (
      bill.rows.some((row) => row.kind === "total") ||
      isSummedBelow(bill) ||
      (bill.column !== null && bill.rows.length > 1 && providerIn(bill.column) !== null)
    )
      left.push(bill);
  }
  if ((made.has("current") && made.has("target")) || made.draft.plan.stacks.filter((stack) => stack.role === "phase").length > 1) return;
  const columns = left.filter((bill) => bill.column !== null);
  const open = (["current", "target"] as const).filter((role) => !made.has(role));
  const name = (bill: Bill) => bill.column ?? bill.label?.text ?? (bill.section.title || "Costs");
  const lines = (bill: Bill) => (bill.column === null ? (bill.label?.line ?? bill.section.line) : bill.line);
  if (columns.length === 2 && left.length === 2 && open.length === 2 && columns[0]?.block === columns[1]?.block) {
    columns.forEach((bill, i) => {
      made.add(bill, { own: false, role: i === 0 ? "current" : "target", id: `column ${i}`, name: stackName(name(bill)), line: lines(bill) });
    });
    return;
  }
  const [only] = left;
  const role = open[0];
  if (left.length === 1 && only !== undefined && role !== undefined) {
    made.add(only, { own: false, role, id: role, name: stackName(name(only)), line: lines(only) });
    return;
  }
  for (const bill of left)
    made.add(bill, { own: false, role: "option", id: `bill ${bill.line} ${normalise(name(bill))}`, name: stackName(name(bill)), line: lines(bill) });
}

/** Whether a paragraph of the same section says what the rows add up to. */
function isSummedBelow(bill: Bill): boolean {
  return (
    bill.rows.length > 1 &&
    bill.column === null &&
    bill.section.blocks.some(
      (block) => block.type === "paragraph" && block.line > bill.line && block.lines.some((line) => line.text.length < 120 && isSum(line.text)),
    )
  );
}

function isSum(text: string): boolean {
  const [amount] = findMoney(text);
  return amount !== undefined && nameKind(nameOf(text.slice(0, amount.start))) === "total";
}

function isPriceList(bill: Bill): boolean {
  return bill.rows.length < 2 && !bill.rows.some((row) => row.kind === "total");
}

/** Columns "before" and "after" of a table of qualities, and rows "before" and "after" of a comparison, name stacks too. */
function byQualities(bills: readonly Bill[], made: Builder): void {
  for (const bill of bills) {
    if (bill.layout === "qualities" && bill.column !== null) {
      const side = sideOf(bill.column);
      if (side !== null && !made.has(side))
        made.add(null, { own: false, role: side, id: `${side} ${bill.line}`, name: stackName(bill.column), line: bill.line });
    }
    if (bill.layout !== "choices") continue;
    for (const row of bill.rows) {
      const side = sideOf(row.name);
      if (row.kind === "item" && side !== null && !made.has(side))
        made.add(null, { own: false, role: side, id: `${side} ${row.line}`, name: stackName(row.name), line: row.line });
    }
  }
}

/** Numbered headings with an amount beside others that are stacks: "Stage 1 ($0)". */
function byHeadings(tree: DocumentTree, made: Builder): void {
  const parents = new Set(
    made.draft.plan.stacks
      .filter((stack) => numberedName(stack.name) !== null)
      .flatMap((stack) => tree.sections.filter((section) => section.line === stack.line).map((section) => section.parent)),
  );
  for (const section of tree.sections) {
    const numbered = numberedName(section.title);
    if (numbered === null || section.parent === null || !parents.has(section.parent) || findMoney(section.title).length === 0) continue;
    if (made.draft.plan.stacks.some((stack) => numberedName(stack.name) === numbered)) continue;
    made.add(null, { own: false, role: numbered.startsWith("phase") ? "phase" : "option", id: numbered, name: stackName(section.title), line: section.line });
  }
}

const MOVING = wordTest([
  "migrat*",
  "moving",
  "leaving",
  "move to",
  "move from",
  "exit",
  "replatform*",
  "switch to",
  "umzug*",
  "umstellung",
  "ablosung",
  "umstieg",
  "passage a",
  "sortie de",
  "traslado",
  "cambio a",
  "paso a",
]);

function isMigration(tree: DocumentTree): boolean {
  return tree.sections.some((section) => {
    const roles = rolesOf(section.title);
    return (
      MOVING.test(normalise(section.title)) ||
      roles.has("migration") ||
      roles.has("cutover") ||
      roles.has("rollback") ||
      roles.has("decommission") ||
      (roles.has("phase") && roles.has("target"))
    );
  });
}

/** A document that moves something has a stack before and one after, priced or not. */
function ends(tree: DocumentTree, made: Builder): void {
  const { stacks: all } = made.draft.plan;
  if (all.filter((stack) => stack.role !== "variant").length >= 2 || all.some((stack) => stack.variant === "option")) return;
  const move = endsOfMove(tree);
  const line = tree.sections.find((section) => section.level > 0)?.line ?? 1;
  for (const role of ["current", "target"] as const) {
    const side = role === "current" ? move?.from : move?.to;
    if (!made.has(role))
      made.add(null, {
        own: false,
        role,
        id: role,
        name: side === undefined ? (role === "current" ? "Current stack" : "Target stack") : stackName(side),
        line,
      });
  }
}
