import type { Draft } from "../../draft";
import { findDurations } from "../../grammar/duration";
import { fold, type Quantity } from "../../grammar/quantity";
import {
  A_MONTH,
  A_YEAR,
  FOR_EACH,
  LESS_AFTER,
  LESS_BEFORE,
  OF_A_PART,
  PAID_ONCE,
  PAYS_BACK,
  PUT_TOGETHER,
  PUT_TOGETHER_AT_END,
  SAVES_MONEY,
  THAT_IS,
} from "../../lexicon/arithmetic";
import { BUDGET, TOTAL } from "../../lexicon/costs";
import { normalise } from "../../lexicon/words";
import type { Sentence } from "../../texts";
import type { Section } from "../../tree";
import { type Figure, figureOf, figuresIn, rateOf } from "./figures";
import type { Calculation } from "./types";

const MONTH_MS = 30 * 86_400_000;
/** A figure of money somewhere in the document. */
interface Known {
  value: number;
  line: number;
  section: Section;
}

/**
 * Figures that refer to others far away: "that is 3,720 a year", "a reduction of 24 %", "paid back after eleven months". Of
 * the figures they may mean the one that fits is taken; where none fits, the likeliest, and the check speaks. Pure.
 */
export class Across {
  private readonly monthly: Known[] = [];
  private readonly savings: Known[] = [];
  private readonly once: Known[] = [];
  private readonly pairs: [number, number][];

  constructor(draft: Draft, tables: readonly Calculation[]) {
    this.pairs = pairsOf(draft, tables);
    for (const { kind, result, parts, place } of tables) {
      // Totals of savings, stated and as they should be.
      if (kind === "difference" && parts[0] !== undefined && parts[1] !== undefined && place !== "sentence")
        this.addSaving(Math.abs(parts[0].min - parts[1].min), Math.abs(result.min));
    }
    for (const [before, after] of this.pairs.slice(0, 1)) this.addSaving(before - after);
  }

  private addSaving(...values: number[]): void {
    for (const value of values) this.savings.push({ value, line: 0, section: NOWHERE });
  }

  /** Takes in what a sentence says, and reckons what it claims from what was said before it. */
  read(sentence: Sentence, told: boolean): Calculation[] {
    const { text, section, lineAt } = sentence;
    if (!/[%$€£₹¥]|\b(?:[A-Z]{3}|kr|Fr\.?|Rs\.?|euros?|percent|per cent|Prozent|month|Monat|mois|mes|year|Jahr|ans?|años?)/u.test(text)) return [];
    const plain = fold(text);
    const money = figuresIn(text).filter((one) => one.currency !== null);
    const found: Calculation[] = told ? [] : [...this.year(sentence, plain, money), ...this.percent(sentence, plain)];
    found.push(...this.payback(sentence, plain, money));
    const budget = BUDGET.test(normalise(text));
    for (const one of money) {
      const known = { value: one.value, line: lineAt(one.start), section };
      const rate = periodOf(one, plain);
      if (rate === "month") this.monthly.push(known, ...(one.high === null ? [] : [{ ...known, value: one.high }]));
      if (rate === "month" && SAVES_MONEY.test(plain)) this.savings.push(known);
      if (rate === "month" && SAVES_MONEY.test(plain) && one.high !== null) this.savings.push({ ...known, value: one.high });
      if (rate === null && !budget && PAID_ONCE.test(normalise(`${text} ${sentence.block?.label?.text ?? ""} ${section.title}`))) this.once.push(known);
    }
    return found;
  }

  /** Savings that follow from two totals, whether they are of a month or of a year. */
  addPairs(pairs: readonly { before: readonly number[]; after: readonly number[] }[]): void {
    for (const { before, after } of pairs) for (const from of before) for (const to of after) if (from > to) this.addSaving(from - to, (from - to) / 12);
  }

  /** Money paid once that was reckoned out in other sentences. */
  addOnce(value: number, line: number, section: Section): void {
    this.once.push({ value, line, section });
  }

  private year({ text, section, lineAt }: Sentence, plain: string, money: readonly Quantity[]): Calculation[] {
    if (!A_YEAR.test(plain) || money.length === 0 || money.length > 2 || money.some((one) => rateOf(one.unit) === "month")) return [];
    const [yearly] = money;
    if (yearly === undefined || money.length > 1) return [];
    const refers = THAT_IS.test(plain);
    const saves = SAVES_MONEY.test(plain);
    if (!refers && !saves) return [];
    const near = this.monthly.filter((one) => one.section === section && lineAt(0) - one.line <= 12);
    const candidates = saves && !refers ? this.savings : [...near, ...this.savings];
    const likely = saves ? (this.savings.findLast((one) => one.section === section) ?? this.savings.at(-1)) : near.at(-1);
    if (likely === undefined) return [];
    const stated = figureOf(yearly, text);
    const fits = (of: number) =>
      candidates.find((one) => Math.abs(one.value * 12 - of) <= Math.max(0.6, stated.approximate === true ? of * 0.05 : 0, (stated.step ?? 0) / 2));
    const ends = [stated.min, ...(stated.max === undefined ? [] : [stated.max])];
    // A range is looked at end by end: the upper one may be wrong alone.
    const wrong = ends.find((end) => fits(end) === undefined);
    const value = wrong === undefined ? fits(stated.min)?.value : nearest(candidates, wrong / 12);
    if (value === undefined) return [];
    const result: Figure = {
      min: wrong ?? stated.min,
      ...(stated.approximate === true ? { approximate: true } : {}),
      ...(stated.step === undefined ? {} : { step: stated.step }),
    };
    return [
      {
        kind: "product",
        what: text.slice(0, 200),
        parts: [{ min: value }, { min: 12 }],
        result,
        unit: yearly.unit ?? "",
        place: "sentence",
        line: lineAt(yearly.start),
      },
    ];
  }

  private percent({ text, lineAt }: Sentence, plain: string): Calculation[] {
    const [pair] = this.pairs;
    if (pair === undefined || OF_A_PART.test(plain)) return [];
    const percents = figuresIn(text).filter((one) => one.unit === "percent" && one.high === null);
    const [percent] = percents;
    if (percent === undefined || percents.length > 1) return [];
    const says = LESS_AFTER.test(plain.slice(percent.end, percent.end + 40)) || LESS_BEFORE.test(plain.slice(Math.max(0, percent.start - 48), percent.start));
    const equals = SAVES_MONEY.test(plain) && /(?:=|also|i\.e\.|soit|es decir|or|oder|ou)\s?$/.test(plain.slice(0, percent.start));
    if (!says && !equals) return [];
    const stated = figureOf(percent, text);
    const unit = Number.isInteger(stated.min) ? 1 : 0.1;
    // Cut or rounded, as the check allows it.
    const fits = this.pairs.find(([before, after]) => {
      const over = ((before - after) / before) * 100 - stated.min;
      return over < unit && over >= -unit / 2;
    });
    const [before, after] = fits ?? pair;
    return [
      {
        kind: "change-percent",
        what: text.slice(0, 200),
        parts: [{ min: before }, { min: after }],
        result: stated,
        unit: "percent",
        place: "sentence",
        line: lineAt(percent.start),
      },
    ];
  }

  private payback({ text, section, lineAt }: Sentence, plain: string, money: readonly Quantity[]): Calculation[] {
    if (!PAYS_BACK.test(normalise(text))) return [];
    const [time] = findDurations(text).filter((one) => one.ms >= MONTH_MS && one.maxMs === null);
    if (time === undefined) return [];
    const months = Number((time.ms / (/(?:year|jahr|an|ano)s?(?:en)?$/.test(normalise(time.text)) ? (365 * 86_400_000) / 12 : MONTH_MS)).toFixed(2));
    const saved = money.filter((one) => periodOf(one, plain) === "month").map((one) => one.value);
    const spent = money.filter((one) => rateOf(one.unit) === null && periodOf(one, plain) !== "month").map((one) => one.value);
    const savings = saved.length > 0 ? saved : this.savings.map((one) => one.value);
    const inSection = this.once.filter((one) => one.section === section);
    const once = spent.length > 0 ? spent : withSums(inSection.length > 0 ? inSection : this.once);
    const options = once.flatMap((cost) => savings.filter((saving) => saving > 0).map((saving) => ({ cost, saving, months: cost / saving })));
    const slack = Math.max(1, months * 0.05);
    const best =
      options.find((one) => Math.abs(one.months - months) < slack) ?? options.toSorted((a, b) => Math.abs(a.months - months) - Math.abs(b.months - months))[0];
    if (best === undefined) return [];
    return [
      {
        kind: "quotient",
        what: text.slice(0, 200),
        parts: [{ min: best.cost }, { min: best.saving }],
        result: { min: months, step: 1.99 },
        unit: "months",
        place: "sentence",
        line: lineAt(time.start),
      },
    ];
  }
}

/** Single amounts, those of one line together, and all together. */
function withSums(known: readonly Known[]): number[] {
  const byLine = new Map<number, number>();
  for (const { value, line } of known) byLine.set(line, (byLine.get(line) ?? 0) + value);
  const all = known.reduce((sum, { value }) => sum + value, 0);
  return [...new Set([...known.map(({ value }) => value), ...byLine.values(), ...(known.length <= 6 ? [all] : [])])];
}

const NOWHERE = { index: -1 } as Section;

/** Before and after: what two stacks are said to cost, and every row that has both. */
function pairsOf({ plan }: Draft, tables: readonly Calculation[]): [number, number][] {
  const totals = (role: string) =>
    plan.stacks
      .filter((stack) => stack.role === role)
      .flatMap((stack) => (stack.statedTotals ?? []).filter((one) => (one.period ?? "month") === "month" && one.max === one.min).map((one) => one.min));
  const [before, after] = [totals("current"), totals("target")];
  const stacks = before.flatMap((from) => after.filter((to) => to < from).map((to): [number, number] => [from, to]));
  const rows = tables.flatMap(({ kind, parts }): [number, number][] =>
    kind === "difference" && parts[0] !== undefined && parts[1] !== undefined && parts[0].min > parts[1].min ? [[parts[0].min, parts[1].min]] : [],
  );
  const whole = rows.toSorted((a, b) => b[0] - a[0]);
  return [...stacks, ...whole];
}

function nearest(known: readonly Known[], value: number): number | undefined {
  return known.map((one) => one.value).toSorted((a, b) => Math.abs(a - value) - Math.abs(b - value))[0];
}

/** Month or year, from the amount itself or the words around it; null for money that has neither. */
function periodOf(quantity: Quantity, plain: string): "month" | "year" | "other" | null {
  const rate = rateOf(quantity.unit);
  if (rate !== null) return rate === "month" || rate === "year" ? rate : "other";
  const around = plain.slice(Math.max(0, quantity.start - 40), quantity.end + 30);
  if (A_YEAR.test(around)) return "year";
  return A_MONTH.test(around) ? "month" : null;
}

/** "Put together this comes to €857 a month": the amounts of the paragraph before. */
export function proseSums(sentences: readonly Sentence[]): Calculation[] {
  return sentences.flatMap((sentence, i): Calculation[] => {
    const { text, block, section, kind, lineAt } = sentence;
    const plain = fold(text);
    // At the beginning, or at the end of "that's 2,520 in all": "the two together take 86" is one of the parts.
    const ends =
      /^(?:so\s)?(?:that(?:'s| is| makes)|this is|it is|das (?:sind|macht|ist)|cela fait|c'est|eso (?:es|hace))(?![a-z])/.test(plain) &&
      PUT_TOGETHER_AT_END.test(plain);
    if (kind !== "paragraph" || (!ends && (PUT_TOGETHER.exec(plain)?.index ?? 99) > 12)) return [];
    const money = figuresIn(text).filter((one) => one.currency !== null);
    const [total] = money;
    if (total === undefined || money.length > 1 || total.high !== null) return [];
    const before: Sentence[] = [];
    for (let j = i - 1; j >= 0 && before.length < 12; j--) {
      const other = sentences[j];
      // This paragraph, or the one right above it.
      if (
        other === undefined ||
        other.section !== section ||
        other.kind !== "paragraph" ||
        (other.block !== block && before.length > 0 && other.block !== before[0]?.block)
      )
        break;
      if (TOTAL.test(normalise(other.text)) || PUT_TOGETHER.test(fold(other.text.split(/\s/).slice(0, 2).join(" ")))) break;
      before.unshift(other);
    }
    const parts = before.flatMap(amountsOf);
    const period = rateOf(total.unit);
    if (parts.length < 2 || parts.some((one) => one.currency !== total.currency || rateOf(one.unit) !== period)) return [];
    return [
      {
        kind: "sum",
        what: text.slice(0, 200),
        parts: parts.map((one) => ({ min: one.value })),
        result: figureOf(total, text),
        unit: total.unit ?? "",
        place: "sentence",
        line: lineAt(total.start),
      },
    ];
  });
}

/** The amounts of a sentence that are no prices for one of several: of "four at €62, which makes €248" the last. */
function amountsOf({ text }: Sentence): Quantity[] {
  const plain = fold(text);
  return figuresIn(text).filter((one) => {
    if (one.currency === null || one.high !== null) return false;
    const before = plain.slice(Math.max(0, one.start - 8), one.start);
    // "An M40 at $1,460", "two nodes at $380 together": the price of all of it.
    const counted = /(?<![\p{L}\p{N}.,$€£₹-])(?:\d+|two|three|four|five|six|eight|ten)\s(?:(?!\sand\s|\splus\s|per\s)[^,;.$€£₹\d]){0,40}$/u.test(
      plain.slice(Math.max(0, one.start - 50), one.start),
    );
    const whole = /\bat\s?$/.test(before) && (!counted || /^[^,;.]{0,16}\b(?:together|in all|in total|combined)\b/.test(plain.slice(one.end)));
    return whole || (!FOR_EACH.test(plain.slice(one.end, one.end + 30)) && !/(?:@|\bat|\bzu|\bzu je|\bje|\ba)\s?$/.test(before));
  });
}
