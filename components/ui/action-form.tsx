"use client";

import { type ReactNode, startTransition, useActionState, useEffect, useRef, useState } from "react";
import { StepUpDialog } from "@/components/auth/step-up-dialog";
import { Button, type ButtonTone } from "@/components/ui/button";
import { Callout } from "@/components/ui/status";
import type { ActionResult } from "@/lib/service/action";

type Failure = Extract<ActionResult<unknown>, { ok: false }>["error"];

interface ActionFormProps<T> {
  /** A server action made by the command wrapper. */
  action: (raw: unknown) => Promise<ActionResult<T>>;
  /** Fields; `errors` gives the message of a field by its name. */
  children: (errors: (name: string) => string | undefined, pending: boolean) => ReactNode;
  submit: string;
  tone?: ButtonTone;
  /** Shown after success; gets the action's data. */
  done?: (data: T) => ReactNode;
  onDone?: (data: T) => void;
  disabled?: boolean;
  disabledReason?: ReactNode;
  testId?: string;
  className?: string;
}

type State<T> = { data: T } | { error: Failure } | null;

/** A form around a server action: pending state, error summary that takes focus, nothing typed is lost on refusal. */
export function ActionForm<T>({ action, children, submit, tone = "primary", done, onDone, disabled, disabledReason, testId, className }: ActionFormProps<T>) {
  const form = useRef<HTMLFormElement>(null);
  const summary = useRef<HTMLDivElement>(null);
  const sent = useRef<FormData>(null);
  const [asksProof, setAsksProof] = useState(false);
  const [state, run, pending] = useActionState<State<T>, FormData>(async (_previous, fields) => {
    const result = await action(fields);
    if (!result.ok) {
      // The server wants to know who sits here: ask in place, then send the same fields again.
      setAsksProof(result.error.details.stepUp === true);
      return { error: result.error };
    }
    form.current?.reset();
    onDone?.(result.data);
    return { data: result.data };
  }, null);
  const error = state !== null && "error" in state ? state.error : null;
  useEffect(() => {
    if (error !== null) summary.current?.focus();
  }, [error]);
  const messageOf = (name: string) => error?.issues.find((issue) => issue.path === name)?.message;
  const send = (fields: FormData) => {
    sent.current = fields;
    startTransition(() => run(fields));
  };
  return (
    <>
      <form
        ref={form}
        // Before scripts have loaded the fields must not end up in the address.
        method="post"
        data-testid={testId}
        className={className ?? "grid gap-3"}
        // React empties a form after its action; a refused form keeps what was typed, so the action is called by hand.
        onSubmit={(event) => {
          event.preventDefault();
          const fields = new FormData(event.currentTarget, (event.nativeEvent as SubmitEvent).submitter);
          send(fields);
        }}
      >
        {error === null ? null : (
          <div ref={summary} tabIndex={-1}>
            <Callout tone="bad" role="alert" title={error.message}>
              {error.issues.length > 1 || error.issues.some((issue) => issue.path === "" && issue.message !== error.message) ? (
                <ul className="list-disc pl-5">
                  {error.issues.map((issue) => (
                    <li key={`${issue.path} ${issue.message}`}>
                      {issue.path === "" ? null : <code>{issue.path}</code>} {issue.message}
                    </li>
                  ))}
                </ul>
              ) : undefined}
            </Callout>
          </div>
        )}
        {state !== null && "data" in state && done !== undefined ? <div role="status">{done(state.data)}</div> : null}
        {children(messageOf, pending)}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" tone={tone} disabled={pending || disabled}>
            {pending ? "Sending…" : submit}
          </Button>
          {disabled ? <span className="text-sm text-ink-2">{disabledReason}</span> : null}
        </div>
      </form>
      <StepUpDialog
        open={asksProof}
        onClose={() => setAsksProof(false)}
        onProven={() => {
          setAsksProof(false);
          if (sent.current !== null) send(sent.current);
        }}
      />
    </>
  );
}
