"use client";

import { useRouter } from "next/navigation";
import { createTokenAction } from "@/app/(app)/settings/actions";
import { LabeledInput } from "@/components/auth/labeled-input";
import { ShownOnce } from "@/components/settings/shown-once";
import { ActionForm } from "@/components/ui/action-form";
import { Field, Select } from "@/components/ui/field";
import type { Scope } from "@/lib/auth/permissions";
import { SCOPE_MEANING } from "@/lib/auth/role-meaning";

const LIVES = [
  { days: 7, text: "7 days" },
  { days: 30, text: "30 days" },
  { days: 90, text: "90 days" },
  { days: 365, text: "1 year" },
];

/** Makes a token; its text is shown once. */
export function TokenForm({ scopes, origin }: { scopes: readonly Scope[]; origin: string }) {
  const router = useRouter();
  return (
    <ActionForm
      action={createTokenAction}
      submit="Create token"
      testId="token-form"
      onDone={() => router.refresh()}
      done={(token) => (
        <ShownOnce title={`Token “${token.name}”, shown this once`} text={token.token} testId="new-token">
          <p className="mt-2">Send it in the header, never in the address:</p>
          <pre className="mt-1 overflow-x-auto whitespace-pre-wrap break-words text-xs">{`curl -H "Authorization: Bearer $TOKEN" ${origin}/api/v1/projects`}</pre>
        </ShownOnce>
      )}
    >
      {(error) => (
        <>
          <div className="grid gap-3 sm:grid-cols-2">
            <LabeledInput idPrefix="token-" name="name" label="What it is for" required maxLength={80} hint="Shown in the audit log." error={error("name")} />
            <Field label="Ends after" htmlFor="token-days" error={error("days")}>
              <Select id="token-days" name="days" defaultValue="90">
                {LIVES.map((life) => (
                  <option key={life.days} value={life.days}>
                    {life.text}
                  </option>
                ))}
              </Select>
            </Field>
          </div>
          <fieldset className="grid gap-2">
            <legend className="mb-1 text-sm font-semibold">Scopes</legend>
            {scopes.map((scope) => (
              <label key={scope} className="flex min-h-9 items-start gap-2 text-sm max-rail:min-h-11">
                <input type="checkbox" name="scopes" value={scope} defaultChecked={scope === "ingest"} className="mt-0.5 size-5 shrink-0" />
                <span>
                  <strong>{scope}</strong> {SCOPE_MEANING[scope]}
                </span>
              </label>
            ))}
            {error("scopes") === undefined ? null : <p className="text-sm font-semibold text-bad">{error("scopes")}</p>}
          </fieldset>
        </>
      )}
    </ActionForm>
  );
}
