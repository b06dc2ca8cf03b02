import { messageOf } from "@/lib/core/errors";
import { standing } from "@/lib/migration/approvals";
import type { PreflightCheck } from "@/lib/migration/executors/types";
import { approvalPolicy } from "@/lib/migration/policy";
import { gateOf, type RunSnapshot, type StepState, type StoredCheck } from "@/lib/migration/snapshot";
import { checkGuard } from "./guard-preflight";
import type { OwnedRun } from "./owned-run";
import type { Stop } from "./record";
import { callContext } from "./step-context";

/** Bounds a check that hangs: a large database under load takes its time, and nobody waits for a preflight. */
const STEP_MS = 60_000;
const AT_ONCE = 4;

/** Checks of every step and guard, without changing anything outside. A check that cannot be made blocks. @throws when our own database is away */
export async function runPreflight(owned: OwnedRun, signal: AbortSignal): Promise<StoredCheck[]> {
  const { steps, guards } = owned.run;
  const perStep: StoredCheck[][] = [];
  for (let from = 0; from < steps.length; from += AT_ONCE) {
    perStep.push(...(await Promise.all(steps.slice(from, from + AT_ONCE).map((step) => checkStep(owned, step, signal)))));
  }
  const perGuard = await Promise.all(guards.map((guard) => checkGuard(owned, guard)));
  return owned.redactor.value([...perStep.flat(), ...perGuard.flat()]);
}

async function checkStep(owned: OwnedRun, step: StepState, signal: AbortSignal): Promise<StoredCheck[]> {
  const store = (check: PreflightCheck): StoredCheck => ({ stepKey: step.key, ...check });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(STEP_MS)]);
  // Outside: what fails here is our own database, says nothing about the step, and everything is checked anew.
  const { context, log, done } = await callContext(owned, { step, direction: "apply", attempt: 0, before: null, stop: limit });
  try {
    const executor = owned.deps.executors(step.spec.kind);
    if (executor === null) throw new Error(`This worker has no executor for "${step.spec.kind}".`);
    // Only made where somebody listens to it: a rejection that nobody hears ends the worker.
    const late = new Promise<never>((_resolve, reject) =>
      limit.addEventListener("abort", () => reject(new Error(`The check took longer than ${STEP_MS / 1_000} s.`)), { once: true }),
    );
    return (await Promise.race([executor.preflight(step.spec, context), late])).map(store);
  } catch (error) {
    return [store({ name: "check", level: "block", message: `It could not be checked: ${messageOf(error)}` })];
  } finally {
    done();
    await log.flush().catch((error: unknown) => owned.deps.log.warn({ err: error }, "step log could not be written"));
  }
}

/**
 * Before the first step: quorum from the rows as they are now (R-APR-5, R-APR-9) and the preflight once more. A run
 * that is not admitted goes back, with every reason, and nothing has been done.
 */
export async function admit(owned: OwnedRun, stop: Stop): Promise<void> {
  const run = await owned.reload();
  const policy = await approvalPolicy(owned.deps.db.pool, run.projectId);
  const gate = gateOf(run, "start");
  const stands = gate === null ? null : standing(gate, run.planHash, owned.now(), policy.required);
  if (gate === null || stands === null || !stands.approved) {
    const reasons = stands?.reasons ?? ["The run was never approved."];
    await owned.write((fresh) => (notStarted(fresh) ? sendBack(fresh, "draft", reasons) : null));
    return;
  }
  const checks = await runPreflight(owned, stop.signal);
  if (stop.signal.aborted) return;
  const blocks = checks.filter((check) => check.level === "block");
  await owned.write((fresh, now) => {
    if (!notStarted(fresh)) return null;
    const stored = { preflight: checks, preflightAt: now };
    if (blocks.length > 0) {
      const back = sendBack(
        fresh,
        "approved",
        blocks.map((check) => `${check.stepKey}: ${check.message}`),
      );
      return { ...back, run: { ...back.run, ...stored } };
    }
    const warnings = checks.filter((check) => check.level === "warn").length;
    return {
      run: stored,
      events: [
        {
          type: "preflight.passed",
          message: `Preflight: ${checks.length} checks, ${warnings} warnings, nothing blocks.`,
          data: { checks: checks.length, warnings },
        },
      ],
      audit: { action: "run.preflight", after: { checks: checks.length, warnings } },
    };
  });
}

function notStarted(run: RunSnapshot): boolean {
  return run.status === "running" && run.desired === "go" && run.steps.every((step) => step.startedAt === null);
}

function sendBack(run: RunSnapshot, status: "draft" | "approved", reasons: string[]) {
  const gates = status === "draft" ? run.gates.filter((gate) => gate.status === "approved" || gate.status === "open") : [];
  return {
    run: { status, startedAt: null, desired: "go" as const, desiredReason: null, ...(status === "draft" ? { approvedAt: null } : {}) },
    guards: run.guards
      .filter((guard) => guard.state !== "idle")
      .map((guard) => ({ id: guard.id, set: { state: "idle" as const, armedAt: null, nextDueAt: null } })),
    gatesClosed: gates.map((gate) => ({ id: gate.id, status: "void" as const })),
    events: [{ type: "start.refused", message: `The start was refused: ${reasons.join(" ")}`, data: { reasons } }] as [
      { type: string; message: string; data: object & Record<string, unknown> },
    ],
    audit: { action: "run.start-refused", reason: reasons.join(" ") },
  };
}
