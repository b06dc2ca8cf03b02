import { createHmac } from "node:crypto";
import { connectionConfig } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";
import type { Executor, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

type Step = StepOf<"notify">;

/** `t=SECONDS,v1=HEX`: HMAC-SHA256 over `SECONDS.BODY`, so that an old message cannot be sent again later. */
export function webhookSignature(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}

async function send(step: Step, context: StepContext): Promise<StepResult> {
  try {
    const connection = await context.connection(step.with.connection, "webhook");
    const config = connectionConfig.webhook.parse(connection.config);
    const at = context.now();
    const body = JSON.stringify({
      type: "run.notice",
      run: context.runId,
      step: context.stepKey,
      title: step.title,
      message: step.with.message,
      at: at.toISOString(),
    });
    context.assertLease();
    const response = await context.egress.request({
      url: config.url,
      method: "POST",
      ca: config.ca,
      headers: {
        "content-type": "application/json",
        "idempotency-key": context.effectKey,
        "switchyard-signature": webhookSignature(connection.secret.signingSecret ?? "", Math.floor(at.getTime() / 1_000), body),
      },
      body,
      signal: context.signal,
    });
    if (response.status >= 200 && response.status < 300) return { type: "done", output: { status: response.status, ms: response.ms } };
    const reason = `The receiver answered ${response.status}.`;
    const couldComeBack = response.status === 408 || response.status === 429 || response.status >= 500;
    return { type: couldComeBack ? "errored" : "failed", reason, output: { status: response.status } };
  } catch (error) {
    const refused = error instanceof Error && error.name === "EgressRefused";
    return { type: refused ? "failed" : "errored", reason: messageOf(error) };
  }
}

/**
 * A message to somebody else's system. Class X: whether it arrived cannot be seen from here, so after a crash a person
 * decides. Every try carries the same idempotency key and a signature over time and body.
 */
export const notify: Executor<"notify"> = {
  kind: "notify",
  version: 1,
  idempotency: "X",
  cancel: "never",
  timeoutMs: 30_000,
  attempts: 3,
  movesTraffic: false,
  preview: (step) => ({
    summary: `Send a message through ${step.with.connection}.`,
    lines: [`POST to the address of ${step.with.connection}`, step.with.message],
    undo: "A message cannot be taken back; nothing is sent on undo.",
    reversible: false,
  }),
  preflight: async (step, context) => {
    try {
      const connection = await context.connection(step.with.connection, "webhook");
      const config = connectionConfig.webhook.parse(connection.config);
      await context.egress.resolve(new URL(config.url).hostname, context.signal);
      return [{ name: "address", level: "pass", message: "The address may be reached. Nothing was sent." }];
    } catch (error) {
      return [{ name: "address", level: "block", message: messageOf(error), fix: "Correct the webhook connection in the settings." }];
    }
  },
  observe: async () => ({ state: "absent", facts: { observable: false } }),
  apply: send,
  verify: async () => ({ type: "done" }),
  undo: async () => ({ type: "done", output: { sent: false } }),
};
