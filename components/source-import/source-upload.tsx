"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useId, useRef, useState } from "react";
import { ImportPreview, type PreviewReport } from "@/components/source-import/import-preview";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { Field, Input, Textarea } from "@/components/ui/field";
import { Callout } from "@/components/ui/status";

interface SourceUploadProps {
  /** What the file may be, as the label of the field. */
  label: string;
  hint: ReactNode;
  accept: string;
  /** Largest file, in bytes: larger ones are not even sent. */
  maxBytes: number;
  /** Name of the query parameter or path part that the person chooses: a stack, or a project. */
  place: { label: string; name: "stack" | "project"; options: { value: string; text: string }[]; initial: string };
  /** Address that takes the file; `{place}` stands for the chosen project. */
  endpoint: string;
}

type State =
  | { kind: "idle" }
  | { kind: "sending"; what: "preview" | "import" }
  | { kind: "seen"; report: PreviewReport }
  | { kind: "done"; report: PreviewReport }
  | { kind: "failed"; message: string; issues: { path: string; message: string }[] };

/** Drop, choose or paste a file, see what it would change, then import exactly that. */
export function SourceUpload(props: SourceUploadProps) {
  const { place, maxBytes } = props;
  const router = useRouter();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [over, setOver] = useState(false);
  const [state, setState] = useState<State>({ kind: "idle" });
  const choose = (chosen: File | null) => {
    setFile(chosen);
    const large = chosen !== null && chosen.size > maxBytes;
    setState(large ? { kind: "failed", message: tooLarge(chosen.size, maxBytes), issues: [] } : { kind: "idle" });
  };
  const remove = () => {
    const input = form.current?.querySelector<HTMLInputElement>("input[type=file]");
    if (input) input.value = "";
    choose(null);
  };
  const send = async (what: "preview" | "import", basis?: string) => {
    const fields = new FormData(form.current ?? undefined);
    const pasted = String(fields.get("pasted") ?? "");
    if (file === null && pasted.trim() === "") return setState({ kind: "failed", message: "Choose a file, drop one here, or paste its text.", issues: [] });
    setState({ kind: "sending", what });
    try {
      const found = await post(requestOf(props, fields, file?.name ?? "pasted text", what === "preview", basis), file ?? pasted);
      if ("message" in found) return setState({ kind: "failed", ...found });
      setState({ kind: what === "preview" ? "seen" : "done", report: found.report });
      if (what === "preview") return;
      // A pasted state has secrets: it does not stay in the page.
      form.current?.reset();
      setFile(null);
      router.refresh();
    } catch {
      setState({ kind: "failed", message: "The upload broke off. Nothing was imported; try again.", issues: [] });
    }
  };
  const busy = state.kind === "sending";
  return (
    <form
      ref={form}
      data-testid="source-upload"
      className="grid grid-cols-1 gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void send("preview");
      }}
      onChange={() => setState((now) => (now.kind === "seen" || now.kind === "done" ? { kind: "idle" } : now))}
    >
      <section
        aria-label="Drop a file here"
        data-testid="drop-zone"
        className={classNames("grid gap-x-4 rounded-lg border border-dashed p-3 sm:grid-cols-2", over ? "border-accent bg-accent-soft" : "border-line-strong")}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          choose(event.dataTransfer.files[0] ?? null);
        }}
      >
        <Field label={props.label} htmlFor={`${id}-file`} hint={file === null ? "Choose a file or drop one here." : <Chosen file={file} onRemove={remove} />}>
          <Input id={`${id}-file`} type="file" accept={props.accept} onChange={(event) => choose(event.target.files?.[0] ?? null)} />
        </Field>
        <Field label="Or paste its text" htmlFor={`${id}-text`} hint={file === null ? "" : "The chosen file is taken."}>
          <Textarea
            id={`${id}-text`}
            name="pasted"
            spellCheck={false}
            autoComplete="off"
            rows={2}
            className="min-h-10 font-mono text-sm"
            disabled={file !== null}
          />
        </Field>
      </section>
      <div className="grid gap-x-4 sm:grid-cols-2">
        <Field label={place.label} htmlFor={`${id}-place`}>
          <select
            id={`${id}-place`}
            name="place"
            defaultValue={place.initial}
            className="min-h-10 w-full rounded-md border border-line-strong bg-panel px-3 py-1.5 text-ink max-rail:min-h-11"
          >
            {place.options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.text}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Source name (optional)" htmlFor={`${id}-source`} hint="Only where there are several files of a kind.">
          <Input id={`${id}-source`} name="source" maxLength={40} autoComplete="off" />
        </Field>
      </div>
      <p className="text-sm text-ink-2">{props.hint}</p>
      <div>
        <Button type="submit" tone={state.kind === "seen" ? "secondary" : "primary"} disabled={busy}>
          {busy && state.what === "preview" ? "Reading…" : "Show what would change"}
        </Button>
      </div>
      <Outcome state={state} onImport={(basis) => void send("import", basis)} />
    </form>
  );
}

function Chosen({ file, onRemove }: { file: File; onRemove: () => void }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <span className="min-w-0 break-all">
        Chosen: {file.name} ({sizeText(file.size)})
      </span>
      <Button tone="quiet" onClick={onRemove}>
        Remove file
      </Button>
    </span>
  );
}

function Outcome({ state, onImport }: { state: State; onImport: (basis: string) => void }) {
  if (state.kind === "sending" && state.what === "import") return <p role="status">Importing…</p>;
  if (state.kind === "failed") {
    return (
      <Callout tone="bad" role="alert" title={state.message}>
        {state.issues.length === 0 ? undefined : (
          <ul className="list-disc pl-5">
            {state.issues.slice(0, 10).map((issue) => (
              <li key={issue.path} className="break-words">
                {issue.path}: {issue.message}
              </li>
            ))}
          </ul>
        )}
      </Callout>
    );
  }
  if (state.kind === "done") {
    const { counts, applied } = state.report;
    return (
      <Callout tone="ok" role="status" title={applied ? "Imported." : "Nothing changed: nothing was written."}>
        <p className="num">
          {counts.new} new, {counts.changed} changed, {counts.unchanged} unchanged, {counts.returned} back, {counts.vanished} gone.
          {applied ? " It can be undone in the list of imports below." : ""}
        </p>
      </Callout>
    );
  }
  return state.kind === "seen" ? <ImportPreview report={state.report} onImport={() => onImport(state.report.basis)} /> : null;
}

function requestOf(props: SourceUploadProps, fields: FormData, name: string, dryRun: boolean, basis: string | undefined): string {
  const place = String(fields.get("place") ?? "");
  const source = String(fields.get("source") ?? "").trim();
  const query = new URLSearchParams({
    name,
    ...(props.place.name === "stack" ? { stack: place } : {}),
    ...(source === "" ? {} : { source }),
    ...(dryRun ? { dryRun: "1" } : {}),
    ...(basis === undefined ? {} : { basis }),
  });
  return `${props.endpoint.replace("{place}", encodeURIComponent(place))}?${query}`;
}

async function post(
  address: string,
  body: File | string,
): Promise<{ report: PreviewReport } | { message: string; issues: { path: string; message: string }[] }> {
  const response = await fetch(address, { method: "POST", body, headers: { "content-type": "text/plain" } });
  const answer = await response.json();
  if (response.ok) return { report: answer };
  return { message: answer.detail ?? "The server refused the file.", issues: answer.errors ?? [] };
}

const sizeText = (bytes: number) => (bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);
const tooLarge = (size: number, most: number) =>
  `The file has ${sizeText(size)}; at most ${most / 1_000_000} MB are read. Split it, for example by module or state.`;
