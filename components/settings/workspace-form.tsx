"use client";

import { updateWorkspaceAction } from "@/app/(app)/settings/actions";
import { LabeledInput } from "@/components/auth/labeled-input";
import { SaveForm } from "@/components/settings/save-form";
import { Field, Select } from "@/components/ui/field";

interface WorkspaceFormProps {
  name: string;
  currency: string;
  timeZone: string;
  allowLoopback: boolean;
  currencies: { code: string; name: string }[];
  timeZones: string[];
}

/** Name, currency, zone and reach of the installation. */
export function WorkspaceForm({ name, currency, timeZone, allowLoopback, currencies, timeZones }: WorkspaceFormProps) {
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
          <label className="flex min-h-9 items-start gap-2 text-sm max-rail:min-h-11">
            <input key={String(allowLoopback)} type="checkbox" name="allowLoopback" defaultChecked={allowLoopback} className="mt-0.5 size-5 shrink-0" />
            <span>
              <strong>Checks and webhooks may reach addresses on this machine</strong> Also connections to databases and load balancers: 127.0.0.1, ::1,
              localhost of the machine the worker runs on. Needed for the practice site, or where the systems run beside Switchyard. Otherwise leave it off:
              whoever may edit a plan could reach services here that listen for this machine only. The worker follows within seconds.
            </span>
          </label>
        </>
      )}
    </SaveForm>
  );
}
