"use client";

import type { RunActions } from "@/components/live/action-bar";
import { CommandForm } from "@/components/live/command-form";
import { stepChoices } from "@/components/live/step-choices";
import type { RunView } from "@/components/migration/view";

interface ActionButtonsProps {
  run: RunView;
  actions: RunActions;
  lost: boolean;
  back: string;
  /** Ticked items of a checklist, by position. */
  items: number[];
  /** Items not ticked yet. */
  missing: number;
}

/** Confirm, retry, skip, and Resume where their usual place is taken: shown where the step asks for a person, with a note that is kept in the journal. */
export function ActionButtons({ run, actions, lost, back, items, missing }: ActionButtonsProps) {
  const { confirm, retry, skip, resume } = stepChoices(run);
  if ([confirm, retry, skip, resume].every((action) => action === null)) return null;
  const stale = lost ? "Not while the connection is lost: what you see may be old." : null;
  return (
    <div className="flex flex-wrap items-start gap-4 rounded-lg border border-line bg-panel-2 p-3" data-testid="step-actions">
      {confirm === null ? null : (
        <CommandForm
          run={run}
          action={confirm}
          server={actions.confirm}
          tone={retry !== null ? "plain" : "strong"}
          testId="confirm"
          back={back}
          disabled={stale ?? (missing > 0 ? `${missing} ${missing === 1 ? "item is" : "items are"} not ticked.` : null)}
        >
          {items.map((item) => (
            <input key={item} type="hidden" name="items" value={item} />
          ))}
          <Note name="reason" label="Note (optional)" />
        </CommandForm>
      )}
      {retry === null ? null : <CommandForm run={run} action={retry} server={actions.retry} tone="strong" testId="retry" back={back} disabled={stale} />}
      {resume === null ? null : <CommandForm run={run} action={resume} server={actions.resume} tone="strong" testId="resume" back={back} disabled={stale} />}
      {skip === null ? null : (
        <CommandForm run={run} action={skip} server={actions.skip} tone="plain" testId="skip" back={back} disabled={stale}>
          <Note name="reason" label="Why skip" required />
        </CommandForm>
      )}
    </div>
  );
}

function Note({ name, label, required }: { name: string; label: string; required?: boolean }) {
  return (
    <label className="grid gap-0.5 text-xs text-ink-2">
      {label}
      <input
        name={name}
        maxLength={2_000}
        required={required}
        autoComplete="off"
        className="min-h-11 rounded-md border border-line-strong bg-panel px-2 text-sm text-ink rail:min-h-9"
      />
    </label>
  );
}
