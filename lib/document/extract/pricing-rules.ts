import type { Entry } from "../draft";
import { findQuantities } from "../grammar/quantity";
import { PRICE_LIST, QUANTITY } from "../lexicon/costs";
import { providerIn } from "../lexicon/providers";
import { normalise } from "../lexicon/words";
import type { Bill, BillRow } from "./prices-bills";
import { type Defaults, nameOf, priceOf, statedOf } from "./prices-reading";
import { outlined } from "./stacks";
import type { Extract as Extractor } from "./types";

type Rule = Entry<"pricingRules">;
type Tier = Extract<NonNullable<Rule["price"]>, { form: "tiered" }>["tiers"][number];

/** Price lists of services: their tiers with what each holds, and what a unit costs. */
export const pricingRules: Extractor = (at) => {
  const { draft } = at;
  const project = draft.plan.project.currency ?? "USD";
  for (const bill of outlined(at).bills) {
    const defaults: Defaults = { period: bill.period, currency: bill.currency, project };
    if (bill.layout === "tiers")
      tiersOf(bill, defaults, (rule) => draft.add("pricingRules", { ...rule, key: draft.key("pricingRules", rule.service, "rule") }, bill.line));
  }
  for (const price of draft.plan.otherPrices) {
    if (price.price.form !== "per-unit" || price.isTotal === true) continue;
    const service = (price.provider ?? price.table ?? price.name).slice(0, 200);
    const line = Array.isArray(price.line) ? price.line[0] : price.line;
    const rule = (price.price.text ?? price.name).slice(0, 500);
    draft.add(
      "pricingRules",
      {
        key: draft.key("pricingRules", `${service} ${price.price.unit}`, "rule"),
        service: `${service}: ${price.name}`.slice(0, 200),
        rule,
        price: { ...price.price },
        ...(line === undefined ? {} : { line }),
      },
      line ?? 1,
    );
  }
};

function tiersOf(bill: Bill, defaults: Defaults, add: (rule: Omit<Rule, "key">) => void): void {
  const rows = bill.rows.filter((row) => row.kind === "item" && row.amount !== null && !["per-unit", "percent"].includes(row.amount.money.form));
  const [first, ...others] = rows.flatMap((row) => tierOf(row, defaults) ?? []);
  if (first === undefined || others.length === 0) return;
  const words = bill.label?.text ?? bill.section.title;
  const service =
    providerIn(words) ??
    providerIn(bill.section.title) ??
    (nameOf(words.replace(/\b(?:pricing|tiers?|plans?|upgrade path|price list)\b/gi, " ")) || nameOf(bill.section.title) || "Service");
  const period = priceOf((rows[0] as BillRow & { amount: NonNullable<BillRow["amount"]> }).amount.money, defaults).period ?? "month";
  add({
    service: service.slice(0, 200),
    rule: PRICE_LIST.test(normalise(words)) ? words.slice(0, 500) : `${service}, by tier`.slice(0, 500),
    price: { form: "tiered", tiers: [first, ...others], period },
    lines: rows.map((row) => row.line).slice(0, 100),
  });
}

function tierOf(row: BillRow, defaults: Defaults): Tier | null {
  if (row.amount === null) return null;
  const stated = statedOf(row.amount.money, defaults);
  const name = (nameOf(row.name) || row.amount.money.text).slice(0, 120);
  const ends = stated.max === stated.min ? { amount: stated.min } : { min: stated.min, ...(stated.max === undefined ? {} : { max: stated.max }) };
  const includes = findQuantities(row.note === "" ? row.name : row.note)
    .filter((one) => one.currency === null && one.unit !== null && one.unit !== "percent" && !QUANTITY.test(one.unit))
    .slice(0, 10)
    .map((one) => ({
      of: (one.unit ?? "units").split("/")[0]?.slice(0, 80) || "units",
      amount: one.high ?? one.value,
      unit: (one.unit ?? "").slice(0, 40) || undefined,
    }));
  const [size] = findQuantities(row.name).filter((one) => one.currency === null);
  const upTo =
    size !== undefined && /^(?:up to|bis|jusqu'a|hasta|first|<|≤)/.test(normalise(row.name))
      ? { upTo: size.value }
      : size?.high != null
        ? { from: size.value, upTo: size.high }
        : {};
  return { name, ...ends, ...upTo, ...(includes.length > 0 ? { includes } : {}), line: row.line };
}
