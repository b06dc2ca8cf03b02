import { findWrittenQuantities, type Quantity } from "../grammar/quantity";
import { OF_THE_START, QUOTED_FROM } from "../lexicon/restated";
import { normalise } from "../lexicon/words";
import { linesOf } from "../locate";
import { type Sentence, sentencesOf } from "../texts";
import { figuresIn } from "./calculations/figures";
import type { Extract } from "./types";

interface Limit {
  what: string;
  value: number;
  unit: string | null;
  line: number;
  words: Set<string>;
}

/** Thresholds of the start that another place repeats: both are kept, so that they can be compared. */
export const restatedLimits: Extract = ({ tree, outline, draft }) => {
  const lines = tree.lines;
  const limits: Limit[] = draft.plan.triggers.flatMap((trigger) => {
    const [line] = linesOf(trigger);
    if (line === undefined || typeof trigger.value !== "number" || trigger.kind === "justify") return [];
    const text = (lines[line - 1] ?? "").slice(0, 400);
    return [{ what: text.trim().slice(0, 300), value: trigger.value, unit: trigger.unit ?? unitNear(text, trigger.value), line, words: tellingWords(text) }];
  });
  const sentences = sentencesOf(tree).filter(
    ({ kind, text, block }) => kind !== "code" && kind !== "heading" && block?.type !== "table" && text.length <= 400 && /\p{N}|\p{L}/u.test(text),
  );
  limits.push(...sentences.flatMap(gatesIn));
  const repeats = sentences.filter((sentence) => isRepeat(sentence) && !outline.within(sentence.section).has("rollback"));
  const quoted = new Set(repeats.map(({ lineAt }) => lineAt(0)));
  // What is quoted may have been read as a limit too: it is no limit of its own.
  const own = limits.filter(({ line }) => !quoted.has(line));
  for (const sentence of repeats) {
    const before = sentences[sentences.indexOf(sentence) - 1];
    // What is asked and what is answered speak of one thing.
    const around = before !== undefined && before.block === sentence.block ? before.text : "";
    const cue = OF_THE_START.exec(normalise(sentence.text))?.index ?? 0;
    // The figure nearest to the word of the trigger is the one that is meant.
    const quantities = [...figuresIn(sentence.text), ...findWrittenQuantities(sentence.text)].toSorted(
      (a, b) => Math.abs(a.start - cue) - Math.abs(b.start - cue),
    );
    for (const quantity of quantities) {
      const near = normalise(sentence.text.slice(Math.max(0, quantity.start - 90), quantity.end + 70));
      const limit = OF_THE_START.test(near) || sentence.text.length < 160 ? repeated(own, quantity, sentence.text, around) : null;
      if (limit === null) continue;
      const line = sentence.lineAt(quantity.start);
      draft.add(
        "restatedLimits",
        {
          what: sentence.text.slice(0, 300),
          value: quantity.value,
          ...(quantity.unit === null ? {} : { unit: quantity.unit }),
          of: { what: limit.what, value: limit.value, line: limit.line },
          line,
        },
        line,
      );
      break;
    }
  }
};

/** A sentence that quotes another paper, or speaks of the trigger once more. */
function isRepeat({ text }: Sentence): boolean {
  const plain = normalise(text);
  return (
    (OF_THE_START.test(plain) && (QUOTED_FROM.test(plain) || /["„“«»]/u.test(text) || /\b(?:my|our) trigger\b/.test(plain))) ||
    (QUOTED_FROM.test(plain) && /["„“«»]/u.test(text))
  );
}

/** "Gate: error budget left > 40 %": a condition that is no trigger of the plan. */
function gatesIn({ text, lineAt }: Sentence): Limit[] {
  if (!/^\W*(?:gate|start gate|go gate|freigabe|gate de depart)\s?:/i.test(text)) return [];
  return figuresIn(text).flatMap((one) =>
    /(?:[<>≥≤]|above|below|over|under|at least|uber|unter)\s?$/i.test(text.slice(Math.max(0, one.start - 10), one.start))
      ? [
          {
            what: text.slice(0, 300),
            value: one.value,
            unit: one.unit,
            line: lineAt(one.start),
            words: tellingWords(text.slice(Math.max(0, one.start - 60), one.start)),
          },
        ]
      : [],
  );
}

/** The one limit that a figure repeats: of the same unit, sharing a word that tells; null where it is another thing or the same figure. */
function repeated(limits: readonly Limit[], quantity: Quantity, text: string, around: string): Limit | null {
  if (quantity.high !== null) return null;
  const near = text.slice(Math.max(0, quantity.start - 90), quantity.end + 50);
  const said = tellingWords(near);
  const more = tellingWords(around);
  const alike = limits.filter((limit) => sameUnit(limit.unit, quantity.unit) && [...limit.words].some((word) => said.has(word) || more.has(word)));
  const best = alike.toSorted((a, b) => shared(b, said) - shared(a, said))[0];
  if (best === undefined || alike.some((limit) => limit.value === quantity.value)) return null;
  // Two limits of one metric: it may repeat neither.
  return new Set(alike.filter((limit) => shared(limit, said) === shared(best, said)).map(({ value }) => value)).size === 1 ? best : null;
}

const shared = (limit: Limit, said: ReadonlySet<string>) => [...limit.words].filter((word) => said.has(word)).length;

function sameUnit(a: string | null, b: string | null): boolean {
  const plain = (unit: string | null) => unit?.split("/")[0]?.toLowerCase() ?? null;
  return plain(a) === plain(b) || (COUNTS.has(plain(a) ?? "") && COUNTS.has(plain(b) ?? ""));
}

/** Things that are counted go by many names. */
const COUNTS = new Set(["", "users", "customers", "instances", "messages", "orders", "mau", "mandanten", "practices"]);

function unitNear(text: string, value: number): string | null {
  return figuresIn(text).find((one) => one.value === value)?.unit ?? null;
}

const STOP = new Set(
  "the and for with than over above below under more less days day weeks week months month year consecutive row two three once when until this that were where which from into then they there have been after before about per der die das und oder uber unter mehr als bei von mit auf wenn sobald tage tagen wochen monate monaten zwei drei eine einer einen sind wird werden liegt steht les des une pour dans sur plus moins que qui par jours mois semaines est sont los las una para con por mas menos que dias semanas meses cuando esta son start shift begin trigger threshold move condition draft paper note board said says".split(
    " ",
  ),
);

function tellingWords(text: string): Set<string> {
  return new Set(
    normalise(text)
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => (word.length >= 4 || /^(?:p\d\d|mau|dau|mrr|cpu|db|api|ram)$/.test(word)) && !STOP.has(word) && !/^\d/.test(word))
      .map((word) => (word.length > 5 ? word.slice(0, 6) : word)),
  );
}
