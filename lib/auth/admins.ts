import { RefusedError } from "@/lib/core/errors";
import { rows, type Tx } from "@/lib/db/transaction";

/**
 * Makes sure that an active admin is left when this person stops being one. Locks all admins, so that two who remove
 * each other at the same moment cannot both succeed.
 * @throws RefusedError
 */
export async function requireAnotherAdmin(tx: Tx, userId: string): Promise<void> {
  const admins = await rows<{ id: string }>(tx, "SELECT id FROM app_user WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id FOR UPDATE");
  if (admins.some((row) => row.id === userId) && admins.length === 1) {
    throw new RefusedError("This is the last active admin. Make somebody else an admin first.");
  }
}
