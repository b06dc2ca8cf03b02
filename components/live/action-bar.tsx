"use client";

import Link from "next/link";
import { useState } from "react";
import { ACTION_BUTTON, actionTone, CommandForm, Outcome, type Phase, type RunAction } from "@/components/live/command-form";
import { SafetyDialog } from "@/components/live/safety-dialog";
import { stepChoices } from "@/components/live/step-choices";
import type { ActionView, RunView } from "@/components/migration/view";
import { classNames } from "@/components/ui/class-names";
import type { RunCommand } from "@/lib/migration/types";

export type RunActions = Record<"request" | "start" | "resume" | "confirm" | "skip" | "retry", RunAction>;

export interface ActionBarProps {
  run: RunView;
  actions: RunActions;
  /** No news for ten seconds: what needs fresh data is disabled, safety is not. */
  lost: boolean;
  /** From the address, while scripts had not loaded. */
  confirming: RunCommand | null;
  back: string;
}

const byCommand = (run: RunView, command: RunCommand): ActionView =>
  run.actions.find((action) => action.command === command) ?? {
    command,
    label: command,
    reasons: ["There is no step for this now."],
    confirm: null,
    href: null,
    step: null,
  };

const LOST_REASON = "Not while the connection is lost: what you see may be old.";

/** The third place: whatever the state asks for. */
function Primary({ run, actions, lost, back }: ActionBarProps) {
  const approve = byCommand(run, "approve");
  const offered = (["start", "resume", "request"] as const).map((command) => byCommand(run, command)).find((action) => action.reasons.length === 0);
  const asks = run.status === "draft" ? "request" : run.status === "approved" ? "start" : run.status === "paused" ? "resume" : null;
  if (approve.href !== null) {
    return (
      <div className="grid min-w-0 content-start gap-1.5 rail:justify-items-start">
        {lost ? (
          <>
            <button type="button" disabled data-testid="approve" className={classNames(ACTION_BUTTON, actionTone("strong"))}>
              {approve.label}
            </button>
            <p className="text-xs text-ink-2">{LOST_REASON}</p>
          </>
        ) : (
          <Link href={approve.href} data-testid="approve" className={classNames(ACTION_BUTTON, actionTone("strong"), "no-underline")}>
            {approve.label}
          </Link>
        )}
      </div>
    );
  }
  const action = offered ?? stepChoices(run).barRetry ?? (asks === null ? null : byCommand(run, asks));
  if (action !== null && (action.command === "start" || action.command === "resume" || action.command === "request" || action.command === "retry")) {
    return (
      <CommandForm
        run={run}
        action={action}
        server={actions[action.command]}
        tone="strong"
        testId={action.command}
        back={back}
        disabled={lost ? LOST_REASON : null}
      />
    );
  }
  return (
    <div className="grid min-w-0 content-start gap-1.5 rail:justify-items-start">
      <button type="button" disabled data-testid="approve" aria-describedby="approve-why" className={classNames(ACTION_BUTTON, actionTone("strong"))}>
        {approve.label}
      </button>
      <p id="approve-why" className="text-xs text-ink-2">
        {approve.reasons[0]}
      </p>
    </div>
  );
}

/** Opens the one confirmation; without scripts the address does. */
function Confirmed({
  run,
  action,
  testId,
  back,
  start,
  quiet,
}: {
  run: RunView;
  action: ActionView;
  testId: string;
  back: string;
  start: boolean;
  quiet?: boolean;
}) {
  const [open, setOpen] = useState(start);
  const [phase, setPhase] = useState<Phase>({ state: "idle" });
  const reason = action.reasons[0] ?? null;
  return (
    <div className="grid min-w-0 content-start gap-1.5 rail:justify-items-start">
      <form
        method="get"
        action={back}
        onSubmit={(event) => {
          event.preventDefault();
          setOpen(true);
        }}
      >
        <input type="hidden" name="confirm" value={action.command} />
        <button
          type="submit"
          data-testid={testId}
          disabled={reason !== null}
          aria-describedby={reason === null ? undefined : `${testId}-why`}
          className={classNames(ACTION_BUTTON, quiet ? "border-line-strong bg-panel text-ink-2 enabled:hover:bg-panel-2" : actionTone("danger"))}
        >
          {action.label}
        </button>
      </form>
      {reason === null ? null : (
        <p id={`${testId}-why`} className="text-xs text-ink-2">
          {reason}
        </p>
      )}
      <Outcome phase={phase} timeZone={run.timeZone} back={back} />
      {open || start ? (
        <SafetyDialog
          run={run}
          action={action}
          open={open}
          openInHtml={start}
          back={back}
          onClose={() => setOpen(false)}
          onSent={(sent) => {
            if (sent.state === "accepted") setPhase(sent);
          }}
        />
      ) : null}
    </div>
  );
}

/** Pause, Roll back and what the state asks for: always there, disabled with the reason as text. */
export function ActionBar(props: ActionBarProps) {
  const { run, back, confirming } = props;
  return (
    <section
      aria-label="Actions"
      id="actions"
      // Drawn open without scripts, the confirmation lies inside this bar and must lie over the bottom bar too.
      className={classNames(
        confirming === null ? "max-rail:z-20" : "max-rail:z-40",
        "grid grid-cols-3 items-start gap-4 max-rail:fixed max-rail:inset-x-0 max-rail:bottom-[calc(3.55rem+env(safe-area-inset-bottom))] max-rail:border-t max-rail:border-line max-rail:bg-panel max-rail:px-4 max-rail:py-2.5 rail:flex rail:flex-wrap",
      )}
    >
      <CommandForm run={run} action={byCommand(run, "pause")} tone="plain" testId="pause" back={back} />
      <Confirmed run={run} action={byCommand(run, "rollback")} testId="roll-back" back={back} start={confirming === "rollback"} />
      <Primary {...props} />
    </section>
  );
}

/** Abort, away from the other buttons and of lesser weight: it is rarely what one wants. */
export function AbortPart({ run, back, confirming }: Pick<ActionBarProps, "run" | "back" | "confirming">) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-3 text-sm">
      <p className="max-w-xl text-ink-2">
        Abort ends the run and leaves everything as it is, half-way where it stands. To get back to the old side use <em>Roll back</em>.
      </p>
      <Confirmed run={run} action={byCommand(run, "abort")} testId="abort" back={back} start={confirming === "abort"} quiet />
    </div>
  );
}
