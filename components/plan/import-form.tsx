"use client";

import { useRouter } from "next/navigation";
import { useId, useRef, useState, useTransition } from "react";
import { DifferenceView } from "@/components/plan/difference-view";
import { FindingList } from "@/components/plan/finding-list";
import { Button } from "@/components/ui/button";
import { Field, Input, Textarea } from "@/components/ui/field";
import { Callout } from "@/components/ui/status";
import type { ImportPreview, ImportResult } from "@/lib/plan/import-plan";
import type { ActionResult } from "@/lib/service/action";

interface ImportFormProps {
  /** Absent for a new project: the plan's own slug counts. */
  slug?: string;
  initial: string;
  preview: (raw: unknown) => Promise<ActionResult<ImportPreview>>;
  apply: (raw: unknown) => Promise<ActionResult<ImportResult>>;
}

type Failure = Extract<ActionResult<unknown>, { ok: false }>["error"];

/** Paste or choose a plan, look at the difference and the findings, then apply exactly what was looked at. */
export function ImportForm({ slug, initial, preview, apply }: ImportFormProps) {
  const router = useRouter();
  const id = useId();
  const [source, setSource] = useState(initial);
  const [seen, setSeen] = useState<{ source: string; preview: ImportPreview } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, start] = useTransition();
  const note = useRef<HTMLInputElement>(null);

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
    <div className="grid gap-4">
      <Field label="Plan in YAML" htmlFor={`${id}-source`} hint="Nothing is written before you have seen what would change.">
        <Textarea
          id={`${id}-source`}
          name="source"
          value={source}
          spellCheck={false}
          required
          rows={16}
          className="font-mono text-sm"
          onChange={(event) => {
            setSource(event.target.value);
            setSeen(null);
          }}
        />
      </Field>
      <div className="flex flex-wrap items-end gap-4">
        <Field label="Or choose a file" htmlFor={`${id}-file`}>
          <Input
            id={`${id}-file`}
            type="file"
            accept=".yaml,.yml,.json,text/yaml"
            onChange={async (event) => {
              const file = event.target.files?.[0];
              if (file === undefined) return;
              setSource(await file.text());
              setSeen(null);
            }}
          />
        </Field>
        <Button tone={seen === null ? "primary" : "secondary"} disabled={pending || source.trim() === ""} onClick={look} className="sm:mb-6">
          {pending && seen === null ? "Reading…" : "Show what would change"}
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
