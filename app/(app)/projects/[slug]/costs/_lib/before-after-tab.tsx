import { ChartFigure } from "@/components/chart/chart-figure";
import { Legend } from "@/components/chart/legend";
import { Button } from "@/components/ui/button";
import { Card, EmptyState } from "@/components/ui/layout";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { SourceChip } from "@/components/ui/value";
import { addMonths } from "@/lib/core/time";
import type { BeforeAfter, BeforeAfterRow, Ends } from "@/lib/cost/before-after";
import { dayName, endsText, signedEnds } from "@/lib/cost/words";

/** The sentence of chart C2, also the answer of the page. */
export function beforeAfterSentence(data: BeforeAfter): string {
  if (data.before === null || data.after === null) return "A comparison needs two stacks in the plan.";
  const { before, after, delta, unknownBefore, unknownAfter } = data.totals;
  const gaps = unknownBefore + unknownAfter;
  const direction =
    delta.max !== null && Number(delta.max) <= 0 ? "saves" : delta.min !== null && Number(delta.min) >= 0 ? "costs more" : "may save or cost more";
  return `${data.after.name} ${direction}: ${endsText(before, data.currency)} before, ${endsText(after, data.currency)} after, ${signedEnds(delta, data.currency)} per month${gaps > 0 ? `; ${gaps} service${gaps > 1 ? "s have" : " has"} no known price` : ""}.`;
}

/** When the one-off cost is earned back, counted from today. */
export function breakEvenText(data: BeforeAfter, now: Date): string {
  if (data.breakEven === null) return "No one-off cost is planned for this move.";
  const date = (months: number) => dayName(addMonths(now, Math.ceil(months)).toISOString());
  const { best, worst } = data.breakEven;
  const cost = `One-off cost ${endsText(data.oneOff, data.currency)}`;
  if (best === null) return `${cost}; it is not earned back, because the move does not save.`;
  return `${cost}; earned back ${date(best)} at best, ${worst === null ? "at worst never" : `${date(worst)} at worst`}, if the move were made today.`;
}

export function BeforeAfterTab({ data, now, search }: { data: BeforeAfter; now: Date; search: Record<string, string | string[] | undefined> }) {
  if (data.before === null || data.after === null) {
    return <EmptyState title="Two stacks are needed">Declare the stack you are on and the one you may move to, with their prices, in the plan.</EmptyState>;
  }
  const top = Math.max(1, ...data.rows.flatMap((row) => [high(row.before), high(row.after)]));
  return (
    <div className="grid grid-cols-1 gap-4">
      <Choose data={data} search={search} />
      <ChartFigure
        testId="chart-before-after"
        heading={`${data.before.name} against ${data.after.name}, per month`}
        sentence={breakEvenText(data, now)}
        actions={<SourceChip source="Planned" title="Line items of the plan" />}
        table={<CompareTable data={data} />}
      />
      {data.rows.length === 0 ? null : (
        <Card title="By service, largest saving first">
          <Legend
            items={[
              { token: "s1", text: `Before: ${data.before.name}`, mark: "bar" },
              { token: "s2", text: `After: ${data.after.name}`, mark: "hatched" },
            ]}
          />
          <ul className="mt-3 grid gap-3">
            {data.rows.map((row) => (
              <PairBars key={`${row.replaces} ${row.name}`} row={row} top={top} currency={data.currency} />
            ))}
          </ul>
        </Card>
      )}
      <div className="grid gap-4 md:grid-cols-2">
        <Apart title="Only before" services={data.ended} currency={data.currency} empty="Every service of the old stack is replaced." />
        <Apart title="Only after" services={data.added} currency={data.currency} empty="Every service of the new stack replaces one." />
      </div>
    </div>
  );
}

const high = (value: Ends | null) => Number(value?.max ?? value?.min ?? 0);

/** Two bars: solid to the lower end, lighter up to the upper one. */
function PairBars({ row, top, currency }: { row: BeforeAfterRow; top: number; currency: string }) {
  return (
    <li className="grid gap-x-4 gap-y-1 sm:grid-cols-[13rem_1fr_16rem]">
      <p className="min-w-0 break-words">
        <span className="font-semibold">{row.name}</span>
        {row.replaces === row.name ? null : <span className="block text-sm text-ink-2">for {row.replaces}</span>}
      </p>
      <div className="grid content-center gap-1">
        <RangeBar value={row.before} top={top} token="s1" />
        <RangeBar value={row.after} top={top} token="s2" />
      </div>
      <p className="num text-sm sm:text-right sm:whitespace-nowrap">
        <span className="font-semibold">{row.delta === null ? "difference unknown" : signedEnds(row.delta, currency)}</span>
        <span className="block text-ink-2">
          {row.before === null ? "unknown" : endsText(row.before, currency)} → {row.after === null ? "unknown" : endsText(row.after, currency)}
        </span>
      </p>
    </li>
  );
}

function RangeBar({ value, top, token }: { value: Ends | null; top: number; token: "s1" | "s2" }) {
  if (value === null) return <div aria-hidden="true" className="hatched h-3 w-full rounded-sm border border-dashed border-line-strong" />;
  const percent = (amount: number) => `${Math.min(100, (amount / top) * 100).toFixed(2)}%`;
  const low = Number(value.min ?? 0);
  const up = value.max === null ? top : Number(value.max);
  return (
    <div aria-hidden="true" className="relative h-3">
      <div
        className="absolute inset-y-0 left-0 rounded-sm"
        style={{
          width: percent(up),
          opacity: 0.35,
          // An open end fades out instead of stopping.
          background: value.max === null ? `linear-gradient(to right, var(--${token}) 40%, transparent)` : `var(--${token})`,
        }}
      />
      <div
        className="absolute inset-y-0 left-0 rounded-sm"
        style={{
          width: `max(2px, ${percent(low)})`,
          background:
            token === "s1" ? "var(--s1)" : "repeating-linear-gradient(135deg, var(--s2) 0 5px, color-mix(in srgb, var(--s2) 65%, transparent) 5px 8px)",
        }}
      />
    </div>
  );
}

function Choose({ data, search }: { data: BeforeAfter; search: Record<string, string | string[] | undefined> }) {
  const control = "min-h-9 max-w-full rounded-md border border-line-strong bg-panel px-2 text-sm text-ink max-rail:min-h-11";
  return (
    <form method="get" className="flex flex-wrap items-end gap-3">
      {Object.entries(search).map(([name, value]) =>
        typeof value === "string" && !["before", "after"].includes(name) ? <input key={name} type="hidden" name={name} value={value} /> : null,
      )}
      {(["before", "after"] as const).map((side) => (
        <label key={side} className="grid max-w-full min-w-0 grid-cols-1 text-sm font-semibold">
          {side === "before" ? "Before" : "After"}
          <select name={side} defaultValue={data[side]?.key} className={control}>
            {data.stacks.map((stack) => (
              <option key={stack.key} value={stack.key}>
                {stack.name}
              </option>
            ))}
          </select>
        </label>
      ))}
      <Button type="submit">Compare</Button>
    </form>
  );
}

function Apart({ title, services, currency, empty }: { title: string; services: BeforeAfter["ended"]; currency: string; empty: string }) {
  return (
    <Card title={title}>
      {services.length === 0 ? (
        <p className="text-ink-2">{empty}</p>
      ) : (
        <ul className="grid gap-1">
          {services.map((service) => (
            <li key={service.name} className="flex justify-between gap-4">
              <span className="min-w-0 break-words">{service.name}</span>
              <span className="num whitespace-nowrap">{service.cost === null ? "price unknown" : endsText(service.cost, currency)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function CompareTable({ data }: { data: BeforeAfter }) {
  const { currency, totals } = data;
  const text = (value: Ends | null) => (value === null ? "unknown" : endsText(value, currency));
  return (
    <Table
      caption="Cost per service before and after, per month"
      head={
        <tr>
          <Th>Before</Th>
          <Th number>Cost</Th>
          <Th>After</Th>
          <Th number>Cost</Th>
          <Th number>Difference</Th>
        </tr>
      }
    >
      {data.rows.map((row) => (
        <tr key={`${row.replaces} ${row.name}`}>
          <RowTh>{row.replaces}</RowTh>
          <Td number>{text(row.before)}</Td>
          <Td>{row.name}</Td>
          <Td number>{text(row.after)}</Td>
          <Td number>{row.delta === null ? "unknown" : signedEnds(row.delta, currency)}</Td>
        </tr>
      ))}
      {data.ended.map((service) => (
        <tr key={`ended ${service.name}`}>
          <RowTh>{service.name}</RowTh>
          <Td number>{text(service.cost)}</Td>
          <Td>–</Td>
          <Td number>n/a</Td>
          <Td number>n/a</Td>
        </tr>
      ))}
      {data.added.map((service) => (
        <tr key={`added ${service.name}`}>
          <RowTh>–</RowTh>
          <Td number>n/a</Td>
          <Td>{service.name}</Td>
          <Td number>{text(service.cost)}</Td>
          <Td number>n/a</Td>
        </tr>
      ))}
      <tr className="font-semibold">
        <RowTh>Total</RowTh>
        <Td number>{endsText(totals.before, currency)}</Td>
        <Td>Total</Td>
        <Td number>{endsText(totals.after, currency)}</Td>
        <Td number>{signedEnds(totals.delta, currency)}</Td>
      </tr>
    </Table>
  );
}
