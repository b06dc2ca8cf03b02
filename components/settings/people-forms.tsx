"use client";

import { useRouter } from "next/navigation";
import { changeRoleAction, createInviteAction, createResetLinkAction, disableUserAction, enableUserAction } from "@/app/(app)/settings/actions";
import { LabeledInput } from "@/components/auth/labeled-input";
import { RowAction } from "@/components/settings/row-action";
import { ShownOnce } from "@/components/settings/shown-once";
import { ActionForm } from "@/components/ui/action-form";
import { Field, Select } from "@/components/ui/field";
import { Status } from "@/components/ui/status";
import { ROLES, type Role } from "@/lib/auth/permissions";

function RoleSelect({ id, value, error }: { id: string; value: Role; error?: string | undefined }) {
  return (
    <Field label="Role" htmlFor={id} error={error}>
      <Select key={value} id={id} name="role" defaultValue={value}>
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {role}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** Makes an invitation; the link is shown once. `origin` is put before its path. */
export function InviteForm({ origin }: { origin: string }) {
  const router = useRouter();
  return (
    <ActionForm
      action={createInviteAction}
      submit="Create invitation"
      testId="invite-form"
      onDone={() => router.refresh()}
      done={(link) => (
        <ShownOnce title={`Link for ${link.email}, shown this once`} text={`${origin}${link.path}`} testId="invite-link">
          <p className="mt-2">Send it over a channel you trust. It works once and for 72 hours.</p>
        </ShownOnce>
      )}
    >
      {(error) => (
        <div className="grid gap-3 sm:grid-cols-2">
          <LabeledInput idPrefix="invite-" name="email" label="E-mail" type="email" autoComplete="off" required error={error("email")} />
          <RoleSelect id="invite-role" value="operator" error={error("role")} />
        </div>
      )}
    </ActionForm>
  );
}

interface ManagePersonProps {
  person: { id: string; name: string; role: Role; version: number; disabled: boolean };
  origin: string;
}

/** What an admin can do with one person. */
export function ManagePerson({ person, origin }: ManagePersonProps) {
  const router = useRouter();
  if (person.disabled) return <RowAction action={enableUserAction} fields={{ userId: person.id }} submit={`Enable ${person.name}`} testId="enable-user" />;
  return (
    <div className="grid gap-4">
      <ActionForm
        action={changeRoleAction}
        submit="Change role"
        tone="secondary"
        testId="role-form"
        onDone={() => router.refresh()}
        done={(data) => <Status tone="ok">Now {data.role}, in open browsers too.</Status>}
      >
        {(error) => (
          <>
            <input type="hidden" name="userId" value={person.id} />
            <input type="hidden" name="version" value={person.version} />
            <RoleSelect id={`role-${person.id}`} value={person.role} error={error("role")} />
          </>
        )}
      </ActionForm>
      <RowAction
        action={createResetLinkAction}
        fields={{ userId: person.id }}
        submit="Make a link for a new password"
        done={(link) => (
          <ShownOnce title={`Link for ${link.email}, shown this once`} text={`${origin}${link.path}`}>
            <p className="mt-2">It works once and for 4 hours, and signs all browsers of {person.name} out.</p>
          </ShownOnce>
        )}
      />
      <RowAction action={disableUserAction} fields={{ userId: person.id }} submit={`Disable ${person.name}`} tone="danger" testId="disable-user" />
      <p className="text-sm text-ink-2">Disabling signs all browsers out and ends all tokens. What {person.name} did stays in the audit log.</p>
    </div>
  );
}
