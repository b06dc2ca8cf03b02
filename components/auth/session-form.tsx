"use client";

import { type ReactNode, useActionState, useEffect, useRef } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/status";
import type { PublicFormState } from "@/lib/auth/public-form";

interface SessionFormProps {
  action: (previous: PublicFormState, form: FormData) => Promise<PublicFormState>;
  /** Goes along unseen: link token, path to return to. */
  hidden?: Record<string, string>;
  submit: string;
  /** Given the message of a field and what was typed before a refusal. */
  children: (error: (name: string) => string | undefined, typed: (name: string) => string | undefined) => ReactNode;
}

/** A form that ends signed in. It is a plain form post until scripts have loaded, and stays one without them. */
export function SessionForm({ action, hidden = {}, submit, children }: SessionFormProps) {
  const [state, run, pending] = useActionState(action, null);
  const summary = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (state !== null) summary.current?.focus();
  }, [state]);
  const error = (name: string) => state?.issues.find((issue) => issue.path === name)?.message;
  return (
    <form action={run} className="grid gap-4" noValidate>
      {state === null ? null : (
        <div ref={summary} tabIndex={-1}>
          <Callout tone="bad" role="alert" title={state.message} />
        </div>
      )}
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children(error, (name) => state?.values[name])}
      <Button type="submit" tone="primary" disabled={pending} className="w-full">
        {pending ? "One moment…" : submit}
      </Button>
    </form>
  );
}
