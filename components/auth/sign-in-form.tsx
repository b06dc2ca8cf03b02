"use client";

import { signInAction } from "@/app/(auth)/actions";
import { LabeledInput } from "@/components/auth/labeled-input";
import { SessionForm } from "@/components/auth/session-form";

/** E-mail and password. `next` is where to go afterwards. */
export function SignInForm({ next }: { next: string }) {
  return (
    <SessionForm action={signInAction} hidden={{ next }} submit="Sign in">
      {(error, typed) => (
        <>
          <LabeledInput
            name="email"
            label="E-mail"
            type="email"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            defaultValue={typed("email")}
            error={error("email")}
          />
          <LabeledInput name="password" label="Password" type="password" autoComplete="current-password" required error={error("password")} />
        </>
      )}
    </SessionForm>
  );
}
