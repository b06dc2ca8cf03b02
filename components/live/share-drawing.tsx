"use client";

import { Area, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { DASH } from "@/components/chart/legend";
import { Tip } from "@/components/chart/tip";
import { formatClock } from "@/lib/core/duration";
import { formatPercent } from "@/lib/core/percent";

export interface ShareDrawingProps {
  title: string;
  desc: string;
  /** `at` in milliseconds on the run's clock. */
  points: { at: number; set: number; percent: number | null; answers: number | null }[];
}

const PERCENTS = [0, 25, 50, 75, 100];

/** The measured share of the new side as an area, the set one as a stepped line over it. */
export default function ShareDrawing({ title, desc, points }: ShareDrawingProps) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart data={points} margin={{ top: 12, right: 12, bottom: 0, left: 0 }} title={title} desc={desc}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          type="number"
          domain={["dataMin", "dataMax"]}
          tickFormatter={formatClock}
          tickCount={4}
          minTickGap={24}
          stroke="var(--line-strong)"
          tick={{ fill: "var(--ink-2)", fontSize: 12 }}
        />
        <YAxis
          ticks={PERCENTS}
          domain={[0, 100]}
          tickFormatter={(value: number) => `${value} %`}
          width={56}
          stroke="var(--line-strong)"
          tick={{ fill: "var(--ink-2)", fontSize: 12 }}
        />
        <Area
          dataKey="percent"
          type="linear"
          stroke="var(--s2)"
          strokeWidth={2}
          fill="var(--s2)"
          fillOpacity={0.2}
          dot={points.length < 3}
          isAnimationActive={false}
        />
        <Line dataKey="set" type="stepAfter" stroke="var(--ink)" strokeWidth={2} strokeDasharray={DASH.unknown} dot={false} isAnimationActive={false} />
        <Tooltip
          isAnimationActive={false}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as ShareDrawingProps["points"][number] | undefined;
            if (!active || point === undefined) return null;
            const measured = point.percent === null ? "not measured" : `${formatPercent(point.percent)} measured`;
            const answers = point.answers === null ? [] : [`${point.answers.toLocaleString("en-GB")} answers`];
            return <Tip title={formatClock(point.at)} lines={[`${formatPercent(point.set)} set`, measured, ...answers]} />;
          }}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
