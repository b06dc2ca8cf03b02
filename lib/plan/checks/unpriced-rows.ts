import type { Check, Noticed } from "./types";

/** Rows that a total cannot contain: no price, or a base price whose use is not stated. */
export const unpricedRows: Check = (plan, { totals }) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    const total = totals.get(stack.key);
    if (total === undefined || total.priced === 0 || stack.variant === "unpriced-gap") return;
    const unknown = [...new Set(total.unknown)];
    if (unknown.length > 0) {
      noticed.push({
        code: "resource-without-price",
        level: "warning",
        path: `stacks[${i}].resources`,
        message: `${stack.name}: ${unknown.length} of ${stack.resources.length} services have no amount, so the total is a lower limit: ${unknown.slice(0, 6).join(", ")}${unknown.length > 6 ? " …" : ""}.`,
        expected: "an amount, or form: free",
        found: `${unknown.length} without`,
        hint: "Give a price, an estimate, or say that the service is free.",
      });
    }
    const open = [...new Set(total.openEnded)];
    if (open.length > 0) {
      noticed.push({
        code: "usage-not-in-total",
        level: "info",
        path: `stacks[${i}].resources`,
        message: `${stack.name}: the use of ${open.join(", ")} is open-ended and not in the total.`,
        hint: "State the expected quantity to see what it adds.",
      });
    }
  });
  return noticed;
};
