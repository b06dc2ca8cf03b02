import pg from "pg";
import { withPostgres } from "@/lib/connection/clients/postgres";
import type { Connection } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";
import { serverConninfo } from "@/lib/migration/executors/move/conninfo";
import { moveKeyOf, moveNames, sessionName } from "@/lib/migration/executors/move/names";
import type { StepContext } from "@/lib/migration/executors/types";
import type { MoveConfig } from "@/lib/migration/move-types";
import type { PathFacts, ServerFacts, SideName } from "./facts";

type Servers = Record<SideName, ServerFacts> & { connections: Record<SideName, Connection> };
type Way = Pick<MoveConfig, "reverse" | "fromAddress" | "toAddress">;

/**
 * Whether `to` can follow `from`: a subscription without a slot is made, which connects as it would for good, and the
 * transaction is rolled back. Nothing stays on either side.
 */
async function tryPath(from: SideName, to: SideName, servers: Servers, move: Way, context: StepContext): Promise<PathFacts> {
  const { connections } = servers;
  const { hash } = moveNames(context.runId, moveKeyOf(context.stepKey));
  const options = { applicationName: sessionName(context.runId, context.epoch), signal: context.signal, statementTimeoutMs: 20_000 };
  const text = serverConninfo(connections[from], servers[to], from === "source" ? move.fromAddress : move.toAddress);
  const statement = `CREATE SUBSCRIPTION switchyard_${hash}_try CONNECTION ${pg.escapeLiteral(text)}
    PUBLICATION switchyard_${hash}_try WITH (create_slot = false, slot_name = NONE, enabled = false, copy_data = false)`;
  try {
    await withPostgres(connections[to], context.egress, options, async (client) => {
      await client.query("SET default_transaction_read_only = off");
      await client.query("BEGIN");
      try {
        await client.query(statement);
      } finally {
        await client.query("ROLLBACK");
      }
    });
    return { from, to, result: "connected", message: "" };
  } catch (error) {
    const secret = connections[from].secret.password;
    const text = messageOf(error);
    return { from, to, result: "refused", message: secret === undefined ? text : text.replaceAll(secret, "…") };
  }
}

/** Both ways where changes are to flow back, else only the way forward. */
export async function tryPaths(
  servers: Record<SideName, ServerFacts>,
  connections: Record<SideName, Connection>,
  move: Way,
  context: StepContext,
): Promise<PathFacts[]> {
  const ways: [SideName, SideName][] = move.reverse
    ? [
        ["source", "target"],
        ["target", "source"],
      ]
    : [["source", "target"]];
  const found: PathFacts[] = [];
  for (const [from, to] of ways) {
    const { role, major } = servers[to];
    const may = major < 16 ? role.superuser : role.createsSubscriptions && role.createsInDatabase;
    if (may) found.push(await tryPath(from, to, { ...servers, connections }, move, context));
    else found.push({ from, to, result: "untried", message: `${role.name} may not make a subscription on the ${to}.` });
  }
  return found;
}
