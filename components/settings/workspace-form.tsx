"use client";

import { updateWorkspaceAction } from "@/app/(app)/settings/actions";
import { LabeledInput } from "@/components/auth/labeled-input";
import { SaveForm } from "@/components/settings/save-form";
import { Field, Select } from "@/components/ui/field";

interface WorkspaceFormProps {
  name: string;
  currency: string;
  timeZone: string;
  currencies: { code: string; name: string }[];
  timeZones: string[];
}

/** Name, currency and zone of the installation. */
export function WorkspaceForm({ name, currency, timeZone, currencies, timeZones }: WorkspaceFormProps) {
  return (
    <SaveForm action={updateWorkspaceAction} testId="workspace-form">
      {(error) => (
        <>
          <LabeledInput name="workspace" label="Name" defaultValue={name} required maxLength={80} error={error("workspace")} />
          <Field
            label="Currency"
            htmlFor="currency"
            hint="For new projects and the portfolio. Stored amounts keep the currency they came in."
            error={error("currency")}
          >
            <Select key={currency} id="currency" name="currency" defaultValue={currency}>
              {currencies.map((entry) => (
                <option key={entry.code} value={entry.code}>
                  {entry.code} {entry.name}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Time zone" htmlFor="timeZone" hint="Days and times are shown in this zone; they are stored in UTC." error={error("timeZone")}>
            <Select key={timeZone} id="timeZone" name="timeZone" defaultValue={timeZone}>
              {timeZones.map((zone) => (
                <option key={zone}>{zone}</option>
              ))}
            </Select>
          </Field>
        </>
      )}
    </SaveForm>
  );
}
