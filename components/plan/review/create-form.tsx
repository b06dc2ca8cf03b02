"use client";

import { useRouter } from "next/navigation";
import { startTransition, useState, useTransition } from "react";
import { importDraftAction, previewDraftAction } from "@/app/(app)/documents/actions";
import { DifferenceView } from "@/components/plan/difference-view";
import { Button, LinkButton } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { Card } from "@/components/ui/layout";
import { Callout } from "@/components/ui/status";
import type { DraftPreview } from "@/lib/plan/import-draft";
import type { ActionResult } from "@/lib/service/action";
import { CreationList } from "./creation-list";

interface CreateFormProps {
  draft: string;
  /** Version of the draft that is shown. */
  version: number;
  /** Slug of the project that is updated; null for a new one. */
  updates: string | null;
  initial: DraftPreview;
}

type Failure = Extract<ActionResult<unknown>, { ok: false }>["error"];

/** Says exactly what will be made, under which name, and then makes it. */
export function CreateForm({ draft, version, updates, initial }: CreateFormProps) {
  const router = useRouter();
  const [preview, setPreview] = useState(initial);
  const [wish, setWish] = useState(initial.project);
  const [note, setNote] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, start] = useTransition();
  const asked = updates === null ? wish : { name: wish.name, currency: wish.currency };
  // Leaving a field looks again in the background: the button below must take a click that comes in the same moment.
  const look = () => {
    const { name, slug, currency } = preview.project;
    if (wish.name === name && wish.slug === slug && wish.currency === currency) return;
    startTransition(async () => {
      const result = await previewDraftAction({ draft, ...asked });
      setFailure(result.ok ? null : result.error);
      if (result.ok) setPreview(result.data);
    });
  };
  const create = () =>
    start(async () => {
      const result = await importDraftAction({ draft, version, ...asked, note, ifMatch: updates === null ? 0 : initial.version });
      if (result.ok) return router.push(`/projects/${result.data.slug}/plan`);
      setFailure(result.error);
    });
  const field = (name: keyof typeof wish, label: string, hint: string) => (
    <Field
      label={label}
      htmlFor={`create-${name}`}
      hint={hint}
      error={failure?.issues.find((issue) => issue.path === name || issue.path === `project.${name}`)?.message}
    >
      <Input
        id={`create-${name}`}
        value={wish[name]}
        maxLength={name === "currency" ? 3 : 120}
        onChange={(event) => setWish({ ...wish, [name]: name === "currency" ? event.target.value.toUpperCase() : event.target.value })}
        onBlur={look}
      />
    </Field>
  );
  const errors = preview.findings.filter((finding) => finding.level === "error").length;
  return (
    <div className="grid gap-4">
      {failure === null ? null : <Callout tone="bad" role="alert" title={failure.message} />}
      <Card title="The project">
        <div className="grid gap-x-4 sm:grid-cols-3">
          {field("name", "Name", "As people read it.")}
          {updates === null ? field("slug", "Short name", "Part of the address; it stays.") : null}
          {field("currency", "Currency", "Of prices that name none.")}
        </div>
        <p role="status" data-testid="will-be">
          {updates === null ? (
            <>
              The project <strong>{wish.name}</strong> will be at <code>/projects/{wish.slug}</code>, in {wish.currency}.
            </>
          ) : (
            <>
              <strong>{wish.name}</strong> goes from version {preview.version} to {preview.version + 1}, in {wish.currency}.
            </>
          )}
        </p>
        {preview.taken ? (
          <Callout tone="bad" className="mt-2" role="alert" title={`There is a project "${preview.project.slug}" already.`}>
            Choose another short name, or drop the document on that project&rsquo;s plan page to update it.
          </Callout>
        ) : null}
      </Card>
      {errors === 0 ? null : (
        <Callout tone="warn" title={`The checks find ${errors} ${errors === 1 ? "error" : "errors"} in the document.`}>
          They do not stop the import; they stay on the plan&rsquo;s page.
        </Callout>
      )}
      {preview.corrections === 0 && preview.lost.length === 0 ? null : (
        <Callout
          tone={preview.lost.length === 0 ? "info" : "warn"}
          title={`${preview.corrections} ${preview.corrections === 1 ? "correction" : "corrections"} made by hand ${preview.corrections === 1 ? "is" : "are"} in it.`}
        >
          {preview.lost.length === 0 ? undefined : `${preview.lost.length} more no longer find their entry; they are kept and shown in the review.`}
        </Callout>
      )}
      <Card title={updates === null ? "What it will have" : "What changes"}>
        {updates === null ? <CreationList changes={preview.difference.changes} inside={preview.inside} /> : <DifferenceView difference={preview.difference} />}
      </Card>
      {updates === null ? null : (
        <Field label="Note (optional)" htmlFor="create-note" hint="Kept with the version.">
          <Input id="create-note" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
        </Field>
      )}
      <div className="flex flex-wrap gap-3">
        <Button tone="primary" disabled={pending || preview.taken || preview.same} onClick={create}>
          {pending ? "One moment…" : updates === null ? "Create project" : `Apply as version ${preview.version + 1}`}
        </Button>
        <LinkButton href={`/documents/${draft}`}>Back to the review</LinkButton>
      </div>
    </div>
  );
}
