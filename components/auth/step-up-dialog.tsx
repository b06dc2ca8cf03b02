"use client";

import { useActionState } from "react";
import { stepUpAction } from "@/app/(auth)/actions";
import { LabeledInput } from "@/components/auth/labeled-input";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";

/** Asks for the password again in place; `onProven` then sends the refused command once more. */
export function StepUpDialog({ open, onClose, onProven }: { open: boolean; onClose: () => void; onProven: () => void }) {
  const [error, run, pending] = useActionState<string | null, FormData>(async (_previous, fields) => {
    const result = await stepUpAction(fields);
    if (!result.ok) return result.error.message;
    onProven();
    return null;
  }, null);
  return (
    <Dialog open={open} onClose={onClose} title="Confirm that it is you" testId="step-up">
      <form action={run} className="grid gap-4">
        <p>This cannot be taken back easily, so type your password again. It counts for five minutes.</p>
        <LabeledInput
          idPrefix="step-up-"
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          error={error ?? undefined}
        />
        <div className="flex flex-wrap justify-end gap-3">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={pending}>
            {pending ? "One moment…" : "Confirm"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
