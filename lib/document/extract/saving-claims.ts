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
const PERCENT = /(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?%\s?(\+|or more|or better|oder mehr|ou plus|o mas)?/;
const BREAK_EVEN = wordTest(["break even", "breakeven", "break-even", "gewinnschwelle", "seuil de rentabilite", "punto de equilibrio"]);
const MULTIPLE =
  /(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?(?:x|×|times|-fold|mal|fois|veces)\s(?:as\s)?(?:faster|earlier|sooner|quicker|schneller|fruher|plus (?:rapide|tot)|mas (?:rapido|pronto))/;

/** What the whole move is said to save in percent, and how many times sooner it is said to pay. */
export const savingClaims: Extract = ({ tree, draft }) => {
  const number = (text: string) => Number(text.replace(",", "."));
  for (const { line, text, kind, section } of spokenLines(tree)) {
    if (text.length > 200 || kind === "comment" || kind === "cell") continue;
    const plain = normalise(text);
    const multiple = BREAK_EVEN.test(plain) ? MULTIPLE.exec(plain) : null;
    if (multiple?.[1] !== undefined)
      draft.add("claims", { what: "Earlier break-even", quantity: "break-even-multiple", value: number(multiple[1]), unit: "x", line }, line);
    const percent = PERCENT.exec(plain);
    if (percent?.[1] === undefined || !SAVING.test(plain) || PARTIAL.test(plain)) continue;
    // In the summary, or as a sentence about cost: elsewhere a percentage is about one service.
    if (section.level > 2 && !COST.test(plain)) continue;
    if (!COST.test(plain) && !/^[\p{L}\s]{3,30}:/u.test(plain)) continue;
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
