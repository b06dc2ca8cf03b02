"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { Callout } from "@/components/ui/status";
import { formatMoney } from "@/lib/core/money";

interface Result {
  import: string | null;
  rows: number;
  rejected: number;
  replaced: number;
  unchanged: number;
  billed: string;
  currency: string;
  rejections: { line: number; reason: string }[];
}

type State =
  | { kind: "idle" }
  | { kind: "sending"; dryRun: boolean }
  | { kind: "done"; result: Result; dryRun: boolean }
  | { kind: "failed"; message: string; issues: { path: string; message: string }[] };

/** Sends a FOCUS CSV as a stream; a check first shows what it would do. */
export function BillUpload({ project }: { project: string }) {
  const router = useRouter();
  const [file, setFile] = useState<File | null>(null);
  const [state, setState] = useState<State>({ kind: "idle" });
  const send = async (dryRun: boolean) => {
    if (file === null) return;
    setState({ kind: "sending", dryRun });
    try {
      const query = new URLSearchParams({ name: file.name, ...(dryRun ? { dryRun: "1" } : {}) });
      const response = await fetch(`/api/v1/projects/${encodeURIComponent(project)}/bills?${query}`, {
        method: "POST",
        body: file,
        headers: { "content-type": "text/csv" },
      });
      const body = await response.json();
      if (!response.ok) setState({ kind: "failed", message: body.detail ?? "The server refused the bill.", issues: body.errors ?? [] });
      else {
        setState({ kind: "done", result: body, dryRun });
        if (!dryRun) router.refresh();
      }
    } catch {
      setState({ kind: "failed", message: "The upload broke off. Nothing was imported; try again.", issues: [] });
    }
  };
  const sending = state.kind === "sending";
  return (
    <form
      data-testid="bill-upload"
      className="grid max-w-xl gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void send(false);
      }}
    >
      <Field label="FOCUS bill (CSV, also .gz)" htmlFor="bill-file" hint="Importing the same bill again changes nothing. An import can be undone as a whole.">
        <Input
          id="bill-file"
          type="file"
          accept=".csv,.gz,text/csv,application/gzip"
          onChange={(event) => {
            setFile(event.target.files?.[0] ?? null);
            setState({ kind: "idle" });
          }}
        />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void send(true)} disabled={file === null || sending}>
          {sending && state.dryRun ? "Checking…" : "Check"}
        </Button>
        <Button type="submit" tone="primary" disabled={file === null || sending}>
          {sending && !state.dryRun ? "Importing…" : "Import bill"}
        </Button>
      </div>
      {state.kind === "failed" ? (
        <Callout tone="bad" role="alert" title={state.message}>
          {state.issues.length === 0 ? undefined : <Lines lines={state.issues.slice(0, 5).map((issue) => `${issue.path}: ${issue.message}`)} />}
        </Callout>
      ) : null}
      {state.kind === "done" ? <Outcome {...state} /> : null}
    </form>
  );
}

function Outcome({ result, dryRun }: { result: Result; dryRun: boolean }) {
  const added = result.rows - result.replaced;
  const changed = result.replaced - result.unchanged;
  return (
    <Callout
      tone={result.rejected > 0 ? "warn" : "ok"}
      role="status"
      title={`${dryRun ? "Checked" : "Imported"}: ${result.rows} rows, ${formatMoney(result.billed, result.currency)} billed`}
    >
      <p className="num">
        {added} new, {changed} changed, {result.unchanged} already there, {result.rejected} refused.
        {dryRun ? " Nothing was written." : ""}
      </p>
      {result.rejections.length === 0 ? null : <Lines lines={result.rejections.slice(0, 5).map((entry) => `line ${entry.line} ${entry.reason}`)} />}
    </Callout>
  );
}

function Lines({ lines }: { lines: string[] }) {
  return (
    <ul className="mt-1 list-disc pl-5">
      {lines.map((line) => (
        <li key={line} className="break-words">
          {line}
        </li>
      ))}
    </ul>
  );
}
