import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Db } from "@/lib/db/prisma";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { newPrivateKey, type OpeningKey, openingKey } from "./seal";

const FILE = "worker-key.pem";

/**
 * The worker's private key from its data directory (mode 0600), made on first use. Several workers of one installation
 * share the file; two that start at once agree on the first one written.
 */
export function loadWorkerKey(dataDir: string): OpeningKey {
  const path = join(dataDir, FILE);
  try {
    return openingKey(readFileSync(path, "utf8"));
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOENT") throw error;
  }
  mkdirSync(dataDir, { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, newPrivateKey(), { mode: 0o600 });
  try {
    // A hard link is made only where nothing is yet, and shows a complete file.
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return openingKey(readFileSync(path, "utf8"));
}

/**
 * Tells the web side to which key secrets are to be sealed. Called by the worker when it starts.
 * @returns `published`, `same`, `no-workspace` before first run, or `other` when secrets are sealed to another key: this
 * worker could not open them, and nothing is changed.
 */
export async function publishWorkerKey(db: Pick<Db, "pool">, publicKey: string): Promise<"published" | "same" | "other" | "no-workspace"> {
  return await inTransaction(db, async (tx) => {
    const workspace = await firstRow<{ key: string | null }>(tx, "SELECT worker_public_key AS key FROM workspace FOR UPDATE");
    if (workspace === null) return "no-workspace";
    if (workspace.key === publicKey) return "same";
    if (workspace.key !== null) {
      const sealed = await firstRow(tx, "SELECT 1 FROM connection WHERE sealed <> '{}'::jsonb AND removed_at IS NULL LIMIT 1");
      if (sealed !== null) return "other";
    }
    await tx.query("UPDATE workspace SET worker_public_key = $1", [publicKey]);
    return "published";
  });
}

/** The key to which secrets are sealed; null while no worker has started yet. */
export async function sealingKey(client: Pick<Db["pool"], "query">): Promise<string | null> {
  const { rows } = await client.query<{ key: string | null }>("SELECT worker_public_key AS key FROM workspace LIMIT 1");
  return rows[0]?.key ?? null;
}
