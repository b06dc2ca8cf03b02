import type { Executor } from "@/lib/migration/executors/types";

/** A gate inside the run. Class P: it changes nothing. The engine ends the wait when the quorum has approved. */
export const approval: Executor<"approval"> = {
  kind: "approval",
  version: 1,
  idempotency: "P",
  cancel: "immediate",
  timeoutMs: 30 * 86_400_000,
  attempts: 1,
  movesTraffic: false,
  preview: (step) => ({
    summary: "The run waits for an approval.",
    lines: step.with.reason === undefined ? [] : [step.with.reason],
    undo: "Nothing to undo.",
    reversible: true,
  }),
  preflight: async () => [{ name: "approval", level: "pass", message: "Nothing is needed beforehand." }],
  observe: async () => ({ state: "absent", facts: {} }),
  apply: async (step) => ({ type: "waiting", on: "human", message: step.with.reason ?? `Approval is needed: ${step.title}` }),
  verify: async () => ({ type: "done" }),
  undo: async () => ({ type: "done" }),
};
