"use client";

import Link from "next/link";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { type Sent, sendCommand } from "@/components/live/send-command";
import type { ActionView, RunView } from "@/components/migration/view";
import { classNames } from "@/components/ui/class-names";
import { CommandLine } from "@/components/ui/layout";
import type { RunState } from "@/lib/migration/run-command";
import type { ActionResult } from "@/lib/service/action";

export type RunAction = (raw: unknown) => Promise<ActionResult<RunState>>;
export type Phase = { state: "idle" } | { state: "sending" } | Sent;

interface CommandFormProps {
  run: Pick<RunView, "id" | "version" | "planHash" | "timeZone">;
  action: ActionView;
  /** The server action behind it; absent for safety commands, which use their route. */
  server?: RunAction;
  tone: "plain" | "strong" | "danger";
  testId: string;
  /** Where a plain form comes back to. */
  back: string;
  label?: string;
  fields?: Record<string, string>;
  /** Extra inputs: reason, ticked items. */
  children?: ReactNode;
  disabled?: string | null;
  block?: boolean;
  onSent?: (sent: Sent) => void;
  /**
   * The command carries a plan hash instead of the run's version: a verdict is about exactly that plan, and must not be
   * refused because the preflight was stored or somebody else approved meanwhile.
   */
  boundToPlan?: boolean;
}

const TONES = {
  plain: "border-line-strong bg-panel text-ink enabled:hover:bg-panel-2",
  strong: "border-accent bg-accent text-accent-ink enabled:hover:brightness-110",
  danger: "border-bad bg-panel text-bad enabled:hover:bg-bad-soft",
};

export const ACTION_BUTTON =
  "inline-flex min-h-[56px] items-center justify-center gap-2 rounded-lg border-2 px-2 text-base leading-tight font-semibold disabled:cursor-not-allowed disabled:opacity-60 max-rail:w-full rail:min-h-10 rail:px-4 rail:text-sm";

export function actionTone(tone: CommandFormProps["tone"]): string {
  return TONES[tone];
}

function fromAction(result: ActionResult<RunState>): Sent {
  if (result.ok) return { state: "accepted", at: new Date().toISOString(), message: "" };
  if (result.error.kind === "unauthenticated") return { state: "signed-out" };
  if (result.error.details.stepUp === true) return { state: "step-up" };
  return {
    state: "refused",
    message: result.error.message,
    reasons: result.error.issues.map((issue) => issue.message).filter((reason) => reason !== result.error.message),
  };
}

/** Fields of the form as the verbs take them; numbers and lists are read from their texts on the server. */
function bodyOf(form: HTMLFormElement): Record<string, unknown> {
  const fields = new FormData(form);
  const items = fields.getAll("items").map(String);
  const body: Record<string, unknown> = {};
  for (const [name, value] of fields) if (name !== "back" && name !== "items" && value !== "") body[name] = String(value);
  if (items.length > 0) body.items = items;
  return body;
}

/**
 * A command as a form: with scripts it is sent and its outcome shown in place; without them the same form posts to
 * the same route. Nothing is assumed: Sending, then what the server said, then the state the stream brings.
 */
export function CommandForm({ run, action, server, tone, testId, back, label, fields, children, disabled, block, boundToPlan, onSent }: CommandFormProps) {
  const [phase, setPhase] = useState<Phase>({ state: "idle" });
  const busy = useRef(false);
  const reason = disabled ?? action.reasons[0] ?? null;
  const submit = async (form: HTMLFormElement) => {
    // A double tap is one command.
    if (busy.current) return;
    busy.current = true;
    setPhase({ state: "sending" });
    const body = bodyOf(form);
    const sent =
      server === undefined
        ? await sendCommand(run.id, action.command, body)
        : await server({ ...body, runId: run.id }).then(fromAction, (): Sent => ({ state: "unconfirmed", line: "" }));
    busy.current = false;
    setPhase(sent);
    onSent?.(sent);
  };
  return (
    <form
      method="post"
      action={`/api/v1/runs/${encodeURIComponent(run.id)}/${action.command}`}
      className={classNames("grid min-w-0 content-start gap-1.5", block ? "w-full" : "rail:justify-items-start")}
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <input type="hidden" name="back" value={back} />
      {boundToPlan ? null : <input type="hidden" name="version" value={run.version} />}
      {action.step === null ? null : <input type="hidden" name="step" value={action.step} />}
      {Object.entries(fields ?? {}).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
      <button
        type="submit"
        data-testid={testId}
        disabled={reason !== null || phase.state === "sending"}
        aria-describedby={reason === null ? undefined : `${testId}-why`}
        className={classNames(ACTION_BUTTON, TONES[tone], block && "w-full")}
      >
        {phase.state === "sending" ? "Sending…" : (label ?? action.label)}
      </button>
      {reason === null ? null : (
        <p id={`${testId}-why`} className="text-xs text-ink-2">
          {reason}
        </p>
      )}
      <Outcome phase={phase} timeZone={run.timeZone} back={back} />
    </form>
  );
}

/** What the server answered to a command; stays until the next one. */
export function Outcome({ phase, timeZone, back }: { phase: Phase; timeZone: string; back: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (phase.state === "refused" || phase.state === "unconfirmed") box.current?.focus();
  }, [phase.state]);
  switch (phase.state) {
    case "idle":
      return null;
    case "sending":
      return (
        <p role="status" className="text-xs text-ink-2">
          Sending…
        </p>
      );
    case "accepted":
      return (
        <p role="status" data-testid="accepted" className="text-xs font-semibold text-ok">
          Accepted by the server{phase.at === "" ? "" : ` ${timeOfDay(phase.at, timeZone)}`}. {phase.message === "Done." ? "" : phase.message}
        </p>
      );
    case "signed-out":
      return (
        <p role="alert" className="text-xs font-semibold text-bad">
          You are signed out. <Link href={`/sign-in?next=${encodeURIComponent(back)}`}>Sign in again</Link>
        </p>
      );
    case "step-up":
      return (
        <p role="alert" data-testid="step-up" className="text-sm font-semibold text-bad">
          Confirm first that it is you: <Link href={`/step-up?next=${encodeURIComponent(back)}`}>type your password again</Link>. You come back here.
        </p>
      );
    case "refused":
      return (
        <div ref={box} tabIndex={-1} role="alert" data-testid="refused" className="max-w-md text-xs text-bad">
          <strong>Refused:</strong> {phase.message}
          {phase.reasons.length > 0 ? (
            <ul className="list-disc pl-4">
              {phase.reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          ) : null}
        </div>
      );
    case "unconfirmed":
      return (
        <div ref={box} tabIndex={-1} role="alert" data-testid="unconfirmed" className="grid gap-1 text-xs text-bad">
          <strong>Not confirmed: no answer from the server. It may or may not have arrived.</strong>
          {phase.line === "" ? null : (
            <>
              On the server itself you can use: <CommandLine>{phase.line}</CommandLine>
            </>
          )}
        </div>
      );
  }
}

function timeOfDay(at: string, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(at));
}
