import { offsets, undoText } from "@/app/(app)/projects/[slug]/migrations/_lib/step-texts";
import { createRunAction, requestRunAction } from "@/app/(app)/runs/actions";
import { CreateRunForm } from "@/components/migration/create-run-form";
import { RunbookSteps } from "@/components/migration/runbook-steps";
import { Card } from "@/components/ui/layout";
import { formatInstant } from "@/lib/core/time";
import type { MigrationItem } from "@/lib/migration/migration-store";
import type { RetirementState } from "@/lib/migration/retirement";
import type { Runbook } from "@/lib/migration/types";
import { type Ctx, can } from "@/lib/service/context";

interface DecommissionProps {
  runbook: Runbook;
  state: RetirementState;
  ctx: Ctx;
  slug: string;
  migration: MigrationItem;
  zone: string;
}

/** Taking the old side away: a run of its own, when everything that was promised about going back has run out. */
export function Decommission({ runbook, state, ctx, slug, migration, zone }: DecommissionProps) {
  if (runbook.decommission === undefined) return null;
  const { steps } = runbook.decommission;
  const { starts, total } = offsets(steps);
  const reasons = [
    ...(can(ctx, "run.request") ? [] : ["Your role does not include requesting runs."]),
    ...(state.type === "not-moved" ? ["The move has to succeed first."] : []),
  ];
  return (
    <Card title={`Decommission (${steps.length})`} id="decommission">
      <p className="mb-3 max-w-4xl text-sm">{decommissionSentence(state, migration.from, zone)}</p>
      <RunbookSteps steps={steps} starts={starts} totalMs={total} undo={steps.map(undoText)} />
      {state.type === "done" ? null : (
        <div className="mt-3">
          <CreateRunForm
            migrationId={migration.id}
            route={`/api/v1/projects/${slug}/migrations/${migration.key}/runs`}
            mode="live"
            part="decommission"
            label="Request approval to take the old side away"
            primary={state.type === "possible"}
            reasons={reasons}
            create={createRunAction}
            request={requestRunAction}
          />
        </div>
      )}
    </Card>
  );
}

function decommissionSentence(state: RetirementState, from: string, zone: string): string {
  switch (state.type) {
    case "not-moved":
      return `${from} stays as it is: no live run of this migration has succeeded and still stands.`;
    case "done":
      return `${from} was taken away in run ${state.runNumber}.`;
    case "waiting":
      return `${from} stays as the way back until ${formatInstant(state.notBefore, zone)}. The request can be made and approved before; the start is refused until then.`;
    case "possible":
      return `${from} may be taken away: the time that was promised after run ${state.followsNumber} ended ${formatInstant(state.notBefore, zone)}.`;
  }
}
