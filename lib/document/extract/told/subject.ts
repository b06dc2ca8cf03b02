import { GENERAL, QUALIFIERS, THINGS } from "../../lexicon/told";
import type { Place } from "./places";

export interface Subject {
  of: string | null;
  qualifiers: string[];
}

interface Hit {
  kind: string;
  start: number;
  end: number;
}

/** What is kept for a time. */
export const COPIES: ReadonlySet<string> = new Set(["backup", "wal", "logs", "metrics", "queue"]);

/** What a figure at a position is a figure of: the nearest thing in its clause, else in the words above it. Pure. */
export function subjectAt(place: Place, { start, end }: { start: number; end: number }, from: number, to: number, only: ReadonlySet<string> | null): Subject {
  const hits = (text: string) => hitsIn(text).filter(({ kind }) => only === null || only.has(kind));
  const before = hits(place.folded.slice(from, start));
  const after = hits(place.folded.slice(end, Math.min(to, end + 60)));
  const near = [...before].reverse();
  const own = best(near) ?? best(after);
  const scopes = own === null ? place.labels.map((label) => ({ label, hit: best(hits(label).reverse()) })).find((one) => one.hit !== null) : undefined;
  const hit = own ?? scopes?.hit ?? null;
  // A general word says less than the name of the row or the item it stands in.
  const named = hit !== null && GENERAL.has(hit.kind) && own !== null ? place.labels.slice(0, 2).map((label) => best(hits(label).reverse())) : [];
  const specific = named.find((one) => one !== null && !GENERAL.has(one.kind));
  return { of: specific?.kind ?? hit?.kind ?? null, qualifiers: qualifiersAt(place, start, end, from, to) };
}

function qualifiersAt(place: Place, start: number, end: number, from: number, to: number): string[] {
  const labels = place.kind === "cell" ? place.labels.slice(0, 2) : [];
  const near = [place.folded.slice(Math.max(from, start - 30), start), place.folded.slice(end, Math.min(to, end + 24)), ...labels];
  const wide = [place.folded.slice(from, to), ...place.labels.slice(0, 3)];
  return [...QUALIFIERS.near.map((one) => [one, near] as const), ...QUALIFIERS.wide.map((one) => [one, wide] as const)].flatMap(([[name, test], texts]) =>
    texts.some((text) => matches(test, text)) ? [name] : [],
  );
}

function matches(test: RegExp, text: string): boolean {
  test.lastIndex = 0;
  return test.test(text);
}

/** The nearest thing that is more than a machine, else the nearest machine. */
function best(hits: readonly Hit[]): Hit | null {
  return hits.find((one) => !GENERAL.has(one.kind)) ?? hits[0] ?? null;
}

function hitsIn(text: string): Hit[] {
  return THINGS.flatMap(([kind, test]) => [...text.matchAll(test)].map((match) => ({ kind, start: match.index, end: match.index + match[0].length }))).sort(
    (a, b) => a.start - b.start,
  );
}
