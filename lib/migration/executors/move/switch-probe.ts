import { connectPostgres, query } from "@/lib/connection/clients/postgres";
import { messageOf } from "@/lib/core/errors";
import { applicationOf, clientOf, type World } from "@/lib/migration/executors/move/switch-world";
import type { StepContext } from "@/lib/migration/executors/types";

/** Milliseconds the poolers may take to close connections made before the switch. */
const CLOSE_MS = 5_000;

/**
 * Line 9: no connection of before is left, and the application's own way leads to the side that took over, which can be
 * written. @throws Error with what is wrong; the switch stands, going back is a decision of the run
 */
export async function probe(world: World, context: StepContext): Promise<void> {
  for (const pooler of world.poolers) await pooler.admin.waitClose(pooler.entry.database, CLOSE_MS);
  const application = applicationOf(world);
  if (application === null) return;
  const wanted = await identity(world);
  const client = await connectPostgres(application, context.egress, { applicationName: "switchyard probe", statementTimeoutMs: 5_000 });
  try {
    // A transaction number of its own can only be had where writing is possible.
    const [seen] = await query(
      client,
      "SELECT system_identifier::text AS id, pg_is_in_recovery() AS standby, pg_current_xact_id()::text AS xact FROM pg_control_system()",
    );
    if (seen?.standby === "t") throw new Error("it leads to a standby");
    if (seen?.id !== wanted) throw new Error(`it leads to the server ${seen?.id}, not to ${wanted}`);
  } catch (error) {
    throw new Error(`The application's way through ${application.key} does not lead to ${world.taking.connection.key}: ${messageOf(error)}`, { cause: error });
  } finally {
    client.end().catch(() => undefined);
  }
}

async function identity(world: World): Promise<string | null | undefined> {
  return (await query(clientOf(world.taking), "SELECT system_identifier::text AS id FROM pg_control_system()"))[0]?.id;
}
