import { Decimal } from "decimal.js";
import type { Interval } from "@/lib/core/money";
import type { PlanStack, PlanStatedTotal } from "../../../types";
import { agrees, intervalPer, shownRange, statedInterval, tolerance } from "../../amounts";
import { listed, rowsOf } from "../../paths";
import type { StackTotal } from "../../stack-total";
import type { Check, Noticed, Rule } from "../../types";

/** One finding per stack: every figure that does not follow from the rows, whichever period it is given in. */
const check: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    const total = totals.get(stack.key);
    if (total === undefined || total.priced === 0) return;
    const yearly = yearlySum(stack);
    const judged = stack.statedTotals.flatMap((stated, j) => {
      const computed = sumPer(stated, total, plan.project.currency, yearly);
      return computed === null ? [] : [{ stated, ...computed, path: `stacks[${i}].statedTotals[${j}]` }];
    });
    const wrong = judged.filter((entry) => !entry.follows);
    const first = wrong[0];
    if (first === undefined) return;
    const figures = wrong.map(({ stated }) => `the ${stated.kind} says ${shownRange(statedInterval(stated), money)} per ${stated.period}`);
    const right = judged.filter((entry) => entry.follows).map((entry) => entry.path);
    noticed.push({
      code: rule.code,
      level: "error",
      path: first.path,
      also: [...wrong.slice(1).map((entry) => entry.path), ...(right.length > 0 ? right : rowsOf(plan, stack.key))],
      message: `${stack.name}: ${figures.join(", ")}, the rows add up to ${shownRange(first.computed, money)}${total.unknown.length > 0 ? ` before ${listed(total.unknown)}, which have no amount` : ""}.`,
      expected: shownRange(first.computed, money),
      found: shownRange(statedInterval(first.stated), money),
      hint: "Correct the figure, or add the row that is missing.",
    });
  });
  return noticed;
};

/** Sum of the yearly amounts beside the prices, where every row has one: it may be less than twelve months. */
function yearlySum(stack: PlanStack): Decimal | null {
  const annual = stack.resources.flatMap((resource) => resource.lineItems.map((item) => item.price.statedAnnual));
  if (annual.length === 0) return null;
  return annual.reduce<Decimal | null>((sum, amount) => (sum === null || amount === undefined ? null : sum.plus(amount)), new Decimal(0));
}

function sumPer(stated: PlanStatedTotal, total: StackTotal, currency: string, yearly: Decimal | null): { computed: Interval; follows: boolean } | null {
  if (stated.currency !== undefined && stated.currency !== currency) return null;
  const computed = stated.period === "once" ? total.once : intervalPer(total.monthly, stated.period);
  const lean = stated.period === "once" ? total.once : intervalPer(total.withoutOptional, stated.period);
  if (computed === null || lean === null) return null;
  if (stated.period === "year" && yearly !== null && agrees(stated.min, yearly, stated.approximate)) return { computed, follows: true };
  return { computed, follows: follows(stated, computed, total) || follows(stated, lean, total) };
}

/** Rows without an amount can only add to the sum, so with them a stated total may be higher, never lower. */
function follows(stated: PlanStatedTotal, computed: Interval, total: StackTotal): boolean {
  const { min, max } = statedInterval(stated);
  const more = total.unknown.length > 0;
  // A heading may be wider than the sum ("40 to 50" over rows of 44.58); a total row may not.
  const wider = stated.kind !== "total" && max !== null && min.lessThan(max);
  const least = computed.min.minus(tolerance(min, stated.approximate));
  const low = wider
    ? more || min.lessThanOrEqualTo(computed.min.plus(tolerance(min, stated.approximate)))
    : more
      ? min.greaterThanOrEqualTo(least)
      : agrees(min, computed.min, stated.approximate);
  if (max === null) return low;
  const slack = tolerance(max, stated.approximate);
  // A point for an open sum: the base is what can be checked.
  if (computed.max === null) return low && max.greaterThanOrEqualTo(computed.min.minus(slack));
  return low && (more || wider ? max.greaterThanOrEqualTo(computed.max.minus(slack)) : agrees(max, computed.max, stated.approximate));
}

export const rule: Rule = {
  code: "headline-vs-table-total",
  family: "cost-totals",
  levels: ["error"],
  says: "A heading, a headline or a total is not the sum of its rows.",
  example: {
    wrong: `stacks:
  - key: now
    name: Two servers
    role: current
    resources:
      - { key: web, name: Web server, lineItems: [{ price: { form: fixed, amount: 20 } }] }
      - { key: cache, name: Cache, lineItems: [{ price: { form: range, min: 5, max: 10 } }] }
    statedTotals: [{ kind: heading, min: 20, max: 22 }, { min: 25, max: 30 }]
`,
    finds: "Two servers: the heading says $20.00 to $22.00 per month, the rows add up to $25.00 to $30.00.",
    right: `stacks:
  - key: now
    name: Two servers
    role: current
    resources:
      - { key: web, name: Web server, lineItems: [{ price: { form: fixed, amount: 20 } }] }
      - { key: cache, name: Cache, lineItems: [{ price: { form: range, min: 5, max: 10 } }] }
    statedTotals: [{ kind: heading, min: 20, max: 30 }, { min: 25, max: 30 }, { min: 300, max: 360, period: year }]
`,
  },
  check,
};
