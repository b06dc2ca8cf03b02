import type { InventoryQuery } from "@/lib/inventory/types";

const DEFAULTS: Partial<Record<keyof InventoryQuery, string>> = { group: "stack" };

/** Address of the inventory with some filters changed; defaults stay out of it. `undefined` removes a filter. */
export function inventoryHref(
  slug: string,
  query: InventoryQuery,
  change: Partial<Record<keyof InventoryQuery, string | undefined>> = {},
  path = "inventory",
): string {
  const params = new URLSearchParams();
  // Another list begins at its first row.
  const sameList = Object.keys(change).every((name) => name === "open" || name === "skip" || name === "panel");
  for (const [name, given] of Object.entries({ ...query, ...change })) {
    const value = given === undefined || (name === "skip" && !sameList) ? undefined : String(given);
    if (value !== undefined && value !== "" && value !== DEFAULTS[name as keyof InventoryQuery]) params.set(name, value);
  }
  const text = params.toString();
  return `/projects/${slug}/${path}${text === "" ? "" : `?${text}`}`;
}
