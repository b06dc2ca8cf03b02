import { Decimal } from "decimal.js";

/** A product of named inputs and numbers; null for any other formula. */
export function product(formula: string, inputs: Record<string, number>): Decimal | null {
  const parts = formula.split(/[*×]/).map((part) => part.trim());
  let value = new Decimal(1);
  for (const part of parts) {
    const factor = Object.hasOwn(inputs, part) ? inputs[part] : /^\d+(\.\d+)?$/.test(part) ? Number(part) : undefined;
    if (factor === undefined) return null;
    value = value.times(factor);
  }
  return value;
}
