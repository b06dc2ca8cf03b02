import type { EgressResponse } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";
import type { Executor, StepContext } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

const BETWEEN_MS = 1_000;
type Step = StepOf<"http.check">;

async function ask(step: Step, context: StepContext): Promise<EgressResponse> {
  return await context.egress.request({ url: step.with.url, method: step.with.method, signal: context.signal });
}

/** Why an answer is not the wanted one, or null. The body is not repeated: it may hold what must not be logged. */
function refusal(step: Step, response: EgressResponse): string | null {
  if (response.status !== step.with.expectStatus) return `${step.with.url} answered ${response.status} instead of ${step.with.expectStatus}.`;
  if (step.with.expectBody !== undefined && !response.body.includes(step.with.expectBody))
    return `The answer of ${step.with.url} does not contain "${step.with.expectBody}".`;
  return null;
}

function refused(error: unknown): boolean {
  return error instanceof Error && error.name === "EgressRefused";
}

/**
 * One HTTP request, or several good answers in a row. Class P: read only, may be repeated at any time.
 * A wrong answer is failed; no answer is errored and tried again. No redirects, 5 s, 256 KiB (R-SEC-13).
 */
export const httpCheck: Executor<"http.check"> = {
  kind: "http.check",
  version: 1,
  idempotency: "P",
  cancel: "immediate",
  timeoutMs: 120_000,
  attempts: 3,
  movesTraffic: false,
  preview: (step) => ({
    summary: `${step.with.method} ${step.with.url} must answer ${step.with.expectStatus}.`,
    lines: [
      `${step.with.method} ${step.with.url}`,
      `expect status ${step.with.expectStatus}`,
      ...(step.with.expectBody === undefined ? [] : [`expect body to contain "${step.with.expectBody}"`]),
      ...(step.with.consecutive > 1 ? [`${step.with.consecutive} good answers in a row, one a second`] : []),
    ],
    undo: "Nothing to undo.",
    reversible: true,
  }),
  preflight: async (step, context) => {
    try {
      const reason = refusal(step, await ask(step, context));
      // The system checked may only come up in an earlier step of the run: a wrong answer now is no reason to stop.
      return reason === null
        ? [{ name: "answer", level: "pass", message: `${step.with.url} answers as wanted.` }]
        : [{ name: "answer", level: "warn", message: reason, fix: "Make sure that an earlier step changes this." }];
    } catch (error) {
      const fix = refused(error) ? "Use an address the workspace may reach." : "Check the address, or make sure that an earlier step starts the service.";
      return [{ name: "answer", level: refused(error) ? "block" : "warn", message: messageOf(error), fix }];
    }
  },
  observe: async () => ({ state: "absent", facts: {} }),
  apply: async (step, context) => {
    try {
      const response = await ask(step, context);
      const reason = refusal(step, response);
      if (reason !== null) return { type: "failed", reason, output: { status: response.status, ms: response.ms } };
      // Only answers of this try count: an errored try in between means that they were not in a row.
      const good = (context.previous?.countedIn === context.attempt ? Number(context.previous.good ?? 0) : 0) + 1;
      const output = { good, countedIn: context.attempt, status: response.status, ms: response.ms };
      if (good >= step.with.consecutive) return { type: "done", output };
      return {
        type: "running",
        askAgainMs: BETWEEN_MS,
        output,
        progress: { message: `${good} of ${step.with.consecutive} good answers`, done: good, total: step.with.consecutive },
      };
    } catch (error) {
      return { type: refused(error) ? "failed" : "errored", reason: messageOf(error) };
    }
  },
  verify: async () => ({ type: "done" }),
  undo: async () => ({ type: "done" }),
};
