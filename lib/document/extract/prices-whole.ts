import type { Draft } from "../draft";
import type { MoneyMention } from "../grammar/money";
import { SAVING, WHOLE_COST } from "../lexicon/costs";
import { ALL_IN, COMES_TO_WHOLE, COMPARED, CONCLUDES, FROM, IN_ALL, IS_THE_WHOLE, OF_THE_WHOLE, PAYS, TO, WEAKLY } from "../lexicon/totals";
import { normalise } from "../lexicon/words";
import { rolesOf } from "../outline";
import { nameOf } from "./prices-reading";
import { nameKind } from "./prices-rows";
import { sideOf } from "./stacks-bills";
import { stackOf } from "./stacks-names";

/** An amount of a sentence with the words around it. */
export interface Clause {
  mention: MoneyMention;
  /** From the end of the amount before, or of the sentence, up to this one. */
  before: string;
  /** Up to the next amount or the end of the sentence. */
  after: string;
}

/** Whether the amount is what a whole stack costs. Both sides of an arrow or a "vs" are alike. Pure. */
export function isWhole(draft: Draft, all: readonly Clause[], clause: Clause): boolean {
  const { before, after } = clause;
  const i = all.indexOf(clause);
  const plain = normalise(before.slice(-80)).replace(/self[- ]host\w*/g, "");
  if (COMPARED.test(normalise(after.slice(0, 40)))) return false;
  const same = restated(all, i);
  if (isSummedUp(clause) && !(same !== null && WEAKLY.test(plain)) && isLargest(all, i) && !isSaidOfNext(all, i)) return true;
  if (isSumOf(all, clause) || isRestating(all, i)) return true;
  if (IS_THE_WHOLE.test(normalise(after.slice(0, 60))) || fromTo(all, i) !== null) return true;
  if (WHOLE_COST.test(plain) && !isPart(all, i, plain)) return true;
  const previous = all[i - 1];
  if (previous !== undefined && followsWhole(draft, all, clause, previous)) return true;
  const next = all[i + 1];
  if (next !== undefined && /^\W*(?:→|->)\W*$/u.test(next.before)) return rolesOf(before).has("cost") || rolesOf(before).has("saving");
  return /^\W*(?:with|for)? ?(?:our |the )?(?:current|existing|old) (?:setup|stack|infrastructure)/i.test(after);
}

/** What is saved, as the words beside it say. */
export function isSaving({ mention, before, after }: Clause): boolean {
  // ", saving $24,240": what follows a comma is said of the next amount.
  return mention.sign === -1 || SAVING.test(normalise(`${before.slice(-60)} ${after.slice(0, 40).split(/,(?=\s+\p{L}+\s*$)/u)[0] ?? ""}`));
}

/** "Put together this comes to €897", "Im Jahr sind das 26.029,20 €", "£1,641 in all": words of its own say so. */
export function isSummedUp({ before, after }: Clause): boolean {
  const plain = normalise(before.slice(-100));
  if (CONCLUDES.test(plain) || COMES_TO_WHOLE.test(plain) || ALL_IN.test(normalise(after.slice(0, 40)))) return true;
  if (IN_ALL.test(plain) && !(WEAKLY.test(plain) && plain.split(" ").length > MAX_WEAK)) return true;
  return before.length <= 60 && nameKind(nameOf(before)) === "total";
}

/** "Setup 4,800 €, load test 1,200 €, together 6,000 €": the word stands right in front of the next amount. */
function isSaidOfNext(all: readonly Clause[], i: number): boolean {
  const [clause, next] = [all[i], all[i + 1]];
  if (clause === undefined || next === undefined || !ALL_IN.test(normalise(clause.after.slice(0, 40)))) return false;
  return clause.mention.end + clause.after.length >= next.mention.start && IN_ALL.test(normalise(next.before.slice(-100)));
}

/** A whole is no smaller than its parts: "two nodes at $380 together, backups at $240" does not sum up $1,460 in front. */
function isLargest(all: readonly Clause[], i: number): boolean {
  const value = all[i]?.mention.low ?? null;
  if (value === null) return true;
  for (let k = i - 1; k >= 0; k--) {
    const [one, next] = [all[k], all[k + 1]];
    if (one === undefined || next === undefined || one.mention.end + one.after.length < next.mention.start) return true;
    if (one.mention.period !== all[i]?.mention.period || isSaving(one)) continue;
    if ((one.mention.low ?? 0) > value && !TO.test(normalise(next.before)) && !/→|->|(?<!\p{L})(?:vs|statt|instead|than)/u.test(next.before)) return false;
  }
  return true;
}

/** "$97/mo is $1,164 a year.": a sentence that says nothing but what an amount is for another period. */
function isRestating(all: readonly Clause[], i: number): boolean {
  const says = (one: Clause | undefined, k: number) =>
    one !== undefined &&
    one.before.trim() === "" &&
    restated(all, k + 1) !== null &&
    /^\W*(?:is|are|=|makes?|macht|sind|ist|ergibt|font|fait|son|es|equals)\W*$/iu.test(all[k + 1]?.before ?? "");
  return says(all[i], i) || says(all[i - 1], i - 1);
}

/** "That's" sums up at the beginning of a sentence. */
const MAX_WEAK = 6;

/** An amount behind one that is the whole: the other side of an arrow, the same for a year, the same for another stack. */
function followsWhole(draft: Draft, all: readonly Clause[], clause: Clause, previous: Clause): boolean {
  const { before, after } = clause;
  const i = all.indexOf(clause);
  const turned = /^\W*(?:\((?:vs\.?|statt|instead of|au lieu de)\b|(?:→|->|to|vs\.?|instead of|down from|and expect|statt))/iu.test(before.trim());
  const other = !/[.;]\s/.test(before) && (stackOf(draft, before) ?? stackOf(draft, after.slice(0, 60))) !== null;
  return (turned || other || restated(all, i) !== null) && !isSaving(previous) && isWhole(draft, all, previous);
}

/** "$1,500 a month or $18,000 a year", "420 € im Monat (5.040 € im Jahr)": the amount in front, said for another period. */
export function restated(all: readonly Clause[], i: number): Clause | null {
  const [previous, clause] = [all[i - 1], all[i]];
  if (previous === undefined || clause === undefined) return null;
  const [one, other] = [previous.mention, clause.mention];
  if (one.low === null || other.low === null || one.low <= 0 || other.low <= 0 || clause.before.length > 60) return null;
  const times = one.period === "year" ? one.low / other.low : other.period === "year" ? other.low / one.low : 0;
  return one.period !== other.period && times > 9 && times < 15 ? previous : null;
}

/** "from $43,200 a year to $18,960": which end of the way an amount is; null where it is none, or of a single service. */
export function fromTo(all: readonly Clause[], i: number): "from" | "to" | null {
  const ends = (one: Clause | undefined, other: Clause | undefined) =>
    one !== undefined &&
    other !== undefined &&
    FROM.test(normalise(one.before)) &&
    TO.test(normalise(other.before)) &&
    OF_THE_WHOLE.test(normalise(one.before.slice(-80)));
  if (ends(all[i], all[i + 1])) return "from";
  return ends(all[i - 1], all[i]) ? "to" : null;
}

/** "We pay Hoster $189 for two servers, another $24 for backups": the first of several parts is no whole. */
function isPart(all: readonly Clause[], i: number, plain: string): boolean {
  const next = all[i + 1];
  const clause = all[i];
  if (next === undefined || clause === undefined || !PAYS.test(plain) || restated(all, i + 1) !== null) return false;
  // Another sentence begins before the next amount.
  if (clause.mention.end + clause.after.length < next.mention.start) return false;
  if (fromTo(all, i) !== null) return false;
  const words = normalise(next.before);
  return (
    sideOf(next.before) === null &&
    !WHOLE_COST.test(words) &&
    !/→|->|(?<![\p{L}])(?:vs|versus|instead of|statt|rather than|to|auf|au lieu)(?![\p{L}])/u.test(words)
  );
}

/** Whether no sentence ends between an amount of a list, in either direction, and the one before it. */
function inOneSentence(parts: readonly Clause[], i: number): boolean {
  const pair = [parts[i - 1], parts[i]].sort((a, b) => (a?.mention.start ?? 0) - (b?.mention.start ?? 0));
  const [one, other] = pair;
  return one === undefined || other === undefined || one.mention.end + one.after.length >= other.mention.start;
}

/** Whether an amount is what the other amounts of its line add up to. */
function isSumOf(all: readonly Clause[], clause: Clause): boolean {
  const value = clause.mention.form === "fixed" ? clause.mention.low : null;
  if (value === null || value <= 0) return false;
  const at = all.indexOf(clause);
  const adds = (parts: readonly Clause[]) => {
    let sum = 0;
    for (const [i, { mention }] of parts.entries()) {
      if (i > 0 && !inOneSentence(parts, i)) return false;
      if (mention.form !== "fixed" || mention.low === null || mention.low <= 0 || mention.currency !== clause.mention.currency) return false;
      sum += mention.low;
      if (i > 0 && Math.abs(sum - value) < 0.005) return true;
      if (sum > value) return false;
    }
    return false;
  };
  // "$1,140 a month: $480 for web, …" and "colo £890, power £240, …: £1,641".
  return adds(all.slice(at + 1, at + 13)) || adds(all.slice(Math.max(0, at - 12), at).reverse());
}
