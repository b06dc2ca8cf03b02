"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import { enterSampleAction, undoSampleAction } from "@/app/(app)/projects/[slug]/metrics/actions";
import { ActionForm } from "@/components/ui/action-form";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { Callout } from "@/components/ui/status";
import type { EnteredSample } from "@/lib/metric/enter-sample";

interface EnterSampleProps {
  project: string;
  metrics: { key: string; name: string; unit: string; kind: "number" | "boolean" }[];
  /** Metric chosen by the address. */
  chosen: string | null;
}

/** Milliseconds in which a value can be taken back; the server has the same limit. */
const UNDO_MS = 10_000;

/** One value by hand: a number, or yes and no. */
export function EnterSample({ project, metrics, chosen }: EnterSampleProps) {
  const [key, setKey] = useState(metrics.find((metric) => metric.key === chosen)?.key ?? metrics[0]?.key ?? "");
  const [entered, setEntered] = useState<EnteredSample | null>(null);
  const router = useRouter();
  const metric = metrics.find((one) => one.key === key);
  return (
    <div>
      {entered === null ? null : <Entered key={entered.at} sample={entered} name={metrics.find((one) => one.key === entered.metric)?.name ?? entered.metric} />}
      <ActionForm
        action={enterSampleAction}
        submit="Store value"
        testId="enter-sample"
        className="grid gap-x-4 gap-y-1 sm:grid-cols-[2fr_1fr_1.4fr_auto] sm:items-start [&>div:last-child]:sm:mt-6"
        onDone={(sample) => {
          setEntered(sample);
          router.refresh();
        }}
      >
        {(errors) => (
          <>
            <input type="hidden" name="project" value={project} />
            <Field label="Metric" htmlFor="enter-metric" error={errors("metric")}>
              <Select id="enter-metric" name="metric" value={key} onChange={(event) => setKey(event.target.value)}>
                {metrics.map((one) => (
                  <option key={one.key} value={one.key}>
                    {one.name}
                    {one.unit === "" ? "" : ` (${one.unit})`}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label={metric?.kind === "boolean" ? "Answer" : "Value"} htmlFor="enter-value" error={errors("value")} hint={metric?.unit}>
              {metric?.kind === "boolean" ? (
                <Select id="enter-value" name="value" defaultValue="yes" key={key}>
                  <option value="yes">yes</option>
                  <option value="no">no</option>
                </Select>
              ) : (
                <Input id="enter-value" name="value" inputMode="decimal" autoComplete="off" required key={key} autoFocus={chosen === key} />
              )}
            </Field>
            <Field label="Measured at" htmlFor="enter-at" error={errors("at")} hint="Empty: now. Else 2026-11-20T02:10:00Z.">
              <Input id="enter-at" name="at" autoComplete="off" placeholder="now" />
            </Field>
          </>
        )}
      </ActionForm>
    </div>
  );
}

/** What was stored, with ten seconds to take it back. */
function Entered({ sample, name }: { sample: EnteredSample; name: string }) {
  const [state, setState] = useState<"open" | "over" | "undone" | string>("open");
  const [pending, start] = useTransition();
  const router = useRouter();
  useEffect(() => {
    const timer = setTimeout(() => setState((now) => (now === "open" ? "over" : now)), UNDO_MS);
    return () => clearTimeout(timer);
  }, []);
  const undo = () =>
    start(async () => {
      const result = await undoSampleAction({ project: sample.project, metric: sample.metric, at: sample.at });
      setState(result.ok ? "undone" : result.error.message);
      router.refresh();
    });
  return (
    <Callout tone="ok" role="status" className="mb-3" title={state === "undone" ? `Taken back: ${name} ${sample.value}` : `Stored: ${name} ${sample.value}`}>
      {state === "open" ? (
        <Button tone="quiet" onClick={undo} disabled={pending}>
          Undo (10 s)
        </Button>
      ) : state === "over" || state === "undone" ? null : (
        state
      )}
    </Callout>
  );
}
