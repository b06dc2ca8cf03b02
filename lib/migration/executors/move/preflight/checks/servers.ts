import type { MoveCheck, MoveWorld, ServerFacts, SideName } from "@/lib/migration/executors/move/preflight/facts";
import { knownAgainst } from "@/lib/migration/executors/move/preflight/known-bad";
import { block, check, onlyTarget, pass, publishers, sideCheck, type Verdict, warn } from "./say";

/** Oldest version the procedure was measured with: disable_on_error and subscription statistics are from 15. */
export const OLDEST = 15;

interface Need {
  /** Without these nothing works. */
  least: number;
  /** With these every table worker finds its place at once. */
  all: number;
}

type Resource = "slots" | "walSenders" | "logicalWorkers" | "workers" | "origins";

/** What one direction takes on a side: each table being copied has a slot, a sender and a worker besides the subscription's own. */
export function needed(world: MoveWorld, side: SideName, resource: Resource): Need {
  const { syncWorkers } = world.target.settings;
  const copying: Need = { least: 2, all: 1 + syncWorkers };
  const back: Need = world.move.reverse ? { least: 1, all: 1 } : { least: 0, all: 0 };
  const publishes = resource === "slots" || resource === "walSenders";
  return (side === "source") === publishes ? copying : back;
}

function capacity(server: ServerFacts, resource: Resource): { limit: number; used: number; setting: string } {
  const { settings, used } = server;
  switch (resource) {
    case "slots":
      return { limit: settings.replicationSlots, used: used.slots, setting: "max_replication_slots" };
    case "walSenders":
      return { limit: settings.walSenders, used: used.walSenders, setting: "max_wal_senders" };
    case "logicalWorkers":
      return { limit: settings.logicalWorkers, used: used.logicalWorkers, setting: "max_logical_replication_workers" };
    case "workers":
      return { limit: settings.workerProcesses, used: used.workers, setting: "max_worker_processes" };
    case "origins":
      return { limit: settings.origins, used: used.origins, setting: server.major >= 18 ? "max_active_replication_origins" : "max_replication_slots" };
  }
}

function room(resource: Resource): MoveCheck {
  const names: Record<Resource, string> = {
    slots: "free replication slots",
    walSenders: "free WAL senders",
    logicalWorkers: "free logical replication workers",
    workers: "free worker processes",
    origins: "free replication origins",
  };
  return sideCheck(names[resource], (server, world): Verdict => {
    const { limit, used, setting } = capacity(server, resource);
    const { least, all } = needed(world, server.side, resource);
    const free = limit - used;
    const found = `${setting} is ${limit}, ${used} are in use`;
    const fix = `Set ${setting} to at least ${used + all} and restart the ${server.side}.`;
    if (free < least) return block(`${found}; the move needs ${least}.`, fix);
    if (free < all) return warn(`${found}; with ${all} free more tables would be copied at a time.`, fix);
    return pass(`${found}; the move needs ${all}.`);
  });
}

function minorVersion(server: ServerFacts): Verdict {
  const [worst, ...more] = knownAgainst(server.version);
  if (worst === undefined) return pass(`Nothing is known against ${server.versionText}.`);
  const why = [worst, ...more].map((entry) => entry.why).join("; ");
  const fix = `Update the ${server.side} to ${worst.major}.${Math.max(worst.fixedIn, ...more.map((entry) => entry.fixedIn))} or newer.`;
  return worst.level === "block" ? block(`${server.versionText}: ${why}.`, fix) : warn(`${server.versionText}: ${why}.`, fix);
}

export const serverChecks: readonly MoveCheck[] = [
  check("version", ({ source, target }) => {
    const found = `PostgreSQL ${source.versionText} → ${target.versionText}`;
    if (source.major < OLDEST || target.major < OLDEST)
      return block(`${found}: a live move is supported from ${OLDEST}.`, "Use postgres.copy with a write stop, or update the server first.");
    if (target.major < source.major) return block(`${found}: the target is older than the source.`, "Use a target of the same or a newer major version.");
    return pass(`${found}.`);
  }),
  sideCheck("known faults of the version", minorVersion),
  sideCheck(
    "wal_level",
    (server) =>
      server.settings.walLevel === "logical"
        ? pass("wal_level is logical.")
        : block(
            `wal_level is ${server.settings.walLevel}.`,
            `Set wal_level = logical and restart the ${server.side}${server.side === "target" ? ", or choose reverse: false and give up the way back without loss" : ""}.`,
          ),
    publishers,
  ),
  room("slots"),
  room("walSenders"),
  room("logicalWorkers"),
  room("workers"),
  room("origins"),
  sideCheck(
    "target writable",
    (server) =>
      server.inRecovery || server.readOnly
        ? block(`The target ${server.inRecovery ? "is a standby" : "has default_transaction_read_only on"}.`, "Use a primary server that accepts writes.")
        : pass("The target accepts writes."),
    onlyTarget,
  ),
  sideCheck(
    "source is a primary",
    (server) =>
      server.inRecovery
        ? block("The source is a standby: publications and the fence cannot be made there.", "Use the connection of the primary server.")
        : pass("The source is a primary server."),
    () => ["source"],
  ),
];
