"use client";

import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { ACTION_BUTTON, actionTone } from "@/components/live/command-form";
import { classNames } from "@/components/ui/class-names";
import type { RunState } from "@/lib/migration/run-command";
import type { RunMode, RunPart } from "@/lib/migration/types";
import type { ActionResult } from "@/lib/service/action";

type Action = (raw: unknown) => Promise<ActionResult<RunState>>;

interface CreateRunFormProps {
  migrationId: string;
  /** Route that makes the same run from a plain form. */
  route: string;
  mode: RunMode;
  part?: RunPart;
  label: string;
  primary: boolean;
  /** Why not; empty: possible. */
  reasons: string[];
  create: Action;
  /** Asks for approval in the same go. */
  request: Action;
}

/** Makes a run and asks for its approval: nothing is executed by this. */
export function CreateRunForm({ migrationId, route, mode, part = "move", label, primary, reasons, create, request }: CreateRunFormProps) {
  const router = useRouter();
  const busy = useRef(false);
  const [state, setState] = useState<{ sending: boolean; error: string | null; issues: string[] }>({ sending: false, error: null, issues: [] });
  const submit = async (form: HTMLFormElement) => {
    if (busy.current) return;
    busy.current = true;
    setState({ sending: true, error: null, issues: [] });
    const reason = String(new FormData(form).get("reason") ?? "");
    const made = await create({ migrationId, mode, part, reason });
    if (made.ok) {
      const asked = await request({ runId: made.data.id, version: made.data.version, reason });
      // The draft exists either way; its page says what is missing.
      void asked;
      router.push(`/runs/${made.data.id}`);
      return;
    }
    busy.current = false;
    const issues = made.error.issues.map((issue) => issue.message).filter((message) => message !== made.error.message);
    setState({ sending: false, error: made.error.message, issues });
  };
  const reason = reasons[0] ?? null;
  const id = `create-${part}-${mode}`;
  return (
    <form
      method="post"
      action={route}
      className="grid content-start gap-1.5"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <input type="hidden" name="mode" value={mode} />
      <input type="hidden" name="part" value={part} />
      <input type="hidden" name="request" value="true" />
      <label className="grid gap-0.5 text-xs text-ink-2">
        {mode === "rehearsal" ? "Why this rehearsal (optional)" : "Why now"}
        <input
          name="reason"
          maxLength={2_000}
          autoComplete="off"
          className="min-h-11 w-64 max-w-full rounded-md border border-line-strong bg-panel px-2 text-sm text-ink rail:min-h-9"
        />
      </label>
      <button
        type="submit"
        data-testid={part === "decommission" ? "request-decommission" : mode === "live" ? "request-approval" : "rehearse"}
        disabled={reason !== null || state.sending}
        aria-describedby={reason === null ? undefined : `${id}-why`}
        className={classNames(ACTION_BUTTON, actionTone(primary ? "strong" : "plain"))}
      >
        {state.sending ? "Sending…" : label}
      </button>
      {reason === null ? null : (
        <p id={`${id}-why`} className="text-xs text-ink-2">
          {reason}
        </p>
      )}
      {state.error === null ? null : (
        <div role="alert" data-testid="refused" className="max-w-md text-sm text-bad">
          <strong>{state.error}</strong>
          <ul className="list-disc pl-4">
            {state.issues.map((issue) => (
              <li key={issue}>{issue}</li>
            ))}
          </ul>
        </div>
      )}
    </form>
  );
}
