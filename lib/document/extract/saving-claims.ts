import type { Draft } from "../draft";
import { findMoney, type MoneyMention } from "../grammar/money";
import { normalise, wordTest } from "../lexicon/words";
import { spokenLines } from "../texts";
import type { Extract } from "./types";

const SAVING = wordTest([
  "saving*",
  "save",
  "saves",
  "saved",
  "reduction*",
  "reduce",
  "reduces",
  "reduced",
  "cheaper",
  "lower",
  "less",
  "einspar*",
  "kosteneinspar*",
  "ersparnis*",
  "gunstiger",
  "weniger",
  "senk*",
  "economie*",
  "moins cher",
  "reduit",
  "reduire",
  "ahorr*",
  "mas barato",
  "reducc*",
  "reducir",
]);
const COST = wordTest([
  "cost*",
  "spend*",
  "bill",
  "bills",
  "expense*",
  "infrastructure",
  "kosten",
  "ausgaben",
  "rechnung*",
  "cout*",
  "depense*",
  "facture*",
  "coste*",
  "costo*",
  "gasto*",
  "factura*",
]);
/** A discount for a way of paying or one measure among others is no statement about the whole move. */
const PARTIAL = wordTest([
  "reserved",
  "spot",
  "savings plan*",
  "commitment*",
  "discount*",
  "up to",
  "with",
  "using",
  "via",
  "through",
  "if",
  "when",
  "by switching",
  "instance*",
  "coupon",
  "bis zu",
  "mit",
  "durch",
  "rabatt*",
  "jusqu'a",
  "avec",
  "remise*",
  "hasta",
  "con",
  "descuento*",
]);
const LABEL =
  /^(?:(?:total|monthly|annual|yearly|expected|estimated|net|monatliche|jahrliche|gesamte?)\s)?(?:savings?|cost savings?|cost reduction|einsparung(?:en)?|ersparnis|kosteneinsparung|economies?|reduction des couts|ahorros?)\s?:/;
const PERCENT = /(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?%\s?(\+|or more|or better|oder mehr|ou plus|o mas)?/;
const BREAK_EVEN = wordTest(["break even", "breakeven", "break-even", "gewinnschwelle", "seuil de rentabilite", "punto de equilibrio"]);
const MULTIPLE =
  /(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?(?:x|×|times|-fold|mal|fois|veces)\s(?:as\s)?(?:faster|earlier|sooner|quicker|schneller|fruher|plus (?:rapide|tot)|mas (?:rapido|pronto))/;

/** "30 % (from $400 to $310)", "$400 → $310": the percentage is held to its own two amounts. */
function fromTo(draft: Draft, text: string, amounts: readonly MoneyMention[], percent: number, line: number): boolean {
  const [before, after] = amounts;
  if (before?.low == null || after?.low == null || amounts.length !== 2 || before.period !== after.period) return false;
  const between = normalise(text.slice(before.end, after.start));
  const lead = normalise(text.slice(Math.max(0, before.start - 16), before.start));
  const ordered =
    /^(?:\/\s?\w+\s)?(?:→|->|=>)$/.test(between) ||
    (/^(?:\/\s?\w+\s)?(?:to|auf|a|nach|hasta)(?: (?:about|ca\.?|etwa|environ))?$/.test(between) &&
      /\b(?:from|von|de|du)(?: (?:about|ca\.?|etwa|environ))?$/.test(lead));
  if (!ordered || before.form === "open" || after.form === "open") return false;
  const period = before.period === "year" ? ("year" as const) : ("month" as const);
  const side = (role: "before" | "after", money: MoneyMention) => ({
    role,
    min: money.low ?? 0,
    max: money.high ?? money.low ?? 0,
    period,
    ...(money.approximate ? { approximate: true } : {}),
    line,
  });
  const name = text.slice(0, 120).replace(/[\s.:;,]+$/u, "");
  return draft.add(
    "costComparisons",
    { key: draft.key("costComparisons", name, "comparison"), name, line, rows: [side("before", before), { ...side("after", after), percent }] },
    line,
  );
}

/** Whether the one amount of a sentence is what lies between the two sides of the move. */
function isDifference(draft: Draft, amounts: readonly MoneyMention[]): boolean {
  const [amount] = amounts;
  if (amounts.length !== 1 || amount?.low == null || amount.low === 0) return false;
  const sums = (role: "current" | "target") =>
    draft.plan.stacks
      .filter((stack) => stack.role === role)
      .flatMap((stack) => (stack.statedTotals ?? []).filter((one) => one.period === amount.period).map((one) => one.min));
  const saved = Math.abs(amount.low);
  return sums("current").some((before) => sums("target").some((after) => Math.abs(before - after - saved) <= saved * 0.01));
}

/** "Savings: $840 per month". */
function saved(draft: Draft, amounts: readonly MoneyMention[], line: number): void {
  const [amount] = amounts;
  if (amount?.low == null || amounts.length !== 1 || (amount.period !== "month" && amount.period !== "year") || amount.unit !== null) return;
  const size = amount.high === null || amount.high === amount.low ? { value: amount.low } : { min: amount.low, max: amount.high };
  draft.add(
    "claims",
    { what: "Saving", quantity: "saving", ...size, ...(amount.approximate ? { approximate: true } : {}), unit: `per ${amount.period}`, line },
    line,
  );
}

/** What the whole move is said to save in percent, and how many times sooner it is said to pay. */
export const savingClaims: Extract = ({ tree, draft }) => {
  const number = (text: string) => Number(text.replace(",", "."));
  for (const { line, text, kind, section } of spokenLines(tree)) {
    if (text.length > 200 || kind === "comment" || kind === "cell") continue;
    const plain = normalise(text);
    const multiple = BREAK_EVEN.test(plain) ? MULTIPLE.exec(plain) : null;
    if (multiple?.[1] !== undefined)
      draft.add("claims", { what: "Earlier break-even", quantity: "break-even-multiple", value: number(multiple[1]), unit: "x", line }, line);
    if (!SAVING.test(plain) || PARTIAL.test(plain)) continue;
    const amounts = findMoney(text).filter((one) => one.low !== null);
    const labelled = LABEL.test(plain);
    // Right behind the label: what stands in the next sentence is another figure.
    const near = amounts[0] !== undefined && amounts[0].start - text.indexOf(":") < 30 && !/[.;]\s/.test(text.slice(text.indexOf(":") + 1, amounts[0].start));
    if (labelled && near) saved(draft, amounts, line);
    const percent = PERCENT.exec(plain);
    if (percent?.[1] === undefined) continue;
    if (fromTo(draft, text, amounts, number(percent[1]), line)) continue;
    // A sentence with both costs, one about cost in the summary, or one that says "Savings: …": elsewhere a percentage is about one service.
    const whole =
      labelled || amounts.length >= 2 || isDifference(draft, amounts) || (section.level <= 2 && COST.test(plain)) || (COST.test(plain) && section.level <= 3);
    if (!whole) continue;
    draft.add(
      "claims",
      {
        what: "Saving",
        quantity: "saving-percent",
        value: number(percent[1]),
        unit: "percent",
        ...(percent[2] === undefined ? {} : { atLeast: true }),
        text: text.slice(0, 200),
        line,
      },
      line,
    );
  }
};
