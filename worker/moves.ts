import { isArmed } from "@/lib/migration/guards";
import type { Move } from "@/lib/migration/machine";
import { afterDone } from "@/lib/migration/outcome";
import { approvalPolicy } from "@/lib/migration/policy";
import type { RunSnapshot, StepState } from "@/lib/migration/snapshot";
import { isUndoable, leftToPeople } from "@/lib/migration/steps";
import type { Transition } from "@/lib/migration/transition";
import type { OwnedRun } from "./owned-run";

/* Moves that only change our own rows. */

/** Carries out a move that calls no executor. */
export async function makeMove(owned: OwnedRun, move: Move): Promise<void> {
  switch (move.type) {
    case "pause":
      return await end(owned, (run) => (run.status === "running" && run.desired === "pause" ? pause(move.reason) : null));
    case "abort":
      return await end(owned, (run, now) => (run.desired === "abort" ? abort(run, move.reason, now) : null));
    case "roll-back":
      return await end(owned, (run) => (run.desired === "rollback" && run.direction === "forward" ? rollBack(run, move.reason) : null));
    case "open-gate":
      return await openGate(owned, move.step);
    case "close-gate":
      return await end(owned, (run) => closeGate(run, move));
    case "pass-gate":
      return await end(owned, (run, now) => passGate(run, move.step.id, now));
    case "end-hold":
      return await end(owned, (run, now) => endHold(run, move.step.id, now));
    case "observe":
      // A wish that came in the last moment is obeyed first: once the run observes, a pause could not be any more.
      return await end(owned, (run, now) => (run.status === "running" && run.desired === "go" ? observe(run, now) : null));
    case "finish":
      return await finish(owned);
    case "finish-rollback":
      return await end(owned, (run, now) => (run.status === "rolling-back" ? finishRollback(run, now) : null));
    case "need-attention":
      return await end(owned, () => needAttention(move.reason));
    default:
      throw new Error(`"${move.type}" is no move of our own rows.`);
  }
}

async function end(owned: OwnedRun, decide: (run: RunSnapshot, now: Date) => Transition | null): Promise<void> {
  await owned.write(decide);
}

function pause(reason: string): Transition {
  return {
    // The reason stays until the run goes on: pages say why it stands still.
    run: { status: "paused", desired: "go", desiredReason: reason === "" ? null : reason },
    events: [{ type: "run.paused", message: reason === "" ? "Paused." : `Paused: ${reason}`, data: { cause: "person" } }],
    audit: { action: "run.paused", reason },
  };
}

/** Everything that stops when a run ends: guards, open questions, open attempts. */
function closing(run: RunSnapshot, now: Date): Pick<Transition, "guards" | "gatesClosed" | "closed"> {
  return {
    guards: run.guards
      .filter(isArmed)
      .map((guard) => ({ id: guard.id, set: { disarmedAt: now, nextDueAt: null, ...(guard.state === "tripped" ? {} : { state: "disarmed" as const }) } })),
    gatesClosed: run.gates.filter((gate) => gate.status === "open").map((gate) => ({ id: gate.id, status: "void" as const })),
    closed: run.steps.flatMap((step) => (step.open === null ? [] : [{ id: step.open.id, outcome: "canceled" as const, reason: "the run ended" }])),
  };
}

function abort(run: RunSnapshot, reason: string, now: Date): Transition {
  const done = run.steps.filter((step) => step.status === "succeeded").map((step) => step.key);
  return {
    run: { status: "aborted", endedAt: now, endReason: reason === "" ? "Aborted." : reason, desired: "go", desiredReason: null },
    ...closing(run, now),
    events: [
      {
        type: "run.aborted",
        message: `Aborted; ${done.length} steps stay done, ${run.trafficPercent} % of the traffic stays on the new side.`,
        data: { reason, done, trafficPercent: run.trafficPercent },
      },
    ],
    audit: { action: "run.aborted", reason },
  };
}

function rollBack(run: RunSnapshot, reason: string): Transition {
  const undo = run.steps.filter((step) => isUndoable(run, step)).map((step) => step.key);
  return {
    run: { status: "rolling-back", direction: "back", desired: "go", desiredReason: null, endReason: reason, takeovers: 0 },
    closed: run.steps.flatMap((step) => (step.open === null ? [] : [{ id: step.open.id, outcome: "canceled" as const, reason: "rolled back" }])),
    events: [{ type: "rollback.started", message: `Rolling back ${undo.length} steps: ${reason}`, data: { reason, undo: undo.toReversed() } }],
    audit: { action: "run.rolling-back", reason },
  };
}

async function openGate(owned: OwnedRun, step: StepState): Promise<void> {
  const policy = await approvalPolicy(owned.deps.db.pool, owned.run.projectId);
  await end(owned, (run) => {
    const fresh = run.steps.find((one) => one.id === step.id);
    if (run.status !== "running" || fresh === undefined || (fresh.status !== "pending" && fresh.status !== "waiting")) return null;
    const message = step.spec.kind === "approval" && step.spec.with.reason !== undefined ? step.spec.with.reason : `"${step.title}" waits for approval.`;
    return {
      steps: [{ id: step.id, set: { status: "waiting", waitingFor: "approval", message } }],
      gatesOpened: [
        { gate: step.key, required: policy.required, soloAllowed: policy.solo, requestedById: run.requestedById ?? run.createdById, ttlMs: policy.ttlMs },
      ],
      events: [{ type: "gate.opened", message, stepKey: step.key, data: { gate: step.key, planHash: run.planHash, required: policy.required } }],
      audit: { action: "run.gate-opened", after: { gate: step.key } },
    };
  });
}

function closeGate(run: RunSnapshot, move: Extract<Move, { type: "close-gate" }>): Transition | null {
  const gate = run.gates.find((one) => one.id === move.gateId);
  if (gate === undefined || (gate.status !== "open" && gate.status !== "approved")) return null;
  return {
    run: { status: "paused", desiredReason: `"${move.step.title}": ${move.reason}` },
    gatesClosed: [{ id: gate.id, status: move.status }],
    events: [
      {
        type: `gate.${move.status}`,
        message: `"${move.step.title}": ${move.reason} Resume to ask again.`,
        stepKey: move.step.key,
        data: { gate: gate.gate, reason: move.reason },
      },
    ],
    audit: { action: `run.gate-${move.status}`, reason: move.reason, after: { gate: gate.gate } },
  };
}

function passGate(run: RunSnapshot, stepId: string, now: Date): Transition | null {
  const step = run.steps.find((one) => one.id === stepId);
  if (run.status !== "running" || step === undefined || (step.status !== "waiting" && step.status !== "pending")) return null;
  // An approval step is done with its approval; any other step that needed one begins now.
  const isApproval = step.spec.kind === "approval";
  const set = isApproval
    ? { ...afterDone(step, now), startedAt: step.startedAt ?? now, effectAt: now }
    : { status: "pending" as const, waitingFor: null, message: "" };
  return {
    steps: [{ id: step.id, set }],
    events: [{ type: "gate.passed", message: `"${step.title}" is approved: the run goes on.`, stepKey: step.key, data: { planHash: run.planHash } }],
    audit: { action: "run.gate-passed", after: { gate: step.key } },
  };
}

function endHold(run: RunSnapshot, stepId: string, now: Date): Transition | null {
  const step = run.steps.find((one) => one.id === stepId);
  if (run.status !== "running" || step?.status !== "waiting" || step.waitingFor !== "timer") return null;
  return {
    steps: [{ id: step.id, set: { status: "succeeded", waitingFor: null, dueAt: null, endedAt: now, message: "" } }],
    events: [{ type: "step.succeeded", message: `"${step.title}" succeeded: held for ${step.spec.hold} with guards quiet.`, stepKey: step.key }],
    audit: { action: "run.step-succeeded", after: { step: step.key } },
  };
}

function observe(run: RunSnapshot, now: Date): Transition {
  const until = new Date(now.getTime() + run.plan.observationMs);
  return {
    run: { status: "observing", observeUntil: until },
    events: [
      {
        type: "observation.started",
        message: `All steps are done. Observing until ${until.toISOString()}; guards stay armed.`,
        data: { until: until.toISOString() },
      },
    ],
    audit: { action: "run.observing" },
  };
}

async function finish(owned: OwnedRun): Promise<void> {
  await owned.write(
    (run, now) =>
      // A wish or a guard that came in the last moment is obeyed first; a pause has nothing left to stop.
      run.status === "observing" && (run.desired === "go" || run.desired === "pause")
        ? {
            run: { status: "succeeded", endedAt: now, endReason: "All steps done, observation quiet.", desired: "go" },
            ...closing(run, now),
            events: [
              {
                type: "run.succeeded",
                message: `${nameOf(run)} succeeded.`,
                data: { trafficPercent: run.trafficPercent },
              },
            ],
            audit: { action: "run.succeeded" },
          }
        : null,
    async (tx, run) => {
      // A rehearsal proves the runbook; what the project runs on does not change with it.
      if (run.mode !== "live") return;
      if (run.plan.decommission !== undefined)
        await tx.query("UPDATE resource SET state = 'retired' WHERE stack_id = $1 AND removed_at IS NULL", [run.plan.fromStackId]);
      else await tx.query("UPDATE project SET current_stack_id = $2, version = version + 1 WHERE id = $1", [run.projectId, run.plan.toStackId]);
    },
  );
}

function nameOf(run: RunSnapshot): string {
  if (run.plan.decommission !== undefined) return "The decommission";
  return run.mode === "live" ? "The migration" : "The rehearsal";
}

function finishRollback(run: RunSnapshot, now: Date): Transition {
  const left = leftToPeople(run).map((step) => step.key);
  const note = left.length > 0 ? ` Done by people and left as it is: ${left.join(", ")}.` : "";
  return {
    run: { status: "rolled-back", endedAt: now, desired: "go", desiredReason: null },
    ...closing(run, now),
    events: [{ type: "run.rolled-back", message: `Rolled back.${note}`, data: { reason: run.endReason, left, trafficPercent: run.trafficPercent } }],
    audit: { action: "run.rolled-back", reason: run.endReason ?? undefined },
  };
}

function needAttention(reason: string): Transition {
  return {
    run: { status: "needs-attention", takeovers: 0, desiredReason: reason },
    events: [{ type: "run.needs-attention", message: reason }],
    audit: { action: "run.needs-attention", reason },
  };
}
