"use client";

import { changePasswordAction, revokeOtherSessionsAction, revokeSessionAction } from "@/app/(app)/settings/actions";
import { LabeledInput } from "@/components/auth/labeled-input";
import { RowAction } from "@/components/settings/row-action";
import { ActionForm } from "@/components/ui/action-form";
import { Status } from "@/components/ui/status";

/** The own password; other browsers are signed out. */
export function PasswordForm({ email }: { email: string }) {
  return (
    <ActionForm
      action={changePasswordAction}
      submit="Change password"
      testId="password-form"
      done={(data) => <Status tone="ok">Password changed. Other browsers signed out: {data.otherBrowsers}.</Status>}
    >
      {(error) => (
        <>
          <input type="hidden" autoComplete="username" value={email} readOnly />
          <LabeledInput name="current" label="Present password" type="password" autoComplete="current-password" required error={error("current")} />
          <LabeledInput
            name="password"
            label="New password"
            type="password"
            autoComplete="new-password"
            required
            hint="At least 12 characters; a few unrelated words are good."
            error={error("password")}
          />
          <LabeledInput name="repeat" label="The same again" type="password" autoComplete="new-password" required error={error("repeat")} />
        </>
      )}
    </ActionForm>
  );
}

export function SignOutBrowser({ sessionId }: { sessionId: string }) {
  return <RowAction action={revokeSessionAction} fields={{ sessionId }} submit="Sign out" />;
}

export function SignOutOthers() {
  return (
    <RowAction
      action={revokeOtherSessionsAction}
      fields={{}}
      submit="Sign out all other browsers"
      done={(data) => <Status tone="ok">Signed out: {data.count}.</Status>}
    />
  );
}
