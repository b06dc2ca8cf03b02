import type { PhaseName } from "@/lib/portfolio/types";

/** What of a project's newest migration decides its phase. */
export interface PhaseFacts {
  migrations: number;
  decisions: number;
  /** Status of the newest rehearsal and of the newest live run, null when there is none. */
  rehearsal: string | null;
  live: string | null;
}

/** The phase a project is in: from assessing a plan to retiring the old stack. Pure. */
export function phaseOf(facts: PhaseFacts): PhaseName {
  switch (facts.live) {
    case "running":
    case "paused":
    case "rolling-back":
    case "needs-attention":
    case "approved":
    case "awaiting-approval":
      return "Cut over";
    case "observing":
      return "Observe";
    case "succeeded":
      return "Retire";
  }
  if (facts.rehearsal === "succeeded") return "Cut over";
  if (facts.rehearsal !== null) return "Rehearse";
  return facts.decisions > 0 && facts.migrations > 0 ? "Plan" : "Assess";
}

/** The one next step, named, with where to do it (ux 1.3). */
export function nextStepOf(facts: PhaseFacts & { slug: string; migrationKey: string | null; liveRunId: string | null }): { text: string; href: string } {
  const base = `/projects/${facts.slug}`;
  if (facts.migrations === 0 || facts.migrationKey === null) return { text: "Declare a migration in the plan", href: `${base}/plan` };
  const runbook = `${base}/migrations/${facts.migrationKey}`;
  const run = facts.liveRunId === null ? runbook : `/runs/${facts.liveRunId}`;
  switch (facts.live) {
    case "awaiting-approval":
      return { text: "Wait for approval", href: run };
    case "approved":
      return { text: "Start the approved cutover", href: run };
    case "running":
    case "paused":
      return { text: "Open live cutover", href: run };
    case "rolling-back":
      return { text: "Watch the roll back", href: run };
    case "needs-attention":
      return { text: "Decide: the cutover needs attention", href: run };
    case "observing":
      return { text: "Observe the new stack", href: run };
    case "succeeded":
      return { text: "Retire the old stack", href: runbook };
  }
  if (facts.decisions === 0) return { text: "Record a decision", href: `${base}/decision` };
  if (facts.rehearsal !== "succeeded") return { text: "Rehearse the runbook", href: runbook };
  return { text: "Request approval", href: runbook };
}
