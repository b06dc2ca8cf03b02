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

/** Money that is earned, raised or made by others: revenues, salaries, markets, rounds of financing. */
export function isIncome(text: string, mention: MoneyMention): boolean {
  const before = normalise(clauseBefore(text.slice(Math.max(0, mention.start - 60), mention.start)));
  const after = normalise(/^[^.;:|]{0,30}/.exec(text.slice(mention.end))?.[0] ?? "");
  return (
    RAISED.test(before) ||
    EARNED.test(before) ||
    /^(?:of |in )?(?:revenue|arr|mrr|turnover|sales|umsatz|de chiffre d'affaires|de facturacion|funding|salary)/.test(after)
  );
}

const clauseBefore = (text: string) => text.slice(Math.max(text.lastIndexOf(". "), text.lastIndexOf("; "), text.lastIndexOf("|")) + 1);
const RAISED = /(?<![\p{L}])(?:raised|raising|leve|recaudado|eingesammelt)(?: (?:about|over|around|some|rund|etwa|environ|unos))?$/u;
const EARNED =
  /(?<![\p{L}])(?:earns?|salary|salaries|wages?|valuation|valued at|market (?:size|volume|is)|the market for|addressable market|tam|funding round|seed round|series [a-d]|gehalt|gehalter|verdien\p{L}*|marktvolumen|marktgrosse|salaires?|gagnent?|levee de fonds|taille du marche|sueldos?|salarios?|ganan?|tamano del mercado)(?![\p{L}])/u;

function lastWords(text: string, count: number): string {
  return text.split(" ").slice(-count).join(" ");
}
