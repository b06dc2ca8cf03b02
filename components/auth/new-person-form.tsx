"use client";

import { acceptInviteAction, acceptResetAction, completeFirstRunAction } from "@/app/(auth)/actions";
import { LabeledInput } from "@/components/auth/labeled-input";
import { SessionForm } from "@/components/auth/session-form";
import { Field, Select } from "@/components/ui/field";

type Errors = (name: string) => string | undefined;

function NewPassword({ error }: { error: Errors }) {
  return (
    <>
      <LabeledInput
        name="password"
        label="Password"
        type="password"
        autoComplete="new-password"
        required
        hint="At least 12 characters; a few unrelated words are good. Pasting works."
        error={error("password")}
      />
      <LabeledInput name="repeat" label="Password again" type="password" autoComplete="new-password" required error={error("repeat")} />
    </>
  );
}

/** Name and password of an invited person. */
export function InviteForm({ token, email }: { token: string; email: string }) {
  return (
    <SessionForm action={acceptInviteAction} hidden={{ token, next: "/" }} submit="Create account and sign in">
      {(error, typed) => (
        <>
          <LabeledInput name="email" label="E-mail" type="email" autoComplete="username" value={email} readOnly />
          <LabeledInput name="name" label="Your name" autoComplete="name" required defaultValue={typed("name")} error={error("name")} />
          <NewPassword error={error} />
        </>
      )}
    </SessionForm>
  );
}

/** A new password by a reset link. */
export function ResetForm({ token, email }: { token: string; email: string }) {
  return (
    <SessionForm action={acceptResetAction} hidden={{ token, next: "/" }} submit="Set password and sign in">
      {(error) => (
        <>
          <LabeledInput name="email" label="E-mail" type="email" autoComplete="username" value={email} readOnly />
          <NewPassword error={error} />
        </>
      )}
    </SessionForm>
  );
}

interface FirstRunFormProps {
  token: string;
  currencies: { code: string; name: string }[];
  timeZones: string[];
}

/** Owner and workspace in one step. */
export function FirstRunForm({ token, currencies, timeZones }: FirstRunFormProps) {
  return (
    <SessionForm action={completeFirstRunAction} hidden={{ token, next: "/" }} submit="Create workspace and sign in">
      {(error, typed) => (
        <>
          <LabeledInput
            name="workspace"
            label="Workspace name"
            required
            maxLength={80}
            hint="Your company or team."
            defaultValue={typed("workspace")}
            error={error("workspace")}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Currency" htmlFor="currency" hint="Projects may use another one." error={error("currency")}>
              <Select key={typed("currency")} id="currency" name="currency" defaultValue={typed("currency") ?? "USD"}>
                {currencies.map((entry) => (
                  <option key={entry.code} value={entry.code}>
                    {entry.code} {entry.name}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label="Time zone" htmlFor="timeZone" hint="Days are shown in this zone." error={error("timeZone")}>
              <Select key={typed("timeZone")} id="timeZone" name="timeZone" defaultValue={typed("timeZone") ?? "UTC"}>
                {timeZones.map((zone) => (
                  <option key={zone}>{zone}</option>
                ))}
              </Select>
            </Field>
          </div>
          <LabeledInput name="name" label="Your name" autoComplete="name" required defaultValue={typed("name")} error={error("name")} />
          <LabeledInput
            name="email"
            label="Your e-mail"
            type="email"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            defaultValue={typed("email")}
            error={error("email")}
          />
          <NewPassword error={error} />
        </>
      )}
    </SessionForm>
  );
}
