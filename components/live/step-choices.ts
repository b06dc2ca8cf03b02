import type { ActionView, RunView } from "@/components/migration/view";
import type { RunCommand } from "@/lib/migration/types";

/** What can be done about the step at hand, by command; null: not now. */
export interface StepChoices {
  /** Retrying a step that broke, where it is the one thing the state asks for: it has the third place of the action bar. */
  barRetry: ActionView | null;
  confirm: ActionView | null;
  retry: ActionView | null;
  skip: ActionView | null;
  /** Resume has its place in the action bar, unless an approval is waited for as well. */
  resume: ActionView | null;
  /** Anything at all: the panel that says what is going on comes first on a phone then. */
  any: boolean;
}

/** Where the possible commands of the step at hand are shown. Pure. */
export function stepChoices(run: Pick<RunView, "actions" | "current" | "status">): StepChoices {
  const possible = (command: RunCommand) => run.actions.find((action) => action.command === command && action.reasons.length === 0) ?? null;
  const waitsForApproval = run.actions.some((action) => action.command === "approve" && action.href !== null);
  const { current } = run;
  const [confirm, skip, retry] = [possible("confirm"), possible("skip"), possible("retry")];
  const resume = run.status === "paused" && waitsForApproval ? possible("resume") : null;
  // An effect nobody can tell: retrying it is one of two choices that are explained together.
  const inBar = current?.broken === true && current.unknown === null && !waitsForApproval;
  return {
    barRetry: inBar ? retry : null,
    confirm,
    retry: inBar ? null : retry,
    skip,
    resume,
    any: [confirm, retry, skip, resume].some((action) => action !== null),
  };
}
