import { parseDuration } from "@/lib/core/duration";
import { AFTER, APPROXIMATE, BEFORE, type Comparison, DURING, FILLERS, LASTING, NEGATIONS, SIGNS } from "../lexicon/comparisons";
import { remembered } from "../remember";
import { findDurations } from "./duration";
import { findQuantities, findWrittenQuantities, fold, type Quantity } from "./quantity";

/** A limit in running text: "> 70 % consistently", "exceeds 100 GB", "500+ users". Positions are those of the text as given. */
export interface ConditionMention {
  /** From the comparison on to the end of the unit. */
  start: number;
  end: number;
  /** Where the limit itself begins, behind its comparison. */
  valueStart: number;
  op: ">" | ">=" | "<" | "<=" | "between" | "approaches" | "is";
  value: number;
  /** Upper end of "between". */
  high: number | null;
  /** As a plan keeps it: percent, ms, GB, users, requests/day, USD/month; null where the text names none. */
  unit: string | null;
  money: boolean;
  /** ISO 4217 where the limit is money. */
  currency: string | null;
  /** How long it must hold, or the window it is measured in: "24h". */
  for: string | null;
  /** The word used where no length is given: "consistently". */
  forText: string | null;
  approximate: boolean;
}

interface Found extends ConditionMention {
  /** The words of the comparison, folded. */
  by: string;
}

const MAX_BEFORE = 64;
const TIME_UNITS: Record<string, string> = { ms: "ms", s: "s", minutes: "m", hours: "h", days: "d", weeks: "w" };

const choice = (words: readonly string[]) =>
  [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[.+?^${}()|[\]\\*/]/g, "\\$&").replace(/ /g, String.raw`\s`))
    .join("|");

const OPS: readonly Comparison[] = [">=", "<=", "approaches", "is", ">", "<"];
const FILL = String.raw`(?:\s?[~≈]|\s(?:${choice(FILLERS)})(?=[\s~≈]|$)){0,3}`;
/** A comparison that ends where the number begins. Longer words first, so that "no more than" is not read as "more than". */
const BEFORE_TESTS = OPS.map((op) => ({ op, test: new RegExp(String.raw`(?<![\p{L}\p{N}])(${choice(BEFORE[op])})(${FILL})\s?\(?$`, "u") }));
const NEGATED = new RegExp(String.raw`(?<![\p{L}])(?:${choice(NEGATIONS)}|\p{L}+n't)\s?$`, "u");
const AFTER_TESTS = (Object.entries(AFTER) as [Comparison, readonly string[]][])
  .filter(([, words]) => words.length > 0)
  .map(([op, words]) => ({ op, test: new RegExp(String.raw`^\s?,?\s?(${choice(words)})(?![\p{L}\p{N}])`, "u") }));
const LASTING_TEST = new RegExp(String.raw`(?<![\p{L}])(${choice(LASTING)})(?![\p{L}])`, "u");
const DURING_TEST = new RegExp(
  String.raw`^[\s,(]*(?:(?:sustained|lasting|measured|continuously|consistently|average[d]?|on average|im mittel|en moyenne|de media|gemittelt)\s)?(?:(?:${choice(DURING)})\s)?(?:(?:more than|at least|longer than|a|an|any|the|full|first|last|mehr als|mindestens|plus de|au moins|mas de|al menos|rolling|consecutive|>|>=|≥|~)\s?){0,2}$`,
  "u",
);
const APPROXIMATE_TEST = new RegExp(String.raw`(?<![\p{L}])(?:${choice(APPROXIMATE.slice(2))})\s?$`, "u");
/** "1,000 tasks for 10 minutes": what is counted stands between. */
const LATER_TEST =
  /^[\s,(]*(?:[\p{L}'-]+\s){1,3}(?:for|pendant|durant|durante|fur|wahrend|during)\s(?:more than\s|at least\s|mehr als\s|mindestens\s|plus de\s|au moins\s|mas de\s|al menos\s)?$/u;
const APPROXIMATELY = new RegExp(String.raw`[~≈]|(?<![\p{L}])(?:${choice(APPROXIMATE.slice(2))})`, "u");
const BETWEEN_TEST = /(?<![\p{L}])(between|zwischen|entre|von|from)\s(?:~\s?)?$/u;
const BETWEEN_JOIN = /^\s(?:and|und|et|y|to|bis|a)\s(?:~\s?)?$/u;

/** Finds limits in running text, in English, German, French and Spanish. Pure, linear in the length of the text. */
export const findConditions: (text: string) => readonly ConditionMention[] = remembered(conditionsIn);

function conditionsIn(text: string): ConditionMention[] {
  const folded = fold(text);
  const written = findWrittenQuantities(text);
  const quantities = [...findQuantities(text), ...written].sort((a, b) => a.start - b.start);
  const found: Found[] = [];
  for (let i = 0; i < quantities.length; i++) {
    const one = quantities[i];
    const next = quantities[i + 1];
    if (one === undefined) continue;
    const from = quantities[i - 1]?.end ?? 0;
    const range = next === undefined ? null : between(folded, one, next, from);
    if (range !== null) {
      found.push(range);
      i++;
      continue;
    }
    const limit = compared(text, folded, one, from) ?? (written.includes(one) ? null : continued(folded, one, found.at(-1)));
    if (limit !== null) found.push(limit);
  }
  return withStretches(text, folded, found, quantities).map(({ by: _by, ...mention }) => mention);
}

function mention(one: Quantity, op: ConditionMention["op"], by: string, start: number, end: number, approximate: boolean): Found {
  const money = one.currency !== null;
  return {
    start,
    end,
    valueStart: one.start,
    op,
    value: one.value,
    high: null,
    unit: one.unit,
    money,
    currency: one.currency,
    for: null,
    forText: null,
    approximate,
    by,
  };
}

/** "between 5 and 10 GB", "zwischen 5 und 10". */
function between(folded: string, one: Quantity, next: Quantity, from: number): Found | null {
  const before = folded.slice(Math.max(from, one.start - MAX_BEFORE), one.start);
  const word = BETWEEN_TEST.exec(before);
  if (word === null || !BETWEEN_JOIN.test(folded.slice(one.end, next.start)) || next.value < one.value) return null;
  if (/^(?:from|von)$/.test(word[1] ?? "")) return null;
  const made = mention(next, "between", word[1] ?? "", one.start - word[0].length, next.end, false);
  return { ...made, valueStart: one.start, value: one.value, high: next.value };
}

function compared(text: string, folded: string, one: Quantity, from: number): Found | null {
  const before = folded.slice(Math.max(from, one.start - MAX_BEFORE), one.start);
  const sign = signBefore(text.slice(Math.max(from, one.start - 12), one.start));
  if (sign !== null) return mention(one, sign.op, sign.sign, one.start - sign.length, one.end, sign.approximate);
  const word = wordBefore(before);
  if (word !== null) return mention(one, word.op, word.by, one.start - word.length, one.end, word.approximate);
  if (/^\s?[<>]\s?\d/.test(folded.slice(one.end, one.end + 4))) return null;
  const approximate = /[~≈]\s?$/.test(before) || APPROXIMATE_TEST.test(before);
  if (one.open) return mention(one, ">=", "+", one.start, one.end, approximate);
  for (const at of [one.numberEnd, one.end]) {
    const rest = folded.slice(at, at + 32);
    for (const { op, test } of AFTER_TESTS) {
      const match = test.exec(rest);
      if (match === null) continue;
      const end = Math.max(one.end, at + match[0].length);
      // "20 or more paying teams": what is counted stands behind the comparison.
      const counted = one.unit === null && one.currency === null ? findQuantities(`1${text.slice(end, end + 60)}`)[0] : undefined;
      const whole = counted?.start === 0 && counted.numberEnd === 1 && counted.high === null && counted.unit !== null ? { ...one, unit: counted.unit } : one;
      return mention(whole, op, match[1] ?? "", one.start, whole === one ? end : end + (counted?.end ?? 1) - 1, approximate);
    }
  }
  return null;
}

/** "reaches 40K members or €450 a month": the comparison goes on. */
function continued(folded: string, one: Quantity, last: Found | undefined): Found | null {
  if (last === undefined || last.op === "between" || last.by === "+" || one.unit === null || one.unit === last.unit) return null;
  if (!/^,?\s(?:or|and|oder|und|ou|et|o|y)\s$/.test(folded.slice(last.end, one.start))) return null;
  return mention(one, last.op, last.by, one.start, one.end, false);
}

/** A comparison sign right in front of the number; arrows and redirections are none. */
function signBefore(before: string): { sign: string; op: Comparison; length: number; approximate: boolean } | null {
  const match = /(?<![-=–—<>|])(>=|<=|=<|==|[≥⩾≤⩽><＞＜]|(?<![!~+:*])=)(\s?[~≈]?\s?)$/u.exec(before);
  const sign = match?.[1];
  if (match === null || sign === undefined) return null;
  const op = SIGNS.find(([written]) => written === sign)?.[1];
  return op === undefined ? null : { sign, op, length: match[0].length, approximate: /[~≈]/.test(match[2] ?? "") };
}

const OPPOSITE: Record<Comparison, Comparison> = { ">": "<=", ">=": "<", "<": ">=", "<=": ">", approaches: "approaches", is: "is" };

function wordBefore(before: string): { op: Comparison; by: string; length: number; approximate: boolean } | null {
  let best: { op: Comparison; match: RegExpExecArray } | null = null;
  for (const { op, test } of BEFORE_TESTS) {
    const match = test.exec(before);
    if (match !== null && (best === null || match.index < best.match.index)) best = { op, match };
  }
  if (best === null) return null;
  const by = best.match[1] ?? "";
  const lead = before.slice(0, best.match.index);
  const negated = !/^(?:no|not|nicht|pas)\s/.test(by) && NEGATED.test(lead);
  const approximate = APPROXIMATELY.test(best.match[2] ?? "");
  return { op: negated ? OPPOSITE[best.op] : best.op, by, length: before.length - best.match.index, approximate };
}

/** Gives each limit the stretch of time written behind it, and takes out limits that are only such a stretch. */
function withStretches(text: string, folded: string, found: readonly Found[], quantities: readonly Quantity[]): Found[] {
  const kept: Found[] = [];
  for (const one of found) {
    const last = kept.at(-1);
    // "… more than 4 hours a day": the stretch itself has no rate.
    const bare = { ...one, unit: one.unit?.replace(/\/(?:day|week)$/, "") ?? null };
    if (last !== undefined && last.for === null && isStretchOf(folded, last, bare)) {
      last.for = durationOf(bare);
      continue;
    }
    if (last !== undefined && isStretchBefore(folded, last, one)) {
      one.for = durationOf(last);
      kept.pop();
    }
    // "10 Minuten lang über 2,5 Sekunden", "three days in a row above": the time in front is how long the limit is passed.
    if (one.for === null) one.for = stretchInFront(text, folded, kept.at(-1)?.end ?? 0, one.start);
    if (one.for === null && PREPOSITIONS.has(one.by) && one.unit !== null && one.unit in TIME_UNITS && followsQuantity(folded, one, quantities)) continue;
    kept.push(one);
  }
  kept.forEach((one, i) => {
    const next = kept[i + 1];
    const tail = clause(folded.slice(one.end, Math.min(next?.start ?? folded.length, one.end + 80)));
    if (one.for === null) one.for = stretchIn(text.slice(one.end, one.end + tail.length), tail);
    const lead = folded.slice(Math.max(kept[i - 1]?.end ?? 0, one.start - 60), one.start);
    one.forText = LASTING_TEST.exec(tail)?.[1] ?? (i === 0 || !/[;.]/.test(lead) ? (LASTING_TEST.exec(lead)?.[1] ?? null) : null);
  });
  return kept;
}

/** Behind a stretch of time that was counted in one go. */
const IN_A_ROW =
  /^\s(?:in a row|straight|running|on end|at a stretch|consecutively|lang|in folge|am stuck|hintereinander|nacheinander|de suite|d'affilee|consecutifs|consecutives|durant|seguid[oa]s|consecutiv[oa]s|por)(?![\p{L}])/u;
const MAX_IN_FRONT = 60;

function stretchInFront(text: string, folded: string, from: number, at: number): string | null {
  const begin = Math.max(from, at - MAX_IN_FRONT);
  const duration = findDurations(text.slice(begin, at)).at(-1);
  if (duration === undefined) return null;
  const rest = folded.slice(begin + duration.end, at);
  return IN_A_ROW.test(rest) && !/[;.]/.test(rest) ? duration.duration : null;
}

/** "longer than 15 minutes above 3 s": what is compared first is the time the second must hold. */
function isStretchBefore(folded: string, last: Found, one: Found): boolean {
  if (last.for !== null || last.unit === null || !(last.unit in TIME_UNITS) || last.op === "<" || last.op === "<=") return false;
  if (!/^[\s,]{0,2}$/.test(folded.slice(last.end, one.start)) || !PLACED.has(one.by)) return false;
  return one.unit === null || !(one.unit in TIME_UNITS) || timeOf(one) < timeOf(last);
}

const timeOf = (one: { value: number; unit: string | null }) => one.value * parseDuration(`1${TIME_UNITS[one.unit ?? ""] ?? "s"}`);

/** Words that compare by saying where a value is. */
const PLACED = new Set([
  "over",
  "above",
  "below",
  "under",
  "beyond",
  "uber",
  "unter",
  "oberhalb",
  "unterhalb",
  "jenseits von",
  "au-dessus de",
  "en dessous de",
  "sous",
  "por encima de",
  "por debajo de",
]);
/** "… more than 4 hours a day", right behind a limit: how long it is passed. */
const LONGER = new Set(["more than", "longer than", "at least", "mehr als", "langer als", "mindestens", "plus de", "au moins", "mas de", "al menos"]);
/** Words that compare and also say "during". */
const PREPOSITIONS = new Set(["over", "uber", "within", "in", "sur", "past"]);

/** "> 5 % for more than 10 minutes", "> 99.9 % over 30 days": the second limit is the time the first must hold. */
function isStretchOf(folded: string, last: Found, one: Found): boolean {
  if (one.unit === null || !(one.unit in TIME_UNITS) || (last.unit !== null && last.unit in TIME_UNITS && timeOf(last) > timeOf(one))) return false;
  const gap = folded.slice(last.end, one.start);
  if ((PREPOSITIONS.has(one.by) || LONGER.has(one.by)) && /^[\s,(]*$/.test(gap)) return true;
  return /^[\s,(]*(?:for|over|during|lasting|sustained(?:\sfor)?|fur|wahrend|uber|pendant|durant|durante|por)\s?$/.test(gap);
}

/** "99.9 % over 30 days": a number stands right in front. */
function followsQuantity(folded: string, one: Found, quantities: readonly Quantity[]): boolean {
  return quantities.some(
    (other) =>
      other.end <= one.start &&
      one.start - other.end <= 24 &&
      !(other.unit !== null && other.unit in TIME_UNITS && timeOf(other) > timeOf(one)) &&
      !/[;.]/.test(folded.slice(other.end, one.start)) &&
      /^[^\d]*$/.test(folded.slice(other.end, one.start)),
  );
}

function durationOf(one: Found): string {
  const short = TIME_UNITS[one.unit ?? ""] ?? "s";
  const written = `${one.value}${short}`;
  return Number.isInteger(one.value) ? written : `${Math.round(parseDuration(`1${short}`) * one.value)}ms`;
}

/** Up to the next sentence, semicolon or alternative. */
function clause(tail: string): string {
  const end = tail.search(/[;]|\.\s|(?<![\p{L}])(?:or|and|oder|und|ou|et|o|y)\s/u);
  return end === -1 ? tail : tail.slice(0, end);
}

function stretchIn(tail: string, folded: string): string | null {
  const duration = findDurations(tail)[0];
  if (duration === undefined) return null;
  const lead = folded.slice(0, duration.start);
  return DURING_TEST.test(lead) || LATER_TEST.test(lead) ? duration.duration : null;
}
