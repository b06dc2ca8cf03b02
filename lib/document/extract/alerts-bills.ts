import { findQuantities } from "../grammar/quantity";
import { BUDGET_WORDS } from "../lexicon/budgets";
import { normalise } from "../lexicon/words";
import type { Statement } from "./triggers-statements";

const BILL =
  /(?<![\p{L}])(?:billing|bill|budget|cost|costs|spend|spending|kosten|rechnung|facturation|facture|couts?|depenses?|gasto|gastos|coste|costes|factura|facturacion|presupuesto|(?:kosten|budget|rechnungs)\p{L}+)(?![\p{L}])/u;
const TOLD =
  /(?<![\p{L}])(?:alerts?|alarms?|notifications?|warnings?|alarme?|warnungen|benachrichtigung(?:en)?|alertes?|alertas?|avisos?|\p{L}+(?:warnung|warnungen|alarm|alarme))(?![\p{L}])/u;

/** "budget alerts", "AWS Budgets: alarm at": the alarm itself is named so. */
const BILL_ALARM = /(?<![\p{L}])(?:budgets?|billing|spend|spending|cost)[ -](?:alerts?|alarms?|warnings?|notifications?)(?![\p{L}])/u;

/** Amounts of one statement at which somebody is told of the bill. */
export interface Bill {
  line: number;
  currency: string;
  period: string;
  values: number[];
  text: string;
  /** One of the points of a list, which are levels of one rule. */
  listed: boolean;
}

/** "Spend alerts at $150, $300 and $900", or points under "Budget alerts" that begin with an amount; null for any other statement. */
export function billOf({ text, line, around, place }: Statement): Bill | null {
  const plain = normalise(text);
  const label = normalise(around[0]?.text ?? "");
  const listed = TOLD.test(label) && BILL.test(label);
  const amounts = findQuantities(text).filter((one) => one.currency !== null && one.high === null);
  const [first] = amounts;
  // "A budget of 150 €; told at 80 % and at 100 %": shares of it are its levels.
  if (new RegExp(BUDGET_WORDS.source, "u").test(plain) && !BILL_ALARM.test(plain) && findQuantities(text).some((one) => one.unit === "percent")) return null;
  if (first?.currency == null || !amounts.every((one) => one.currency === first.currency)) return null;
  const told =
    TOLD.test(plain) &&
    (BILL.test(plain) || place?.kind === "alert") &&
    /(?:at|over|above|bei|ab|uber|a|en|de|von|of|:|>|exceeds?|reaches)\s?$/u.test(normalise(text.slice(0, first.start)));
  if (!told && !(listed && first.start <= 4)) return null;
  const values = told ? amounts.map((one) => one.value) : [first.value];
  return {
    line,
    currency: first.currency,
    period: first.unit?.split("/")[1] ?? "month",
    values: [...new Set(values)].sort((a, b) => a - b).slice(0, 20),
    text,
    listed: !told,
  };
}
