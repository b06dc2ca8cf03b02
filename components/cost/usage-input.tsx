"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";

interface UsageInputProps {
  stacks: { key: string; name: string }[];
  metrics: { key: string; name: string; unit: string }[];
  chosen: { a: string; b: string; metric: string; usage: number };
  search: Record<string, string>;
}

/** Two stacks, the metric, and the usage by slider or number; the address keeps all of it. */
export function UsageInput({ stacks, metrics, chosen, search }: UsageInputProps) {
  const router = useRouter();
  const [usage, setUsage] = useState(chosen.usage);
  const [middle] = useState(chosen.usage);
  return (
    <form
      method="get"
      className="grid gap-3 sm:grid-cols-2 lg:grid-cols-[1fr_1fr_1fr_1.4fr_auto] lg:items-start"
      onSubmit={(event) => {
        event.preventDefault();
        const query = new URLSearchParams(search);
        for (const [name, value] of new FormData(event.currentTarget)) if (typeof value === "string") query.set(name, value);
        router.push(`?${query}`, { scroll: false });
      }}
    >
      {Object.entries(search).map(([name, value]) =>
        ["a", "before", "after", "metric", "usage"].includes(name) ? null : <input key={name} type="hidden" name={name} value={value} />,
      )}
      {(["before", "after"] as const).map((side) => (
        <Field key={side} label={side === "before" ? "Stack" : "Compared with"} htmlFor={`curve-${side}`}>
          <Select id={`curve-${side}`} name={side} defaultValue={side === "before" ? chosen.a : chosen.b}>
            {stacks.map((stack) => (
              <option key={stack.key} value={stack.key}>
                {stack.name}
              </option>
            ))}
          </Select>
        </Field>
      ))}
      <Field label="Usage metric" htmlFor="curve-metric">
        <Select id="curve-metric" name="metric" defaultValue={chosen.metric}>
          {metrics.map((metric) => (
            <option key={metric.key} value={metric.key}>
              {metric.name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Usage" htmlFor="curve-usage" hint={metrics.find((metric) => metric.key === chosen.metric)?.unit}>
        <div className="flex items-center gap-2">
          <input
            type="range"
            aria-label="Usage, slider"
            min={0}
            max={middle * 4}
            step={middle / 50}
            value={usage}
            onChange={(event) => setUsage(Number(event.target.value))}
            className="min-w-0 flex-1"
          />
          <Input
            id="curve-usage"
            name="usage"
            type="number"
            min={0}
            step="any"
            value={usage}
            onChange={(event) => setUsage(Number(event.target.value))}
            className="max-w-32"
          />
        </div>
      </Field>
      <Button type="submit" className="lg:mt-6">
        Show
      </Button>
    </form>
  );
}
