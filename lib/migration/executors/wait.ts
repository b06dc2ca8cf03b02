import { formatDuration, parseDuration } from "@/lib/core/duration";
import type { Executor } from "@/lib/migration/executors/types";

const LONGEST_PAUSE_MS = 30_000;

/** Time passes, guards stay armed. Class P: measured from when the step began, so a crash costs no time and adds none (R-ENG-8). */
export const wait: Executor<"wait"> = {
  kind: "wait",
  version: 1,
  idempotency: "P",
  cancel: "immediate",
  timeoutMs: 90 * 86_400_000,
  attempts: 3,
  movesTraffic: false,
  preview: (step) => ({ summary: `Wait ${step.with.for}.`, lines: [], undo: "Nothing to undo.", reversible: true }),
  preflight: async () => [{ name: "wait", level: "pass", message: "Nothing is needed beforehand." }],
  observe: async () => ({ state: "absent", facts: {} }),
  apply: async (step, context) => {
    const total = parseDuration(step.with.for);
    const passed = Math.max(0, context.now().getTime() - context.since.getTime());
    if (passed >= total) return { type: "done", output: { waitedMs: passed } };
    const progress = { message: `${formatDuration(total - passed)} left`, done: passed, total, unit: "ms" };
    return { type: "running", askAgainMs: Math.min(total - passed, LONGEST_PAUSE_MS), progress };
  },
  verify: async () => ({ type: "done" }),
  undo: async () => ({ type: "done" }),
};
