import type { RunSnapshot } from "./snapshot";
import { traits } from "./steps";

/** How fast a guard brought the traffic back (R-GRD-6). Times are of the database's clock. */
export interface Reaction {
  /** Key and title of the guard that decided. */
  guard: string;
  title: string;
  firstBadAt: Date;
  decidedAt: Date;
  /** When the last change of traffic was undone; null while it is not, and where none had been made. */
  backAt: Date | null;
}

/** The automatic rollback of a run as it was measured; null when there was none. */
export function reactionOf(run: Pick<RunSnapshot, "guards" | "steps" | "plan" | "autoRollbacks" | "desiredReason" | "endReason">): Reaction | null {
  if (run.autoRollbacks === 0) return null;
  const reason = run.endReason ?? run.desiredReason ?? "";
  const guard = run.guards.find((one) => one.trippedAt !== null && reason.startsWith(`Guard "${one.spec.title}":`));
  if (guard === undefined || guard.trippedAt === null) return null;
  return { guard: guard.spec.key, title: guard.spec.title, firstBadAt: guard.firstBadAt ?? guard.trippedAt, decidedAt: guard.trippedAt, backAt: backAt(run) };
}

function backAt(run: Pick<RunSnapshot, "steps" | "plan">): Date | null {
  const moved = run.steps.filter((step) => traits(run, step).movesTraffic && step.startedAt !== null);
  if (moved.some((step) => step.status !== "undone")) return null;
  return moved.reduce<Date | null>((last, step) => (step.endedAt !== null && (last === null || step.endedAt > last) ? step.endedAt : last), null);
}
