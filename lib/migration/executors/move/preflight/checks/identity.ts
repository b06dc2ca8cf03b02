import type { DatabaseIdentity } from "@/lib/connection/clients/postgres";
import type { MoveCheck, MoveWorld, SideName } from "@/lib/migration/executors/move/preflight/facts";
import { block, check, pass, sideCheck, type Verdict } from "./say";

export function sameDatabase(a: DatabaseIdentity, b: DatabaseIdentity): boolean {
  return a.systemIdentifier === b.systemIdentifier && a.database === b.database;
}

/** B-3, F-PG-21: the address may be right and the server behind it another one. */
function expectedSystem(world: MoveWorld, side: SideName): Verdict {
  const wanted = side === "source" ? world.move.sourceSystem : world.move.targetSystem;
  const found = world[side].identity.systemIdentifier;
  if (wanted === undefined) return pass(`${world[side].connection} leads to the server ${found}, database ${world[side].identity.database}.`);
  if (wanted === found) return pass(`${world[side].connection} leads to the server ${found}, as the step says.`);
  return block(
    `${world[side].connection} leads to another server: its system identifier is ${found}, the step says ${wanted}.`,
    `Correct host and port of ${world[side].connection}, or the step's ${side}System if the server was replaced on purpose.`,
  );
}

export const identityChecks: readonly MoveCheck[] = [
  check("two databases", ({ source, target }) => {
    if (sameDatabase(source.identity, target.identity))
      return block("Source and target are the same database.", "Choose another target connection; a physical copy of the source counts as the same one.");
    if (source.identity.systemIdentifier === target.identity.systemIdentifier)
      return block(
        "Source and target are two databases of one server: fencing the application's roles on the source would lock them out of the target too.",
        "Use postgres.copy, or a target on a server of its own.",
      );
    return pass("Source and target are on two servers.");
  }),
  sideCheck("own database", (server, { control }) =>
    control !== null && sameDatabase(server.identity, control)
      ? block(`The ${server.side} is Switchyard's own database.`, "Choose another connection.")
      : pass(`The ${server.side} is not Switchyard's own database.`),
  ),
  sideCheck("the server meant", (server, world) => expectedSystem(world, server.side)),
];
