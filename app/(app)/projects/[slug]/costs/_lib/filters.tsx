import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { type CostView, hrefOf } from "./query";

type Search = Record<string, string | string[] | undefined>;

const CHIP =
  "inline-flex min-h-9 items-center rounded-md border px-3 text-sm font-semibold whitespace-nowrap no-underline hover:no-underline max-rail:min-h-11";

function Choice({ href, current, children }: { href: string; current: boolean; children: ReactNode }) {
  return (
    <Link
      href={href}
      scroll={false}
      aria-current={current ? "true" : undefined}
      className={classNames(CHIP, current ? "border-accent bg-accent-soft text-ink" : "border-line-strong bg-panel text-ink-2")}
    >
      {children}
    </Link>
  );
}

/** Range, labor and stack: one row of choices, all of it in the address. */
export function Filters({ view, search, stacks, ranges }: { view: CostView; search: Search; stacks: { key: string; name: string }[]; ranges: boolean }) {
  return (
    <div className="mb-4 flex flex-wrap items-end gap-x-6 gap-y-3">
      {ranges ? (
        <nav aria-label="Range" className="flex gap-1.5 overflow-x-auto">
          {([6, 12, 24] as const).map((months) => (
            <Choice key={months} href={hrefOf(search, { range: `${months}m`, from: null, to: null })} current={view.custom === null && view.months === months}>
              {months} months
            </Choice>
          ))}
        </nav>
      ) : null}
      <nav aria-label="Labor" className="flex gap-1.5">
        <Choice href={hrefOf(search, { labor: null })} current={view.labor}>
          With labor
        </Choice>
        <Choice href={hrefOf(search, { labor: "without" })} current={!view.labor}>
          Without
        </Choice>
      </nav>
      {ranges ? <CustomRange view={view} search={search} stacks={stacks} /> : null}
    </div>
  );
}

function CustomRange({ view, search, stacks }: { view: CostView; search: Search; stacks: { key: string; name: string }[] }) {
  const control = "min-h-9 min-w-0 max-w-full rounded-md border border-line-strong bg-panel px-2 text-sm text-ink max-rail:min-h-11";
  return (
    <details className="min-w-0 max-w-full">
      <summary
        className={classNames(CHIP, "cursor-pointer border-line-strong bg-panel", view.custom !== null || view.stack !== undefined ? "text-ink" : "text-ink-2")}
      >
        {view.custom === null ? "Dates and stack" : `${view.custom.from} to ${view.custom.to}`}
      </summary>
      <form method="get" className="mt-2 flex max-w-full flex-wrap items-end gap-2">
        {Object.entries(search).map(([name, value]) =>
          typeof value === "string" && !["from", "to", "range", "stack"].includes(name) ? <input key={name} type="hidden" name={name} value={value} /> : null,
        )}
        <label className="grid min-w-0 max-w-full text-sm">
          From
          <input type="date" name="from" defaultValue={view.custom?.from} className={control} />
        </label>
        <label className="grid min-w-0 max-w-full text-sm">
          Before
          <input type="date" name="to" defaultValue={view.custom?.to} className={control} />
        </label>
        <label className="grid min-w-0 max-w-full text-sm">
          Stack
          <select name="stack" defaultValue={view.stack ?? ""} className={control}>
            <option value="">the current one</option>
            {stacks.map((stack) => (
              <option key={stack.key} value={stack.key}>
                {stack.name}
              </option>
            ))}
          </select>
        </label>
        <Button type="submit">Show</Button>
      </form>
    </details>
  );
}
