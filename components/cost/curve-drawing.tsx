"use client";

import { Area, CartesianGrid, ComposedChart, Line, ReferenceArea, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { amountTicks, moneyFull, moneyTick } from "@/components/chart/axis";
import { DASH } from "@/components/chart/legend";
import { Tip } from "@/components/chart/tip";

export interface CurveDrawingProps {
  title: string;
  desc: string;
  currency: string;
  unit: string;
  names: { a: string; b: string };
  points: { usage: number; a: [number, number]; b: [number, number] }[];
  crossings: { from: number; to: number }[];
  now: number | null;
}

const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** C3: cost of two stacks against usage; prices that step are drawn as steps. */
export default function CurveDrawing({ title, desc, currency, unit, names, points, crossings, now }: CurveDrawingProps) {
  const data = points.map((point) => ({ ...point, lowA: point.a[0], lowB: point.b[0] }));
  const ticks = amountTicks(Math.max(...points.flatMap((point) => [point.a[1], point.b[1]])) * 1.05);
  const last = points.at(-1)?.usage ?? 1;
  const usageTicks = amountTicks(last).filter((tick) => tick <= last);
  const full = moneyFull(currency);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart data={data} margin={{ top: 18, right: 16, bottom: 4, left: 0 }} title={title} desc={desc}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          type="number"
          dataKey="usage"
          domain={[0, last]}
          ticks={usageTicks}
          tickFormatter={(value: number) => compact.format(value)}
          stroke="var(--line-strong)"
          tick={{ fill: "var(--ink-2)", fontSize: 12 }}
        />
        <YAxis
          ticks={ticks}
          domain={[0, ticks.at(-1) ?? 1]}
          tickFormatter={moneyTick(currency, ticks)}
          width={54}
          stroke="var(--line-strong)"
          tick={{ fill: "var(--ink-2)", fontSize: 12 }}
        />
        {crossings.map((crossing) => (
          <ReferenceArea key={crossing.from} x1={crossing.from} x2={crossing.to} fill="var(--line-strong)" fillOpacity={0.3} ifOverflow="visible" />
        ))}
        <Area type="stepAfter" dataKey="a" stroke="none" fill="var(--s1)" fillOpacity={0.14} isAnimationActive={false} tooltipType="none" activeDot={false} />
        <Area type="stepAfter" dataKey="b" stroke="none" fill="var(--s2)" fillOpacity={0.14} isAnimationActive={false} tooltipType="none" activeDot={false} />
        <Line type="stepAfter" dataKey="lowA" stroke="var(--s1)" strokeWidth={2} dot={false} isAnimationActive={false} />
        <Line type="stepAfter" dataKey="lowB" stroke="var(--s2)" strokeWidth={2} strokeDasharray={DASH.s2} dot={false} isAnimationActive={false} />
        {now === null ? null : (
          <ReferenceLine x={now} stroke="var(--ink)" label={{ value: `now ${compact.format(now)}`, position: "top", fill: "var(--ink)", fontSize: 12 }} />
        )}
        <Tooltip
          isAnimationActive={false}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as (typeof data)[number] | undefined;
            if (!active || point === undefined) return null;
            return <Tip title={`${compact.format(point.usage)} ${unit}`} lines={[`${names.a}: ${full(point.a[0])}`, `${names.b}: ${full(point.b[0])}`]} />;
          }}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
