import type { DurationMention } from "../../grammar/duration";
import * as words from "../../lexicon/told";
import type { Place } from "./places";
import type { Figure } from "./types";

/** How far a word may stand from its figure. */
const REACH = 70;
const KINDS = Object.entries(words.LASTING) as [Figure, RegExp][];
const HOURS = 3_600_000;

/** What a stretch of time is the length of; null where no word beside it tells. `after` and `before` bound the lengths around it. Pure. */
export function lastingAt(place: Place, { start, end, ms }: Pick<DurationMention, "start" | "end" | "ms">, after: number, before: number): Figure | null {
  const figure = nearest(place, start, end, after, before) ?? fromLabels(place);
  if (figure !== "roll-back") return figure;
  return ms >= 6 * HOURS || words.OPEN_FOR.test(place.folded.slice(Math.max(0, start - 30), start)) ? "roll-back-window" : "roll-back";
}

/** The kind whose word stands nearest; words on the far side of another length belong to that one. */
function nearest(place: Place, start: number, end: number, after: number, before: number): Figure | null {
  let best: { figure: Figure; away: number } | null = null;
  for (const [figure, test] of KINDS)
    for (const match of place.folded.matchAll(test)) {
      const stop = match.index + match[0].length;
      const left = stop <= start;
      if (!left && match.index < end) continue;
      const between = left ? stop < after : match.index > before;
      const away = (left ? start - stop : match.index - end + 4) + (between ? 60 : 0);
      const gap = left ? place.folded.slice(stop, start) : place.folded.slice(end, match.index);
      if (away > REACH || /[;.]\s/.test(gap) || (place.kind === "code" && !/^[\s:=]*$/.test(gap))) continue;
      if (best === null || away < best.away) best = { figure, away };
    }
  return best?.figure ?? null;
}

/** A cell is about what its column or its row is about, an answer about what was asked. */
function fromLabels(place: Place): Figure | null {
  const labels = place.kind === "cell" ? place.labels.slice(0, 2) : place.asked ? place.labels.slice(0, 1) : [];
  for (const label of labels) {
    const found = KINDS.filter(([figure, test]) => figure !== "roll-back" && label.search(test) >= 0);
    if (found.length > 0) return found.length === 1 || place.kind === "cell" ? (found[0]?.[0] ?? null) : null;
  }
  return null;
}
