"use client";

import { Bar, CartesianGrid, ComposedChart, ErrorBar, Line, ReferenceArea, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { amountTicks, moneyFull, moneyTick, monthLabel } from "@/components/chart/axis";
import { DASH } from "@/components/chart/legend";
import { LimitLabel } from "@/components/chart/limit-label";
import { Tip } from "@/components/chart/tip";

export interface PlanDrawingProps {
  title: string;
  desc: string;
  currency: string;
  months: { month: string; actual: number | null; soFar: boolean; expected: { amount: number; low: number; high: number } | null }[];
  plan: { min: number; max: number | null } | null;
  budgets: { id: string; name: string; perMonth: number; exceeded: boolean }[];
}

/** C1: bars for closed months, the running month hatched with its expected end, plan as a step line, budgets as lines. */
export default function PlanDrawing({ title, desc, currency, months, plan, budgets }: PlanDrawingProps) {
  const planned = plan === null ? null : (plan.max ?? plan.min);
  const data = months.map((row) => ({
    month: row.month,
    closed: row.soFar ? null : row.actual,
    soFar: row.soFar ? row.actual : null,
    rest: row.expected === null ? null : Math.max(0, row.expected.amount - (row.actual ?? 0)),
    reach: row.expected === null ? null : [row.expected.amount - row.expected.low, row.expected.high - row.expected.amount],
    plan: planned,
    row,
  }));
  const highest = Math.max(
    planned ?? 0,
    ...budgets.map((budget) => budget.perMonth),
    ...months.map((row) => Math.max(row.actual ?? 0, row.expected?.high ?? 0)),
  );
  const ticks = amountTicks(highest * 1.05);
  const full = moneyFull(currency);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart data={data} margin={{ top: 14, right: 12, bottom: 4, left: 0 }} title={title} desc={desc}>
        <defs>
          <pattern id="so-far" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" fill="var(--s2)" fillOpacity="0.25" />
            <line x1="0" y1="0" x2="0" y2="6" stroke="var(--s2)" strokeWidth="3" />
          </pattern>
        </defs>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="month"
          tickFormatter={monthLabel}
          stroke="var(--line-strong)"
          tick={{ fill: "var(--ink-2)", fontSize: 12 }}
          interval="preserveStartEnd"
          minTickGap={8}
        />
        <YAxis
          ticks={ticks}
          domain={[0, ticks.at(-1) ?? 1]}
          tickFormatter={moneyTick(currency, ticks)}
          width={54}
          stroke="var(--line-strong)"
          tick={{ fill: "var(--ink-2)", fontSize: 12 }}
        />
        {plan === null || plan.max === null || plan.max === plan.min ? null : (
          <ReferenceArea y1={plan.min} y2={plan.max} fill="var(--s5)" fillOpacity={0.1} ifOverflow="visible" />
        )}
        <Bar dataKey="closed" stackId="cost" fill="var(--s2)" isAnimationActive={false} maxBarSize={44} />
        <Bar dataKey="soFar" stackId="cost" fill="url(#so-far)" stroke="var(--s2)" isAnimationActive={false} maxBarSize={44} />
        <Bar dataKey="rest" stackId="cost" fill="transparent" stroke="var(--s2)" strokeDasharray="3 2" isAnimationActive={false} maxBarSize={44}>
          <ErrorBar dataKey="reach" width={8} strokeWidth={1.5} stroke="var(--ink)" isAnimationActive={false} />
        </Bar>
        {planned === null ? null : (
          <Line
            dataKey="plan"
            type="step"
            stroke="var(--s5)"
            strokeDasharray={DASH.s5}
            strokeWidth={2}
            dot={false}
            activeDot={false}
            isAnimationActive={false}
          />
        )}
        {budgets.map((budget) => (
          <ReferenceLine
            key={budget.id}
            y={budget.perMonth}
            ifOverflow="extendDomain"
            stroke={budget.exceeded ? "var(--bad)" : "var(--s3)"}
            strokeDasharray={DASH.s3}
            strokeWidth={1.5}
            label={<LimitLabel text={`${budget.name} ${full(budget.perMonth)}`} color={budget.exceeded ? "var(--bad)" : "var(--s3)"} />}
          />
        ))}
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: "var(--panel-2)", fillOpacity: 0.6 }}
          content={({ active, payload }) => {
            const entry = payload?.[0]?.payload as (typeof data)[number] | undefined;
            if (!active || entry === undefined) return null;
            const { row } = entry;
            const lines = [
              row.actual === null ? "No bill" : `${row.soFar ? "So far" : "Billed"}: ${full(row.actual)}`,
              row.expected === null ? null : `Expected end: ${full(row.expected.amount)}`,
              plan === null
                ? null
                : `Plan: ${plan.max === null ? `${full(plan.min)} or more` : plan.min === plan.max ? full(plan.min) : `${full(plan.min)}–${full(plan.max)}`}`,
            ];
            return <Tip title={monthLabel(row.month)} lines={lines.filter((line) => line !== null)} />;
          }}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
