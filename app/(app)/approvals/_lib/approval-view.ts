import "server-only";
import { planDifference } from "@/app/(app)/runs/_lib/difference";
import { viewOf } from "@/app/(app)/runs/_lib/load-view";
import { rollbackConsequences } from "@/app/(app)/runs/_lib/run-actions";
import type { DiffLine } from "@/components/migration/diff";
import type { GateView, RunView } from "@/components/migration/view";
import { visible } from "@/components/migration/visible";
import { approveRefusals, verdictRefusals } from "@/lib/migration/approvals";
import { executorFor } from "@/lib/migration/executors/registry";
import type { IdempotencyClass } from "@/lib/migration/executors/types";
import { holdReasons } from "@/lib/migration/guard-actions";
import type { LoadedRun } from "@/lib/migration/load-run";
import { gateRun, loadRunPage, planBefore, runbookById, verdictFacts } from "@/lib/migration/page-store";
import type { GateState } from "@/lib/migration/snapshot";
import type { RunStepSpec } from "@/lib/migration/types";
import type { Ctx, UserActor } from "@/lib/service/context";

/** One step as a reviewer sees it: exactly what will run, hidden characters written out. */
export interface PreviewView {
  number: number;
  key: string;
  title: string;
  kind: RunStepSpec["kind"];
  summary: string;
  lines: string[];
  undo: string;
  reversible: boolean;
  idempotency: IdempotencyClass;
  pointOfNoReturn: boolean;
}

export interface ApprovalView {
  run: RunView;
  gate: GateView;
  /** Why the reader cannot approve or reject; empty: can. */
  approveReasons: string[];
  rejectReasons: string[];
  own: boolean;
  /** The gate is about another plan than the run has now. */
  changed: boolean;
  difference: DiffLine[] | null;
  /** The newest gate of the same question, when this one is over. */
  newerGateId: string | null;
  steps: PreviewView[];
  rollback: string[];
  notUndone: string[];
}

/** Previews of the steps a gate lets through: all for the start, from the waiting one on for a step. */
export function previews(run: Pick<LoadedRun, "steps">, gate: string): PreviewView[] {
  const from = Math.max(
    0,
    run.steps.findIndex((step) => step.key === gate),
  );
  return run.steps.slice(from).map((step, index) => {
    const executor = executorFor(step.spec.kind);
    const preview = executor.preview(step.spec as never);
    return {
      number: from + index + 1,
      key: step.key,
      title: visible(step.title),
      kind: step.spec.kind,
      summary: visible(preview.summary),
      lines: preview.lines.map(visible),
      undo: visible(preview.undo),
      reversible: preview.reversible,
      idempotency: executor.idempotency,
      pointOfNoReturn: step.spec.pointOfNoReturn === true,
    };
  });
}

function notUndone(steps: readonly PreviewView[]): string[] {
  const byHand = steps.filter((step) => step.kind === "manual" || step.kind === "checklist").length;
  return [
    ...steps
      .filter((step) => step.pointOfNoReturn)
      .map((step) => `From step ${step.number} ("${step.title}") on, undo loses what was written since: rolling back then needs its own approval.`),
    ...steps.filter((step) => !step.reversible && !step.pointOfNoReturn).map((step) => `Step ${step.number} ("${step.title}"): ${step.undo}`),
    ...(byHand === 0
      ? []
      : [`${byHand} ${byHand === 1 ? "step is" : "steps are"} done by hand; Switchyard lists them after a roll back and undoes none of them.`]),
  ];
}

async function differenceOf(ctx: Ctx, run: LoadedRun, gate: GateState): Promise<DiffLine[] | null> {
  const before = await planBefore(ctx, run.id, gate.planHash);
  if (before === null) return null;
  return planDifference(before, { runbook: await runbookById(ctx, run.runbookVersionId), targets: run.plan.targets });
}

/** Everything the approval page shows, for one person. @throws NotFoundError */
export async function loadApproval(ctx: Ctx & { actor: UserActor }, gateId: string): Promise<ApprovalView> {
  const { runId } = await gateRun(ctx, gateId);
  const data = await loadRunPage(ctx, runId);
  const { run } = data;
  const gate = run.gates.find((one) => one.id === gateId);
  const view = viewOf(ctx, data);
  const gateView = view.gates.find((one) => one.id === gateId);
  if (gate === undefined || gateView === undefined) throw new Error("A gate that was just found is gone.");
  const facts = await verdictFacts(ctx, run);
  const world = {
    planHash: run.planHash,
    soloNow: facts.policy.solo,
    requiredNow: facts.policy.required,
    createdById: run.createdById,
    editorId: facts.editorId,
  };
  const changed = gate.planHash !== run.planHash;
  const steps = previews(run, gate.gate);
  const newer = run.gates.filter((one) => one.gate === gate.gate && one.status === "open" && one.id !== gate.id).at(-1);
  return {
    run: view,
    gate: gateView,
    approveReasons: [...approveRefusals(gate, facts.person, world, ctx.now), ...(gate.status === "open" ? holdReasons(run) : [])],
    rejectReasons: verdictRefusals(gate, facts.person, run.planHash, ctx.now),
    own: [gate.requestedById, world.createdById, world.editorId].includes(ctx.actor.userId),
    changed,
    difference: changed ? await differenceOf(ctx, run, gate) : null,
    newerGateId: newer?.id ?? null,
    steps,
    rollback: rollbackConsequences(run).runsOn,
    notUndone: notUndone(steps),
  };
}
