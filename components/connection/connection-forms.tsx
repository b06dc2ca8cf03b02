"use client";

import { useRouter } from "next/navigation";
import { createConnectionAction, deleteConnectionAction, testConnectionAction, updateConnectionAction } from "@/app/(app)/settings/connections/actions";
import { LabeledInput } from "@/components/auth/labeled-input";
import { connectionInput, type FieldSpec, KINDS } from "@/components/connection/fields";
import { RowAction } from "@/components/settings/row-action";
import { ActionForm } from "@/components/ui/action-form";
import { Field, Select, Textarea } from "@/components/ui/field";
import { Status } from "@/components/ui/status";
import type { ConnectionKind, ConnectionView } from "@/lib/connection/types";

interface SpecFieldProps {
  spec: FieldSpec;
  prefix: "config" | "secret";
  idPrefix: string;
  value: string | undefined;
  error: string | undefined;
  hint?: string | undefined;
}

function SpecField({ spec, prefix, idPrefix, value, error, hint = spec.hint }: SpecFieldProps) {
  const name = `${prefix}.${spec.name}`;
  const id = `${idPrefix}${name}`;
  if (spec.type === "select") {
    return (
      <Field label={spec.label} htmlFor={id} hint={hint} error={error}>
        <Select key={value} id={id} name={name} defaultValue={value ?? spec.value}>
          {spec.options?.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </Select>
      </Field>
    );
  }
  if (spec.type === "area") {
    return (
      <details className="sm:col-span-2" open={value !== undefined || error !== undefined}>
        <summary className="min-h-9 cursor-pointer content-center text-sm font-semibold text-accent max-rail:min-h-11">{spec.label}</summary>
        <Field label={<span className="sr-only">{spec.label}</span>} htmlFor={id} hint={hint} error={error}>
          <Textarea id={id} name={name} defaultValue={value} spellCheck={false} />
        </Field>
      </details>
    );
  }
  return (
    <LabeledInput
      name={name}
      idPrefix={idPrefix}
      label={spec.label}
      type={spec.type === "list" ? "text" : (spec.type ?? "text")}
      required={spec.required && (prefix === "config" || hint === spec.hint)}
      autoComplete={spec.type === "password" ? "new-password" : "off"}
      autoCapitalize="none"
      spellCheck={false}
      defaultValue={prefix === "config" ? (value ?? spec.value) : undefined}
      hint={hint}
      error={error}
    />
  );
}

/** Adds a connection of one kind to a project. */
export function NewConnection({ project, kind }: { project: string; kind: ConnectionKind }) {
  const router = useRouter();
  const spec = KINDS[kind];
  return (
    <ActionForm
      action={(raw) => createConnectionAction(connectionInput(raw as FormData))}
      submit={`Add ${spec.title} connection`}
      testId="new-connection"
      onDone={() => router.refresh()}
      done={(made) => <Status tone="ok">Added “{made.key}”. Test it in the list above.</Status>}
    >
      {(error) => (
        <div className="grid gap-3 sm:grid-cols-2">
          <input type="hidden" name="project" value={project} />
          <input type="hidden" name="kind" value={kind} />
          <LabeledInput idPrefix="new-" name="name" label="Name" required maxLength={120} error={error("name")} />
          <LabeledInput
            idPrefix="new-"
            name="key"
            label="Key"
            required
            maxLength={63}
            hint="As plans and runbooks call it, for example target-db."
            error={error("key")}
          />
          {spec.config.map((field) => (
            <SpecField key={field.name} spec={field} prefix="config" idPrefix="new-" value={undefined} error={error(`config.${field.name}`)} />
          ))}
          {spec.secret.map((field) => (
            <SpecField key={field.name} spec={field} prefix="secret" idPrefix="new-" value={undefined} error={error(`secret.${field.name}`)} />
          ))}
        </div>
      )}
    </ActionForm>
  );
}

/** Changes a connection. Secrets that are left empty stay; new ones void approvals that were given to the old. */
export function EditConnection({ connection }: { connection: ConnectionView }) {
  const router = useRouter();
  const spec = KINDS[connection.kind];
  const idPrefix = `${connection.id}-`;
  const text = (name: string) => {
    const value = connection.config[name];
    return value === undefined || value === null ? undefined : Array.isArray(value) ? value.join(", ") : String(value);
  };
  return (
    <div className="grid gap-4">
      <ActionForm
        action={(raw) => updateConnectionAction(connectionInput(raw as FormData))}
        submit="Save connection"
        testId="edit-connection"
        onDone={() => router.refresh()}
        done={() => <Status tone="ok">Saved. Approvals given to the old settings no longer count.</Status>}
      >
        {(error) => (
          <div className="grid gap-3 sm:grid-cols-2">
            <input type="hidden" name="id" value={connection.id} />
            <input type="hidden" name="version" value={connection.version} />
            <LabeledInput idPrefix={idPrefix} name="name" label="Name" required maxLength={120} defaultValue={connection.name} error={error("name")} />
            {spec.config.map((field) => (
              <SpecField key={field.name} spec={field} prefix="config" idPrefix={idPrefix} value={text(field.name)} error={error(`config.${field.name}`)} />
            ))}
            {spec.secret.map((field) => (
              <SpecField
                key={field.name}
                spec={field}
                prefix="secret"
                idPrefix={idPrefix}
                value={undefined}
                error={error(`secret.${field.name}`)}
                hint={connection.secretFields.includes(field.name) ? "Set. Leave empty to keep it; it cannot be shown." : "Not set."}
              />
            ))}
          </div>
        )}
      </ActionForm>
      <RowAction
        action={deleteConnectionAction}
        fields={{ id: connection.id, version: connection.version }}
        submit={`Remove ${connection.key}`}
        tone="danger"
      />
    </div>
  );
}

/** Asks the worker to try the connection. */
export function TestConnection({ id }: { id: string }) {
  return <RowAction action={testConnectionAction} fields={{ id }} submit="Test" testId="test-connection" />;
}
