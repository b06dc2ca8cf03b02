import { itemCost } from "./price";
import type { CostClass, Price, PricedItem, PriceForm } from "./types";

/** Columns of a `line_item` row that describe its price. Money as decimal strings, JSON as plain values. */
export interface LineItemColumns {
  form: PriceForm;
  min: string | null;
  max: string | null;
  currency: string;
  period: Price["period"];
  quantity: string;
  approximate: boolean;
  costClass: CostClass;
  text: string;
  detail: LineItemDetail;
}

/** What `line_item.detail` holds: the price as in the plan, from which costs are computed again on every read. */
export interface LineItemDetail {
  schemaVersion: 1;
  price: Price;
  /** Null: the plan states no quantity (the column then holds 1). */
  quantity: number | null;
  optional: boolean;
}

/** How a priced item is stored: bounds per `period` for queries, the whole price in `detail` for computing. */
export function lineItemColumns(item: PricedItem, projectCurrency: string): LineItemColumns {
  const { price } = item;
  // Bounds are per the price's own period: compute with the period taken as a month.
  const own = itemCost({ ...item, price: { ...price, period: "month" }, costClass: "infrastructure" }, projectCurrency).monthly;
  return {
    form: price.form,
    min: own?.min.toFixed() ?? null,
    max: own?.max?.toFixed() ?? null,
    currency: price.currency ?? projectCurrency,
    period: price.period,
    quantity: String(item.quantity ?? 1),
    approximate: price.approximate ?? false,
    costClass: item.costClass ?? "infrastructure",
    text: price.text ?? "",
    detail: { schemaVersion: 1, price, quantity: item.quantity ?? null, optional: item.optional ?? false },
  };
}

/** A stored line item, as Prisma or SQL gives it. */
export interface StoredLineItem {
  name: string;
  form: string;
  min: { toString(): string } | null;
  max: { toString(): string } | null;
  currency: string;
  period: string;
  quantity: { toString(): string };
  approximate: boolean;
  costClass: string;
  text: string;
  detail: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The priced item of a stored row. The price kept in `detail` wins; a row without one (made by hand or by an
 * import) is read from its bounds.
 */
export function pricedItemOf(row: StoredLineItem): PricedItem {
  const detail = isRecord(row.detail) ? row.detail : {};
  const stored = isRecord(detail.price) ? detail.price : isRecord(detail) && typeof detail.form === "string" ? detail : null;
  const quantity = typeof detail.quantity === "number" ? detail.quantity : undefined;
  const base = { name: row.name, costClass: row.costClass as CostClass, optional: detail.optional === true };
  if (stored !== null && stored.form === row.form) {
    const price = { ...(stored as unknown as Price), currency: row.currency, period: row.period as Price["period"] };
    return { ...base, price, quantity: quantity ?? (Number(row.quantity.toString()) === 1 ? undefined : Number(row.quantity.toString())) };
  }
  return { ...base, price: priceOfBounds(row), quantity };
}

function priceOfBounds(row: StoredLineItem): Price {
  const min = row.min === null ? undefined : Number(row.min.toString());
  const max = row.max === null ? undefined : Number(row.max.toString());
  const common = { period: row.period as Price["period"], currency: row.currency, approximate: row.approximate, text: row.text };
  if (row.form === "free" || row.form === "included") return { form: row.form, ...common };
  if (min === undefined) return { form: "unknown", ...common };
  if (max === undefined) return { form: "open", min, ...common };
  return min === max ? { form: "fixed", amount: min, ...common } : { form: "range", min, max, ...common };
}
