import type { Executor } from "@/lib/migration/executors/types";

/** A list a person ticks off. Class P: it changes nothing. The engine ends the wait when every item is ticked and confirmed. */
export const checklist: Executor<"checklist"> = {
  kind: "checklist",
  version: 1,
  idempotency: "P",
  cancel: "immediate",
  timeoutMs: 30 * 86_400_000,
  attempts: 1,
  movesTraffic: false,
  preview: (step) => ({
    summary: `A person ticks off ${step.with.items.length} item${step.with.items.length === 1 ? "" : "s"}.`,
    lines: step.with.items.map((item) => `[ ] ${item}`),
    undo: "Nothing to undo.",
    reversible: true,
  }),
  preflight: async () => [{ name: "checklist", level: "pass", message: "Nothing is needed beforehand." }],
  observe: async () => ({ state: "absent", facts: {} }),
  apply: async (step) => ({
    type: "waiting",
    on: "human",
    message: `Tick off ${step.with.items.length} items and confirm.`,
    output: { items: step.with.items },
  }),
  verify: async () => ({ type: "done" }),
  undo: async () => ({ type: "done" }),
};
