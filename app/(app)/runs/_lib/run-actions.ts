import type { ActionView, Consequences } from "@/components/migration/view";
import { runTitle } from "@/components/migration/words";
import { partOf } from "@/lib/migration/run-plan";
import type { GateState, RunSnapshot, StepState } from "@/lib/migration/snapshot";
import { crossedNoReturn, isUndoable, leftToPeople, waitsForTry } from "@/lib/migration/steps";
import type { RunCommand } from "@/lib/migration/types";

/** Why the server would refuse the command now; empty when it would not. */
export type Refusals = (command: RunCommand, step?: string) => string[];

/** Every command a run can get, with its label, and why not where it is refused. The server's rule, not a copy of it. */
export function actionViews(run: RunSnapshot, at: StepState | null, open: GateState | null, refusals: Refusals): ActionView[] {
  const index = at === null ? -1 : run.steps.indexOf(at);
  const named = at === null ? "" : ` step ${index + 1}`;
  const step = at?.key ?? null;
  const action = (command: RunCommand, label: string, more: Partial<ActionView> = {}): ActionView => ({
    command,
    label,
    reasons: refusals(command, more.step ?? undefined),
    confirm: null,
    href: null,
    step: null,
    ...more,
  });
  const ownCopy = open === null ? {} : { reasons: [] as string[] };
  const views: ActionView[] = [
    action("request", "Request approval"),
    action("start", `Start ${runTitle({ ...run, part: partOf(run.plan) }).toLowerCase()}`),
    action("pause", "Pause"),
    action("resume", "Resume"),
    action("rollback", "Roll back", { confirm: { title: `Roll back run ${run.number}?`, consequences: rollbackConsequences(run) } }),
    action("abort", "Abort", { confirm: { title: `Abort run ${run.number}?`, consequences: abortConsequences(run, at) } }),
    action("approve", approveLabel(run, open), {
      ...ownCopy,
      ...(open === null ? { reasons: ["Nothing waits for approval."] } : { href: `/approvals/${open.id}` }),
    }),
  ];
  if (at !== null && step !== null) {
    views.push(
      action("confirm", `Confirm${named} done`, { step }),
      action("retry", waitsForTry(at) ? `Try${named} now` : `Retry${named}`, { step }),
      action("skip", `Skip${named}`, { step }),
    );
  }
  return views;
}

function approveLabel(run: RunSnapshot, open: GateState | null): string {
  if (open === null) return "Approve…";
  if (open.gate === "start") return "Approve start…";
  if (open.gate === "rollback") return "Approve roll back…";
  const index = run.steps.findIndex((step) => step.key === open.gate);
  return index < 0 ? "Approve…" : `Approve step ${index + 1}…`;
}

const quoted = (step: StepState) => `"${step.title}"`;

/** What a rollback stops, leaves and undoes. */
export function rollbackConsequences(run: RunSnapshot): Consequences {
  const undo = run.steps.filter((step) => isUndoable(run, step) && step.status !== "undone");
  const people = leftToPeople(run);
  const crossed = crossedNoReturn(run);
  return {
    stops: ["No further step is begun; a step that is under way is broken off where that is safe."],
    stays: [
      ...(crossed === null ? [] : [`${quoted(crossed)} passed the point of no return: what was written since is lost when it is undone.`]),
      ...(people.length === 0 ? [] : [`Done by hand, undone by nobody: ${people.map(quoted).join(", ")}.`]),
      "Messages that were sent stay sent.",
    ],
    runsOn: [
      undo.length === 0
        ? "Switchyard has changed nothing yet, so it has nothing to undo."
        : `Undone in reverse order: ${undo.toReversed().map(quoted).join(", ")}.`,
      ...(run.trafficPercent > 0 ? ["All traffic goes back to the old side first."] : []),
      "Guards watch on, but only raise the alarm.",
    ],
  };
}

/** What an abort stops, leaves and lets run. */
export function abortConsequences(run: RunSnapshot, at: StepState | null): Consequences {
  const done = run.steps.filter((step) => isUndoable(run, step) && step.status !== "undone");
  return {
    stops: [
      at === null || at.status === "pending" ? "No further step is begun." : `${quoted(at)} is broken off where that is safe, and no further step is begun.`,
      "Guards are disarmed: nothing rolls back by itself any more.",
    ],
    stays: [
      done.length === 0 ? "Nothing was changed yet." : `What was done stays as it is: ${done.map(quoted).join(", ")}.`,
      `Traffic stays at ${run.trafficPercent} % on the new side.`,
    ],
    runsOn: ["Old and new side both run on and both cost money.", ...(done.length > 0 ? ["To undo what was done, use Roll back instead."] : [])],
  };
}
