import { connectPostgres, postgresConfig } from "@/lib/connection/clients/postgres";
import type { Connection } from "@/lib/connection/types";
import { loginRoles } from "@/lib/migration/executors/move/authority";
import { applicationOf, clientOf, type World } from "@/lib/migration/executors/move/switch-world";
import type { StepContext } from "@/lib/migration/executors/types";

/* R-PG-7: a fence counts only when an application could not get through it. */

/** What a server answers to a role without LOGIN, and to one without CONNECT. */
const REFUSALS: readonly unknown[] = ["28000", "42501"];

/**
 * The catalogue says that no role of the application may log in, and with the application's own login, where the move
 * knows it, the server itself is asked: that attempt has to be refused.
 * @throws Error when the application could get in, or when it cannot be told
 */
export async function proveFenced(world: World, context: Pick<StepContext, "egress">): Promise<void> {
  const application = applicationOf(world);
  const { connection } = world.giving;
  const admitted = await loginRoles(clientOf(world.giving), world.config.applicationRoles);
  if (admitted.length > 0) throw new Error(`${admitted.join(", ")} may still log in to ${connection.key}.`);
  if (application === null) return;
  const { host, port, database, sslmode, ca } = postgresConfig(connection);
  const { user } = postgresConfig(application);
  const config = { host, port, database, user, sslmode, ...(ca === undefined ? {} : { ca }) };
  const direct: Connection = { key: application.key, kind: "postgres", config, secret: application.secret };
  try {
    const client = await connectPostgres(direct, context.egress, { applicationName: "switchyard fence proof", statementTimeoutMs: 1_000 });
    client.end().catch(() => undefined);
  } catch (error) {
    if (error instanceof Error && "code" in error && REFUSALS.includes(error.code)) return;
    throw new Error(`Whether the fence of ${connection.key} holds could not be told: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  throw new Error(`The application could still log in to ${connection.key} although it is fenced.`);
}
