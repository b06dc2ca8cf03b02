import type { DnsError } from "@/lib/connection/clients/dns/provider";
import { messageOf } from "@/lib/core/errors";
import type { StepResult } from "@/lib/migration/executors/types";

const ASK_AGAIN_MS = 2_000;

/** An answer that is a clear no: it is not tried again. */
export function definite(message: string): Error {
  return Object.assign(new Error(message), { definite: true });
}

/**
 * Does the work and turns what went wrong into what the engine understands: a clear no, or could not tell. A service that asks for
 * patience is left alone for exactly so long.
 */
export async function answered(work: () => Promise<StepResult>): Promise<StepResult> {
  try {
    return await work();
  } catch (error) {
    const reason = messageOf(error);
    if (error instanceof Error && error.name === "DnsError") {
      const { kind, retryAfterMs } = error as DnsError;
      if (kind === "busy") return { type: "running", askAgainMs: retryAfterMs ?? ASK_AGAIN_MS, progress: { message: `The service asks to wait: ${reason}` } };
      return { type: kind === "unclear" ? "errored" : "failed", reason };
    }
    const no = error instanceof Error && ("definite" in error || error.name === "EgressRefused");
    return { type: no ? "failed" : "errored", reason };
  }
}
