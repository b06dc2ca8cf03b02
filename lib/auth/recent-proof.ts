import { ForbiddenError } from "@/lib/core/errors";
import type { Ctx } from "@/lib/service/context";

/** How long a proof (sign-in or typing the password again) counts for commands that cannot be taken back easily. */
export const PROOF_MS = 5 * 60_000;

/** Whether the person proved who they are within the last five minutes. Only people in a browser can. */
export function hasRecentProof(ctx: Pick<Ctx, "actor" | "now">): boolean {
  return ctx.actor.kind === "user" && ctx.now.getTime() - ctx.actor.provenAt.getTime() < PROOF_MS;
}

/**
 * Step-up: call it in verbs of tier 2 and 3 (approve, start live, change policy, people, tokens), never in pause, abort
 * or roll back. The command line passes: whoever runs it holds the database password.
 * @throws ForbiddenError with `stepUp: true` in its details; the page then asks for the password (`/step-up`).
 */
export function requireRecentProof(ctx: Pick<Ctx, "actor" | "now">): void {
  if (ctx.actor.kind === "cli" || hasRecentProof(ctx)) return;
  throw new ForbiddenError("Type your password again to confirm that it is you.", { stepUp: true });
}
