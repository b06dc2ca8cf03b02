import type { PlanPrice } from "../types";
import { conditionText, priceText } from "../words";

/** Any value of a plan in a few words. */
export function valueText(value: unknown, currency: string): string {
  if (value === null || value === undefined || value === "") return "nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value))
    return value
      .map((one) => valueText(one, currency))
      .join(", ")
      .slice(0, 120);
  if (typeof value !== "object") return String(value).slice(0, 120);
  if ("form" in value) return priceText(value as PlanPrice, currency === "" ? ((value as PlanPrice).currency ?? "USD") : currency);
  if ("op" in value) return conditionText(value);
  if ("text" in value && typeof value.text === "string") return value.text;
  return JSON.stringify(value).slice(0, 120);
}
