import type { Decimal } from "decimal.js";
import type { Tone } from "@/components/ui/status";
import type { ValueState } from "@/components/ui/value";
import { formatInterval, formatMoney } from "@/lib/core/money";
import type { SideCost } from "@/lib/cost/inventory-view";
import type { StackCost } from "@/lib/cost/types";
import type { ResourceState } from "@/lib/inventory/types";

export const STATE_TONES: Record<ResourceState, Tone> = { planned: "neutral", running: "info", moved: "ok", retired: "neutral" };

/** Cost of one side of a service as a figure with its state. */
export function sideValue(cost: SideCost, currency: string): ValueState {
  switch (cost.kind) {
    case "amount":
      return { state: "value", text: `${formatInterval(cost.interval, currency)}${cost.usage ? " + use" : ""}`, zero: cost.interval.max?.isZero() === true };
    case "unknown":
      return { state: "unknown", reason: "no price in the plan" };
    case "none":
      return cost.why === "no other stack" ? { state: "not-applicable" } : { state: "not-yet", reason: cost.why };
  }
}

/** A total as a figure: incomplete ones say "or more". */
export function totalValue(cost: StackCost | null, currency: string, missing: string): ValueState {
  if (cost === null) return { state: "not-yet", reason: missing };
  if (cost.items === 0 && cost.unknown > 0) return { state: "unknown", reason: "no service has a price" };
  const text = formatInterval(cost.interval, currency);
  const more = cost.unknown > 0 && cost.interval.max !== null ? " + unknown" : "";
  return { state: "value", text: `${text}${more}` };
}

/** `+$84.00`, `-$20.00 to +$5.00`, `at least +$3.00`: after minus before. */
export function deltaText(delta: { min: Decimal | null; max: Decimal | null }, currency: string): string {
  const signed = (value: Decimal) => `${value.isPositive() && !value.isZero() ? "+" : ""}${formatMoney(value, currency)}`;
  if (delta.min !== null && delta.max !== null) return delta.min.equals(delta.max) ? signed(delta.min) : `${signed(delta.min)} to ${signed(delta.max)}`;
  if (delta.min !== null) return `at least ${signed(delta.min)}`;
  return delta.max === null ? "open" : `at most ${signed(delta.max)}`;
}
