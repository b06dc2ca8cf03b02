import { ChartFigure } from "@/components/chart/chart-figure";
import { Legend } from "@/components/chart/legend";
import { CurveChart } from "@/components/cost/charts";
import { UsageInput } from "@/components/cost/usage-input";
import { EmptyState } from "@/components/ui/layout";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { SourceChip } from "@/components/ui/value";
import { formatMoney } from "@/lib/core/money";
import type { CurvePoint } from "@/lib/cost/curve";
import type { UsageCurve } from "@/lib/cost/usage-curve";

const count = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** The sentence of chart C3, also the answer of the page. */
export function curveSentence(data: UsageCurve): string {
  if (data.metric === null || data.a === null || data.b === null) return "No price of the plan depends on a usage metric.";
  const [a, b] = [data.a.name, data.b.name];
  const name = data.metric.unit === "" ? data.metric.name.toLowerCase() : data.metric.unit;
  const open = openText(data, name);
  if (data.crossings.length === 0) {
    const last = data.curve.at(-1);
    const cheaper = last === undefined || last.a.low === last.b.low ? null : last.a.low < last.b.low ? a : b;
    return cheaper === null
      ? `${a} and ${b} cost the same at every usage shown.`
      : `${cheaper} is the cheaper one at every usage shown (up to ${count.format(last?.usage ?? 0)} ${name})${open}.`;
  }
  return `${data.crossings.map((crossing, at) => `${at === 0 ? "" : "then "}${crossing.cheaperAbove === "a" ? a : b} is cheaper above about ${count.format((crossing.from + crossing.to) / 2)} ${name} (${count.format(crossing.from)}–${count.format(crossing.to)})`).join("; ")}${open}.`;
}

/** From where on the plan states no price, so that the line is only a lower bound. */
function openText(data: UsageCurve, name: string): string {
  const parts = (["a", "b"] as const).flatMap((side) => {
    if (data.curve[0]?.[side].high === null) return [`${data[side]?.name} is open-ended`];
    const first = data.curve.find((point) => point[side].high === null || point[side].unknown > (data.curve[0]?.[side].unknown ?? 0));
    return first === undefined ? [] : [`above about ${count.format(first.usage)} ${name} the plan states no full price for ${data[side]?.name}`];
  });
  return parts.length === 0 ? "" : `; drawn are lower bounds: ${parts.join(", ")}`;
}

export function CurveTab({ data, search }: { data: UsageCurve; search: Record<string, string | string[] | undefined> }) {
  if (data.metric === null || data.a === null || data.b === null) {
    return (
      <EmptyState title="No price depends on usage">
        Tiers, free allowances and overage of the plan name the metric that uses them up; then this page draws the cost of two stacks against it and says where
        they cross.
      </EmptyState>
    );
  }
  const upper = (point: CurvePoint) => point.high ?? point.low;
  return (
    <div className="grid grid-cols-1 gap-4">
      <UsageInput
        stacks={data.stacks.map((stack) => ({ key: stack.key, name: stack.name }))}
        metrics={data.metrics}
        chosen={{ a: data.a.key, b: data.b.key, metric: data.metric.key, usage: data.table[1]?.usage ?? 1 }}
        search={Object.fromEntries(Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === "string"))}
      />
      <ChartFigure
        testId="chart-curve"
        heading={`Cost against ${data.metric.name.toLowerCase()}`}
        sentence={curveSentence(data)}
        repeated
        height={320}
        actions={<SourceChip source="Estimated" title="Prices of the plan times usage" />}
        legend={
          <Legend
            items={[
              { token: "s1", text: data.a.name },
              { token: "s2", text: data.b.name },
            ]}
          />
        }
        table={<FactorTable data={data} />}
      >
        <CurveChart
          title={`Cost against ${data.metric.name}`}
          desc={curveSentence(data)}
          currency={data.currency}
          unit={data.metric.unit}
          names={{ a: data.a.name, b: data.b.name }}
          points={data.curve.map((point) => ({ usage: point.usage, a: [point.a.low, upper(point.a)], b: [point.b.low, upper(point.b)] }))}
          crossings={data.crossings}
          now={data.now}
        />
      </ChartFigure>
    </div>
  );
}

function FactorTable({ data }: { data: UsageCurve }) {
  const cost = (point: CurvePoint) => {
    const text =
      point.high === null
        ? `${formatMoney(point.low, data.currency)} or more`
        : point.high === point.low
          ? formatMoney(point.low, data.currency)
          : `${formatMoney(point.low, data.currency)}–${formatMoney(point.high, data.currency)}`;
    return point.unknown > 0 ? `${text} and ${point.unknown} unknown` : text;
  };
  return (
    <Table
      caption="Cost per month at multiples of the usage"
      head={
        <tr>
          <Th>Usage</Th>
          <Th number>{data.metric?.unit || data.metric?.name}</Th>
          <Th number>{data.a?.name}</Th>
          <Th number>{data.b?.name}</Th>
        </tr>
      }
    >
      {data.table.map((row) => (
        <tr key={row.factor}>
          <RowTh>{row.factor}×</RowTh>
          <Td number>{count.format(row.usage)}</Td>
          <Td number>{cost(row.a)}</Td>
          <Td number>{cost(row.b)}</Td>
        </tr>
      ))}
    </Table>
  );
}
