import type { Executor, StepResult } from "@/lib/migration/executors/types";

const waiting = (message: string): StepResult => ({ type: "waiting", on: "human", message });

/**
 * A task a person does outside and confirms in the page. Class P: the step itself changes nothing, so it may be asked
 * for again after a crash. The engine ends the wait when the person confirms.
 */
export const manual: Executor<"manual"> = {
  kind: "manual",
  version: 1,
  idempotency: "P",
  cancel: "immediate",
  timeoutMs: 30 * 86_400_000,
  attempts: 1,
  movesTraffic: false,
  preview: (step) => ({
    summary: `A person does: ${step.title}`,
    lines: [...(step.instructions === undefined ? [] : step.instructions.split("\n")), ...(step.commands ?? []).map((command) => `$ ${command}`)],
    undo: "A person undoes it and confirms.",
    reversible: true,
  }),
  preflight: async (step) => [
    step.instructions === undefined && (step.commands ?? []).length === 0
      ? {
          name: "instructions",
          level: "warn",
          message: "The step has no instructions.",
          fix: "Say in the runbook what is to be done and how to see that it worked.",
        }
      : { name: "instructions", level: "pass", message: "The step says what is to be done." },
  ],
  observe: async () => ({ state: "absent", facts: {} }),
  apply: async (step) => waiting(`Confirm when this is done: ${step.title}`),
  verify: async () => ({ type: "done" }),
  undo: async (step) => waiting(`Undo by hand and confirm: ${step.title}`),
};
