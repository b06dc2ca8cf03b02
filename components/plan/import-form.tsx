"use client";

import { useRouter } from "next/navigation";
import { useId, useRef, useState, useTransition } from "react";
import { DifferenceView } from "@/components/plan/difference-view";
import { FindingList } from "@/components/plan/finding-list";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { Field, Input, Textarea } from "@/components/ui/field";
import { Callout } from "@/components/ui/status";
import type { ImportPreview, ImportResult } from "@/lib/plan/import-plan";
import { looksLikeMarkdown } from "@/lib/plan/looks-like-markdown";
import type { ActionResult } from "@/lib/service/action";

interface ImportFormProps {
  /** Absent for a new project: the plan's own slug counts. */
  slug?: string;
  initial: string;
  preview: (raw: unknown) => Promise<ActionResult<ImportPreview>>;
  apply: (raw: unknown) => Promise<ActionResult<ImportResult>>;
}

/** As the server refuses more, the browser need not send it. */
const MAX_BYTES = 5 * 1_048_576;

type Failure = Extract<ActionResult<unknown>, { ok: false }>["error"];

/**
 * Drop, paste or type a plan. A Markdown document goes to its review; a plan in YAML shows its difference and findings
 * here, and exactly what was looked at is applied.
 */
export function ImportForm({ slug, initial, preview, apply }: ImportFormProps) {
  const router = useRouter();
  const id = useId();
  const [source, setSource] = useState(initial);
  const [seen, setSeen] = useState<{ source: string; preview: ImportPreview } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, start] = useTransition();
  const note = useRef<HTMLInputElement>(null);

  const [dragged, setDragged] = useState(false);
  const markdown = looksLikeMarkdown(source);

  /** Sends a document as it is: the server knows more encodings than a text field. */
  const review = (body: Blob, name: string) =>
    start(async () => {
      const query = new URLSearchParams({ name, ...(slug === undefined ? {} : { project: slug }) });
      const response = await fetch(`/documents?${query}`, { method: "POST", body, headers: { "content-type": "application/octet-stream" } }).catch(() => null);
      const answer = (await response?.json().catch(() => null)) as { id?: string; source?: string; detail?: string; errors?: Failure["issues"] } | null;
      if (response?.ok && answer?.id !== undefined) return router.push(`/documents/${answer.id}`);
      if (response?.ok && answer?.source !== undefined) {
        setSource(answer.source);
        setFailure(null);
      } else {
        const message = answer?.detail ?? "The document did not reach the server. Nothing was stored; try again.";
        setFailure({ kind: "invalid", message, issues: answer?.errors ?? [], details: {} });
      }
      setSeen(null);
    });
  const take = (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > MAX_BYTES)
      setFailure({ kind: "too-large", message: `${file.name} has ${(file.size / 1e6).toFixed(1)} MB; at most 5 MB are read.`, issues: [], details: {} });
    else review(file, file.name);
  };

  const look = () =>
    start(async () => {
      const result = await preview({ source, slug });
      setFailure(result.ok ? null : result.error);
      setSeen(result.ok ? { source, preview: result.data } : null);
    });
  const send = (found: { source: string; preview: ImportPreview }) =>
    start(async () => {
      const result = await apply({ source: found.source, slug, ifMatch: found.preview.version, note: note.current?.value ?? "" });
      if (result.ok) return router.push(`/projects/${result.data.slug}/plan`);
      setFailure(result.error);
      setSeen(null);
    });

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the file field below is the first
    <div
      className="grid gap-4"
      data-testid="drop-zone"
      onDragOver={(event) => {
        event.preventDefault();
        setDragged(true);
      }}
      onDragLeave={() => setDragged(false)}
      onDrop={(event) => {
        event.preventDefault();
        setDragged(false);
        take(event.dataTransfer.files[0]);
      }}
    >
      <div className={classNames("rounded-xl border-2 border-dashed p-4", dragged ? "border-accent bg-accent-soft" : "border-line-strong")}>
        <Field label="Drop a file here, or choose one" htmlFor={`${id}-file`} hint="A Markdown document as your team has it, or a plan in YAML. At most 5 MB.">
          <Input
            id={`${id}-file`}
            type="file"
            accept=".md,.markdown,.txt,.yaml,.yml,.json,text/markdown,text/yaml"
            disabled={pending}
            onChange={(event) => take(event.target.files?.[0])}
          />
        </Field>
        {pending ? <p role="status">Reading the document…</p> : null}
      </div>
      <Field
        label="Or paste or type: Markdown, or a plan in YAML"
        htmlFor={`${id}-source`}
        hint="Nothing is written before you have seen what would be made of it."
      >
        <Textarea
          id={`${id}-source`}
          name="source"
          value={source}
          spellCheck={false}
          required
          rows={12}
          className="font-mono text-sm"
          onChange={(event) => {
            setSource(event.target.value);
            setSeen(null);
          }}
        />
      </Field>
      <div className="flex flex-wrap items-end gap-4">
        <Button
          tone={seen === null ? "primary" : "secondary"}
          disabled={pending || source.trim() === ""}
          onClick={markdown ? () => review(new Blob([source]), "") : look}
        >
          {pending && seen === null ? "Reading…" : markdown ? "Read the document" : "Show what would change"}
        </Button>
      </div>
      {failure === null ? null : <FailureNote failure={failure} />}
      {seen === null ? null : (
        <section className="grid gap-4" aria-label="What would change">
          <PreviewNote preview={seen.preview} />
          <DifferenceView difference={seen.preview.difference} />
          {seen.preview.findings.length === 0 ? <p>The checks have nothing to note.</p> : <FindingList findings={seen.preview.findings} />}
          {seen.preview.same ? null : (
            <div className="flex flex-wrap items-end gap-4">
              <Field label="Note (optional)" htmlFor={`${id}-note`} hint="Kept with the version.">
                <Input id={`${id}-note`} ref={note} maxLength={500} />
              </Field>
              <Button tone="primary" disabled={pending} onClick={() => send(seen)} className="sm:mb-6">
                {pending ? "Applying…" : seen.preview.created ? "Create the project" : `Apply as version ${seen.preview.version + 1}`}
              </Button>
            </div>
          )}
        </section>
      )}
    </div>
  );
}

function PreviewNote({ preview }: { preview: ImportPreview }) {
  if (preview.same) return <Callout tone="info" title="This is the text the project stands on: nothing would change." role="status" />;
  const errors = preview.findings.filter((finding) => finding.level === "error").length;
  const title = preview.created
    ? `"${preview.slug}" would be a new project.`
    : `"${preview.slug}" would go from version ${preview.version} to ${preview.version + 1}.`;
  return (
    <Callout tone={errors > 0 ? "warn" : "ok"} title={title} role="status">
      {errors > 0 ? `The checks find ${errors} ${errors === 1 ? "error" : "errors"}. They do not stop the import; they stay on the plan's page.` : undefined}
    </Callout>
  );
}

function FailureNote({ failure }: { failure: Failure }) {
  return (
    <Callout tone="bad" role="alert" title={failure.message}>
      {failure.issues.length > 1 ? (
        <ul className="list-disc pl-5">
          {failure.issues.slice(0, 50).map((issue) => (
            <li key={`${issue.path} ${issue.message}`} className="break-words">
              {issue.path === "" ? null : <code>{issue.path}</code>} {issue.message}
            </li>
          ))}
        </ul>
      ) : undefined}
      {failure.kind === "conflict" ? <p>Somebody else changed the plan meanwhile. Your text is still above: look at the difference again.</p> : undefined}
    </Callout>
  );
}
