import { combineStates } from "@/lib/trigger/evaluate";
import type { TriggerGroupView, TriggerKind, TriggerState, TriggerView } from "@/lib/trigger/types";

/** Triggers of one group that speak about the same step; combined by the group's rule. */
export interface Step {
  name: string;
  kind: TriggerKind;
  combine: "any" | "all";
  from: string | null;
  to: string | null;
  state: TriggerState;
  triggers: TriggerView[];
}

/** Groups taken apart by kind, start and end, so that a mixed group cannot fire for a step it does not mean. */
export function stepsOf(groups: readonly TriggerGroupView[]): Step[] {
  return groups.flatMap((group) => {
    const parts = new Map<string, TriggerView[]>();
    for (const trigger of group.triggers) {
      const key = `${trigger.kind} ${trigger.from} ${trigger.to}`;
      parts.set(key, [...(parts.get(key) ?? []), trigger]);
    }
    return [...parts.values()].flatMap((triggers) => {
      const [first] = triggers;
      if (first === undefined) return [];
      const state = combineStates(
        group.combine,
        triggers.map((trigger) => trigger.state),
      );
      return [{ name: group.name, kind: first.kind, combine: group.combine, from: first.from, to: first.to, state, triggers }];
    });
  });
}

/** Steps that start at the stack, or at any. */
export function leaving(steps: readonly Step[], stack: string, kind: TriggerKind): Step[] {
  return steps.filter((step) => step.kind === kind && (step.from === null || step.from === stack));
}

/** Blocks that stand against a move to the stack. Precedence: a block that fires wins over any reason to move. */
export function blocksAgainst(steps: readonly Step[], from: string, to: string): Step[] {
  return leaving(steps, from, "block").filter((step) => step.to === null || step.to === to);
}

/** The members that make a step fire, else those that wait, else all. */
export function speaking(step: Step): TriggerView[] {
  for (const state of ["firing", "pending"] as const) {
    const found = step.triggers.filter((trigger) => trigger.state === state);
    if (found.length > 0) return found;
  }
  return step.triggers;
}
