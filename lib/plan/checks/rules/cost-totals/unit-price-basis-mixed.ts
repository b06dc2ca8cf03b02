import { Decimal } from "decimal.js";
import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** Kinds that providers bill by the hour. */
const HOURLY = new Set(["compute", "platform", "load-balancer", "database", "cache"]);

/**
 * Monthly amounts of hourly prices, some for a month of 730 hours, some for one of 720: an amount that is a whole number of
 * tenths of a cent per hour for the one and not for the other tells. Whole amounts tell only together with others.
 */
const check: Check = (plan) => {
  const rows = plan.stacks.flatMap((stack, i) =>
    stack.resources.flatMap((resource, j) => {
      const item = resource.lineItems.length === 1 ? resource.lineItems[0] : undefined;
      if (item === undefined || item.price.period !== "month" || !HOURLY.has(resource.kind)) return [];
      const { price } = item;
      const amount = price.form === "fixed" ? new Decimal(price.amount).div(resource.count || 1) : price.form === "per-unit" ? unitAmount(price) : null;
      const hours = amount === null || price.approximate ? null : hoursOf(amount);
      return hours === null ? [] : [{ name: resource.name, hours, path: `stacks[${i}].resources[${j}]` }];
    }),
  );
  const long = rows.filter((row) => row.hours === 730);
  const short = rows.filter((row) => row.hours === 720);
  if (long.length === 0 || short.length === 0 || rows.length < 3) return [];
  return [
    {
      code: rule.code,
      level: "info",
      path: long[0]?.path ?? "stacks",
      also: [...long.slice(1, 3), ...short.slice(0, 3)].map(({ path }) => path),
      message: `${listed(long.map(({ name }) => name))} fits a month of 730 hours, ${listed(short.map(({ name }) => name))} one of 720.`,
      hint: "Use the same number of hours a month for every row.",
    },
  ];
};

function unitAmount(price: { unitPrice: number; base?: number | undefined }): Decimal {
  return new Decimal(price.base ?? price.unitPrice);
}

/** 730 or 720 where only one of them gives a price per hour of at most four decimals; null where both or none do. */
function hoursOf(amount: Decimal): 730 | 720 | null {
  if (amount.lessThan(1)) return null;
  const [long, short] = [730, 720].map((hours) => {
    const hourly = amount.div(hours).toDecimalPlaces(4);
    return !hourly.isZero() && hourly.times(hours).minus(amount).abs().lessThan("0.0001");
  });
  return long === short ? null : long ? 730 : 720;
}

const plan = (first: number) => `stacks:
  - key: now
    name: Now
    role: current
    resources:
      - { key: a, name: Web, kind: compute, lineItems: [{ price: { form: fixed, amount: ${first} } }] }
      - { key: b, name: Worker, kind: compute, lineItems: [{ price: { form: fixed, amount: 30.24 } }] }
      - { key: c, name: Balancer, kind: load-balancer, lineItems: [{ price: { form: fixed, amount: 16.2 } }] }
`;

export const rule: Rule = {
  code: "unit-price-basis-mixed",
  family: "cost-totals",
  levels: ["info"],
  says: "Some monthly amounts fit hourly prices for 730 hours a month, others for 720.",
  example: { wrong: plan(15.33), finds: "Web fits a month of 730 hours, Worker, Balancer one of 720.", right: plan(15.12) },
  check,
};
