import { Decimal } from "decimal.js";
import type { Plan } from "../../../types";
import { plain } from "../../amounts";
import { tellingWords } from "../../names";
import type { Check, Noticed, Rule } from "../../types";
import { knownUnit } from "../triggers-and-thresholds/units";

interface Offer {
  service: string;
  words: ReadonlySet<string>;
  /** Amount per unit. */
  each: Decimal;
  unit: string;
  path: string;
}

/** A larger plan of a service must not cost more per unit than the same service by the unit. */
const check: Check = (plan, { money }) => {
  const { flat, single } = offers(plan);
  const noticed: Noticed[] = [];
  for (const offer of flat) {
    const other = single.find((one) => one.unit === offer.unit && [...one.words].some((word) => offer.words.has(word)) && one.path !== offer.path);
    if (other === undefined || offer.each.lessThanOrEqualTo(other.each)) continue;
    noticed.push({
      code: rule.code,
      level: "warning",
      path: offer.path,
      also: [other.path],
      message: `${offer.service} costs ${money(offer.each)} per ${offer.unit} as a plan, but ${money(other.each)} by the ${offer.unit}: the plan never pays.`,
      expected: `below ${plain(other.each, 4)}`,
      found: plain(offer.each, 4),
      hint: "Check both prices with the provider.",
    });
  }
  return noticed;
};

function offers(plan: Plan): { flat: Offer[]; single: Offer[] } {
  const flat: Offer[] = [];
  const single: Offer[] = [];
  const look = (
    service: string,
    price: Plan["otherPrices"][number]["price"] | undefined,
    path: string,
    own: Plan["pricingRules"][number]["allowances"] = [],
  ) => {
    if (price === undefined) return;
    const words = new Set(tellingWords(service));
    if (price.form === "fixed" && price.amount > 0) {
      for (const allowance of [...price.allowances, ...own]) {
        const unit = unitOf(allowance.unit);
        if (unit !== null && allowance.amount > 0) flat.push({ service, words, each: new Decimal(price.amount).div(allowance.amount), unit, path });
      }
    }
    const perUnit = price.form === "per-unit" && price.base === undefined ? [{ unit: price.unit, unitPrice: price.unitPrice, per: price.per }] : [];
    for (const extra of [...perUnit, ...price.overage]) {
      const unit = unitOf(extra.unit);
      if (unit !== null && extra.unitPrice !== undefined) single.push({ service, words, each: new Decimal(extra.unitPrice).div(extra.per), unit, path });
    }
  };
  plan.pricingRules.forEach((entry, i) => {
    look(entry.service, entry.price, `pricingRules[${i}]`, entry.allowances);
  });
  plan.otherPrices.forEach((entry, i) => {
    look(`${entry.provider ?? ""} ${entry.name}`.trim(), entry.price, `otherPrices[${i}]`);
  });
  return { flat, single };
}

/** Units of data only: a plan of 150 GB and a price per GB are comparable, users and requests are priced by rules of their own. */
function unitOf(unit: string | undefined): string | null {
  const plainUnit = unit?.split("/")[0]?.trim() ?? "";
  return knownUnit(plainUnit)?.kind === "bytes" ? plainUnit.toUpperCase() : null;
}

const plan = (amount: number) => `pricingRules:
  - { key: plan, service: Relay plan, rule: Flat, price: { form: fixed, amount: ${amount}, allowances: [{ of: traffic, amount: 100, unit: GB }] } }
  - { key: more, service: Relay overage, rule: By use, price: { form: free, overage: [{ unitPrice: 0.4, unit: GB }] } }
`;

export const rule: Rule = {
  code: "price-rule-conflict",
  family: "priced-vs-used",
  levels: ["warning"],
  says: "A plan of a service costs more per unit than the same service by the unit.",
  example: { wrong: plan(60), finds: "Relay plan costs $0.60 per GB as a plan, but $0.40 by the GB: the plan never pays.", right: plan(30) },
  check,
};
