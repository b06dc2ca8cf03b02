import type { PlanInput } from "@/lib/plan/types";
import type { MoneyMention } from "../grammar/money";
import { LABOR, ONCE, OPTIONAL } from "../lexicon/costs";
import { normalise } from "../lexicon/words";

type OtherPrice = NonNullable<PlanInput["otherPrices"]>[number];
export type PriceInput = OtherPrice["price"];
export type PlanPeriod = NonNullable<PriceInput["period"]>;

export interface Defaults {
  /** Period of amounts that name none; a month where nothing says otherwise. */
  period: MoneyMention["period"];
  /** Currency of amounts that name none; null is the project's. */
  currency: string | null;
  /** The project's currency, which is left out of prices. */
  project: string;
}

/** Weeks are not among the periods of a plan: 365 days are 12 months. */
const WEEKS_PER_MONTH = 365 / 7 / 12;

const cents = (value: number) => Number(value.toFixed(2));

/** A mention as a price of the plan. Saved amounts keep their size: what they are is said by where they stand. */
export function priceOf(mention: MoneyMention, defaults: Defaults): PriceInput {
  const named = mention.period ?? defaults.period;
  const factor = named === "week" ? WEEKS_PER_MONTH : 1;
  const scaled = (value: number) => (factor === 1 ? value : cents(value * factor));
  const currency = mention.currency ?? defaults.currency;
  const common = {
    period: (named === "week" ? "month" : (named ?? "month")) as PlanPeriod,
    ...(currency === null || currency === defaults.project ? {} : { currency }),
    ...(mention.approximate ? { approximate: true } : {}),
    text: mention.text.slice(0, 300) || undefined,
  };
  const low = mention.low ?? 0;
  const { high } = mention;
  switch (mention.form) {
    case "free":
      return { form: "free", ...common };
    case "included":
      return { form: "included", ...common };
    case "per-unit":
      return { form: "per-unit", unitPrice: scaled(low), unit: (mention.unit ?? "unit").slice(0, 40), per: mention.per ?? 1, ...common };
    case "percent":
      return {
        form: "percent",
        percent: Math.min(mention.percent ?? 0, 100),
        ...(mention.fixed === null ? {} : { fixed: mention.fixed }),
        of: mention.unit ?? "transaction",
        ...common,
      };
    case "open":
      return { form: "open", min: scaled(low), ...common };
    case "formula":
      return { form: "formula", formula: (mention.formula ?? mention.text).slice(0, 300), amount: scaled(high ?? low), ...common };
    default:
      return high !== null && high !== low
        ? { form: "range", min: scaled(Math.min(low, high)), max: scaled(Math.max(low, high)), ...common }
        : { form: "fixed", amount: scaled(low), ...common };
  }
}

/** What a stated amount is: the ends of a mention per period of the plan; no `max` for an open end. */
export function statedOf(mention: MoneyMention, defaults: Defaults) {
  const named = mention.period ?? defaults.period ?? "month";
  const factor = named === "week" ? WEEKS_PER_MONTH : 1;
  const scaled = (value: number) => (factor === 1 ? value : cents(value * factor));
  const currency = mention.currency ?? defaults.currency;
  const [low, high] = mention.form === "free" || mention.form === "included" ? [0, 0] : [mention.low ?? 0, mention.form === "open" ? null : mention.high];
  return {
    min: scaled(low),
    ...(high === null ? {} : { max: scaled(high) }),
    period: (named === "week" ? "month" : named) as PlanPeriod,
    ...(currency === null || currency === defaults.project ? {} : { currency }),
    ...(mention.approximate ? { approximate: true } : {}),
  };
}

/** Which class of cost a row belongs to. */
export function costClassOf(name: string, period: PlanPeriod): "labor" | "one-off" | "infrastructure" {
  const plain = normalise(name);
  if (LABOR.test(plain)) return "labor";
  return period === "once" || ONCE.test(plain) ? "one-off" : "infrastructure";
}

export function isOptional(text: string): boolean {
  return OPTIONAL.test(normalise(text));
}

/** Where a name ends in front of its price: separators and leaders are no part of it. */
export function nameBefore(text: string, start: number): string {
  return text
    .slice(0, start)
    .replace(/[\s:：=–—\-.…·→(|@,;~≈]+$/u, "")
    .replace(/^[\s\-–—•*·:|>→)]+/u, "")
    .trim();
}

/** A name without the brackets that hold nothing but the amount. */
export function nameOf(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/^(?:\p{Extended_Pictographic}|\uFE0F|\u200D|\s)+(?=\S)/u, "")
    .replace(/[([]\s*[)\]]/g, "")
    .replace(/^[([]+(?=[^)\]]*$)/, "")
    .replace(/^[\s:–—,;.)-]+|[\s:–—,;(-]+$/gu, "")
    .replace(/\s(?:à|á|@|je|zu)$/iu, "")
    .slice(0, 200)
    .trim();
}
