"use client";

import { useState } from "react";
import type { RunActions } from "@/components/live/action-bar";
import { ActionButtons } from "@/components/live/step-actions";
import { UnknownChoices } from "@/components/live/unknown-choices";
import { stepTiming } from "@/components/migration/clock";
import { Commands } from "@/components/migration/commands";
import type { RunView, StepView } from "@/components/migration/view";
import { KIND_WORDS } from "@/components/migration/words";
import { Status } from "@/components/ui/status";
import { formatDuration } from "@/lib/core/duration";

/** Progress in words and as a bar, whole and by part (tables). */
function Progress({ step }: { step: StepView }) {
  const progress = step.progress;
  if (progress === null) return null;
  const share = progress.done !== undefined && progress.total !== undefined && progress.total > 0 ? progress.done / progress.total : null;
  const parts = progress.parts ?? [];
  return (
    <div className="grid gap-1 text-sm" data-testid="progress">
      <p>
        {progress.message}
        {share === null ? null : <span className="num"> · {Math.floor(share * 100)} %</span>}
      </p>
      {share === null ? null : (
        <progress className="h-2 w-full accent-(--s2)" value={share} max={1} aria-label={progress.message}>
          {Math.floor(share * 100)} %
        </progress>
      )}
      {parts.length === 0 ? null : (
        <details>
          <summary className="min-h-6 text-ink-2">
            {parts.filter((part) => part.done >= part.total).length} of {parts.length} parts done
          </summary>
          <ul
            // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable region (WCAG 2.1.1)
            tabIndex={0}
            className="num mt-1 grid max-h-48 gap-x-4 overflow-auto text-xs sm:grid-cols-2"
          >
            {parts.map((part) => (
              <li key={part.name} className="flex justify-between gap-2">
                <span className="truncate" title={part.name}>
                  {part.name}
                </span>
                <span>
                  {part.done} / {part.total}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** The step at hand: which one, in which state, for how long. */
export function CurrentStep({ run, nowMs }: { run: RunView; nowMs: number }) {
  const step = run.current;
  if (step === null) {
    return (
      <div data-testid="current-step" className="text-sm">
        <p className="font-semibold">{run.state.word}</p>
        <p className="text-ink-2">
          {run.endReason ??
            (run.observeUntil !== null && run.status === "observing"
              ? `Until ${run.observeUntil.slice(0, 16).replace("T", " ")} UTC, guards armed.`
              : "No step is under way.")}
        </p>
      </div>
    );
  }
  return (
    <div data-testid="current-step" data-step={step.key}>
      <p className="text-sm text-ink-2">
        <span className="num">
          Step {step.number} of {run.steps.length}
        </span>{" "}
        · {KIND_WORDS[step.kind]}
        {step.owner === null ? "" : ` · on duty: ${step.owner}`}
      </p>
      <p className="text-lg leading-snug font-semibold break-words">{step.title}</p>
      <p className="flex flex-wrap items-baseline gap-x-3 text-sm">
        <Status tone={step.state.tone}>{step.state.word}</Status>
        <span className="num text-ink-2">{stepTiming(step, nowMs)}</span>
      </p>
    </div>
  );
}

/** What the step does, how far it is, and what a person has to do. */
export function NowPanel({ run, actions, lost, back }: { run: RunView; actions: RunActions; lost: boolean; back: string }) {
  const step = run.current;
  const [ticked, setTicked] = useState<Record<string, boolean>>({});
  if (step === null) {
    return (
      <p className="text-sm" data-testid="todo">
        {run.todo}
      </p>
    );
  }
  const checklist = step.kind === "checklist" && step.status === "waiting";
  return (
    <div className="grid gap-2">
      {step.message === "" || step.unknown !== null || step.message === step.progress?.message ? null : <p className="text-sm break-words">{step.message}</p>}
      {step.unknown === null ? null : <UnknownChoices unknown={step.unknown} />}
      <Progress step={step} />
      <p className="text-sm font-medium" data-testid="todo">
        {run.todo}
      </p>
      {step.pointOfNoReturn ? <p className="text-sm font-semibold text-bad">This step is the point of no return: from its start on, undo loses data.</p> : null}
      {step.instructions === null ? null : (
        <details open={step.waitingFor === "human"}>
          <summary className="min-h-6 text-sm text-ink-2">Instructions</summary>
          <p className="mt-1 max-w-prose text-sm break-words whitespace-pre-wrap">{step.instructions}</p>
        </details>
      )}
      <Commands commands={step.commands} />
      {checklist ? (
        <fieldset className="grid gap-1">
          <legend className="text-sm text-ink-2">Tick every item, then confirm.</legend>
          {step.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the position is the item's identity
            <label key={index} className="flex min-h-11 items-center gap-3 text-sm rail:min-h-8">
              <input
                type="checkbox"
                form={`confirm-form-${step.key}`}
                className="size-5"
                checked={ticked[`${step.key} ${index}`] ?? false}
                onChange={(event) => setTicked((all) => ({ ...all, [`${step.key} ${index}`]: event.target.checked }))}
              />
              {item}
            </label>
          ))}
        </fieldset>
      ) : null}
      <ActionButtons
        run={run}
        actions={actions}
        lost={lost}
        back={back}
        items={checklist ? step.items.map((_item, index) => index).filter((index) => ticked[`${step.key} ${index}`]) : []}
        missing={checklist ? step.items.filter((_item, index) => !ticked[`${step.key} ${index}`]).length : 0}
      />
      {run.next === null ? null : (
        <p className="text-sm text-ink-2">
          Next: <span className="text-ink">{run.next.title}</span> ({KIND_WORDS[run.next.kind].toLowerCase()}
          {run.next.expectedMs === null ? "" : `, ${formatDuration(run.next.expectedMs)}`})
        </p>
      )}
    </div>
  );
}
