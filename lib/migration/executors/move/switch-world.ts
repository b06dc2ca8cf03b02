import type pg from "pg";
import { entryServer, type ServerAddress } from "@/lib/connection/clients/pgbouncer-config";
import { readDatabases } from "@/lib/connection/clients/pgbouncer-file";
import { connectPostgres, identifyDatabase, postgresConfig } from "@/lib/connection/clients/postgres";
import { type Connection, connectionConfig } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";
import type { AuthorityHolder } from "@/lib/migration/executors/move/authority";
import { type Direction, moveKeyOf, moveNames, sessionName } from "@/lib/migration/executors/move/names";
import { Pooler, type PoolerEntry } from "@/lib/migration/executors/move/poolers";
import type { Settling } from "@/lib/migration/executors/move/switch-settle";
import type { Facts, StepContext } from "@/lib/migration/executors/types";
import type { MoveConfig } from "@/lib/migration/move-types";

/* Everything one call of a switch holds open: both servers, the poolers, the names. Opened before anybody waits. */

/** Milliseconds for one statement: by the server, and a little later by us when it has silently gone. */
const STATEMENT_MS = 4_000;
const ANSWER_MS = 5_000;

export type SwitchDirection = "apply" | "undo";

/** One server of the switch. */
export interface Side {
  name: "source" | "target";
  connection: Connection;
  /** Null while it does not answer. */
  client: pg.Client | null;
  problem: string;
  /** Opens the session again after it broke. @throws WrongServer */
  reopen: () => Promise<void>;
}

export interface World {
  config: MoveConfig;
  direction: SwitchDirection;
  runId: string;
  epoch: number;
  hash: string;
  moveKey: string;
  holder: AuthorityHolder;
  giving: Side;
  taking: Side;
  /** From giving to taking; enabled until the switch. */
  stream: Direction;
  /** From taking to giving; enabled after the switch. */
  back: Direction;
  /** Whether changes go back after the switch: always when the switch itself goes back. */
  goesBack: boolean;
  /** COMMIT_TARGET was sent to our own database, whether or not it answered. */
  mayBeCommitted: boolean;
  poolers: Pooler[];
  /** The application's own way in, or why it is not known: see `applicationOf`. */
  application: Connection | Error | null;
  close: () => void;
}

/** A server that does not answer: nothing is known of what was asked of it, and it may be back soon. */
export class SideAway extends Error {
  constructor(side: Pick<Side, "connection" | "problem">) {
    super(`${side.connection.key} does not answer: ${side.problem}`);
    this.name = "SideAway";
  }
}

/** The session of a side. @throws SideAway with what kept it from being opened */
export function clientOf(side: Side): pg.Client {
  if (side.client === null) throw new SideAway(side);
  return side.client;
}

/**
 * The application's own way in, through the pooler or not; null when the move names no `probe`. Asked for when the world is
 * opened, because our own database may be away later; a switch is settled without it. @throws Error when it is not known
 */
export function applicationOf({ application }: World): Connection | null {
  if (application instanceof Error) throw application;
  return application;
}

/** What is needed to bring the switch to an end. */
export function settlingOf(world: World): Settling {
  return { runId: world.runId, holder: world.holder, giving: () => clientOf(world.giving), taking: () => clientOf(world.taking), poolers: world.poolers };
}

/** What identifies both servers and where the poolers lead, as seen before the first try; stored with the intent. */
export interface SwitchBefore {
  source: string;
  target: string;
  poolers: Record<string, ServerAddress>;
}

/** Servers and poolers as they are before a switch. @throws Error when one cannot be seen */
export async function readBefore(config: MoveConfig, context: StepContext): Promise<SwitchBefore> {
  const identity = async (key: string) => {
    const connection = await context.connection(key, "postgres");
    const client = await connectPostgres(connection, context.egress, { applicationName: sessionName(context.runId, context.epoch) });
    try {
      const found = await identifyDatabase(client);
      return `${found.systemIdentifier}/${found.database}`;
    } finally {
      client.end().catch(() => undefined);
    }
  };
  const [source, target] = await Promise.all([identity(config.from), identity(config.to)]);
  const poolers: Record<string, ServerAddress> = {};
  for (const { connection, database } of config.poolers) {
    const opened = await context.connection(connection, "pgbouncer");
    poolers[`${connection}/${database}`] = entryServer(readDatabases(fileOf(opened)), database);
  }
  return { source, target, poolers };
}

function fileOf(connection: Connection): string {
  const { configFile } = connectionConfig.pgbouncer.parse(connection.config);
  if (configFile === undefined) throw new Error(`The connection ${connection.key} names no configuration file: a switch has to change it.`);
  return configFile;
}

function serverOf(connection: Connection): ServerAddress {
  const { host, port, database } = postgresConfig(connection);
  return { host, port, database };
}

/** What `readBefore` saw before the first try; the connections' own addresses where nothing was stored. */
function storedBefore(facts: Facts | null): Partial<SwitchBefore> {
  return (facts?.switch ?? {}) as Partial<SwitchBefore>;
}

interface Opening {
  name: Side["name"];
  connection: Connection;
  /** System identifier and database it has to be; undefined before it was seen. */
  identity: string | undefined;
}

async function openSide(context: StepContext, { name, connection, identity }: Opening): Promise<Side> {
  const side: Side = { name, connection, client: null, problem: "", reopen: async () => undefined };
  side.reopen = async () => {
    side.client?.end().catch(() => undefined);
    side.client = null;
    try {
      side.client = await openSession(context, connection, identity);
    } catch (error) {
      if (error instanceof WrongServer) throw error;
      side.problem = messageOf(error);
    }
  };
  await side.reopen();
  return side;
}

async function openSession(context: StepContext, connection: Connection, identity: string | undefined): Promise<pg.Client> {
  const options = { applicationName: sessionName(context.runId, context.epoch), statementTimeoutMs: STATEMENT_MS, answerMs: ANSWER_MS };
  const client = await connectPostgres(connection, context.egress, options);
  try {
    await client.query("SET default_transaction_read_only = off; SET synchronous_commit = on; SET search_path = ''");
    const found = await identifyDatabase(client);
    if (identity !== undefined && identity !== `${found.systemIdentifier}/${found.database}`) throw new WrongServer(connection.key);
    return client;
  } catch (error) {
    client.end().catch(() => undefined);
    throw error;
  }
}

/** Another server answers under the address than when the switch began (F-PG-21). */
export class WrongServer extends Error {
  constructor(key: string) {
    super(`Behind ${key} is another server than before: nothing is touched there.`);
    this.name = "WrongServer";
  }
}

/** Opens what can be opened; a server that does not answer is part of what is seen. @throws WrongServer */
export async function openWorld(config: MoveConfig, context: StepContext, direction: SwitchDirection): Promise<World> {
  const { runId, epoch, egress } = context;
  const moveKey = moveKeyOf(context.stepKey);
  const names = moveNames(runId, moveKey);
  const applicationName = sessionName(runId, epoch);
  const before = storedBefore(context.before);
  const [from, to] = [await context.connection(config.from, "postgres"), await context.connection(config.to, "postgres")];
  const asError = (error: unknown) => (error instanceof Error ? error : new Error(messageOf(error)));
  const application = config.probe === undefined ? null : await context.connection(config.probe, "pgbouncer", "postgres").catch(asError);
  const [source, target] = await Promise.all([
    openSide(context, { name: "source", connection: from, identity: before.source }),
    openSide(context, { name: "target", connection: to, identity: before.target }),
  ]);
  const forward = direction === "apply";
  const [giving, taking] = forward ? [source, target] : [target, source];
  const poolers = await Promise.all(
    config.poolers.map(async ({ connection, database }) => {
      const opened = await context.connection(connection, "pgbouncer");
      const old = before.poolers?.[`${connection}/${database}`] ?? serverOf(from);
      const entry: PoolerEntry = {
        connection: opened,
        database,
        file: fileOf(opened),
        giving: forward ? old : serverOf(to),
        taking: forward ? serverOf(to) : old,
      };
      return new Pooler(entry, egress, applicationName);
    }),
  );
  return {
    config,
    direction,
    runId,
    epoch,
    hash: names.hash,
    moveKey,
    holder: { hash: names.hash, epoch, token: `${epoch}:${context.attempt}:${direction}:${context.now().getTime()}`, by: "worker" },
    giving,
    taking,
    stream: forward ? names.forward : names.reverse,
    back: forward ? names.reverse : names.forward,
    goesBack: config.reverse || !forward,
    mayBeCommitted: false,
    poolers,
    application,
    close: () => {
      for (const side of [source, target]) side.client?.end().catch(() => undefined);
      for (const pooler of poolers) pooler.admin.close();
    },
  };
}
