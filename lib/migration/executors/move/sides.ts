import type pg from "pg";
import { identifyDatabase, openPostgres, type PostgresOptions } from "@/lib/connection/clients/postgres";
import type { Connection } from "@/lib/connection/types";
import { CopyFailed } from "@/lib/migration/executors/copy/workshop";
import { type MoveNames, moveKeyOf, moveNames, sessionName } from "@/lib/migration/executors/move/names";
import { ownerTag } from "@/lib/migration/executors/move/replication";
import type { StepContext } from "@/lib/migration/executors/types";

/** Both servers of a move, open under the name of this run and lease. */
export interface Sides {
  source: pg.Client;
  target: pg.Client;
  from: Connection;
  to: Connection;
  names: MoveNames;
  /** Owner tag of publications and subscriptions. */
  tag: string;
  moveKey: string;
}

/** Where a move goes from and to. */
export interface Ends {
  from: string;
  to: string;
}

export function moveOptions(context: Pick<StepContext, "runId" | "epoch" | "signal">, statementTimeoutMs = 30_000): PostgresOptions {
  return { applicationName: sessionName(context.runId, context.epoch), statementTimeoutMs, signal: context.signal };
}

/** A session that may write whatever the database's default is: a fence of the source must not stop the move itself. */
export async function openSide(context: StepContext, connection: Connection, statementTimeoutMs?: number): Promise<pg.Client> {
  const client = await openPostgres(connection, context.egress, moveOptions(context, statementTimeoutMs));
  try {
    await client.query("SET default_transaction_read_only = off");
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** Opens both sides. The caller closes them with `closeSides`. */
export async function openSides(ends: Ends, context: StepContext, statementTimeoutMs?: number): Promise<Sides> {
  const [from, to] = [await context.connection(ends.from, "postgres"), await context.connection(ends.to, "postgres")];
  const source = await openSide(context, from, statementTimeoutMs);
  try {
    const target = await openSide(context, to, statementTimeoutMs);
    const moveKey = moveKeyOf(context.stepKey);
    return { source, target, from, to, names: moveNames(context.runId, moveKey), tag: ownerTag(context.runId, moveKey), moveKey };
  } catch (error) {
    await source.end().catch(() => undefined);
    throw error;
  }
}

export async function closeSides(sides: Pick<Sides, "source" | "target">): Promise<void> {
  await Promise.all([sides.source, sides.target].map((client) => client.end().catch(() => undefined)));
}

/** Runs `work` with both sides open, breaking the sessions off when the call is. */
export async function withSides<T>(ends: Ends, context: StepContext, work: (sides: Sides) => Promise<T>): Promise<T> {
  const sides = await openSides(ends, context);
  const stop = () => void closeSides(sides);
  context.signal.addEventListener("abort", stop, { once: true });
  try {
    return await work(sides);
  } finally {
    context.signal.removeEventListener("abort", stop);
    await closeSides(sides);
  }
}

/** @throws CopyFailed when the two are one database, or one of them is Switchyard's own (B-3, F-PG-21) */
export async function refuseSame(sides: Sides, context: Pick<StepContext, "controlDatabase">): Promise<{ sourceSystem: string; targetSystem: string }> {
  const [a, b] = [await identifyDatabase(sides.source), await identifyDatabase(sides.target)];
  if (a.systemIdentifier === b.systemIdentifier && a.database === b.database) throw new CopyFailed("Source and target are the same database.");
  for (const [key, identity] of [
    [sides.from.key, a],
    [sides.to.key, b],
  ] as const) {
    const control = context.controlDatabase;
    if (control !== null && identity.systemIdentifier === control.systemIdentifier && identity.database === control.database)
      throw new CopyFailed(`${key} is Switchyard's own database.`);
  }
  return { sourceSystem: a.systemIdentifier, targetSystem: b.systemIdentifier };
}
