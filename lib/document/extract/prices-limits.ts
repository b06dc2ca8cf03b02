import type { MoneyMention } from "../grammar/money";
import { LIMIT_BEFORE } from "../lexicon/costs";
import { normalise } from "../lexicon/words";

/** Whether the words in front of an amount make a limit of it: "more than", "once we pass". */
export function isLimit(text: string, mention: MoneyMention): boolean {
  const before = normalise(text.slice(Math.max(0, mention.start - 40), mention.start));
  // The amount may have taken in the words in front of it: "below $900".
  const lead = normalise(mention.text.split(/[\d$€£₹¥]/u)[0] ?? "");
  if (/[<>≤≥]/.test(lead) || LIMIT_BEFORE.test(lead)) return true;
  return /[<>≤≥]\s*$/.test(before) || (LIMIT_BEFORE.test(lastWords(before, 3)) && !/:\s*$/.test(before));
}

function lastWords(text: string, count: number): string {
  return text.split(" ").slice(-count).join(" ");
}
