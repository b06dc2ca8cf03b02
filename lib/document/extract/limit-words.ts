import type { ConditionMention } from "../grammar/condition";
import { CRITICAL, MORE_IS_BETTER, WARNING } from "../lexicon/places";
import { normalise } from "../lexicon/words";

/* What words around a limit say about it: which side is good, how grave it is. Pure. */

/** Whether more of a quantity is better; of most, less is. */
export function moreIsBetter(key: string): boolean {
  return (
    !key.startsWith("break_even") &&
    MORE_IS_BETTER.some((part) => key === part || key.startsWith(`${part}_`) || key.endsWith(`_${part}`) || key.includes(`_${part}_`))
  );
}

/** Whether a comparison describes how things should be. */
export function healthy(op: ConditionMention["op"], key: string): boolean {
  const small = op === "<" || op === "<=" || op === "is";
  return moreIsBetter(key) ? op === ">" || op === ">=" || op === "is" : small;
}

/** The level words in a text or around it speak of; the nearest decide. */
export function levelOf(near: string, around: readonly { text: string }[]): "warning" | "critical" | null {
  for (const text of [near, ...around.map((one) => one.text)]) {
    const plain = normalise(text);
    const critical = plain.search(CRITICAL);
    const warning = plain.search(WARNING);
    if (critical === -1 && warning === -1) continue;
    if (critical === -1 || (warning !== -1 && warning < critical)) return "warning";
    return "critical";
  }
  return null;
}

/** Words that speak of the limits beside them. */
export const BREACHED =
  /(?<![\p{L}])(?:these|those|them|any|one|limits?|thresholds?|dieser|davon|grenzwerte?|ces|celles-ci|seuils?|estos|estas|alguno|alguna|umbrales)(?![\p{L}])/u;
