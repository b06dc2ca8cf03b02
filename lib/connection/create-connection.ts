import { ConflictError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { inTransaction, isUniqueViolation, type Tx } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { createConnectionInput, parseConfig, parseSecret, sealFields } from "./input";
import { lockConnection, projectId, viewOf } from "./store";
import type { ConnectionView } from "./types";

/** Called inside the transaction of a change, for whatever is frozen to the old settings. */
export type AfterChange = (tx: Tx, ctx: Ctx, projectId: string, cause: string) => Promise<unknown>;

/**
 * Adds a connection to a project; a removed one of the same key and kind comes back with the new settings. Secrets are
 * sealed before they are stored.
 * @throws InvalidInputError naming the field, ConflictError when the key is taken, RefusedError without a worker key
 */
export async function createConnection(ctx: Ctx, raw: unknown, afterChange?: AfterChange): Promise<ConnectionView> {
  requirePermission(ctx, "connection.manage");
  const input = parseInput(createConnectionInput, raw);
  const config = parseConfig(input.kind, input.config);
  const secret = parseSecret(input.kind, input.secret);
  try {
    return await inTransaction(ctx.db, async (tx) => {
      const project = await projectId(tx, input.project);
      // The key of a removed connection may be used again; its row makes room.
      await tx.query("UPDATE connection SET key = left(key, 20) || '~' || id WHERE project_id = $1 AND key = $2 AND removed_at IS NOT NULL", [
        project,
        input.key,
      ]);
      const id = newId();
      const version = Object.keys(secret).length > 0 ? 1 : 0;
      const sealed = await sealFields(tx, id, version, secret);
      await tx.query(
        `INSERT INTO connection (id, project_id, key, name, kind, config, sealed, secret_version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
        [id, project, input.key, input.name, input.kind, JSON.stringify(config), JSON.stringify(sealed), version, ctx.now],
      );
      const row = await lockConnection(tx, id);
      await afterChange?.(tx, ctx, project, `connection ${input.key} added`);
      const after = { key: input.key, kind: input.kind, config, secretFields: Object.keys(secret) };
      await writeAudit(tx, ctx, { action: "connection.create", object: { type: "connection", id, name: input.key }, projectId: project, after });
      return viewOf(row);
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new ConflictError(`There is already a connection "${input.key}" in this project.`);
    throw error;
  }
}
