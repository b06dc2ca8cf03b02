import { hashOf } from "@/lib/core/canonical";
import { ConflictError } from "@/lib/core/errors";
import { inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import type { AfterChange } from "./create-connection";
import { requireNotInUse } from "./in-use";
import { parseConfig, parseSecret, sealFields, updateConnectionInput } from "./input";
import { lockConnection, viewOf } from "./store";
import type { ConnectionView } from "./types";

/**
 * Changes name, settings or secrets. New secrets replace all old ones and raise the secret version, which voids
 * approvals that were given to the old one. The result of an earlier test no longer counts.
 * A new name alone is allowed at any time.
 * @throws RefusedError while a run that uses it is under way, ConflictError when somebody else changed it first
 */
export async function updateConnection(ctx: Ctx, raw: unknown, afterChange?: AfterChange): Promise<ConnectionView> {
  requirePermission(ctx, "connection.manage");
  const input = parseInput(updateConnectionInput, raw);
  return await inTransaction(ctx.db, async (tx) => {
    const before = await lockConnection(tx, input.id);
    if (before.version !== input.version) throw new ConflictError("Somebody else changed this connection.", { version: before.version });
    const config = input.config === undefined ? before.config : parseConfig(before.kind, input.config);
    const secret = input.secret === undefined ? null : parseSecret(before.kind, input.secret);
    const secretVersion = before.secretVersion + (secret === null ? 0 : 1);
    const sealed = secret === null ? before.sealed : await sealFields(tx, before.id, secretVersion, secret);
    await tx.query(
      `UPDATE connection SET name = $2, config = $3, sealed = $4, secret_version = $5, version = version + 1, updated_at = $6,
         test_requested_at = NULL, tested_at = NULL, test_ok = NULL, test_message = NULL WHERE id = $1`,
      [before.id, input.name ?? before.name, JSON.stringify(config), JSON.stringify(sealed), secretVersion, ctx.now],
    );
    const after = await lockConnection(tx, before.id);
    await afterChange?.(tx, ctx, before.projectId, `connection ${before.key} changed`);
    if (secret !== null || hashOf(config) !== hashOf(before.config)) await requireNotInUse(tx, before);
    await writeAudit(tx, ctx, {
      action: "connection.update",
      object: { type: "connection", id: before.id, name: before.key },
      projectId: before.projectId,
      before: { name: before.name, config: before.config, secretVersion: before.secretVersion },
      after: { name: after.name, config, secretVersion, secretFields: Object.keys(sealed) },
    });
    return viewOf(after);
  });
}
