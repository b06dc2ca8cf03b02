import type pg from "pg";
import { wipeTarget } from "@/lib/migration/executors/copy/wipe";
import { CopyFailed } from "@/lib/migration/executors/copy/workshop";
import { releaseRoles } from "@/lib/migration/executors/move/authority";
import { unfreeze } from "@/lib/migration/executors/move/freeze";
import type { MoveNames } from "@/lib/migration/executors/move/names";
import { type Owner, removeHelpers } from "@/lib/migration/executors/move/owner";
import { dropSlot, dropSubscription, dropSyncSlots } from "@/lib/migration/executors/move/replication";
import { inSession } from "@/lib/migration/executors/move/sync-begin";
import type { MoveConfig } from "@/lib/migration/move-types";

/* Takes away what a move made, by name and mark, in an order that can be broken off anywhere and begun again (R-PG-11). */

interface Both {
  source: pg.Client;
  target: pg.Client;
}

/** Replication objects of both directions and both freezes. Rows and structure stay. */
export async function removeReplication(sides: Both, names: MoveNames, own: Owner | null, log: (line: string) => void): Promise<void> {
  const { source, target } = sides;
  for (const [client, other, direction] of [
    [target, source, names.forward],
    [source, target, names.reverse],
  ] as const) {
    const dropped = await dropSubscription(client, direction.subscription);
    if (dropped !== null) log(`dropped the subscription ${direction.subscription}`);
    if (await dropSlot(other, direction.slot)) log(`dropped the replication slot ${direction.slot}`);
  }
  const { subscription, targetSystem } = own?.facts ?? {};
  if (subscription !== undefined && targetSystem !== undefined) {
    const left = await dropSyncSlots(source, subscription, targetSystem);
    if (left > 0) log(`dropped ${left} replication slots of copies under way`);
  }
  for (const [client, name] of [
    [source, names.forward.publication],
    [target, names.reverse.publication],
  ] as const)
    await client.query(`DROP PUBLICATION IF EXISTS ${client.escapeIdentifier(name)}`);
  for (const client of [source, target]) await unfreeze(client, names.freeze);
}

/** Empties the target of what the move brought: the structure too, unless it was there before. */
export async function emptyTarget(move: MoveConfig, target: pg.Client, own: Owner): Promise<void> {
  if (own.phase === "switched" || own.phase === "switching")
    throw new CopyFailed("The target has authority, or is just getting it: undo the switch first. Nothing was removed.");
  await target.query("SET statement_timeout = 0");
  if (own.facts.prepared === true) {
    const tables = (own.facts.tables ?? []).map((table) => `${target.escapeIdentifier(table.schema)}.${target.escapeIdentifier(table.name)}`);
    if (tables.length > 0) await target.query(`TRUNCATE ${tables.join(", ")}`);
    return;
  }
  if (move.schema !== "copy" || own.facts.before === undefined)
    throw new CopyFailed("The target does not say what was there before the move. Nothing was removed.");
  await wipeTarget(target, own.facts.before);
}

/** The helper schemas; the last thing, because they prove whose everything is. */
export async function removeMarks(sides: Both, own: Owner | null, other: Owner | null): Promise<void> {
  if (other !== null) await inSession(sides.source, () => removeHelpers(sides.source));
  if (own === null) return;
  await inSession(sides.target, async () => {
    // A target that never got the application was closed to it by the switch.
    await releaseRoles(sides.target, own.hash);
    await removeHelpers(sides.target);
  });
}
