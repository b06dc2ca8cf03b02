import type { Draft, Entry } from "../draft";
import { describeService } from "../lexicon/providers";
import { headingPath } from "../tree";
import type { Amount, Bill, BillRow } from "./prices-bills";
import { prosePrices } from "./prices-prose";
import { costClassOf, type Defaults, isOptional, nameOf, priceOf, statedOf } from "./prices-reading";
import { specificationOf } from "./prices-specification";
import { outlined, stackOf } from "./stacks";
import type { Extract } from "./types";

type Resource = NonNullable<Entry<"stacks">["resources"]>[number];

/** Rows of bills: into their stacks, or among the other prices where they are of none. */
const bills: Extract = (at) => {
  const { bills: all, stackOfBill } = outlined(at);
  for (const bill of all) {
    const stack = at.draft.plan.stacks.find((one) => one.key === stackOfBill.get(bill));
    if (stack === undefined) otherBill(at.draft, bill);
    else stackBill(at.draft, bill, stack);
  }
};

/** Everything about money but the outline of the stacks, in order. */
export const PRICES: readonly Extract[] = [bills, prosePrices];

function defaultsOf(draft: Draft, bill: Bill): Defaults {
  return { period: bill.period, currency: bill.currency, project: draft.plan.project.currency ?? "USD" };
}

function stackBill(draft: Draft, bill: Bill, stack: Entry<"stacks">): void {
  const defaults = defaultsOf(draft, bill);
  const around = [bill.column ?? "", bill.label?.text ?? "", bill.section.title].join(" ");
  for (const row of bill.rows) {
    draft.claim(row.line, "prices");
    if (row.kind === "total") total(stack, row, defaults);
    else if (row.kind === "item") {
      stack.resources ??= [];
      stack.resources.push(resourceOf(draft, stack.key, row, defaults, around));
      extras(draft, bill, row, defaults, stack.key);
    } else other(draft, bill, row, row.amount, defaults, row.kind === "subtotal", stack.key);
  }
}

function total(stack: Entry<"stacks">, row: BillRow, defaults: Defaults): void {
  stack.statedTotals ??= [];
  for (const amount of [row.amount, row.annual, ...row.others]) {
    if (amount === null || amount.money.form === "percent") continue;
    const stated = statedOf(amount.money, amount === row.annual ? { ...defaults, period: "year" } : defaults);
    stack.statedTotals.push({ kind: "total", ...stated, text: amount.money.text.slice(0, 300) || undefined, line: amount.line });
  }
}

function resourceOf(draft: Draft, stack: string, row: BillRow, defaults: Defaults, around: string): Resource {
  const name = nameOf(row.name) || "Item";
  const { provider, kind, alsoKinds } = describeService(name, row.note, around);
  const { specification, count, memoryMb } = specificationOf(name);
  const quantity = row.quantity ?? count;
  const resource: Resource = { key: draft.key(`resources ${stack}`, name, "resource"), name, kind, line: row.line };
  if (provider !== null) resource.provider = provider;
  if (alsoKinds.length > 0) resource.alsoKinds = alsoKinds;
  if (Object.keys(specification).length > 0) resource.specification = specification;
  if (count !== null && Number.isInteger(count)) resource.count = count;
  if (memoryMb !== null) resource.memoryMb = memoryMb;
  if (isOptional(`${name} ${row.note}`)) resource.optional = true;
  resource.lineItems = [];
  const push = (amount: Amount | null, period: Defaults["period"]) => {
    if (amount === null) return;
    const price = priceOf(amount.money, { ...defaults, period });
    if (amount === row.amount && row.annual !== null && price.period !== "year")
      price.statedAnnual = row.annual.money.high ?? row.annual.money.low ?? undefined;
    resource.lineItems?.push({ price, ...(quantity === null ? {} : { quantity }), costClass: costClassOf(name, price.period ?? "month"), line: amount.line });
  };
  push(row.amount ?? row.unit, defaults.period);
  push(row.once, "once");
  return resource;
}

/** What a row says beside its price: the price of one, what is charged beyond. */
function extras(draft: Draft, bill: Bill, row: BillRow, defaults: Defaults, stack: string | null): void {
  if (row.amount !== null) other(draft, bill, row, row.unit, defaults, false, stack);
  for (const amount of row.others) other(draft, bill, row, amount, defaults, false, stack);
}

function otherBill(draft: Draft, bill: Bill): void {
  const defaults = defaultsOf(draft, bill);
  for (const row of bill.rows) {
    draft.claim(row.line, "prices");
    const stack = bill.layout === "choices" ? stackOf(draft, row.name) : bill.column === null ? null : stackOf(draft, bill.column);
    const owner = draft.plan.stacks.find((one) => one.key === stack);
    const whole = bill.layout === "choices" || bill.layout === "qualities";
    if (whole && row.kind === "item" && owner !== undefined) {
      owner.statedTotals ??= [];
      for (const [amount, period] of [
        [row.amount, defaults.period],
        [row.annual, "year"],
      ] as const)
        if (amount !== null) owner.statedTotals.push({ kind: "comparison", ...statedOf(amount.money, { ...defaults, period }), line: amount.line });
      continue;
    }
    other(draft, bill, row, row.amount, defaults, row.kind === "total" || row.kind === "subtotal", stack);
    if (row.amount !== null && row.annual !== null && (row.kind !== "item" || bill.layout === "choices"))
      other(draft, bill, row, row.annual, { ...defaults, period: "year" }, row.kind === "total", stack);
    other(draft, bill, row, row.once, { ...defaults, period: "once" }, false, stack);
    extras(draft, bill, row, defaults, stack);
  }
}

function other(draft: Draft, bill: Bill, row: BillRow, amount: Amount | null, defaults: Defaults, isTotal: boolean, stack: string | null): void {
  if (amount === null) return;
  const name = nameOf(row.name) || nameOf(bill.column ?? "") || bill.section.title || "Price";
  const table = (bill.label?.text ?? headingPath(bill.section).at(-1)?.title ?? "").slice(0, 200);
  const { provider } = describeService(name, row.note);
  const price = priceOf(amount.money, defaults);
  if (amount === row.amount && row.annual !== null && price.period !== "year") price.statedAnnual = row.annual.money.high ?? row.annual.money.low ?? undefined;
  const entry: Entry<"otherPrices"> = { name, isTotal, price, line: amount.line };
  if (table !== "") entry.table = table;
  if (provider !== null) entry.provider = provider;
  if (stack !== null) entry.stack = stack;
  if (row.quantity !== null) entry.quantity = row.quantity;
  draft.add("otherPrices", entry, amount.line);
}
