import type pg from "pg";
import { firstRow } from "./transaction";

/*
 * Tells a database from its copies. What is restored from a dump has other object ids, in the same server too; what is
 * restored to another server has another system identifier. A file-level copy that is opened elsewhere has the same: it
 * cannot be told from the original. `pg_upgrade` and moving to another server change it as well.
 */

const PERMISSION_DENIED = "42501";
const OBJECTS = "(SELECT oid FROM pg_database WHERE datname = current_database()) || ':' || 'run'::regclass::oid";

/** `system:database:table`; the system is empty where the role may not ask for it. Not within a transaction: a refusal would end it. */
export async function databaseFingerprint(client: pg.Pool): Promise<string> {
  const read = async (system: string) => (await firstRow<{ id: string }>(client, `SELECT ${system} || ':' || ${OBJECTS} AS id`))?.id ?? "";
  try {
    return await read("(SELECT system_identifier FROM pg_control_system())");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === PERMISSION_DENIED)) throw error;
    return await read("''");
  }
}

/** Whether two fingerprints are of one database; a system that could not be asked for is taken for the same. */
export function sameDatabase(a: string, b: string): boolean {
  const [[systemA, ...objectsA], [systemB, ...objectsB]] = [a.split(":"), b.split(":")];
  return objectsA.join(":") === objectsB.join(":") && (systemA === systemB || systemA === "" || systemB === "");
}
