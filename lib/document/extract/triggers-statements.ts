import { findConditions } from "../grammar/condition";
import { findQuantities } from "../grammar/quantity";
import { OPENS, type PlaceKind } from "../lexicon/places";
import { normalise } from "../lexicon/words";
import type { Block, Code, DocumentTree, Line, List, ListItem, Paragraph, Section } from "../tree";
import { type Around, aroundOf, cueOf, leadOf, type Place, placeKindOf, placeOf, stagePlace } from "./triggers-places";

/** One thing the document says outside tables: an item of a list, a line, a sentence. */
export interface Statement {
  text: string;
  /** Line of a position in the text. */
  lineAt: (position: number) => number;
  line: number;
  form: "item" | "line" | "sentence";
  block: Block;
  section: Section;
  item: ListItem | null;
  around: Around[];
  /** What its limits mean; null where nothing around says so. */
  place: Place | null;
  /** Words in front of its first colon. */
  lead: string | null;
}

const MAX_STATEMENT = 2_000;
const known = new WeakMap<DocumentTree, Statement[]>();

/** Everything a document says outside tables, in order. Read once for a document. */
export function statementsOf(tree: DocumentTree): Statement[] {
  const before = known.get(tree);
  if (before !== undefined) return before;
  const title = titleOf(tree);
  const found = tree.blocks.flatMap((block) => {
    switch (block.type) {
      case "list":
        return fromList(tree, block, title);
      case "paragraph":
        return fromParagraph(tree, block, title);
      case "code":
        return fromCode(block, title);
      default:
        return [];
    }
  });
  known.set(tree, found);
  return found;
}

/** The heading that names the document: the only one of the first level, or the very first. */
export function titleOf(tree: DocumentTree): Section | null {
  const first = tree.sections.find((section) => section.level > 0);
  return first !== undefined && first.level === 1 ? first : null;
}

/** Signs that stand for a level. */
const YELLOW_SIGN = /(?:🟡|🟨|🟠|🟧|⚠\uFE0F?)\s?/gu;
const RED_SIGN = /(?:🔴|🟥|🚨)\s?/gu;

function made(
  text: string,
  lines: readonly { at: number; line: number }[],
  form: Statement["form"],
  block: Block,
  item: ListItem | null,
  around: Around[],
): Statement {
  const cut = text.slice(0, MAX_STATEMENT).replace(YELLOW_SIGN, "yellow ").replace(RED_SIGN, "red ");
  const lead = leadOf(cut);
  const lineAt = (position: number) => {
    let line = lines[0]?.line ?? block.line;
    for (const one of lines) if (one.at <= position) line = one.line;
    return line;
  };
  return { text: cut, lineAt, line: lineAt(0), form, block, section: block.section, item, around, place: decided(cut, lead, around), lead: lead?.lead ?? null };
}

/** Kinds that a sentence may override by saying otherwise. */
const OPEN_TO_CUES: ReadonlySet<PlaceKind> = new Set(["migrate", "justify", "watch", "target", "goal"]);
const GENERAL = /^\W*(?:triggers?|thresholds?|auslöser|schwelle|déclencheurs?|seuil|disparador(?:es)?|umbral)\W*$/iu;
const SETTLED: ReadonlySet<PlaceKind> = new Set(["success", "goal", "target", "rollback", "alert"]);
const STRONG: ReadonlySet<PlaceKind> = new Set(["rollback", "review", "block"]);

function decided(text: string, lead: ReturnType<typeof leadOf>, around: readonly Around[]): Place | null {
  const own = (nearness: "lead" | "cue"): Around => ({ text: text.slice(0, 400), line: 0, nearness });
  const place = placeOf(around);
  // "Break-even point: …" among criteria of success is one of them.
  // … and "Trigger: …" below "Rollback" is one of going back.
  if (
    lead !== null &&
    lead.kind !== null &&
    !((lead.kind === "justify" || (lead.kind === "migrate" && GENERAL.test(lead.lead))) && place !== null && SETTLED.has(place.kind))
  )
    return { kind: lead.kind, by: own("lead") };
  if (OPENS.test(normalise(text))) return { kind: "migrate", by: own("cue") };
  const cue = findConditions(text).length > 0 || /\d/.test(text) ? cueOf(text) : null;
  if (cue !== null && (place === null || (OPEN_TO_CUES.has(place.kind) && cue !== place.kind && (STRONG.has(cue) || place.kind !== "migrate"))))
    return { kind: cue, by: own("cue") };
  // "Orange below 25 %, red below 10 %" among what is watched.
  if (place?.kind === "watch" && LEVELS.test(normalise(text))) return { kind: "alert", by: own("cue") };
  return place;
}

const LEVELS =
  /(?<![\p{L}])(?:alerts?|alarms?|page[sd]?|warn(?:s|ing)?|critical|amber|orange|red|yellow|warnung|alarm|kritisch|gelb|rot|alerte|critique|rouge|avertissement|alerta|aviso|critico|rojo|amarillo)(?![\p{L}])/u;

function joined(lines: readonly Line[]): { text: string; marks: { at: number; line: number }[] } {
  let text = "";
  const marks = lines.map((line) => {
    const at = text === "" ? 0 : text.length + 1;
    text = text === "" ? line.text : `${text} ${line.text}`;
    return { at, line: line.line };
  });
  return { text, marks };
}

function fromItem(tree: DocumentTree, block: Block, item: ListItem, title: Section | null): Statement {
  const { text, marks } = joined(item.lines);
  return made(text, marks, "item", block, item, [...runIn(tree, item.line, text), ...aroundOf(block, item, title)]);
}

/** Words in bold that begin a paragraph and say what it is about: "**What I watch.** CPU over 75 % …". */
function runIn(tree: DocumentTree, line: number, words: string): Around[] {
  // "**Move when:** …" is read as the lead of its line, …
  if ((leadOf(words)?.kind ?? null) !== null) return [];
  const bold = /^\s*(?:>\s?)*(?:[-*+]\s+|\d{1,3}[.)]\s+)?(?:\*\*|__)([^*_]{3,80})(?:\*\*|__)\s*\S/.exec(tree.lines[line - 1] ?? "")?.[1];
  if (bold === undefined || /[?？]\s*$/.test(bold)) return [];
  const text = bold.replace(/[\s.:：?!–—-]+$/u, "");
  // … and "**Move to stage 2 when** …" as a sentence.
  return text !== "" && cueOf(text) === null && placeKindOf(text) !== null ? [{ text, line, nearness: "label" }] : [];
}

/** A list under "Tier 1 → Tier 2" says when, if most of its points are limits. */
function fromList(tree: DocumentTree, block: List, title: Section | null): Statement[] {
  const found = block.items.map((item) => fromItem(tree, block, item, title));
  const limits = found.filter((one) => findConditions(one.text).length > 0).length;
  if (limits < 2 || limits < found.length / 2) return found;
  return found.map((one) => (one.place === null ? { ...one, place: stagePlace(one.around) } : one));
}

/** Signs that make each line of a paragraph a point of its own. */
const POINT = /^\s*(?:[•▪▸▹►▶●○■◆⁃∙◦‣·□☐☑✓✔✅❌✗⚠🔴🟠🟡🟢→➜>-]|\p{Extended_Pictographic}|\*\*[^*]{2,60}(?:\*\*\s?:|:\*\*))/u;

/** "CPU: …" on every line. */
const LED = /^\p{L}[^:.!?]{1,40}:\s\S/u;

function fromParagraph(tree: DocumentTree, block: Paragraph, title: Section | null): Statement[] {
  const around = [...runIn(tree, block.line, block.lines[0]?.text ?? ""), ...aroundOf(block, null, title)];
  const written = (line: Line) => (tree.lines[line.line - 1] ?? "").replace(/^\s*>\s?/, "");
  const points =
    block.lines.length > 1 &&
    (block.lines.filter((line) => POINT.test(written(line))).length >= block.lines.length / 2 ||
      block.lines.every((line) => LED.test(line.text)) ||
      block.lines.every((line) => /\s(?:→|⇒|=>|->)\s/u.test(line.text)));
  if (points)
    return block.lines
      .filter((line) => line.text !== "")
      .map((line) =>
        made(withoutBullet(line.text.replace(YELLOW_SIGN, "yellow ").replace(RED_SIGN, "red ")), [{ at: 0, line: line.line }], "line", block, null, around),
      );
  const { text, marks } = joined(block.lines);
  let first = 0;
  return sentences(text).map(({ start, end }) => {
    // Only the lines the sentence stands on: a paragraph may have thousands.
    while ((marks[first + 1]?.at ?? end) <= start) first++;
    let behind = first;
    while ((marks[behind]?.at ?? end) < end) behind++;
    const own = marks.slice(first, behind).map((mark) => ({ at: Math.max(0, mark.at - start), line: mark.line }));
    return made(text.slice(start, end), own, "sentence", block, null, around);
  });
}

function sentences(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let start = 0;
  for (const match of text.matchAll(/[.!?](?:["')\]]{0,2})\s+(?=[\p{Lu}"'(])/gu)) {
    const end = match.index + 1;
    if (/\b(?:approx|ca|bzw|z\.B|e\.g|i\.e|vs|No|Nr|min|max|env)\.$/iu.test(text.slice(start, end))) continue;
    found.push({ start, end });
    start = match.index + match[0].length;
  }
  if (start < text.length) found.push({ start, end: text.length });
  return found;
}

const PLAIN_LANGUAGES = new Set(["", "text", "txt", "plain", "plaintext", "md", "markdown", "none", "log"]);
/** Languages in whose blocks people write lists: "- error rate < 1 %" in a block of shell. */
const LISTING_LANGUAGES = new Set(["bash", "sh", "shell", "console", "zsh"]);
const DRAWING = /[\u2500-\u257F\u2580-\u259F]/;

/** Lines of a block of plain text, and comments of any other. A line that ends in a colon introduces those below it. */
function fromCode(block: Code, title: Section | null): Statement[] {
  const around = aroundOf(block, null, title);
  const plain = PLAIN_LANGUAGES.has(block.language);
  const found: Statement[] = [];
  let label: Around | null = null;
  let blank = true;
  for (const { text: raw, line } of block.lines) {
    const spoken = spokenText(raw, plain, LISTING_LANGUAGES.has(block.language));
    if (spoken === null) {
      if (raw.trim() === "") blank = true;
      continue;
    }
    if (
      /[:：]$/.test(spoken) ||
      (isComment(raw) && (blank || label === null) && findConditions(spoken).length === 0 && findQuantities(spoken).length <= 1 && !/^\d+[.)]/.test(spoken))
    )
      label = { text: spoken.replace(/[:：]$/, ""), line, nearness: "label" };
    else if (blank && !isPoint(raw) && !isComment(raw)) label = null;
    blank = false;
    if (label?.line === line && findConditions(spoken).length === 0) continue;
    found.push(made(spoken, [{ at: 0, line }], "line", block, null, label === null ? around : [label, ...around]));
  }
  return found;
}

const isComment = (raw: string) => /^\s*(?:#|\/\/|--\s|;)/.test(raw);
const isPoint = (raw: string) => /^\s*(?:#\s*|\/\/\s*)?(?:[-*•▪□☐☑✓✔✅❌]|\d+[.)])\s/u.test(raw);

function spokenText(raw: string, plain: boolean, listing: boolean): string | null {
  if (raw.trim() === "" || DRAWING.test(raw) || raw.length > 400 || /^\s*(?:export\s+)?[A-Za-z_]\w*=\S/.test(raw)) return null;
  if (!plain && !isComment(raw) && !(listing && /^\s*[-*•]\s+[\p{Lu}/]/u.test(raw))) return null;
  const text = withoutBullet(raw.replace(/^\s*(?:#+|\/\/|--\s|;)\s*/, ""));
  return text === "" ? null : text;
}

function withoutBullet(text: string): string {
  return text.replace(/^\s*(?:[-*•▪▸▹►▶●○■◆⁃∙◦‣·□☐☑→➜]|\p{Extended_Pictographic}\uFE0F?|[✓✔✅❌✗]|\[[ xX]\])\s*/u, "").trim();
}
