import type { Draft, Entry } from "../draft";
import { findMoney } from "../grammar/money";
import { longPeriodIn, ONCE } from "../lexicon/costs";
import { describeService, providerIn } from "../lexicon/providers";
import { normalise } from "../lexicon/words";
import { costClaims } from "./cost-claims";
import type { Amount, Bill, BillRow } from "./prices-bills";
import { addOther, tableOf } from "./prices-other";
import { isSalary, nameInFront, prosePrices, stackNear } from "./prices-prose";
import { costClassOf, type Defaults, isOptional, nameOf, priceOf, statedOf } from "./prices-reading";
import { specificationOf } from "./prices-specification";
import { pricingRules } from "./pricing-rules";
import { scalingStages } from "./scaling-stages";
import { outlined } from "./stacks";
import { isProject, sideOf } from "./stacks-bills";
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
export const PRICES: readonly Extract[] = [bills, prosePrices, pricingRules, scalingStages, costClaims];

function defaultsOf(draft: Draft, bill: Bill): Defaults {
  return { period: bill.period, currency: bill.currency, project: draft.plan.project.currency ?? "USD" };
}

function stackBill(draft: Draft, bill: Bill, stack: Entry<"stacks">): void {
  const defaults = defaultsOf(draft, bill);
  const around = [bill.column ?? "", bill.label?.text ?? "", bill.section.title].find((text) => providerIn(text) !== null) ?? "";
  const labor = withLabor(bill);
  let owner = stack;
  bill.rows.forEach((row, i) => {
    draft.claim(row.line, "prices");
    if (labor === i) {
      total(stack, row, defaults);
      owner = laborStack(draft, stack, row, defaults) ?? stack;
    } else if (row.kind === "total") total(owner, row, rowDefaults(defaults, row));
    else if (row.kind === "item") {
      owner.resources ??= [];
      owner.resources.push(resourceOf(draft, owner.key, row, defaults, around));
      extras(draft, bill, row, defaults, owner.key);
    } else other(draft, bill, row, row.amount, defaults, row.kind === "subtotal", owner.key);
  });
}

/** The row that sums up the infrastructure, where labor is added below it and summed up again; -1 without. */
function withLabor(bill: Bill): number {
  const sums = bill.rows.flatMap((row, i) => (row.kind === "subtotal" || row.kind === "total" ? [i] : []));
  const [first, second] = sums;
  if (first === undefined || second === undefined) return -1;
  const between = bill.rows.slice(first + 1, second).filter((row) => row.kind === "item");
  return between.length > 0 && between.every((row) => costClassOf(row.name, "month") === "labor") ? first : -1;
}

/** The same stack with the work it takes: its sum is one row, labor the others. */
function laborStack(draft: Draft, stack: Entry<"stacks">, row: BillRow, defaults: Defaults): Entry<"stacks"> | null {
  if (row.amount === null) return null;
  const name = `${stack.name} with labor`.slice(0, 200);
  const entry: Entry<"stacks"> = {
    key: draft.key("stacks", name, "stack"),
    name,
    role: "variant",
    variantOf: stack.key,
    variant: "with-labor",
    includes: [stack.key],
    line: row.line,
    resources: [
      {
        key: "infrastructure",
        name: row.name || "Infrastructure",
        kind: "other",
        line: row.line,
        lineItems: [{ price: priceOf(row.amount.money, defaults), line: row.line }],
      },
    ],
  };
  return draft.add("stacks", entry, row.line) ? entry : null;
}

function total(stack: Entry<"stacks">, row: BillRow, defaults: Defaults): void {
  stack.statedTotals ??= [];
  for (const amount of [row.amount, row.annual, ...row.others]) {
    if (amount === null || amount.money.form === "percent" || amount.money.sign === -1) continue;
    const stated = statedOf(amount.money, amount === row.annual ? { ...defaults, period: "year" } : defaults);
    stack.statedTotals.push({ kind: "total", ...stated, text: amount.money.text.slice(0, 300) || undefined, line: amount.line });
  }
  if (row.once !== null) stack.statedTotals.push({ kind: "total", ...statedOf(row.once.money, { ...defaults, period: "once" }), line: row.once.line });
}

/** What a row calls paid once is, whatever the others are. */
function rowDefaults(defaults: Defaults, row: BillRow): Defaults {
  if (ONCE.test(normalise(row.name))) return { ...defaults, period: "once" };
  const named = row.kind === "total" && YEARS.test(normalise(row.name)) ? "year" : longPeriodIn(row.name);
  return named === null ? defaults : { ...defaults, period: named };
}

/** "FY26" below the quarters of a year. */
const YEARS = /^(?:(?:fy|gj|year|jahr|annee|exercice|ano|ejercicio) ?(?:20)?\d{2}|20\d{2})$/;

function resourceOf(draft: Draft, stack: string, row: BillRow, all: Defaults, around: string): Resource {
  const defaults = rowDefaults(all, row);
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
  push(row.amount ?? (row.once === null ? row.unit : null), defaults.period);
  push(row.once, "once");
  return resource;
}

/** What a row says beside its price: the price of one, what is charged beyond. */
function extras(draft: Draft, bill: Bill, row: BillRow, defaults: Defaults, stack: string | null): void {
  if (row.amount !== null && !isCounted(row)) other(draft, bill, row, row.unit, defaults, false, stack);
  for (const amount of row.others) {
    if (isSalary(amount)) continue;
    const before = nameOf(nameInFront(amount.text, amount.money.start)) || bracketBehind(amount);
    other(draft, bill, before === "" ? row : { ...row, name: before, quantity: null }, amount, defaults, false, stack);
  }
}

/** Whether the price of one, times how many, is what the row costs: it says the same thing twice. */
function isCounted({ unit, amount, annual, once, quantity }: BillRow): boolean {
  const one = unit?.money.form === "fixed" ? unit.money.low : null;
  if (one === null) return false;
  return [amount, annual, once].some((whole) => {
    const value = whole?.money.low ?? null;
    return value !== null && [quantity ?? 1, (quantity ?? 1) * 12].some((times) => Math.abs(one * times - value) <= Math.max(0.01, value * 0.005));
  });
}

/** "12.90 (VPS) + 3.81 (backups)": what the bracket behind an amount says it is. */
function bracketBehind({ text, money }: Amount): string {
  const inside = /^\s?\(([^()]{2,60})\)/.exec(text.slice(money.end))?.[1] ?? "";
  return findMoney(inside).length > 0 ? "" : inside;
}

function otherBill(draft: Draft, bill: Bill): void {
  const all = isProject(bill) ? { ...defaultsOf(draft, bill), period: "once" as const } : defaultsOf(draft, bill);
  for (const row of bill.rows) {
    draft.claim(row.line, "prices");
    const defaults = rowDefaults(all, row);
    const stack = bill.layout === "choices" ? stackNear(draft, row.name, row.line) : bill.column === null ? null : stackNear(draft, bill.column, row.line);
    const owner = draft.plan.stacks.find((one) => one.key === stack);
    const whole = bill.layout === "choices" || (bill.layout === "qualities" && sideOf(bill.column ?? "") !== null);
    if (whole && row.kind === "item" && owner !== undefined && !OF_ONE.test(normalise(row.name))) {
      compared(owner, row, defaults);
      extras(draft, bill, row, defaults, stack);
      continue;
    }
    const stage = bill.layout === "stages" && row.amount !== null && /=\s*[~≈]?\s?$/.test(row.amount.text.slice(0, row.amount.money.start));
    other(draft, bill, row, row.amount, defaults, stage || row.kind === "total" || row.kind === "subtotal", stack);
    if (row.amount !== null && row.annual !== null && (row.kind !== "item" || bill.layout === "choices"))
      other(draft, bill, row, row.annual, { ...defaults, period: "year" }, row.kind === "total", stack);
    other(draft, bill, row, row.once, { ...defaults, period: "once" }, false, stack);
    extras(draft, bill, row, defaults, stack);
  }
}

/** "Cost per ticket": what one of something costs, and not the whole. */
const OF_ONE =
  /(?<![\p{L}])(?:per|pro|je|par|por) (?!(?:month|mo|year|annum|quarter|week|day|monat|jahr|quartal|woche|tag|mois|an|annee|trimestre|semaine|jour|mes|ano|semana|dia)(?![\p{L}]))\p{L}/u;

/** What a comparison says a stack costs. */
function compared(owner: Entry<"stacks">, row: BillRow, defaults: Defaults): void {
  owner.statedTotals ??= [];
  for (const [amount, period] of [
    [row.amount, defaults.period],
    [row.annual, "year"],
  ] as const)
    if (amount !== null && amount.money.form !== "percent")
      owner.statedTotals.push({ kind: "comparison", ...statedOf(amount.money, { ...defaults, period }), line: amount.line });
}

function other(draft: Draft, bill: Bill, row: BillRow, amount: Amount | null, defaults: Defaults, isTotal: boolean, stack: string | null): void {
  if (amount === null) return;
  const annual = amount === row.amount && row.annual !== null ? (row.annual.money.high ?? row.annual.money.low) : null;
  addOther(
    draft,
    amount,
    {
      name: nameOf(row.name) || nameOf(bill.column ?? ""),
      table: tableOf(bill.section, bill.label?.text ?? null),
      note: row.note,
      stack,
      quantity: row.quantity,
      isTotal,
      annual,
    },
    defaults,
  );
}
