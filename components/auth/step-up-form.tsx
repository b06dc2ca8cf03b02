"use client";

import { stepUpFormAction } from "@/app/(auth)/actions";
import { LabeledInput } from "@/components/auth/labeled-input";
import { SessionForm } from "@/components/auth/session-form";

/** The password once more, then back to `next`. */
export function StepUpForm({ next, email }: { next: string; email: string }) {
  return (
    <SessionForm action={stepUpFormAction} hidden={{ next }} submit="Confirm">
      {(error) => (
        <>
          <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
          <LabeledInput name="password" label="Password" type="password" autoComplete="current-password" required error={error("password")} />
        </>
      )}
    </SessionForm>
  );
}
