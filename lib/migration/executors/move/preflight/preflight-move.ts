import { query, withPostgres } from "@/lib/connection/clients/postgres";
import { type Connection, connectionConfig } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";
import { moveKeyOf, moveNames, sessionName } from "@/lib/migration/executors/move/names";
import type { PreflightCheck, StepContext } from "@/lib/migration/executors/types";
import type { MoveConfig } from "@/lib/migration/move-types";
import { habitChecks } from "./checks/habits";
import { identityChecks } from "./checks/identity";
import { permissionChecks } from "./checks/permissions";
import { placeChecks } from "./checks/place";
import { poolerChecks } from "./checks/poolers";
import { OLDEST, serverChecks } from "./checks/servers";
import { tableChecks } from "./checks/tables";
import type { MoveCheck, MoveWorld, ServerFacts, SideName } from "./facts";
import { tryPaths } from "./paths";
import { readActivity, readFreeBytes } from "./read-activity";
import { readContent } from "./read-content";
import { readPoolers } from "./read-poolers";
import { readApplicationRoles, readClock, readDatabase, readRole, readSettings, readVersion } from "./read-server";

/** Every item of the list, in the order people read it: what blocks the most comes first. */
export const MOVE_CHECKS: readonly MoveCheck[] = [
  ...identityChecks,
  ...serverChecks,
  ...permissionChecks,
  ...tableChecks,
  ...placeChecks,
  ...poolerChecks,
  ...habitChecks,
];

/** All judgements on what was seen. Pure. */
export function judgeMove(world: MoveWorld): PreflightCheck[] {
  return MOVE_CHECKS.flatMap((item) => item.judge(world));
}

/** Reads one side. @throws Error when the server cannot be reached or asked */
async function readSide(side: SideName, connection: Connection, move: MoveConfig, context: StepContext): Promise<ServerFacts | PreflightCheck> {
  const { host, port } = connectionConfig.postgres.parse(connection.config);
  const schemas = move.schemas ?? null;
  const names = moveNames(context.runId, moveKeyOf(context.stepKey));
  const options = { applicationName: sessionName(context.runId, context.epoch), signal: context.signal, statementTimeoutMs: 60_000 };
  const address = await context.egress.resolve(host, context.signal);
  return await withPostgres(connection, context.egress, options, async (client): Promise<ServerFacts | PreflightCheck> => {
    const server = await readVersion(client);
    // What is asked next is not known to older servers.
    if (server.major < OLDEST) {
      const message = `The ${side} is PostgreSQL ${server.versionText}; a live move is supported from ${OLDEST}.`;
      return { name: "version", level: "block", message, fix: "Use postgres.copy with a write stop, or update the server first." };
    }
    const clock = await readClock(client, context);
    const database = await readDatabase(client, server.major);
    // Names with their schema and nothing else: `$user` must not decide which table is meant.
    await query(client, "SET search_path = ''");
    return {
      side,
      connection: connection.key,
      host,
      port,
      ...server,
      clock,
      ...database,
      ...(await readSettings(client)),
      role: await readRole(client),
      applicationRoles: await readApplicationRoles(client, move.applicationRoles, server.major),
      ...(await readContent(client, schemas)),
      ...(await readActivity(client, names, await readFreeBytes(client, address, database.identity.systemIdentifier))),
    };
  });
}

/** What both sides, the ways between them and the poolers look like; or why a side could not be asked. */
export async function readWorld(move: MoveConfig, context: StepContext): Promise<MoveWorld | PreflightCheck[]> {
  const connections = { source: await context.connection(move.from, "postgres"), target: await context.connection(move.to, "postgres") };
  const seen: Partial<Record<SideName, ServerFacts>> = {};
  const problems: PreflightCheck[] = [];
  for (const side of ["source", "target"] as const) {
    try {
      const found = await readSide(side, connections[side], move, context);
      if ("level" in found) problems.push(found);
      else seen[side] = found;
    } catch (error) {
      const message = `${connections[side].key}: ${messageOf(error)}`;
      problems.push({ name: `reachable (${side})`, level: "block", message, fix: "Test the connection in the settings." });
    }
  }
  const { source, target } = seen;
  if (source === undefined || target === undefined) return problems;
  const paths = await tryPaths({ source, target }, connections, move, context);
  return { move, source, target, control: context.controlDatabase, paths, poolers: await readPoolers(move, context) };
}

/**
 * Every named check before a live move (R-PG-1, §2.5). Nothing is changed on either side: the way between the servers is
 * tried in transactions that are rolled back.
 */
export async function preflightMove(move: MoveConfig, context: StepContext): Promise<PreflightCheck[]> {
  const world = await readWorld(move, context);
  if (Array.isArray(world)) return world;
  const reached = (["source", "target"] as const).map(
    (side): PreflightCheck => ({ name: `reachable (${side})`, level: "pass", message: `${world[side].connection} answers.` }),
  );
  return [...reached, ...judgeMove(world)];
}
