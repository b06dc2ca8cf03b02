import type { Extract } from "./types";

/** Headline figures of the two ends of the move, what a payment costs: what a plan can be held to besides its rows. */
export const costClaims: Extract = ({ draft }) => {
  const { plan } = draft;
  const currency = (plan.project.currency ?? "USD").toLowerCase();
  for (const stack of plan.stacks) {
    if (stack.role !== "current" && stack.role !== "target") continue;
    for (const stated of stack.statedTotals ?? []) {
      if (stated.kind !== "headline" || (stated.period ?? "month") !== "month") continue;
      const line = Array.isArray(stated.line) ? stated.line[0] : stated.line;
      const ends =
        stated.max === stated.min ? { value: stated.min } : { min: stated.min, ...(stated.max === undefined ? { openEnded: true } : { max: stated.max }) };
      draft.add(
        "claims",
        {
          what: stack.role === "current" ? "Cost before" : "Cost after",
          quantity: stack.role === "current" ? "cost-before" : "cost-after",
          ...ends,
          ...(stated.approximate === true ? { approximate: true } : {}),
          unit: `${(stated.currency ?? currency).toLowerCase()}/month`,
          ...(line === undefined ? {} : { line }),
        },
        line ?? 1,
      );
    }
  }
  const fees = [...plan.stacks.flatMap((stack) => (stack.resources ?? []).flatMap((resource) => resource.lineItems ?? [])), ...plan.otherPrices];
  const fee = fees.find((item) => item.price.form === "percent" && (item.price.fixed ?? 0) > 0);
  if (fee?.price.form !== "percent" || fee.price.fixed === undefined || plan.unitEconomics?.paymentFee !== undefined) return;
  plan.unitEconomics = {
    ...plan.unitEconomics,
    paymentFee: { percent: fee.price.percent, fixed: fee.price.fixed, of: fee.price.of, ...(fee.line === undefined ? {} : { line: fee.line }) },
  };
};
