import { findMoney } from "../grammar/money";
import { DAYS_OF_WORK, ONCE, OPTIONS, PRICE_LIST } from "../lexicon/costs";
import { normalise, wordTest } from "../lexicon/words";
import { rolesOf } from "../outline";
import { type DocumentTree, headingPath, type Line, type Section } from "../tree";
import type { Bill } from "./prices-bills";
import { numberedName, tellingWords } from "./stacks-names";

/** What the words above a bill say it is the bill of. */
export interface Identity {
  role: "current" | "target" | "phase" | "option";
  /** Equal for bills of one stack. */
  id: string;
  /** Whether the bill's own column says it. */
  own: boolean;
  name: string;
  line: number;
}

/** Options that change nothing. */
const STAY = wordTest([
  "stay on",
  "stay in",
  "stay at",
  "stay with",
  "staying",
  "status quo",
  "do nothing",
  "keep current",
  "keep as is",
  "no change",
  "bleiben",
  "beibehalten",
  "rester chez",
  "ne rien changer",
  "quedarse",
  "mantener",
]);

interface Words extends Line {
  place: "column" | "label" | "heading";
  section: Section | null;
}

/** Words that say what a bill is of, nearest first. */
function wordsAbove(bill: Bill): Words[] {
  const words: Words[] = [];
  if (bill.column !== null) words.push({ text: bill.column, line: bill.line, place: "column", section: null });
  if (bill.label !== null) words.push({ ...bill.label, place: "label", section: null });
  for (const line of bill.above) words.push({ ...line, place: "label", section: null });
  for (const section of headingPath(bill.section).reverse()) words.push({ text: section.title, line: section.line, place: "heading", section });
  return words;
}

/** The heading over everything else. */
function isTitle(section: Section): boolean {
  return section.level === 1 && (section.parent === null || section.parent.children[0] === section);
}

/** Roles of a text that may be names of products: New Relic is nothing new. */
export function sideOf(text: string): "current" | "target" | null {
  if (STAY.test(normalise(text))) return "current";
  if (/\bpaid after\b|\bafter that\b|\bthereafter\b|\bbefore tax|\bafter tax/i.test(text)) return null;
  const roles = rolesOf(text.replace(/\bnew relic\b/gi, ""));
  return roles.has("current") === roles.has("target") ? null : roles.has("current") ? "current" : "target";
}

/** Which stack a bill is of, by the nearest words that say it; null where none do. Pure. */
export function identify(bill: Bill): Identity | null {
  const named = wordsAbove(bill);
  for (const words of named) {
    const plain = normalise(words.text);
    // The title of the document is about all of it.
    if (words.section !== null && words.section !== bill.section && isTitle(words.section)) return null;
    const numbered = numberedName(words.text);
    const side = sideOf(words.text);
    const make = (role: Identity["role"], id: string): Identity => ({ role, id, own: words.place === "column", name: stackName(words.text), line: words.line });
    if (numbered?.startsWith("option") === true || (words.place === "column" && OPTIONS.test(plain)))
      return make(side ?? "option", `option ${normalise(words.text)}`);
    if (words.place !== "column" && PRICE_LIST.test(plain) && side === null) return null;
    if (numbered?.startsWith("phase") === true && isCosted(words, bill)) return make("phase", numbered);
    if (side !== null) return make(side, `${side} ${words.line} ${normalise(words.text)}`);
  }
  return null;
}

/** What the move itself costs is no stack: work, setup, what is paid once. */
export function isProject(bill: Bill): boolean {
  if (bill.period === "once") return true;
  const heads = bill.block.type === "table" ? bill.block.header.cells.map((cell) => normalise(cell.text)) : [];
  if (heads.some((head) => WORK_COLUMN.test(head)) && heads.some((head) => DAY_RATE.test(head))) return true;
  const priced = bill.rows.filter((row) => row.kind === "item" && row.amount !== null);
  if (
    priced.length > 0 &&
    priced.some((row) => DAYS_OF_WORK.test(normalise(row.amount?.text ?? ""))) &&
    priced.every((row) => row.amount?.money.period === null)
  )
    return true;
  const words = [...[bill.label?.text ?? "", bill.section.title, bill.column ?? ""].map(normalise), heads[0] ?? ""].map((text) =>
    text.replace(WAY_OF_PAYING, " "),
  );
  return words.some(
    (text) =>
      ONCE.test(text) ||
      /migration[- ](?:cost|budget|effort|expense)|(?:cost|budget|effort)s? (?:of|for) (?:the )?(?:migration|move|project)|umzugskosten|migrationskosten|cout de (?:la )?migration|coste de (?:la )?migracion/.test(
        text,
      ),
  );
}

/** "1-yr no-upfront savings plan": how something is paid by the month. */
const WAY_OF_PAYING = /(?:no|zero|without|partial|all)[ -]up-?front|nothing up-?front/g;

/** Tables of work: how many days of whom, at which rate. */
const WORK_COLUMN = /^(?:(?:person|man|working)?[ -]?days?|pt|personentage|manntage|tage|jours(?:[ -]homme)?|jornadas|dias)$/;
const DAY_RATE = /(?:day|daily) rate|rate per day|tagessatz|satz|taux (?:journalier|jour)|tjm|tarifa|(?:^|\s)rate$/;

/** A numbered phase is a stack where its cost is spoken of, not where work is planned. */
function isCosted(words: Words, bill: Bill): boolean {
  if (words.place !== "heading" || findMoney(words.text).length > 0) return true;
  const above = words.section === null ? [] : headingPath(words.section).slice(0, -1);
  return above.some((section) => rolesOf(section.title).has("cost")) || rolesOf(words.text).has("cost") || bill.rows.some((row) => row.kind === "total");
}

/** A heading as the name of a stack: without the amount it repeats. */
export function stackName(text: string): string {
  const [amount] = findMoney(text).filter((mention) => mention.currency !== null && mention.start > 3);
  const name = (amount === undefined ? text : text.slice(0, amount.start).replace(/[\s([:=–—-]+$/u, ""))
    .replace(/^\d{1,2}(?:(?:\.\d{1,2})*[.)]|(?:\.\d{1,2})+)\s+/, "")
    .replace(/\s*[([][^()[\]]*[)\]]/g, (bracket) => (findMoney(bracket).some((mention) => mention.low !== null || mention.form === "free") ? "" : bracket))
    .replace(/\s*[-–—:|,]\s*[^-–—:|,]*$/u, (tail) => (findMoney(tail).some((mention) => mention.currency !== null) ? "" : tail))
    .replace(/[\s:–—-]+$/u, "")
    .trim();
  return (name === "" ? text : name).slice(0, 200);
}

/** How much the names of two bills have in common, from 0 to 1. */
export function overlap(one: Bill, other: Bill): number {
  const words = (bill: Bill) => new Set(bill.rows.filter((row) => row.kind === "item").flatMap((row) => tellingWords(row.name)));
  const [a, b] = [words(one), words(other)];
  if (a.size === 0 || b.size === 0) return 0;
  return [...a].filter((word) => b.has(word)).length / Math.min(a.size, b.size);
}

/** Both ends of the move, as the title or a heading names them: "from Heroku to Render", "Heroku → Render". */
export function endsOfMove(tree: DocumentTree): { from: string; to: string } | null {
  for (const section of tree.sections.slice(0, 60)) {
    const arrow = /^(?:[^:]{0,60}:\s*)?(.{2,60}?)\s*(?:→|->|=>|➜|⇒)\s*(.{2,60})$/u.exec(section.title);
    if (arrow?.[1] !== undefined && arrow[2] !== undefined && section.level <= 2) return { from: arrow[1], to: arrow[2] };
    const words = /(?<!\p{L})(?:from|von|de|desde|leaving)\s(.{2,50}?)\s(?:to|nach|zu|vers|a|hacia|for)\s(.{2,50})$/iu.exec(section.title);
    if (words?.[1] !== undefined && words[2] !== undefined && section.level <= 2 && !/^(?:everything|all|good|ever|now|us|alle?s?|tout|todo)$/i.test(words[2]))
      return { from: words[1], to: words[2] };
  }
  return null;
}
