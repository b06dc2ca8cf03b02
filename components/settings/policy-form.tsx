"use client";

import { updateApprovalPolicyAction } from "@/app/(app)/settings/actions";
import { LabeledInput } from "@/components/auth/labeled-input";
import { SaveForm } from "@/components/settings/save-form";
import { Field, Select } from "@/components/ui/field";

interface PolicyFormProps {
  project: { id: string; version: number; requiredApprovals: number; soloMode: boolean; approvalTtlMs: number };
}

/** Who must approve runs of one project. */
export function PolicyForm({ project }: PolicyFormProps) {
  const prefix = `policy-${project.id}-`;
  return (
    <SaveForm action={updateApprovalPolicyAction} submit="Save policy" saved="Saved. Open requests keep the policy they were made under." testId="policy-form">
      {(error) => (
        <>
          <input type="hidden" name="projectId" value={project.id} />
          <input type="hidden" name="version" value={project.version} />
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label="Approvals needed" htmlFor={`${prefix}required`} error={error("requiredApprovals")}>
              <Select key={project.requiredApprovals} id={`${prefix}required`} name="requiredApprovals" defaultValue={project.requiredApprovals}>
                {[1, 2, 3].map((count) => (
                  <option key={count} value={count}>
                    {count}
                  </option>
                ))}
              </Select>
            </Field>
            <LabeledInput
              idPrefix={prefix}
              name="approvalTtlHours"
              label="Requests expire after (hours)"
              type="number"
              min={0.25}
              max={168}
              step={0.25}
              defaultValue={project.approvalTtlMs / 3_600_000}
              error={error("approvalTtlHours")}
            />
          </div>
          <label className="flex min-h-9 items-start gap-2 text-sm max-rail:min-h-11">
            <input key={String(project.soloMode)} type="checkbox" name="soloMode" defaultChecked={project.soloMode} className="mt-0.5 size-5 shrink-0" />
            <span>
              <strong>Solo mode</strong> The requester may approve too. For systems that one person runs; every such approval is marked “single operator”.
            </span>
          </label>
          <LabeledInput idPrefix={prefix} name="reason" label="Reason (kept in the audit log)" maxLength={500} error={error("reason")} />
        </>
      )}
    </SaveForm>
  );
}
