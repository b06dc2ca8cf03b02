"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { recordDecisionAction } from "@/app/(app)/projects/[slug]/decision/actions";
import { ActionForm } from "@/components/ui/action-form";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input, Select, Textarea } from "@/components/ui/field";
import { Callout } from "@/components/ui/status";
import type { DecisionView } from "@/lib/decision/types";

/** The sheet in which a person chooses a stack and says why. What was known is frozen on the server. */
export function RecordDecision({ view, allowed }: { view: DecisionView; allowed: boolean }) {
  const [open, setOpen] = useState(false);
  const router = useRouter();
  const client = useQueryClient();
  const suggested = view.verdict.stack ?? view.current?.key ?? "";
  if (!allowed) return <p className="text-sm text-ink-2">Your role cannot record decisions.</p>;
  return (
    <>
      <Button tone="primary" onClick={() => setOpen(true)} data-testid="record-decision">
        Record decision
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={`Record decision for ${view.project.name}`}
        testId="decision-sheet"
        footer={<Button onClick={() => setOpen(false)}>Close</Button>}
      >
        <Callout tone="neutral" title="What is frozen with it">
          {view.verdict.sentence} Confidence {Math.round(view.confidence.share * 100)} %, {view.matrix.rows.length} values with their age, all trigger states
          {view.planVersion === null ? "" : `, plan version ${view.planVersion}`}. Nothing else changes: no migration starts.
        </Callout>
        <ActionForm
          action={recordDecisionAction}
          submit="Record decision"
          testId="decision-form"
          className="mt-3 grid gap-3"
          done={(made) => <Callout tone="ok" title={`Decision ${made.number} is recorded.`} />}
          onDone={() => {
            void client.invalidateQueries({ queryKey: ["decision", view.project.slug] });
            router.refresh();
          }}
        >
          {(errors) => (
            <>
              <input type="hidden" name="project" value={view.project.slug} />
              <input type="hidden" name="seenVerdict" value={`${view.verdict.kind}:${view.verdict.stack ?? ""}`} />
              <Field label="Stack" htmlFor="decision-stack" error={errors("stack")} hint={view.verdict.stack === null ? "The rules name none." : undefined}>
                <Select id="decision-stack" name="stack" defaultValue={suggested}>
                  {view.stacks.map((stack) => (
                    <option key={stack.key} value={stack.key}>
                      {stack.name}
                      {stack.key === view.current?.key ? " (runs here now)" : ""}
                    </option>
                  ))}
                </Select>
              </Field>
              <Field label="Reason" htmlFor="decision-reason" error={errors("reason")} hint="One sentence that you will still understand in a year.">
                <Textarea id="decision-reason" name="reason" required minLength={3} maxLength={2000} />
              </Field>
              <Field label="Look again on" htmlFor="decision-review" error={errors("reviewAt")} hint="Optional.">
                <Input id="decision-review" name="reviewAt" type="date" />
              </Field>
            </>
          )}
        </ActionForm>
      </Dialog>
    </>
  );
}
