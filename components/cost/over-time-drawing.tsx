"use client";

import { Area, CartesianGrid, ComposedChart, Line, ReferenceArea, ReferenceDot, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { amountTicks, dayLabel, moneyFull, moneyTick, monthLabel, monthTicks } from "@/components/chart/axis";
import { DASH } from "@/components/chart/legend";
import { LimitLabel } from "@/components/chart/limit-label";
import { Tip } from "@/components/chart/tip";

export interface LimitLine {
  id: string;
  kind: "trigger" | "budget" | "alert";
  label: string;
  value: number;
  /** Interval in which the projection reaches it. */
  interval: [string, string] | null;
  crossedOn: string[];
}

export interface OverTimeDrawingProps {
  title: string;
  desc: string;
  currency: string;
  points: { day: string; actual: number | null; projected: number | null; range: [number, number] | null }[];
  /** Planned cost per month; `min` lower than `max` is drawn as a band. */
  plan: { min: number; max: number | null } | null;
  today: string;
  limits: LimitLine[];
}

const LIMIT_TOKEN = { trigger: "s4", alert: "warn", budget: "s3" } as const;

/** C4: actual solid, projected dotted with its band, plan dashed, limits with their labels, today. */
export default function OverTimeDrawing({ title, desc, currency, points, plan, today, limits }: OverTimeDrawingProps) {
  const days = points.map((point) => point.day);
  const planned = plan === null ? null : (plan.max ?? plan.min);
  const highest = Math.max(
    planned ?? 0,
    ...limits.map((limit) => limit.value),
    ...points.map((point) => Math.max(point.actual ?? 0, point.projected ?? 0, point.range?.[1] ?? 0)),
  );
  const ticks = amountTicks(highest * 1.04);
  const full = moneyFull(currency);
  const planText =
    plan === null || planned === null
      ? ""
      : plan.max === null
        ? `${full(plan.min)} or more`
        : plan.min === plan.max
          ? full(plan.min)
          : `${full(plan.min)}–${full(plan.max)}`;
  const nearest = (day: string) => days.find((entry) => entry >= day) ?? null;
  const todayAt = nearest(today);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart data={points} margin={{ top: 18, right: 12, bottom: 4, left: 0 }} title={title} desc={desc}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="day"
          ticks={monthTicks(days)}
          tickFormatter={monthLabel}
          stroke="var(--line-strong)"
          tick={{ fill: "var(--ink-2)", fontSize: 12 }}
          minTickGap={12}
        />
        <YAxis
          ticks={ticks}
          domain={[0, ticks.at(-1) ?? 1]}
          tickFormatter={moneyTick(currency, ticks)}
          width={54}
          stroke="var(--line-strong)"
          tick={{ fill: "var(--ink-2)", fontSize: 12 }}
        />
        {limits.map((limit) => {
          const [x1, x2] = limit.interval === null ? [null, null] : [nearest(limit.interval[0]), nearest(limit.interval[1]) ?? days.at(-1)];
          if (x1 === null || x1 === undefined || x2 === null || x2 === undefined) return null;
          return <ReferenceArea key={`area-${limit.id}`} x1={x1} x2={x2} fill={`var(--${LIMIT_TOKEN[limit.kind]})`} fillOpacity={0.09} ifOverflow="visible" />;
        })}
        <Area
          dataKey="range"
          stroke="none"
          fill="var(--s2)"
          fillOpacity={0.16}
          isAnimationActive={false}
          tooltipType="none"
          activeDot={false}
          connectNulls={false}
        />
        {plan === null || plan.max === null || plan.max === plan.min ? null : (
          <ReferenceArea y1={plan.min} y2={plan.max} fill="var(--s5)" fillOpacity={0.1} ifOverflow="visible" />
        )}
        {plan === null || planned === null ? null : (
          <ReferenceLine
            y={planned}
            ifOverflow="extendDomain"
            stroke="var(--s5)"
            strokeDasharray={DASH.s5}
            strokeWidth={1.5}
            label={{ value: `Plan ${planText}`, position: "insideTopLeft", fill: "var(--s5)", fontSize: 12 }}
          />
        )}
        {limits.map((limit) => (
          <ReferenceLine
            key={limit.id}
            y={limit.value}
            ifOverflow="extendDomain"
            stroke={`var(--${LIMIT_TOKEN[limit.kind]})`}
            strokeDasharray={DASH[LIMIT_TOKEN[limit.kind]]}
            strokeWidth={1.5}
            label={<LimitLabel text={`${limit.label} ${full(limit.value)}`} color={`var(--${LIMIT_TOKEN[limit.kind]})`} />}
          />
        ))}
        {todayAt === null ? null : (
          <ReferenceLine x={todayAt} stroke="var(--ink)" strokeWidth={1} label={{ value: "today", position: "top", fill: "var(--ink)", fontSize: 12 }} />
        )}
        <Line dataKey="actual" stroke="var(--s1)" strokeWidth={2} dot={false} isAnimationActive={false} connectNulls={false} />
        <Line
          dataKey="projected"
          stroke="var(--s2)"
          strokeWidth={2.5}
          strokeDasharray="0.1 5"
          strokeLinecap="round"
          dot={false}
          isAnimationActive={false}
          connectNulls={false}
        />
        {limits.flatMap((limit) =>
          limit.crossedOn.map((day) => {
            const x = nearest(day);
            return x === null ? null : (
              <ReferenceDot
                key={`${limit.id}-${day}`}
                x={x}
                y={limit.value}
                r={4}
                fill="var(--panel)"
                stroke={`var(--${LIMIT_TOKEN[limit.kind]})`}
                strokeWidth={2}
              />
            );
          }),
        )}
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: "var(--line-strong)" }}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as OverTimeDrawingProps["points"][number] | undefined;
            if (!active || point === undefined) return null;
            const lines =
              point.actual !== null
                ? [`Billed, 30 days: ${full(point.actual)}`]
                : [
                    `Projected, 30 days: ${full(point.projected ?? 0)}`,
                    point.range === null ? null : `${full(point.range[0])} to ${full(point.range[1])}, 4 in 5 chance`,
                  ];
            return <Tip title={dayLabel(point.day)} lines={[...lines, plan === null ? null : `Plan: ${planText}`].filter((line) => line !== null)} />;
          }}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
