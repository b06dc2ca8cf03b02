import Link from "next/link";
import { inventoryHref } from "@/components/inventory/address";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { Field, Input, Select } from "@/components/ui/field";
import type { InventoryView } from "@/lib/cost/inventory-view";
import { type InventoryQuery, RESOURCE_STATES } from "@/lib/inventory/types";

/** Filters as a plain form: works without scripts, and the address is the state. */
export function InventoryFilters({ view, query }: { view: InventoryView; query: InventoryQuery }) {
  const { slug } = view.project;
  const chips = [
    { text: "Cost is unknown", on: query.cost === "unknown", href: inventoryHref(slug, query, { cost: query.cost === "unknown" ? undefined : "unknown" }) },
    { text: "No owner", on: query.owner === "none", href: inventoryHref(slug, query, { owner: query.owner === "none" ? undefined : "none" }) },
    { text: "Not seen for 7 days", on: query.seen === "stale", href: inventoryHref(slug, query, { seen: query.seen === "stale" ? undefined : "stale" }) },
  ];
  return (
    <details className="group mb-4 rounded-xl border border-line bg-panel p-3 sm:block" open={hasFilters(query) ? true : undefined}>
      <summary className="min-h-9 cursor-pointer content-center font-semibold max-rail:min-h-11">Filter and group</summary>
      <form method="get" action={`/projects/${slug}/inventory`} className="mt-3 grid grid-cols-2 gap-x-3 gap-y-1 sm:grid-cols-3 rail:grid-cols-7">
        <Field label="Search" htmlFor="inventory-q">
          <Input id="inventory-q" name="q" type="search" defaultValue={query.q ?? ""} />
        </Field>
        <Field label="Stack" htmlFor="inventory-stack">
          <Select id="inventory-stack" name="stack" defaultValue={query.stack ?? ""}>
            <option value="">Now and next</option>
            <option value="all">All stacks</option>
            {view.stacks.map((stack) => (
              <option key={stack.key} value={stack.key}>
                {stack.name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Compare with" htmlFor="inventory-to">
          <Select id="inventory-to" name="to" defaultValue={query.to ?? ""}>
            <option value="">Next stack</option>
            {view.stacks
              .filter((stack) => stack.key !== view.from?.key)
              .map((stack) => (
                <option key={stack.key} value={stack.key}>
                  {stack.name}
                </option>
              ))}
          </Select>
        </Field>
        <Field label="Kind" htmlFor="inventory-kind">
          <Select id="inventory-kind" name="kind" defaultValue={query.kind ?? ""}>
            <option value="">All kinds</option>
            {view.kinds.map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </Select>
        </Field>
        <Field label="State" htmlFor="inventory-state">
          <Select id="inventory-state" name="state" defaultValue={query.state ?? ""}>
            <option value="">All states</option>
            {RESOURCE_STATES.map((state) => (
              <option key={state}>{state}</option>
            ))}
          </Select>
        </Field>
        <Field label="From" htmlFor="inventory-origin">
          <Select id="inventory-origin" name="origin" defaultValue={query.origin ?? ""}>
            <option value="">Plan and imports</option>
            <option value="plan">Plan</option>
            <option value="import">Imports</option>
            <option value="gone">Gone from source</option>
          </Select>
        </Field>
        <Field label="Group by" htmlFor="inventory-group">
          <Select id="inventory-group" name="group" defaultValue={query.group}>
            <option value="stack">stack</option>
            <option value="kind">kind</option>
            <option value="state">state</option>
            <option value="provider">provider</option>
          </Select>
        </Field>
        <div className="col-span-full flex flex-wrap items-center gap-2">
          <Button type="submit" tone="primary">
            Apply
          </Button>
          <Link href={`/projects/${slug}/inventory`} className="min-h-9 content-center px-2 max-rail:min-h-11">
            Reset
          </Link>
          {chips.map((chip) => (
            <Link
              key={chip.text}
              href={chip.href}
              aria-current={chip.on ? "true" : undefined}
              className={classNames(
                "min-h-9 content-center rounded-full border px-3 text-sm no-underline max-rail:min-h-11",
                chip.on ? "border-accent bg-accent-soft font-semibold text-ink" : "border-line-strong text-ink-2",
              )}
            >
              {chip.text}
              {chip.on ? " ×" : ""}
            </Link>
          ))}
        </div>
      </form>
    </details>
  );
}

/** Whether anything narrows the list. */
export function hasFilters(query: InventoryQuery): boolean {
  return [query.stack, query.kind, query.state, query.cost, query.owner, query.seen, query.q, query.to, query.origin].some(
    (value) => value !== undefined && value !== "",
  );
}
