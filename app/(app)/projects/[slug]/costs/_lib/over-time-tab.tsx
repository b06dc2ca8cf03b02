import { ChartFigure } from "@/components/chart/chart-figure";
import { Legend, type LegendItem } from "@/components/chart/legend";
import { OverTimeChart } from "@/components/cost/charts";
import { Card } from "@/components/ui/layout";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { SourceChip } from "@/components/ui/value";
import { formatMoney } from "@/lib/core/money";
import type { Crossing } from "@/lib/cost/forecast";
import type { CostOverTime, ThresholdView } from "@/lib/cost/over-time";
import { dayName } from "@/lib/cost/words";
import { listWords } from "@/lib/decision/words";

/** When a limit is reached, in words; always with a range. */
export function crossingText(crossing: Crossing | null): string {
  if (crossing === null) return "not projected";
  switch (crossing.kind) {
    case "already":
      return "above it now";
    case "expected":
      return `${dayName(crossing.middle)} (${dayName(crossing.earliest)} – ${crossing.latest === null ? "open" : dayName(crossing.latest)})`;
    case "may":
      return `earliest ${dayName(crossing.earliest)}; may not happen`;
    case "not-within":
      return "not within 12 months";
  }
}

const MOST_LIMITS = 5;

/**
 * Which limits are drawn: what is within reach, and in any case the next one up. The rest would press the line flat;
 * it stays in the table.
 */
export function drawnLimits<T extends { value: number }>(limits: readonly T[], highest: number): T[] {
  const near = limits.filter((limit) => limit.value <= highest * 1.6);
  const next = limits.filter((limit) => limit.value > highest * 1.6);
  const reach = Math.max(highest * 1.6, (near.length === 0 ? next[0]?.value : undefined) ?? 0);
  return [...near, ...next.filter((limit) => limit.value <= reach)].slice(-MOST_LIMITS);
}

/** The sentence of chart C4, also the answer of the page. */
export function overTimeSentence(data: CostOverTime): string {
  if (data.latest === null)
    return data.days === 0 ? "No bill has been imported yet." : `${data.days} days of cost so far; the line of 30-day sums begins with the thirtieth.`;
  const passed = data.thresholds
    .filter((limit) => limit.crossing?.kind === "already")
    .map((limit) => `"${limit.label}" at ${formatMoney(limit.value, data.currency)}`);
  const over = passed.length === 0 ? "" : `, above ${listWords(passed, 2)}`;
  const now = `The last 30 days cost ${formatMoney(data.latest.amount, data.currency)} (up to ${dayName(data.latest.day)})${over}`;
  const ahead = data.thresholds.filter((limit) => limit.crossing !== null && limit.crossing.kind !== "already");
  const next = ahead.find((limit) => limit.crossing?.kind === "expected") ?? ahead.find((limit) => limit.crossing?.kind === "may");
  if (next !== undefined) return `${now}; "${next.label}" at ${formatMoney(next.value, data.currency)} is reached ${crossingText(next.crossing)}.`;
  if (data.noForecast !== null) return `${now}; nothing is projected: ${data.noForecast}.`;
  const above = data.thresholds.find((limit) => limit.value > (data.latest?.amount ?? 0) && limit.billedAs?.length === 0);
  if (ahead.length === 0 && above !== undefined)
    return `${now}; the next limit is "${above.label}" at ${formatMoney(above.value, data.currency)}, watched on its own metric.`;
  return `${now}; ${ahead.length === 0 ? "no further limit on the whole bill lies ahead" : "no limit is reached within 12 months"}.`;
}

export function OverTimeTab({ data }: { data: CostOverTime }) {
  const limits = drawnLimits(data.thresholds, Math.max(0, ...data.points.map((point) => point.actual ?? point.projected ?? 0)));
  return (
    <div className="grid grid-cols-1 gap-4">
      <ChartFigure
        testId="chart-over-time"
        heading="Cost of the last 30 days, day by day"
        sentence={overTimeSentence(data)}
        repeated
        height={340}
        legend={<Legend items={legend(data, limits)} />}
        table={<PointTable data={data} />}
        actions={<SourceChip source="Billed" title="Sum of BilledCost of the imported bills" />}
      >
        {data.points.length === 0 ? undefined : (
          <OverTimeChart
            title="Cost of the last 30 days, day by day"
            desc={overTimeSentence(data)}
            currency={data.currency}
            points={data.points}
            plan={data.plan}
            today={data.today}
            limits={limits.map((limit) => ({
              id: limit.id,
              kind: limit.kind,
              label: limit.label,
              value: limit.value,
              crossedOn: limit.crossedOn,
              interval: limit.crossing?.kind === "expected" ? [limit.crossing.earliest, limit.crossing.latest ?? "9999-12-31"] : null,
            }))}
          />
        )}
      </ChartFigure>
      <Card title="Limits in money per month" id="limits">
        {data.thresholds.length === 0 ? (
          <p className="text-ink-2">
            No trigger, alert or budget of the plan is about cost per month. Set a budget under Plan, or declare a trigger on a cost metric in the plan.
          </p>
        ) : (
          <LimitTable data={data} />
        )}
      </Card>
    </div>
  );
}

function legend(data: CostOverTime, limits: ThresholdView[]): LegendItem[] {
  const items: LegendItem[] = [{ token: "s1", text: "Billed" }];
  if (data.noForecast === null) items.push({ token: "s2", text: "Projected", mark: "dots" }, { token: "s2", text: "4 in 5 chance", mark: "band" });
  if (data.plan !== null) items.push({ token: "s5", text: "Plan" });
  const kinds = new Set(limits.map((limit) => limit.kind));
  if (kinds.has("trigger")) items.push({ token: "s4", text: "Trigger" });
  if (kinds.has("alert")) items.push({ token: "warn", text: "Alert" });
  if (kinds.has("budget")) items.push({ token: "s3", text: "Budget" });
  return items;
}

function LimitTable({ data }: { data: CostOverTime }) {
  return (
    <Table
      caption="Triggers, alerts and budgets in money per month"
      head={
        <tr>
          <Th>Limit</Th>
          <Th number>Per month</Th>
          <Th>Watches</Th>
          <Th>Reached</Th>
          <Th>Passed before</Th>
        </tr>
      }
    >
      {data.thresholds.map((limit) => (
        <tr key={limit.id}>
          <RowTh>{limit.label}</RowTh>
          <Td number>{formatMoney(limit.value, data.currency)}</Td>
          <Td>{watchesText(limit, data.currency)}</Td>
          <Td>
            {limit.crossing === null
              ? data.noForecast === null
                ? "not projected: no bill has this cost"
                : `not yet: ${data.noForecast}`
              : crossingText(limit.crossing)}
          </Td>
          <Td>{limit.crossedOn.length === 0 ? "never in this range" : limit.crossedOn.slice(-3).map(dayName).join(", ")}</Td>
        </tr>
      ))}
    </Table>
  );
}

/** What a limit is compared with, and how high that is now. */
function watchesText(limit: ThresholdView, currency: string): string {
  const what = limit.billedAs === null ? "the whole bill" : limit.billedAs.length === 0 ? `${limit.metric}: in no bill` : limit.billedAs.slice(0, 3).join(", ");
  return limit.latest === null ? what : `${what}, ${formatMoney(limit.latest, currency)} now`;
}

/** A row per week is enough to read; the chart has the days. */
function PointTable({ data }: { data: CostOverTime }) {
  const step = Math.max(1, Math.ceil(data.points.length / 60));
  const shown = data.points.filter((_, at) => at % step === 0 || at === data.points.length - 1);
  return (
    <Table
      caption="Cost of 30 days, sampled from the chart"
      head={
        <tr>
          <Th>Up to</Th>
          <Th number>Billed</Th>
          <Th number>Projected</Th>
          <Th number>4 in 5 chance</Th>
        </tr>
      }
    >
      {shown.map((point) => (
        <tr key={point.day}>
          <RowTh>{dayName(point.day)}</RowTh>
          <Td number>{point.actual === null ? "n/a" : formatMoney(point.actual, data.currency)}</Td>
          <Td number>{point.projected === null ? "n/a" : formatMoney(point.projected, data.currency)}</Td>
          <Td number>{point.range === null ? "n/a" : `${formatMoney(point.range[0], data.currency)}–${formatMoney(point.range[1], data.currency)}`}</Td>
        </tr>
      ))}
    </Table>
  );
}
