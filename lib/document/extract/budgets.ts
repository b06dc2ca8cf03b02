import { findQuantities } from "../grammar/quantity";
import { normalise } from "../lexicon/words";
import { stackOf } from "./stacks-names";
import { statementsOf } from "./triggers-statements";
import type { Extract } from "./types";

const BUDGET =
  /(?<![\p{L}])(?:budget|budgets|budgetgrenze|kostenrahmen|spending (?:limit|cap)|spend (?:limit|cap)|cost (?:cap|ceiling|limit)|kostenlimit|kostenobergrenze|plafond de (?:depenses|couts)|presupuesto|limite de gasto)(?![\p{L}])/u;
const NO_BUDGET = /(?<![\p{L}])(?:performance|error|latency|alert|alerts|over budget|on a budget|low-budget|fehler|erreur)(?![\p{L}])/u;

/** What may be spent: "Budget: 500 € a month, tell us at 80 %". */
export const budgets: Extract = ({ tree, draft }) => {
  for (const { text, line, lead } of statementsOf(tree)) {
    const plain = normalise(text);
    const word = BUDGET.exec(plain);
    if (word === null || text.length > 300 || (NO_BUDGET.test(plain.slice(0, 40)) && lead === null)) continue;
    const quantities = findQuantities(text);
    const [amount, ...others] = quantities.filter((one) => one.currency !== null && one.high === null);
    // The amount belongs to the word only where it stands near.
    if (amount === undefined || amount.start - word.index > 60 || word.index - amount.end > 40 || draft.claimed(line)) continue;
    const period = amount.unit?.endsWith("/year") ? "year" : "month";
    const percents = quantities
      .filter((one) => one.unit === "percent" && one.value > 0 && one.value <= 150)
      .map((one) => Math.round(amount.value * one.value) / 100);
    const levels = [
      ...new Set([...percents, ...others.filter((one) => one.currency === amount.currency && one.value < amount.value).map((one) => one.value)]),
    ].sort((a, b) => a - b);
    const name = (lead ?? "Budget").slice(0, 200);
    const stack = stackOf(draft, text);
    draft.add(
      "budgets",
      {
        key: draft.key("budgets", name, "budget"),
        name,
        amount: amount.value,
        ...(amount.currency === null ? {} : { currency: amount.currency }),
        period,
        ...(stack === null ? {} : { stack }),
        ...(levels.length === 0 ? {} : { levels: levels.slice(0, 20) }),
        line,
      },
      line,
    );
    draft.claim(line, "budgets");
  }
};
