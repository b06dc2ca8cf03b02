"use client";

import { useEffect, useId, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/status";
import type { FormField } from "@/lib/plan/review/types";
import type { ActionResult } from "@/lib/service/action";
import { FieldInput } from "./fields";

type Failure = Extract<ActionResult<unknown>, { ok: false }>["error"];

interface EditFormProps {
  title: string;
  load: () => Promise<ActionResult<{ fields: FormField[] }>>;
  /** Sends what was changed; answers with the failure, or null when it is done. */
  save: (changed: FormField[]) => Promise<Failure | null>;
  submit: string;
  onClose: () => void;
}

const nameOf = (field: FormField) => `${field.target} ${field.field}`;

/** The form of one entry: loads its fields when it opens, sends what was changed. */
export function EditForm({ title, load, save, submit, onClose }: EditFormProps) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [fields, setFields] = useState<FormField[] | null>(null);
  const [values, setValues] = useState<ReadonlyMap<string, unknown>>(new Map());
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the fields are loaded once, when the form opens
  useEffect(() => {
    load().then((result) => (result.ok ? setFields(result.data.fields) : setFailure(result.error)));
  }, []);
  useEffect(() => {
    if (fields !== null) form.current?.querySelector<HTMLElement>("input, select, textarea")?.focus();
  }, [fields]);
  const send = async () => {
    if (fields === null) return;
    setPending(true);
    const changed = fields.filter((field) => values.has(nameOf(field))).map((field) => ({ ...field, value: values.get(nameOf(field)) ?? null }));
    const error = await save(changed);
    setPending(false);
    setFailure(error);
    if (error === null) onClose();
  };
  const errorOf = (field: FormField) => failure?.issues.find((issue) => issue.path === field.field || issue.path === `values.${field.field}`)?.message;
  return (
    <form
      ref={form}
      aria-label={title}
      className="mt-2 grid gap-3 rounded-lg border border-line-strong bg-panel-2 p-3"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      {failure === null ? null : <Callout tone="bad" role="alert" title={failure.message} />}
      {fields === null && failure === null ? <p className="text-sm text-ink-2">Loading the fields…</p> : null}
      {fields === null ? null : (
        <div className="grid gap-x-3 gap-y-1 sm:grid-cols-2">
          {fields.map((field, index) => (
            <FieldInput
              key={nameOf(field)}
              id={`${id}-${index}`}
              field={field}
              value={values.has(nameOf(field)) ? values.get(nameOf(field)) : field.value}
              error={errorOf(field)}
              onChange={(value) => setValues((before) => new Map(before).set(nameOf(field), value))}
            />
          ))}
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="primary" disabled={pending || fields === null}>
          {pending ? "Saving…" : submit}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  );
}
