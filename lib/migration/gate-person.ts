import { mayDo, type Role } from "@/lib/auth/permissions";
import { ConflictError, ForbiddenError, RefusedError } from "@/lib/core/errors";
import { firstRow, type Tx } from "@/lib/db/transaction";
import type { Ctx, UserActor } from "@/lib/service/context";
import type { Verdicter } from "./approvals";
import type { LoadedRun } from "./load-run";
import type { RunCommandInput } from "./run-command";
import type { GateState } from "./snapshot";

/** The signed-in person behind a verdict. @throws ForbiddenError for tokens, the command line and the worker. */
export function verdictActor(ctx: Ctx): UserActor {
  if (ctx.actor.kind !== "user") throw new ForbiddenError("Only a person signed in to a browser can give a verdict, never a token.");
  return ctx.actor;
}

/** The person as the database knows them now: a demotion or a revoked session counts at once. */
export async function verdicter(tx: Tx, actor: UserActor, now: Date): Promise<Verdicter> {
  const row = await firstRow<{ role: Role; disabledAt: Date | null; live: boolean }>(
    tx,
    `SELECT u.role, u.disabled_at AS "disabledAt",
            EXISTS (SELECT 1 FROM browser_session s WHERE s.id = $2 AND s.user_id = u.id AND s.revoked_at IS NULL AND s.expires_at > $3) AS live
       FROM app_user u WHERE u.id = $1`,
    [actor.userId, actor.sessionId, now],
  );
  const entitled = row !== null && row.disabledAt === null && mayDo({ role: row.role, scopes: null }, "run.approve");
  return { userId: actor.userId, isPerson: row?.live === true, entitled };
}

/** The gate a verdict is meant for. @throws RefusedError, ConflictError when it was asked about another plan. */
export function gateInQuestion(run: LoadedRun, input: RunCommandInput, statuses: readonly GateState["status"][]): GateState {
  if (input.planHash === undefined) throw new RefusedError("A verdict names the plan it is about.", ["planHash is missing"]);
  const found = run.gates.filter((gate) => statuses.includes(gate.status) && (input.gate === undefined || gate.gate === input.gate));
  const [gate] = found;
  if (gate === undefined) throw new ConflictError("Nothing waits for this verdict any more.");
  if (found.length > 1) throw new RefusedError("More than one question is open.", [`Name the gate: ${found.map((one) => one.gate).join(", ")}.`]);
  return gate;
}

/** Writes the verdict only where gate, plan, person and session are still what they were (R-APR-7). @throws ConflictError */
export async function insertVerdict(
  tx: Tx,
  actor: UserActor,
  verdict: { id: string; gate: GateState; planHash: string; verdict: "approve" | "reject"; reason: string; solo: boolean; statuses: readonly string[] },
  now: Date,
): Promise<void> {
  const written = await tx.query(
    `INSERT INTO approval (id, gate_id, run_id, approver_id, session_id, verdict, plan_hash, reason, solo, at)
     SELECT $1, g.id, r.id, u.id, s.id, $6, r.plan_hash, $7, $8, $9
       FROM approval_gate g JOIN run r ON r.id = g.run_id, app_user u JOIN browser_session s ON s.user_id = u.id
      WHERE g.id = $2 AND g.status = ANY($10) AND g.expires_at > $9 AND g.plan_hash = $5 AND r.plan_hash = $5
        AND u.id = $3 AND u.disabled_at IS NULL AND s.id = $4 AND s.revoked_at IS NULL AND s.expires_at > $9`,
    [verdict.id, verdict.gate.id, actor.userId, actor.sessionId, verdict.planHash, verdict.verdict, verdict.reason, verdict.solo, now, verdict.statuses],
  );
  if (written.rowCount !== 1) throw new ConflictError("The request has changed since you looked at it.");
}
