import { messageOf } from "@/lib/core/errors";
import type { Executor, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

async function check(step: StepOf<"tcp.check">, context: StepContext): Promise<StepResult> {
  const where = `${step.with.host} port ${step.with.port}`;
  try {
    const ms = await context.egress.connect(step.with.host, step.with.port, { signal: context.signal });
    return { type: "done", output: { ms } };
  } catch (error) {
    if (error instanceof Error && error.name === "EgressRefused") return { type: "failed", reason: error.message };
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ECONNREFUSED") return { type: "failed", reason: `${where} refuses connections.` };
    return { type: "errored", reason: `${where}: ${messageOf(error)}` };
  }
}

/** Opens and closes one TCP connection. Class P: read only. Refused is failed; no answer is errored. */
export const tcpCheck: Executor<"tcp.check"> = {
  kind: "tcp.check",
  version: 1,
  idempotency: "P",
  cancel: "immediate",
  timeoutMs: 30_000,
  attempts: 3,
  movesTraffic: false,
  preview: (step) => ({
    summary: `${step.with.host} port ${step.with.port} must accept a connection.`,
    lines: [`connect tcp ${step.with.host}:${step.with.port}`],
    undo: "Nothing to undo.",
    reversible: true,
  }),
  preflight: async (step, context) => {
    const result = await check(step, context);
    if (result.type === "done") return [{ name: "connection", level: "pass", message: `${step.with.host} port ${step.with.port} accepts connections.` }];
    const message = "reason" in result ? result.reason : "The port could not be checked.";
    return [{ name: "connection", level: "warn", message, fix: "Check host and port, or make sure that an earlier step starts the service." }];
  },
  observe: async () => ({ state: "absent", facts: {} }),
  apply: check,
  verify: async () => ({ type: "done" }),
  undo: async () => ({ type: "done" }),
};
