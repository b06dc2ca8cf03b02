import type { Draft } from "../../draft";
import { fold } from "../../grammar/quantity";
import { A_MONTH, A_YEAR } from "../../lexicon/arithmetic";
import type { Sentence } from "../../texts";
import { figureOf, figuresIn, rateOf } from "./figures";
import type { Calculation } from "./types";

/** "Saving: 361", "The difference is 162", "Option B saves 410,000 a year compared with option A": the whole, not one measure. */
const WHOLE =
  /^\W*(?:(?:the|our|so|net|total|monthly|yearly|annual|expected|die|unsere|monatliche|jahrliche|l'|les|la|el|los)\s?)*(?:savings?|differences?|ersparnis|einsparung(?:en)?|differenz|economies?|ahorros?|diferencia)(?:\s(?:is|are|betragt|est de|es de|of|from [^:.]{3,40}))?\s?:?\s?[$€£₹~\d]|(?<![a-z])saves?\s[^.]{0,24}(?:compared (?:with|to)|against|over|versus|vs\.?)\s/;
const PART_OF =
  /(?<![a-z])(?:if|when|reserved|spot|discount|phase|wave|per (?:user|customer|server|site)|by (?:switching|moving|using|dropping)|wenn|rabatt|si)(?![a-z])/;

/** What a whole costs before and after, per month or per year: with the totals as they are given, and as the rows add up. */
export interface Pair {
  before: number[];
  after: number[];
}

/** Both sides of the move, and the totals of a table with two columns to choose from. Pure. */
export function pairsOfSides(draft: Draft, tables: readonly Calculation[]): Pair[] {
  const side = (role: string) => {
    const stacks = draft.plan.stacks.filter((stack) => stack.role === role);
    const [stack] = stacks;
    if (stack === undefined || stacks.length > 1) return [];
    const stated = (stack.statedTotals ?? []).flatMap((one) => ((one.period ?? "month") === "month" && (one.max ?? one.min) === one.min ? [one.min] : []));
    const rows = (stack.resources ?? []).flatMap((resource) => (resource.lineItems ?? []).map(({ price }) => price));
    const fixed = rows.every((price) => (price.form === "fixed" && (price.period ?? "month") === "month") || price.form === "free");
    const sum = rows.reduce((all, price) => all + (price.form === "fixed" ? (price.amount ?? 0) : 0), 0);
    return [...new Set([...stated, ...(fixed && rows.length > 1 ? [Number(sum.toFixed(2))] : [])])];
  };
  const [before, after] = [side("current"), side("target")];
  const columns = new Map<number, Calculation[]>();
  for (const one of tables) if (one.kind === "sum" && one.place === "column") columns.set(one.line, [...(columns.get(one.line) ?? []), one]);
  const both = [...columns.values()].flatMap((totals): Pair[] => {
    const [first, second] = totals;
    if (first === undefined || second === undefined || totals.length !== 2) return [];
    const values = ({ result, parts }: Calculation) => [result.min, Number(parts.reduce((sum, part) => sum + part.min, 0).toFixed(2))];
    return [{ before: values(first), after: values(second) }];
  });
  return [...(before.length > 0 && after.length > 0 ? [{ before, after }] : []), ...both];
}

/** A saving that is none of the differences it may mean. Pure. */
export function statedSavings(sentence: Sentence, pairs: readonly Pair[]): Calculation[] {
  const { text, lineAt, kind } = sentence;
  const plain = fold(text);
  if (pairs.length === 0 || kind === "cell" || kind === "code" || !WHOLE.test(plain) || PART_OF.test(plain)) return [];
  const [amount] = figuresIn(text).filter((one) => one.currency !== null);
  if (amount === undefined || amount.high !== null) return [];
  const rate = rateOf(amount.unit) ?? (A_YEAR.test(plain) && !A_MONTH.test(plain) ? "year" : A_MONTH.test(plain) ? "month" : null);
  if (rate !== "month" && rate !== "year") return [];
  const stated = figureOf(amount, text);
  const slack = Math.max(0.51, (stated.step ?? 0) / 2, stated.approximate === true ? stated.min * 0.05 : 0);
  const fits = pairs.some(({ before, after }) =>
    before.some((from) => after.some((to) => [1, 12, 1 / 12].some((times) => Math.abs(Math.abs(from - to) * times - stated.min) <= slack))),
  );
  const best = pairs
    .flatMap(({ before, after }) => [1, ...(rate === "year" ? [12] : [])].map((times) => ({ from: (before[0] ?? 0) * times, to: (after[0] ?? 0) * times })))
    .toSorted((a, b) => Math.abs(Math.abs(a.from - a.to) - stated.min) - Math.abs(Math.abs(b.from - b.to) - stated.min))[0];
  // Far from every difference it is the saving of something else.
  if (fits || best === undefined) return [];
  const real = Math.abs(best.from - best.to);
  if (real === 0 || stated.min > real * 2 || stated.min < real / 2) return [];
  return [
    {
      kind: "difference",
      what: text.slice(0, 200),
      parts: [{ min: Math.max(best.from, best.to) }, { min: Math.min(best.from, best.to) }],
      result: stated,
      ...(amount.unit === null ? {} : { unit: amount.unit }),
      place: "sentence",
      line: lineAt(amount.start),
    },
  ];
}
