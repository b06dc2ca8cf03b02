import { formatMoney } from "@/lib/core/money";
import type { PlanMatrixCell, PlanPrice } from "./types";

/** A price in words: `$20.00–$30.00/month`, `free`, `2.9 % + $0.30 of payments`. */
export function priceText(price: PlanPrice, projectCurrency: string): string {
  const currency = price.currency ?? projectCurrency;
  const money = (amount: number) => (amount !== 0 && Math.abs(amount) < 0.01 ? `${amount} ${currency}` : formatMoney(amount, currency));
  const about = price.approximate ? "~" : "";
  const per = price.period === "once" ? " once" : `/${price.period}`;
  switch (price.form) {
    case "fixed":
      return `${about}${money(price.amount)}${per}`;
    case "range":
      return `${about}${money(price.min)}–${money(price.max)}${per}`;
    case "open":
      return `${about}${money(price.min)}+${per}`;
    case "free":
      return "free";
    case "included":
      return "included";
    case "per-unit":
      return `${price.base === undefined ? "" : `${money(price.base)} + `}${money(price.unitPrice)} per ${price.per === 1 ? "" : `${price.per.toLocaleString("en-US")} `}${price.unit}`;
    case "percent":
      return `${price.percent} %${price.fixed === undefined ? "" : ` + ${money(price.fixed)}`} of ${price.of}`;
    case "formula":
      return `${price.formula}${price.amount === undefined ? "" : ` = ${money(price.amount)}${per}`}`;
    case "tiered":
      return price.tiers.map((tier) => [tier.name, tierAmount(tier, money)].filter((part) => part !== "").join(" ")).join(", ");
    case "unknown":
      return price.text ?? "unknown";
  }
}

function tierAmount(tier: { amount?: number | undefined; min?: number | undefined; max?: number | undefined }, money: (amount: number) => string): string {
  if (tier.amount !== undefined) return money(tier.amount);
  if (tier.min === undefined) return "";
  return `${money(tier.min)}${tier.max === undefined ? "+" : `–${money(tier.max)}`}`;
}

/** A condition in words: `> 1000 users for 24h`. */
export function conditionText(entry: { op?: unknown; value?: unknown; high?: unknown; unit?: unknown; for?: unknown; forText?: unknown }): string {
  const value = entry.value === true ? "yes" : entry.value === false ? "no" : String(entry.value ?? "");
  const op = String(entry.op ?? "");
  const range = op === "between" ? `between ${value} and ${entry.high}` : `${op} ${value}`;
  const hold = typeof entry.for === "string" ? `for ${entry.for}` : typeof entry.forText === "string" ? entry.forText : "";
  return [range.trim(), typeof entry.unit === "string" ? entry.unit : "", hold].filter((part) => part !== "").join(" ");
}

/** A cell of a decision matrix in words. */
export function cellText(cell: PlanMatrixCell): string {
  if (cell.type === "text" || cell.text !== undefined) return cell.text ?? "";
  switch (cell.type) {
    case "range":
      return `${cell.min}–${cell.max}`;
    case "threshold":
      return conditionText(cell);
    case "money":
      return `${cell.amount}/${cell.period}`;
    case "trajectory":
      return `${cell.from} → ${cell.to}`;
  }
}
