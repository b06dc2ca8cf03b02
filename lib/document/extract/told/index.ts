import * as words from "../../lexicon/told";
import type { Extract } from "../types";
import { figuresAt } from "./figures";
import { nameAt } from "./names";
import { type Place, placesOf } from "./places";
import { type Sides, sidesOf } from "./sides";
import { COPIES, type Subject, subjectAt } from "./subject";
import type { Figure, Told, Value } from "./types";

/** Figures of the whole plan; all others are figures of a thing. */
const OF_ALL: ReadonlySet<Figure> = new Set([
  "downtime",
  "write-stop",
  "observation",
  "roll-back",
  "roll-back-window",
  "ttl",
  "rpo",
  "rto",
  "lag",
  "maintenance-window",
  "freeze",
]);
const SIZED: ReadonlySet<Figure> = new Set(["memory", "disk", "cpu", "size"]);

type Entry = Told & { line: number };

interface Found {
  entry: Entry;
  block: number;
}

/** Figures that a plan tells in several places, each with what it is a figure of: the check compares them. */
export const told: Extract = ({ tree, draft }) => {
  const sides = sidesOf(tree, draft);
  const found = placesOf(tree).flatMap((place) => (place.kind === "comment" ? [] : read(place, sides)));
  for (const { entry } of withoutVariants(found)) draft.add("toldFigures", entry, entry.line);
};

function read(place: Place, sides: Sides): Found[] {
  return figuresAt(place).flatMap((one) => {
    const { from, to } = clauseAt(place.folded, one.start);
    if (words.NOT_STATED.test(place.folded.slice(from, to)) || [place.folded, ...place.labels.slice(0, 2)].some((text) => words.OFFERED.test(text))) return [];
    const subject = subjectAt(place, one, from, to, one.figure === "retention" ? COPIES : null);
    const entries = [entryOf(place, one, subject, sides), SIZED.has(one.figure) ? named(place, one, subject) : null];
    return entries.flatMap((entry) => (entry === null ? [] : [{ entry, block: place.block }]));
  });
}

/** Values of one thing that differ within one list or table are variants of it: which one is meant elsewhere is not known. */
function withoutVariants(found: readonly Found[]): Found[] {
  const keyOf = ({ entry, block }: Found) => [block, entry.figure, entry.of, entry.side, entry.part, ...(entry.qualifiers ?? [])].join("|");
  const values = new Map<string, Set<string>>();
  for (const one of found) {
    const key = keyOf(one);
    values.set(key, (values.get(key) ?? new Set()).add(`${one.entry.value} ${one.entry.max ?? ""}`));
  }
  return found.filter((one) => values.get(keyOf(one))?.size === 1);
}

/** The numbered phase, wave or option that a place belongs to. */
function partOf(place: Place): string | null {
  for (const text of [place.folded, ...place.labels]) {
    const match = words.PART.exec(text);
    if (match !== null) return `${match[1]} ${match[2]}`;
  }
  return null;
}

/** A size of a machine that is called by its name or its type. */
function named(place: Place, one: Value, subject: Subject): Entry | null {
  const name = nameAt(place, one.start);
  return name === null ? null : { ...common(place, one, places(subject)), of: name };
}

/** A name says which one is meant; what is left is where. */
const places = ({ qualifiers }: Subject) => qualifiers.filter((one) => PLACES.has(one));
const PLACES = new Set(["staging", "test", "rehearsal", "used"]);

function entryOf(place: Place, one: Value, subject: Subject, sides: Sides): Entry | null {
  const whole = OF_ALL.has(one.figure);
  const of = one.of ?? subject.of;
  if (one.figure === "size" || (!whole && of === null)) return null;
  const side = whole ? null : sides(place, one.start);
  // "A server" may be any of many.
  if (!whole && of === "machine" && (side === null || (place.kind === "cell" && /\p{L}+-?\d|\d\p{L}/u.test(place.labels[1] ?? "")))) return null;
  const entry = common(place, one, one.of === undefined ? subject.qualifiers : places(subject));
  // "Downtime > 5 minutes" is a condition.
  if (whole && entry.bound === "at-least") return null;
  return { ...entry, ...(whole || of === null ? {} : { of: of.slice(0, 60) }), ...(side === null ? {} : { side }) };
}

function common(place: Place, one: Value, qualifiers: readonly string[]): Entry {
  const before = place.folded.slice(Math.max(0, one.start - 30), one.start);
  const bare = before.replace(words.ABOUT, "");
  const bound = words.AT_MOST.test(bare) ? "at-most" : words.AT_LEAST.test(bare) ? "at-least" : null;
  const part = partOf(place);
  return {
    figure: one.figure,
    ...(qualifiers.length === 0 ? {} : { qualifiers: [...qualifiers] }),
    ...(part === null ? {} : { part }),
    value: one.value,
    ...(one.max === null ? {} : { max: one.max }),
    ...(bound === null ? {} : { bound }),
    ...(words.ABOUT.test(before) ? { approximate: true } : {}),
    what: place.shown.slice(0, 300),
    line: place.lineAt(one.start),
  };
}

/** The part of a sentence a position stands in. */
function clauseAt(text: string, at: number): { from: number; to: number } {
  let from = 0;
  for (const match of text.matchAll(/;\s|\.\s|\s[–—]\s|,\s(?:and|und|et|y|but|aber|mais|pero|while|then|dann|puis|luego)\s/g)) {
    if (match.index >= at) return { from, to: match.index };
    from = match.index + match[0].length;
  }
  return { from, to: text.length };
}
