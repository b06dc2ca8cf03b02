import { z } from "zod";
import { emailInput } from "@/lib/auth/email";
import { lockFirstRun } from "@/lib/auth/first-run";
import { insertUser, newPasswordFields, personName, requireGoodPassword, sessionAfterLink } from "@/lib/auth/new-user";
import { consumeLink } from "@/lib/auth/one-time-link";
import { hashPassword } from "@/lib/auth/password-hash";
import type { NewSession } from "@/lib/auth/session-store";
import type { SignInCtx } from "@/lib/auth/sign-in";
import { RefusedError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { parseInput } from "@/lib/service/context";
import { workspaceFields } from "@/lib/service/workspace";

const input = z.object({ token: z.string().min(1).max(200), name: personName, email: emailInput, ...newPasswordFields, ...workspaceFields });

/**
 * First run: uses the owner's link up, sets the workspace and makes the first person, an admin, signed in; all or
 * nothing.
 * @throws RefusedError when the link does not work or somebody was faster.
 */
export async function completeFirstRun(ctx: SignInCtx, raw: unknown): Promise<NewSession> {
  const values = parseInput(input, raw);
  requireGoodPassword(values, [values.email, values.name, values.workspace]);
  const passwordHash = await hashPassword(values.password);
  return inTransaction(ctx.db, async (tx) => {
    await lockFirstRun(tx);
    await consumeLink(tx, values.token, "owner", ctx.now);
    if ((await firstRow(tx, "SELECT 1 FROM app_user LIMIT 1")) !== null)
      throw new RefusedError("Switchyard already has an owner. Sign in, or ask them for an invitation.");
    await tx.query(
      `INSERT INTO workspace (id, name, currency, time_zone, created_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (singleton) DO UPDATE SET name = excluded.name, currency = excluded.currency, time_zone = excluded.time_zone`,
      [newId(), values.workspace, values.currency, values.timeZone, ctx.now],
    );
    const user = { name: values.name, email: values.email, role: "admin" as const };
    const id = await insertUser(tx, { ...user, passwordHash, now: ctx.now });
    const { session, actor } = await sessionAfterLink(tx, ctx, { id, ...user });
    await writeAudit(
      tx,
      { ...ctx, actor },
      {
        action: "workspace.create",
        object: { type: "workspace", id: "workspace", name: values.workspace },
        after: { name: values.workspace, currency: values.currency, timeZone: values.timeZone, owner: { id, name: values.name, role: "admin" } },
      },
    );
    return session;
  });
}
