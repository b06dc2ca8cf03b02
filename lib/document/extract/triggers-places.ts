import { CUES, LEADS, PLACES, type PlaceKind } from "../lexicon/places";
import { normalise } from "../lexicon/words";
import type { Block, Line, ListItem, Section } from "../tree";

/** Words around a statement, and how near they are: `lead` and `cue` are its own. */
export interface Around {
  text: string;
  line: number;
  /** What introduces the statement: a label, the item it is under; its own heading; a heading above that. */
  nearness: "lead" | "cue" | "label" | "heading" | "above";
}

/** What a statement's limits mean, and which words say so. */
export interface Place {
  kind: PlaceKind;
  by: Around;
}

/** Kinds that decide wherever their words stand in a heading; of the others the first word does. */
const FIRST: readonly PlaceKind[] = ["rollback", "block", "alert"];
type PlaceWords = keyof typeof PLACES;

const OTHERS: readonly PlaceWords[] = ["review", "goal", "success", "target", "justify", "migrate", "limits", "watch", "aside", "neutral"];

/** Headings that the points below them go on with. */
const OPEN_END =
  /(?<![\p{L}])(?:when|if|(?<!, |\()once|as soon as|until|while|unless|at|on|wenn|sobald|falls|ab|bei|solange|si|quand|lorsque|des que|tant que|cuando|mientras)\s?(?:\([^()]{1,40}\)|any of|all of|either)?[\s:,.…]*$/u;

/** "… when two of the following are true", "… sobald zwei der folgenden Punkte zutreffen". */
const FOLLOWING =
  /(?<![\p{L}])(?:(?:of )?(?:the following|these|those)|below|(?:one|two|three|any|all|either|both)(?: of)?(?: \p{L}+){0,3} (?:holds?|is true|are true|is met|are met|appl(?:y|ies))|folgende[nrs]?|(?:l'un|une|un|deux|toutes|tous)(?: \p{L}+){0,3} (?:suivante?s?)|suivante?s?|(?:estas|estos|siguientes?|lo siguiente))(?![\p{L}])/u;
const OPTION =
  /^(?:\d+[.)] )?(?:option|variant|variante|alternative|alternativa|opcion|scenario|szenario|scenario)\s(?:[a-z]|\d{1,2}|[ivx]{1,4})(?![\p{L}\p{N}])/u;

/** Headings are asked for once for each of their lines: the last answers are kept. */
const answers = new Map<string, PlaceWords | null>();
const MAX_ANSWERS = 2_000;

/** The kind of limits a heading or label announces. Pure. */
export function placeKindOf(text: string): PlaceKind | null {
  const kind = kindWithLimits(text);
  return kind === "limits" ? "migrate" : kind;
}

function kindWithLimits(text: string): PlaceWords | null {
  const known = answers.get(text);
  if (known !== undefined) return known;
  if (answers.size >= MAX_ANSWERS) answers.clear();
  const kind = kindIn(text);
  answers.set(text, kind);
  return kind;
}

/** Headings and labels of one word. */
const BARE_HEADING: readonly (readonly [kind: PlaceWords, test: RegExp])[] = [
  ["migrate", /^(?:when|start|go|move|los|umziehen|partir|ir)[?:]?$/],
  ["block", /^(?:wait|hold|stay|not yet|stop|warten|bleiben|noch nicht|attendre|rester|pas encore|esperar|quedarse|todavia no)[?:]?$/],
  [
    "rollback",
    /^(?:fallback|fall-?back|contingency|reversal|undo|zuruck|umkehr|retour|annulation|regreso|volver|comment revenir|como volver|way home)(?: (?:plan|criteria|conditions|if|when|wenn|si|cuando))?[?:]?$/,
  ],
  ["block", /^(?:freeze|postponement|brakes|veto|vetoes|verschiebung|freins|report)[?:]?$/],
  ["success", /^(?:done|proof|evaluation|end state|fertig,?(?: wenn)?)[?:!]?$/],
];

function kindIn(text: string): PlaceWords | null {
  const plain = normalise(text).replace(/go ?\/ ?no-?go/g, "gonogo");
  if (plain === "") return null;
  // "Option A: stay on …" names what is compared, whatever its words.
  if (OPTION.test(plain)) return null;
  const bare = BARE_HEADING.find(([, test]) => test.test(plain.replace(/^\d+[.)]? /, "")))?.[0];
  if (bare !== undefined) return bare;
  const first = FIRST.find((kind) => PLACES[kind].test(plain));
  if (first !== undefined) return first;
  // "We start when two of the following hold", "Gate: start the move once": a sentence that is a heading.
  // "The move has succeeded when": what stands first decides.
  const done = plain.search(SUCCEEDS);
  const cue = (done === -1 || done > MAX_FIRST) && (OPEN_END.test(plain) || FOLLOWING.test(plain) || ASKS_WHEN.test(plain)) ? cueOf(text) : null;
  if (cue !== null) return cue;
  let best: { kind: PlaceWords; at: number } | null = null;
  for (const kind of OTHERS) {
    const at = plain.search(PLACES[kind]);
    // Words of limits in general, and about something else, only decide where no others do.
    if (at !== -1 && (best === null || (!LATE.has(kind) && at < best.at))) best = { kind, at };
  }
  return best?.kind === "limits" && RISK.test(plain) ? "aside" : (best?.kind ?? null);
}

const MAX_FIRST = 12;
const SUCCEEDS =
  /(?<![\p{L}])(?:success\p{L}*|succeed\p{L}*|erfolg\p{L}*|gelung\p{L}*|fertig|geschafft|reussi\p{L}*|succes|exito\p{L}*|done|accepted|abnahme)(?![\p{L}])/u;
/** "When does a site move?" */
const ASKS_WHEN = /^(?:\d+[.)]? )?(?:when|at what point|wann|ab wann|quand|a quel moment|cuando)(?![\p{L}]).{3,60}\?$/u;

/** Limits of risks are for those who watch over the project. */
const RISK = /(?:risk|risiko|risque|riesgo)/;
const LATE: ReadonlySet<PlaceWords> = new Set<PlaceWords>(["limits", "watch", "aside", "neutral"]);

/** What the words in front of the first colon of a line say: "Next review: …". */
export function leadOf(text: string): { lead: string; end: number; kind: PlaceKind | null } | null {
  const match = /^([^:：]{2,70})[:：](?=\s|$)/u.exec(text);
  if (match?.[1] === undefined) return null;
  const plain = normalise(match[1].replace(/\([^()]*\)/g, ""))
    .replace(/go ?\/ ?no-?go/g, "gonogo")
    .replace(/[^\p{L}\p{N}' ,-]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  const kind = LEADS.find(([, test]) => test.test(plain))?.[0] ?? (INTRODUCES.test(plain) ? placeKindOf(plain) : null);
  return { lead: match[1].trim(), end: match[0].length, kind: kind === "aside" || kind === "neutral" || kind === "watch" ? null : kind };
}

/** Leads of several words that announce limits: "Exit criteria for the pilot: …". */
const INTRODUCES =
  /(?<![\p{L}])(?:criteria|triggers?|conditions|thresholds|kriterien|bedingungen|schwellen|criteres|conditions|seuils|criterios|condiciones|umbrales)(?![\p{L}])/u;

/** What a sentence says its limits are for: "we roll back if …". */
export function cueOf(text: string): PlaceKind | null {
  const plain = normalise(text);
  return CUES.find(([, test]) => test.test(plain))?.[0] ?? null;
}

/** Words around a block and an item in it, nearest first. The title of the document is none. */
export function aroundOf(block: Block, item: ListItem | null, title: Section | null): Around[] {
  const around: Around[] = [];
  for (let at = item?.parent ?? null; at !== null; at = at.parent) around.push({ text: at.text, line: at.line, nearness: "label" });
  if (block.type === "code") for (let at = block.item; at !== null; at = at.parent) around.push({ text: at.text, line: at.line, nearness: "label" });
  const label = block.label ?? introduction(block);
  if (label !== null) around.push({ ...label, nearness: "label" });
  else if (block.type === "paragraph") {
    const above = boldAbove(block);
    if (above !== null) around.push({ ...above, nearness: "label" });
  }
  for (let at: Section | null = block.section; at !== null && at.level > 0; at = at.parent)
    if (at !== title) around.push({ text: at.title, line: at.line, nearness: at === block.section ? "heading" : "above" });
  return around;
}

/** A line in bold that stands for a heading over several paragraphs. */
function boldAbove(block: Block): Line | null {
  let at = neighbour(block, -1);
  for (let i = 0; i < MAX_PARAGRAPHS && at?.type === "paragraph"; i++) {
    const [only, second] = at.lines;
    const below = neighbour(at, 1);
    if (only !== undefined && second === undefined && below?.label?.line === only.line) return /[:：]$/.test(only.text) ? null : below.label;
    at = neighbour(at, -1);
  }
  return null;
}

const MAX_PARAGRAPHS = 6;

const places = new WeakMap<Section, Map<Block, number>>();

/** The block before (-1) or behind (1) another in its section. Sections are counted once: they may be long. */
export function neighbour(block: Block, step: 1 | -1): Block | undefined {
  const { section } = block;
  const known = places.get(section) ?? new Map(section.blocks.map((one, i) => [one, i]));
  places.set(section, known);
  const at = known.get(block);
  return at === undefined ? undefined : section.blocks[at + step];
}

/** Signs that people put in front of points without Markdown. */
const SIGN = /^\s*[▪▸▹►▶‣•◦⁃∙●○■◆✔✓☐☑→➜]/u;

/** A short line without a full stop right above a list or block introduces it too. */
export function introduction(block: Block): Line | null {
  if (block.type === "paragraph" && !SIGN.test(block.lines[0]?.text ?? "")) return null;
  const before = neighbour(block, -1);
  if (before?.type !== "paragraph" || block.line - before.endLine > 2) return null;
  const last = before.lines.at(-1);
  if (last === undefined) return null;
  const short = before.lines.length === 1 && last.text.length <= 60 && /^(?:\p{Extended_Pictographic}\uFE0F?\s?)?\p{L}[^.!?]*$/u.test(last.text);
  if (short) return last;
  // "We will call it a success if, at the end of the fourth stage,": a sentence that goes on in the list.
  const sentence = before.lines
    .slice(-3)
    .map((line) => line.text)
    .join(" ")
    .split(/[.!?]\s+(?=\p{Lu})/u)
    .at(-1);
  const open = sentence !== undefined && sentence.length <= 200 && (/,$/.test(sentence) || OPEN_END.test(normalise(sentence)));
  return open ? { line: last.line, text: sentence.replace(/,$/, "") } : null;
}

/** The nearest words that decide; null where none does or words about something else come first. */
export function placeOf(around: readonly Around[]): Place | null {
  // "If one of these conditions holds": what for, the heading above says, else for moving.
  let limits: Around | null = null;
  for (const by of around) {
    const kind = kindWithLimits(by.text);
    if (limits !== null && (kind === "aside" || kind === "neutral" || by.nearness === "above")) break;
    if (kind === "aside" || (kind === "neutral" && by.nearness !== "label")) return null;
    // "Trigger it if" below "Way back": what is triggered the heading says.
    if (kind === "limits" || (kind === "migrate" && by.nearness === "label" && ANY_TRIGGER.test(normalise(by.text)) && limits === null)) limits ??= by;
    else if (kind !== null && kind !== "neutral") return { kind, by: limits ?? by };
  }
  return limits === null ? null : { kind: "migrate", by: limits };
}

const ANY_TRIGGER =
  /^(?:(?:the|these|our) )?(?:trigger(?:s|ed)?|auslose[rn]?|declencheurs?|disparador(?:es)?)(?: (?:it|this|them|conditions?|is|are|by|when|if|without|immediately|at once))*(?:[ ,].{0,40})?$/;

/** Headings that lead from one stage to the next: "Tier 1 → Tier 2". */
const STAGES =
  /(?:tier|stage|phase|level|step|stufe|etappe|etape|fase|etapa|nivel)\s?\w{1,3}\b.{0,30}(?:→|->|⇒|➜|\bto\b|\bnach\b|\bvers\b|\ba\b).{0,12}(?:tier|stage|phase|level|step|stufe|etappe|etape|fase|etapa|nivel)\s?\w{1,3}\b/u;

/** The place of a list of limits under such a heading. */
export function stagePlace(around: readonly Around[]): Place | null {
  const by = around.find((one) => one.nearness === "heading" && STAGES.test(normalise(one.text)));
  return by === undefined ? null : { kind: "migrate", by };
}

/** Whether a statement says by itself what its limits mean, wherever it stands. */
export function saysItself({ by }: Place): boolean {
  return by.nearness === "lead" || by.nearness === "cue";
}
