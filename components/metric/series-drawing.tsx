"use client";

import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { amountTicks } from "@/components/chart/axis";
import { Tip } from "@/components/chart/tip";

export interface SeriesDrawingProps {
  title: string;
  desc: string;
  /** `at` in milliseconds, so that gaps in time are gaps on the axis. */
  points: { at: number; value: number; range: [number, number] }[];
  /** Labels of the time axis, made on the server in the workspace's zone. */
  ticks: { at: number; label: string }[];
  limits: { id: string; value: number; label: string; kind: "trigger" | "alert" }[];
  unit: string;
  yesNo: boolean;
}

const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** A metric over time: its value, the band between lowest and highest of each bucket, and the limits that judge it. */
export default function SeriesDrawing({ title, desc, points, ticks, limits, unit, yesNo }: SeriesDrawingProps) {
  const highest = Math.max(...limits.map((limit) => limit.value), ...points.map((point) => point.range[1]));
  const lowest = Math.min(0, ...points.map((point) => point.range[0]));
  const marks = yesNo ? [0, 1] : amountTicks(Math.max(highest * 1.04, 1e-9));
  const label = (at: number) => ticks.find((tick) => tick.at === at)?.label ?? "";
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart data={points} margin={{ top: 18, right: 12, bottom: 4, left: 0 }} title={title} desc={desc}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          type="number"
          scale="time"
          domain={["dataMin", "dataMax"]}
          ticks={ticks.map((tick) => tick.at)}
          tickFormatter={label}
          stroke="var(--line-strong)"
          tick={{ fill: "var(--ink-2)", fontSize: 12 }}
          minTickGap={16}
        />
        <YAxis
          ticks={marks}
          domain={[lowest, marks.at(-1) ?? 1]}
          tickFormatter={(value: number) => (yesNo ? (value === 0 ? "no" : "yes") : compact.format(value))}
          width={54}
          stroke="var(--line-strong)"
          tick={{ fill: "var(--ink-2)", fontSize: 12 }}
        />
        <Area dataKey="range" stroke="none" fill="var(--s1)" fillOpacity={0.16} isAnimationActive={false} tooltipType="none" activeDot={false} />
        <Line dataKey="value" type={yesNo ? "stepAfter" : "linear"} stroke="var(--s1)" strokeWidth={2} dot={points.length < 3} isAnimationActive={false} />
        {limits.map((limit) => (
          <ReferenceLine
            key={limit.id}
            y={limit.value}
            ifOverflow="extendDomain"
            stroke={limit.kind === "trigger" ? "var(--s4)" : "var(--warn)"}
            strokeDasharray={limit.kind === "trigger" ? "8 3 2 3" : "4 3"}
            label={{ value: limit.label, position: "insideTopRight", fill: limit.kind === "trigger" ? "var(--s4)" : "var(--warn)", fontSize: 12 }}
          />
        ))}
        <Tooltip
          isAnimationActive={false}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as SeriesDrawingProps["points"][number] | undefined;
            if (!active || point === undefined) return null;
            const text = yesNo ? (point.value === 0 ? "no" : "yes") : `${number.format(point.value)}${unit}`;
            return <Tip title={text} lines={[`${new Date(point.at).toISOString().slice(0, 16).replace("T", " ")} UTC`]} />;
          }}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
