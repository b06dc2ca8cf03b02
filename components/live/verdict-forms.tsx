"use client";

import { useRouter } from "next/navigation";
import { CommandForm, type RunAction } from "@/components/live/command-form";
import type { ActionView, GateView, RunView } from "@/components/migration/view";

interface VerdictFormsProps {
  run: Pick<RunView, "id" | "version" | "planHash" | "timeZone">;
  gate: GateView;
  approveReasons: string[];
  rejectReasons: string[];
  approve: RunAction;
  reject: RunAction;
  back: string;
}

const action = (command: "approve" | "reject", label: string, reasons: string[]): ActionView => ({
  command,
  label,
  reasons,
  confirm: null,
  href: null,
  step: null,
});

/** Approve and reject, each bound to the plan hash that is on the screen. Plain forms until scripts have loaded. */
export function VerdictForms({ run, gate, approveReasons, rejectReasons, approve, reject, back }: VerdictFormsProps) {
  const router = useRouter();
  const fields = { planHash: gate.planHash, gate: gate.gate };
  const refresh = () => router.refresh();
  return (
    <div className="grid gap-6 sm:grid-cols-2">
      <CommandForm
        run={run}
        action={action("approve", `Approve ${gate.title}`, approveReasons)}
        server={approve}
        tone="strong"
        testId="approve"
        back={back}
        fields={fields}
        boundToPlan
        block
        onSent={refresh}
      >
        <label className="grid gap-1 text-sm">
          <span className="text-ink-2">Remark (optional)</span>
          <textarea name="reason" rows={2} maxLength={2_000} className="rounded-md border border-line-strong bg-panel px-3 py-2" />
        </label>
      </CommandForm>
      <CommandForm
        run={run}
        action={action("reject", `Reject ${gate.title}`, rejectReasons)}
        server={reject}
        tone="danger"
        testId="reject"
        back={back}
        fields={fields}
        boundToPlan
        block
        onSent={refresh}
      >
        <label className="grid gap-1 text-sm">
          <span className="text-ink-2">Reason for rejecting (required)</span>
          <textarea name="reason" rows={2} maxLength={2_000} required className="rounded-md border border-line-strong bg-panel px-3 py-2" />
        </label>
      </CommandForm>
    </div>
  );
}
