import { hashOf } from "@/lib/core/canonical";
import type { Db } from "@/lib/db/prisma";
import { type OpeningKey, open } from "./seal";
import { type ConnectionRow, findConnection } from "./store";
import type { Connection } from "./types";

/** Opens the secret of a row; worker only. @throws SealError */
export function openRow(key: OpeningKey, row: ConnectionRow): Connection {
  const secret = Object.fromEntries(
    Object.entries(row.sealed).map(([field, sealed]) => [field, open(key, { table: "connection", row: row.id, field, version: row.secretVersion }, sealed)]),
  );
  return { key: row.key, kind: row.kind, config: row.config, secret };
}

/** What a plan was frozen to. */
export interface FrozenConnection {
  key: string;
  kind: string;
  config: Record<string, unknown>;
  secretVersion: number;
}

/**
 * Opens a connection exactly as it was frozen into an approved plan.
 * @throws Error when it is gone, has changed since, or its secret cannot be opened
 */
export async function openConnection(deps: { db: Pick<Db, "pool">; key: OpeningKey }, projectId: string, frozen: FrozenConnection): Promise<Connection> {
  const row = await findConnection(deps.db, projectId, frozen.key);
  if (row === null) throw new Error(`The connection "${frozen.key}" was removed.`);
  if (row.kind !== frozen.kind || row.secretVersion !== frozen.secretVersion || hashOf(row.config) !== hashOf(frozen.config)) {
    throw new Error(`The connection "${frozen.key}" has changed since the plan was approved.`);
  }
  return openRow(deps.key, row);
}
