import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { existingNames, serverInfo, userObjects } from "@/lib/migration/executors/copy/inspect";
import { compareShapes } from "@/lib/migration/executors/copy/shape";
import { CopyFailed } from "@/lib/migration/executors/copy/workshop";
import { serverConninfo } from "@/lib/migration/executors/move/conninfo";
import { freeze, structureOf } from "@/lib/migration/executors/move/freeze";
import { type Owner, placeOwner, writeOwner } from "@/lib/migration/executors/move/owner";
import {
  createPublication,
  createSubscription,
  ensureSlot,
  ForeignObject,
  isThere,
  readSlot,
  type SubscriptionOptions,
} from "@/lib/migration/executors/move/replication";
import { refuseSame, type Sides } from "@/lib/migration/executors/move/sides";
import { binarySafe, moveTables, notMovable } from "@/lib/migration/executors/move/tables";
import type { StepContext } from "@/lib/migration/executors/types";
import type { MoveConfig } from "@/lib/migration/move-types";

/* The beginning of a move: proof that both servers may be used, marks of ownership, publication, slot and subscription. */

/** Binary rows and origins need it on both servers. */
const ORIGIN_MAJOR = 16;

/** Runs `work` in a transaction of the session. */
export async function inSession<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** No object carries this tag: whatever has our name is somebody else's. */
const NOBODY = "";

/** @throws ForeignObject when an object of our names is on a server that does not carry our mark */
async function refuseForeign(client: pg.Client, side: string, sides: Sides): Promise<void> {
  for (const name of [sides.names.forward.slot, sides.names.reverse.slot]) {
    if ((await readSlot(client, name)) !== null) throw new ForeignObject(`There is a replication slot ${name} on the ${side} that this run did not make.`);
    for (const kind of ["PUBLICATION", "SUBSCRIPTION"] as const) await isThere(client, kind, name, NOBODY);
  }
}

/** Differences between the structures that matter to rows and queries. */
export async function structureDifferences(move: MoveConfig, sides: Sides): Promise<string[]> {
  const schemas = move.schemas ?? null;
  const [source, target] = [await structureOf(sides.source, schemas), await structureOf(sides.target, schemas)];
  const sameMajor = (await serverInfo(sides.source)).major === (await serverInfo(sides.target)).major;
  return compareShapes(source, target, sameMajor);
}

/** Tables of the target that hold rows. */
async function filledTables(client: pg.Client, schemas: string[] | null): Promise<string[]> {
  const filled: string[] = [];
  for (const table of await moveTables(client, schemas)) {
    const [row] = await query(
      client,
      `SELECT EXISTS (SELECT 1 FROM ONLY ${client.escapeIdentifier(table.schema)}.${client.escapeIdentifier(table.name)}) AS yes`,
    );
    if (row?.yes === "t") filled.push(`${table.schema}.${table.name}`);
  }
  return filled;
}

const some = (list: readonly string[], most = 5) => `${list.slice(0, most).join(", ")}${list.length > most ? " …" : ""}`;

/** Proves that the target may be used and marks it as this run's, before anything else is made on either side. */
export async function takeTarget(move: MoveConfig, context: StepContext, sides: Sides): Promise<void> {
  const { targetSystem } = await refuseSame(sides, context);
  const problem = notMovable(await moveTables(sides.source, move.schemas ?? null));
  if (problem !== null) throw new CopyFailed(problem);
  await refuseForeign(sides.source, "source", sides);
  await refuseForeign(sides.target, "target", sides);
  const prepared = move.schema === "prepared";
  if (prepared) {
    const differences = await structureDifferences(move, sides);
    if (differences.length > 0) throw new CopyFailed(`The prepared target has another structure: ${some(differences)}.`);
    const filled = await filledTables(sides.target, move.schemas ?? null);
    if (filled.length > 0) throw new CopyFailed(`Tables of the prepared target hold rows: ${some(filled)}.`);
  } else {
    const objects = await userObjects(sides.target);
    if (objects.length > 0) throw new CopyFailed(`The target is not empty: ${some(objects)}.`);
  }
  const owner: Omit<Owner, "at"> = {
    ...ownerOf(context, sides),
    side: "target",
    phase: prepared ? "subscribe" : "schema",
    facts: { before: await existingNames(sides.target), prepared, targetSystem },
  };
  await inSession(sides.target, () => placeOwner(sides.target, owner));
}

function ownerOf(context: StepContext, sides: Sides): Pick<Owner, "runId" | "moveKey" | "hash" | "epoch"> {
  return { runId: context.runId, moveKey: sides.moveKey, hash: sides.names.hash, epoch: context.epoch };
}

/** Marks the source, refuses changes of its structure where the role may, and remembers what it was. */
export async function takeSource(move: MoveConfig, context: StepContext, sides: Sides): Promise<void> {
  const schemas = move.schemas ?? null;
  const frozen = await inSession(sides.source, async () => {
    await placeOwner(sides.source, { ...ownerOf(context, sides), side: "source", phase: "schema", facts: {} });
    return await freeze(sides.source, sides.names.freeze, schemas);
  });
  await writeOwner(sides.source, sides.names.hash, context.epoch, { facts: { shape: await structureOf(sides.source, schemas) } });
  context.log(frozen ? "changes of the source's structure are refused from now on" : "changes of the source's structure are noticed within 10 s");
}

/** How rows travel between these two servers. */
export async function subscriptionSettings(move: MoveConfig, sides: Sides): Promise<SubscriptionOptions & { targetMajor: number }> {
  const [source, target] = [await serverInfo(sides.source), await serverInfo(sides.target)];
  const both = source.major >= ORIGIN_MAJOR && target.major >= ORIGIN_MAJOR;
  return {
    copyData: true,
    enabled: true,
    binary: both && (await binarySafe(sides.source, move.schemas ?? null)),
    originNone: both,
    targetMajor: target.major,
  };
}

/** Publication and slot on the source, subscription on the target, each unless it is there; then the servers copy by themselves. */
export async function subscribe(move: MoveConfig, context: StepContext, sides: Sides): Promise<void> {
  const { source, target, names, tag } = sides;
  const tables = await moveTables(source, move.schemas ?? null);
  if (!(await isThere(source, "PUBLICATION", names.forward.publication, tag))) {
    // Asked again in the last moment: a publication makes changes of a table without identity fail at once (fact 5, R-PG-1).
    const problem = notMovable(tables);
    if (problem !== null) throw new CopyFailed(problem);
    await inSession(source, () => createPublication(source, names.forward.publication, tag, tables));
  }
  await ensureSlot(source, names.forward.slot);
  if (!(await isThere(target, "SUBSCRIPTION", names.forward.subscription, tag))) {
    const { targetMajor, ...options } = await subscriptionSettings(move, sides);
    await createSubscription(target, names.forward, tag, serverConninfo(sides.from, { major: targetMajor }, move.fromAddress), options);
  }
  const [row] = await query(target, "SELECT oid, current_setting('max_sync_workers_per_subscription') AS workers FROM pg_subscription WHERE subname = $1", [
    names.forward.subscription,
  ]);
  context.log(`the servers copy ${tables.length} tables, ${row?.workers} at a time (max_sync_workers_per_subscription of the target)`);
  const list = tables.map(({ schema, name, rows }) => ({ schema, name, rows }));
  await writeOwner(target, names.hash, context.epoch, { phase: "copy", facts: { tables: list, subscription: row?.oid ?? "" } });
}

/** Publication and slot of the way back, and the freeze of the target; long before the pause, because a slot waits for writers. */
export async function prepareReverse(move: MoveConfig, context: StepContext, sides: Sides, own: Owner): Promise<void> {
  const { target, names, tag } = sides;
  const schemas = move.schemas ?? null;
  if (move.reverse) {
    if (!(await isThere(target, "PUBLICATION", names.reverse.publication, tag))) {
      const tables = await moveTables(target, schemas);
      await inSession(target, () => createPublication(target, names.reverse.publication, tag, tables));
    }
    await ensureSlot(target, names.reverse.slot);
  }
  if (own.facts.shape !== undefined) return;
  await inSession(target, () => freeze(target, names.freeze, schemas));
  await writeOwner(target, names.hash, context.epoch, { facts: { shape: await structureOf(target, schemas) } });
}
