import { newId } from "@/lib/core/ids";
import { lineItemColumns } from "@/lib/cost/line-item";
import type { PricedItem } from "@/lib/cost/types";
import type { Db } from "@/lib/db/prisma";

/** A resource of a stack with its line items. */
export async function makePricedResource(
  db: Db,
  stack: { projectId: string; stackId: string },
  values: { key: string; name?: string; replaces?: string[]; items: PricedItem[]; currency?: string },
) {
  const id = newId();
  await db.prisma.resource.create({
    data: { id, ...stack, key: values.key, name: values.name ?? values.key, kind: "other", replaces: values.replaces ?? [], dependsOn: [] },
  });
  for (const [position, item] of values.items.entries()) {
    const { detail, ...columns } = lineItemColumns(item, values.currency ?? "USD");
    await db.prisma.lineItem.create({
      data: { id: newId(), ...stack, resourceId: id, position, name: "", ...columns, detail: JSON.parse(JSON.stringify(detail)) },
    });
  }
  return id;
}

/** A budget of the project. */
export function makeBudget(db: Db, projectId: string, values: { amount: string; name?: string; period?: "month" | "year"; stackKey?: string }) {
  const id = newId();
  return db.prisma.budget.create({
    data: {
      id,
      projectId,
      key: `budget-${id.slice(-6)}`,
      name: values.name ?? "Budget",
      amount: values.amount,
      currency: "USD",
      period: values.period ?? "month",
      stackKey: values.stackKey ?? null,
    },
  });
}
