import { findCalendar } from "../grammar/calendar";
import { findDurations } from "../grammar/duration";
import { TRAFFIC } from "../lexicon/traffic";
import { normalise, wordTest } from "../lexicon/words";
import { type Spoken, spokenLines } from "../texts";
import { type Block, headingPath } from "../tree";
import type { PlanMigrationInput, TrafficEntry } from "./migration-types";
import type { Move } from "./migrations";
import { isTitle } from "./phase-places";
import { isRamp, type Row, rises, shareColumn, tableRows } from "./traffic-rows";
import type { Extraction } from "./types";

const ROUTE = wordTest([
  "traffic",
  "route",
  "shift",
  "send",
  "weight*",
  "weighted",
  "canary",
  "verkehr",
  "datenverkehr",
  "umleiten",
  "trafic",
  "router",
  "trafico",
  "enviar",
  "desviar",
]);
const DUAL = wordTest([
  "dual run",
  "dual-run",
  "run both",
  "both stacks",
  "in parallel",
  "parallel run",
  "side by side",
  "parallelbetrieb",
  "parallel betrieb*",
  "double run",
  "en parallele",
  "en paralelo",
  "dual write*",
]);
const NEW_SIDE = wordTest(["new", "target", "green", "canary", "neu*", "nouve*", "nuev*", "cible", "ziel"]);
const OLD_SIDE = wordTest(["old", "legacy", "current", "blue", "alt*", "ancien*", "antigu*", "viej*"]);
const SHARE =
  /(\d{1,3}(?:[.,]\d+)?)\s?%(?:\s+(?:of\s+(?:the\s+)?)?(?:traffic|requests|users|verkehr|trafic|trafico|tráfico)\b)?(?:\s+(?:to|on|auf|an|vers|sur|a|al|en)\b(?:\s+(?:the|den|die|das|le|la|el))?)?\s*([^,;:()%→\d]{0,40})/giu;
const CRITERIA = /(?:\(|,\s*)((?:if|when|after|once|wenn|falls|nach|si|quand|apres|cuando|tras)\s[^()]{2,200})\)?/i;
/** Percentages that are no share of traffic: errors, load, discounts. */
const OTHER = /[<>≤≥]|\b(?:errors?|cpu|memory|disk|sla|uptime|savings?|discount|reduction|cheaper|latency|fehler\w*|ersparnis|erreurs?|errores|ahorro)\b/;

interface Stage extends TrafficEntry {
  line: number;
  /** Number of the day it begins on. */
  day: number | null;
}

/** The schedule by which traffic moves: lists of weeks or days with shares, chains of shares, tables. */
export function trafficOf({ tree, outline }: Extraction, move: Move, only: boolean): TrafficEntry[] {
  const inScope = (block: Block) => block.line >= move.from && block.line <= move.to;
  const stages: Stage[] = [];
  for (const block of tree.blocks) {
    if (!inScope(block)) continue;
    const headings = headingPath(block.section).filter((section) => !isTitle(section, tree) || section.blocks.includes(block));
    const about =
      outline.label(block).has("traffic") ||
      headings.some((section) => outline.own(section).has("traffic")) ||
      TRAFFIC.test(normalise(block.label?.text ?? ""));
    const inHeader = block.type === "table" && shareColumn(block) >= 0;
    const rows: Row[] =
      block.type === "table"
        ? tableRows(block, about)
        : block.type === "list"
          ? block.items.map((item) => ({ text: item.text, line: item.line }))
          : block.type === "code"
            ? block.lines.map((one) => ({ text: one.text.replace(/^\s*(?:#+|--|\/\/)\s?/, ""), line: one.line }))
            : block.lines.filter((one) => findCalendar(one.text.slice(0, 40))?.start === 0 && /\d\s?%/.test(one.text));
    const counted = about || block.type === "table" || (block.type === "paragraph" && rises(rows)) || (block.type === "list" && isRamp(block, rows));
    const read = rows.flatMap((row) => stageOf(row, counted) ?? []);
    const rising =
      read.every((one, i) => i === 0 || one.percent > (read[i - 1]?.percent ?? 0)) ||
      read.every((one, i) => i === 0 || one.percent < (read[i - 1]?.percent ?? 0));
    if (read.length >= 2 && (about || inHeader || rising)) stages.push(...read);
  }
  if (stages.length > 0)
    return held(bySide(stages))
      .map(({ day: _day, ...stage }) => stage)
      .slice(0, 50);
  return spokenLines(tree)
    .flatMap((spoken) => (spoken.line >= move.from && spoken.line <= move.to ? chainOf(spoken) : []))
    .slice(0, only ? 50 : 20);
}

function stageOf(row: Row, about: boolean): Stage | null {
  if (row.text.length > 300 || OTHER.test(normalise(row.text))) return null;
  const figures = inFigures(row.text);
  const shares = [...figures.matchAll(SHARE)]
    .map((match) => ({ percent: Number((match[1] ?? "").replace(",", ".")), side: normalise(match[2] ?? "") }))
    .filter((one) => one.percent <= 100);
  const [first] = shares;
  if (first === undefined || shares.length > 3) return null;
  const calendar = findCalendar(row.text.slice(0, 60));
  const dated = calendar !== null && calendar.start < 4;
  const adds = shares.length === 2 && Math.abs(shares.reduce((sum, one) => sum + one.percent, 0) - 100) < 0.01;
  if (!(about || adds || ROUTE.test(normalise(row.text))) || !(dated || adds || about)) return null;
  const fresh = shares.find((one) => NEW_SIDE.test(one.side)) ?? (shares.length === 2 && OLD_SIDE.test(first.side) ? shares[1] : undefined) ?? first;
  const duration = findDurations(row.text.replace(calendar?.text ?? "\u0000", " "))[0];
  const criteria = row.criteria ?? CRITERIA.exec(row.text)?.[1]?.trim();
  return {
    percent: fresh.percent,
    line: row.line,
    day: dayOf(calendar),
    ...(dated ? { at: calendar.text.toLowerCase() } : {}),
    ...(duration === undefined ? {} : { hold: duration.duration }),
    ...(criteria === undefined ? {} : { criteria }),
    ...(shares.length === 2 ? { note: `${first.side}/${shares[1]?.side ?? ""}` } : shares.length === 1 ? { note: first.side } : {}),
  };
}

function dayOf(calendar: ReturnType<typeof findCalendar>): number | null {
  if (calendar?.weeks !== undefined) return calendar.weeks[0] * 7;
  if (calendar?.days !== undefined) return calendar.days[0];
  return null;
}

/** The last stage shows which side is the new one: "100 % Adyen". Shares of the other side are turned round. */
function bySide(stages: Stage[]): Stage[] {
  const last = stages.at(-1);
  const winner = last?.percent === 100 ? ((last.note ?? "").split("/")[0]?.split(" ")[0] ?? "") : "";
  return stages.map(({ note, ...stage }) => {
    const [left = "", right = ""] = (note ?? "").split("/");
    const other = winner.length > 1 && right !== "" && right.includes(winner) && !left.includes(winner);
    return { ...stage, percent: other ? 100 - stage.percent : stage.percent };
  });
}

/** A stage lasts until the next one begins. */
function held(stages: Stage[]): Stage[] {
  return stages.map((stage, i) => {
    const next = stages[i + 1];
    if (stage.hold !== undefined || stage.day === null || next?.day === undefined || next.day === null || next.day <= stage.day) return stage;
    return { ...stage, hold: `${next.day - stage.day}d` };
  });
}

/** Shares in words as figures: "a quarter" is "25 %". */
function inFigures(text: string): string {
  let figures = text;
  for (const [words, percent] of SHARES) figures = figures.replace(words, `${percent} %`);
  return figures.replace(/(?<=\d)\s?(?:per\s?cent|percent|prozent|pour\scent|por\sciento)(?![\p{L}])/giu, " %");
}

const SHARES: readonly (readonly [words: RegExp, percent: number])[] = [
  [/(?<![\p{L}\d])(?:three[\s-]quarters|drei\sviertel|dreiviertel|trois[\s-]quarts|tres\scuartas?\spartes|tres\scuartos)(?![\p{L}])/giu, 75],
  [
    /(?<![\p{L}\d])(?:(?:a|one)\squarter|ein\sviertel|un\squart|un\scuarto|la\scuarta\sparte)(?![\p{L}])(?!\s(?:of\san\s|d['’]|de\s)?(?:hour|heure|hora|stunde))/giu,
    25,
  ],
  [/(?<![\p{L}\d])(?:(?:one\s|a\s|the\s)?half|die\shälfte|der\shälfte|la\smoitié|la\smitad)(?![\p{L}])(?!\s(?:an?\s)?(?:hour|day|year|a\s))/giu, 50],
  [/(?<![\p{L}\d])(?:a\stenth|ein\szehntel|un\sdixième|una\sdécima\sparte)(?![\p{L}])/giu, 10],
];
const RISES_TO_ALL =
  /\d\s?%.*(?:(?<!\d)100\s?%|(?<![\p{L}])(?:all|everyone|everybody|everything|the rest|alle[nrs]?|der rest|tous|toutes|le reste|la totalite|todos|todas|el resto|la totalidad)(?![\p{L}]))/u;

const PERCENT = /(?<![\d.,])(\d{1,3})\s?%(?:[^%]{0,20}?\b(?:on|from|am|ab|le|el)?\s?((?:day|tag|jour|dia|día|week|woche|semaine|semana)\s\d{1,3}))?/giu;
const CHAIN_OF_NUMBERS = /(?<![\d.,])\d{1,3}(?:\s?(?:→|->|=>|\/)\s?\d{1,3}){2,8}\s?%/u;

const WHOLE_END =
  /(?:,|→|->|\b(?:then|finally|and|dann|danach|schliesslich|schließlich|ende|puis|enfin|luego|finalmente)\b)[^.;%]{0,24}?(?<![\p{L}])(?:all(?: of (?:them|it))?|everyone|everybody|everything|the rest|alle|allen|der rest|tous|toutes|tout|le reste|la totalité|todos|todas|todo|el resto|la totalidad)(?![\p{L}])/iu;

/** "Traffic goes 5 % → 25 % → 100 %, one hour each", "weights: 5 % on day 1, 25 % on day 2, 100 % on day 4". */
function chainOf({ text: written, line, kind }: Spoken): TrafficEntry[] {
  if (kind === "cell" || written.length > 500) return [];
  const text = inFigures(written);
  const plain = normalise(text);
  // "5 % on Wednesday, a quarter on Thursday, …, everybody on Monday": shares that rise to the whole need no word for traffic.
  if (OTHER.test(plain) || !(TRAFFIC.test(plain) || RISES_TO_ALL.test(plain))) return [];
  const chain = CHAIN_OF_NUMBERS.exec(text)?.[0];
  const said =
    chain === undefined
      ? [...text.matchAll(PERCENT)].map((match) => ({ percent: Number(match[1]), at: match[2] }))
      : (chain.match(/\d+/g) ?? []).map((digits) => ({ percent: Number(digits), at: undefined }));
  const shares = said.filter(({ percent }) => percent <= 100);
  // "… then 40 %, then everyone".
  const end = shares.length >= 2 ? WHOLE_END.exec(text.slice(text.lastIndexOf("%"))) : null;
  if (end !== null && (shares.at(-1)?.percent ?? 100) < 100) shares.push({ percent: 100, at: undefined });
  if (shares.length < 3 || shares.some(({ percent }, i) => i > 0 && percent <= (shares[i - 1]?.percent ?? 0))) return [];
  const stages = shares.map(
    ({ percent, at }): Stage => ({
      percent,
      line,
      day: dayOf(at === undefined ? null : findCalendar(at)),
      ...(at === undefined ? {} : { at: at.toLowerCase() }),
    }),
  );
  const hold = stages.some((stage) => stage.at !== undefined) ? undefined : findDurations(text)[0]?.duration;
  return held(stages).map(({ day: _day, ...stage }) => ({ ...stage, ...(hold === undefined ? {} : { hold }) }));
}

/** "Both sides run for two weeks", "route 15 % of traffic to the new stack, 85 % to the old". */
export function dualRunOf({ tree }: Extraction, move: Move, only: boolean): PlanMigrationInput["dualRun"] {
  const lines: number[] = [];
  let duration: string | undefined;
  let percent: number | undefined;
  for (const { text, line, kind } of spokenLines(tree)) {
    if (line < move.from || line > move.to || kind === "cell" || text.length > 300) continue;
    const plain = normalise(text);
    if (!DUAL.test(plain)) continue;
    const shares = [...text.matchAll(SHARE)].map((match) => ({ percent: Number(match[1]), side: normalise(match[2] ?? "") }));
    const [takes] = findDurations(text);
    if (takes === undefined && shares.length === 0) continue;
    duration ??= takes?.duration;
    percent ??= (shares.find((one) => NEW_SIDE.test(one.side)) ?? shares[0])?.percent;
    lines.push(line);
  }
  const [line] = lines;
  if (line === undefined || !(only || lines.length > 0)) return undefined;
  return {
    ...(duration === undefined ? {} : { duration }),
    ...(percent === undefined || percent > 100 ? {} : { percent }),
    line,
    ...(lines.length > 1 ? { lines: lines.slice(0, 20) } : {}),
  };
}
