import type { MoneyMention } from "../grammar/money";
import type { Amount } from "./prices-bills";

/** Two cells that hold the ends of one range. */
export function rangeOf(low: Amount, high: Amount): Amount {
  return {
    ...low,
    text: `${low.text} – ${high.text}`,
    money: { ...low.money, form: "range", high: high.money.high, text: `${low.money.text} – ${high.money.text}` },
  };
}

/** An amount under a head such as "k€"; one that is written with its own letter stays. */
export function scaled(money: MoneyMention, scale: number): MoneyMention {
  if (scale === 1 || /[kKmM]\b/.test(money.text)) return money;
  const times = (value: number | null) => (value === null ? null : Number((value * scale).toPrecision(15)));
  return { ...money, low: times(money.low), high: times(money.high) };
}
