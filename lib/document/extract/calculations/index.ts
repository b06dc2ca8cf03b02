import type { Draft } from "../../draft";
import { PAID_ONCE } from "../../lexicon/arithmetic";
import { normalise } from "../../lexicon/words";
import { type Sentence, sentencesOf } from "../../texts";
import type { Extract } from "../types";
import { Across, proseSums } from "./across";
import { changes, perPeriod } from "./changes";
import { equations } from "./equations";
import { lineSums } from "./line-sums";
import { pairsOfSides, statedSavings } from "./stated-savings";
import { tableCalculations } from "./tables";
import type { Calculation } from "./types";

const LONGEST = 600;
const NUMBERS = /\d+(?:[.,:'’]\d+)*/g;

/** Everything the document reckons out: in sentences, from one sentence to another, in lists, in columns and rows of tables. */
export const calculations: Extract = ({ tree, draft }) => {
  const compared = toldElsewhere(draft);
  const add = (calculation: Calculation) => {
    // A comparison of the same line is told by itself.
    if (calculation.kind !== "sum" && calculation.kind !== "quotient" && compared.has(calculation.line)) return;
    draft.add("calculations", calculation, calculation.line);
  };
  const tables = tableCalculations(tree);
  const sentences = sentencesOf(tree).filter(({ text, kind }) => text.length <= LONGEST && /\d/.test(text) && kind !== "heading");
  const sums = [...proseSums(sentences), ...lineSums(tree)];
  const across = new Across(draft, tables);
  for (const sum of sums) {
    const at = sentences.find((one) => one.lineAt(0) === sum.line);
    if (at !== undefined && PAID_ONCE.test(normalise(`${at.text} ${at.section.title}`))) across.addOnce(total(sum), sum.line, at.section);
  }
  const pairs = pairsOfSides(draft, tables);
  across.addPairs(pairs);
  for (const sum of tables) {
    const section = tree.sections.findLast((one) => one.line <= sum.line);
    if (sum.kind === "sum" && section !== undefined && PAID_ONCE.test(normalise(section.title))) across.addOnce(sum.result.min, sum.line, section);
  }
  for (const sentence of sentences) {
    const own = readSentence(sentence, across);
    for (const calculation of own) add(calculation);
    if (!own.some(({ kind }) => kind === "difference" || kind === "change-percent")) for (const calculation of statedSavings(sentence, pairs)) add(calculation);
  }
  for (const calculation of [...sums, ...tables]) add(calculation);
};

const total = ({ parts }: Calculation) => Number(parts.reduce((sum, part) => sum + part.min, 0).toFixed(6));

function readSentence(sentence: Sentence, across: Across): Calculation[] {
  const several = (sentence.text.match(NUMBERS)?.length ?? 0) > 1;
  if (sentence.kind === "cell") return several ? equations(sentence) : [];
  if (!several) return across.read(sentence, false);
  const equal = equations(sentence);
  const own = [...equal, ...perPeriod(sentence), ...(equal.length > 0 ? [] : changes(sentence))];
  const percents = own.some((one) => one.kind === "change-percent");
  return [...own, ...across.read(sentence, percents || own.some((one) => one.kind === "product" && one.parts[1]?.min === 12))];
}

/** Lines whose figures are already compared: rows of a comparison, prices with the year beside the month, margins. */
function toldElsewhere({ plan }: Draft): Set<number> {
  const rows = plan.costComparisons.flatMap((comparison) => comparison.rows);
  const items = plan.stacks.flatMap((stack) => (stack.resources ?? []).flatMap((resource) => resource.lineItems ?? []));
  const told = [...rows, ...items.filter((item) => item.price.statedAnnual !== undefined)];
  return new Set(told.flatMap(({ line }) => (line === undefined ? [] : [Array.isArray(line) ? line[0] : line])));
}
