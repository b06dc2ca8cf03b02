import type { MoveCheck, MoveWorld, PathFacts, PoolerFacts, ServerFacts, SessionFacts } from "@/lib/migration/executors/move/preflight/facts";
import { block, check, listed, pass, sideCheck, type Verdict, warn } from "./say";

/** A warning where a list is not empty. */
function noneSeen(name: string, read: (source: ServerFacts) => string[], found: (names: string[]) => [string, string], good: string): MoveCheck {
  return check(name, ({ source }) => {
    const names = read(source);
    return names.length === 0 ? pass(good) : warn(...found(names));
  });
}

/** Sessions that did not come through one of the poolers, told by the socket each pooler has towards the server. */
export function bypassing(sessions: readonly SessionFacts[], poolers: readonly PoolerFacts[], ownRole: string): SessionFacts[] {
  const sockets = new Set(poolers.flatMap((pooler) => pooler.serverSockets));
  return sessions.filter((session) => session.user !== ownRole && !sockets.has(session.client));
}

function bypass({ move, source, poolers }: MoveWorld): Verdict {
  if (move.poolers.length === 0)
    return source.sessions.length === 0
      ? pass("No other session is connected to the source.")
      : warn(
          `${source.sessions.length} sessions are connected to the source, and there is no pooler to hold them back: the fence ends them.`,
          "Point the application at the target by the steps after the switch; it sees errors until then.",
        );
  if (poolers.some((pooler) => pooler.problem !== null))
    return warn("A pooler does not answer: which clients come through it is not known.", "Make its console reachable first.");
  const around = bypassing(source.sessions, poolers, source.role.name);
  const names = [
    ...new Set(
      around.map(
        (one) =>
          `${one.user} from ${one.client === "" ? "a local socket" : one.client.replace(/:\d+$/, "")}${one.application === "" ? "" : ` (${one.application})`}`,
      ),
    ),
  ];
  return names.length === 0
    ? pass("Every client comes through the poolers.")
    : warn(
        `${around.length} sessions do not come through a pooler: ${listed(names)}. The fence ends them, and they get errors.`,
        "Point these clients at the pooler.",
      );
}

function sequences({ source, move }: MoveWorld): Verdict {
  const near = source.sequences.filter((sequence) => !sequence.cycles && sequence.left <= 2 * (move.sequenceHeadroom + sequence.cache)).map(({ name }) => name);
  if (near.length > 0)
    return warn(
      `${listed(near)} have too few values left for the headroom of ${move.sequenceHeadroom}.`,
      "ALTER SEQUENCE … MAXVALUE, or lower sequenceHeadroom.",
    );
  const cached = source.sequences.filter((sequence) => sequence.cache > 1);
  const most = Math.max(0, ...cached.map((sequence) => sequence.cache));
  if (cached.length === 0) return pass(`${source.sequences.length} sequences, none caches values or is near its end.`);
  return warn(
    `${listed(cached.map(({ name, cache }) => `${name} (${cache})`))} cache values in every session.`,
    `Set sequenceHeadroom to at least ${most} × the number of sessions; it is ${move.sequenceHeadroom}.`,
  );
}

function truncates({ source }: MoveWorld): Verdict {
  const { found, statementsSeen } = source.truncates;
  if (found.length > 0)
    return warn(
      `TRUNCATE is used: ${listed(found)}.`,
      "It is replicated, but one that reaches tables by CASCADE fails where those are not published; hold such jobs during the move.",
    );
  if (statementsSeen) return pass("No routine, trigger or counted statement uses TRUNCATE.");
  return warn(
    "No routine or trigger uses TRUNCATE; what clients send is not counted by this server (pg_stat_statements).",
    "Ask whether jobs use TRUNCATE, and hold them during the move.",
  );
}

function applicationTimeouts({ source, move }: MoveWorld): Verdict {
  const short = source.applicationRoles.filter((role) => role.timeoutMs !== null && role.timeoutMs <= move.stallLimitMs);
  if (short.length > 0)
    return warn(
      `${listed(short.map((role) => `${role.name} ${role.timeoutMs} ms`))} have a limit shorter than the longest pause (${move.stallLimitMs} ms).`,
      "Raise it for the time of the move, or lower stallLimitMs.",
    );
  return warn(
    `Time limits inside the application cannot be seen from here; they must be longer than the longest pause, ${move.stallLimitMs / 1_000} s.`,
    "Look up connection, query and pool timeouts of the application.",
  );
}

function path(found: PathFacts): Verdict {
  const { from, to, result, message } = found;
  if (result === "connected") return pass(`The ${to} reaches the ${from} and may read its changes.`);
  if (result === "untried")
    return warn(`Whether the ${to} reaches the ${from} was not tried: ${message}`, "Give the role what the other checks ask for, then check again.");
  return block(
    `The ${to} cannot follow the ${from}: ${message}`,
    `Open the way from the ${to} to host and port of the ${from}'s connection, in firewall and pg_hba.conf, for its user and password.`,
  );
}

export const habitChecks: readonly MoveCheck[] = [
  { name: "network", judge: ({ paths }) => paths.map((found) => ({ name: `network (${found.from} → ${found.to})`, ...path(found) })) },
  noneSeen(
    "prepared transactions",
    (source) => source.preparedTransactions,
    (names) => [
      `${names.length} prepared transactions are open: ${listed(names)}. No slot can be made while they are.`,
      "COMMIT PREPARED or ROLLBACK PREPARED each.",
    ],
    "No prepared transaction is open.",
  ),
  noneSeen(
    "long transactions",
    (source) => source.longTransactions.map((one) => `${one.user} ${one.seconds} s (process ${one.pid})`),
    (names) => [`Open for longer than a minute: ${listed(names)}. Slots and the pause wait for them.`, "End them, and keep such jobs away during the move."],
    "No transaction is open for longer than a minute.",
  ),
  check("TRUNCATE", truncates),
  noneSeen(
    "event triggers",
    (source) => source.alwaysEventTriggers,
    (names) => [
      `${listed(names)} fire ALWAYS, also for what the move changes.`,
      "Look at what they do; ALTER EVENT TRIGGER … ENABLE if they need not fire on replicas.",
    ],
    "No event trigger fires always.",
  ),
  check("triggers and rules", ({ source }) =>
    source.applyTriggers.always.length === 0
      ? pass(`${source.applyTriggers.origin} triggers and rules fire at the origin only, and not while changes are applied.`)
      : warn(
          `${listed(source.applyTriggers.always)} fire while changes are applied as well, and would act twice.`,
          "ALTER TABLE … ENABLE TRIGGER (without ALWAYS or REPLICA) on the target.",
        ),
  ),
  noneSeen(
    "cascades",
    (source) => source.cascades,
    (names) => [
      `${listed(names)} change other rows on delete. The rows they change are replicated one by one, the action itself does not run on the target.`,
      "Keep all tables of such a chain within the step's schemas.",
    ],
    "No foreign key changes other rows on delete.",
  ),
  noneSeen(
    "scheduled jobs",
    (source) => source.schedulers,
    (names) => [
      `${listed(names)}: jobs that write by themselves, on both sides once the target has them.`,
      "Disable these jobs on the target until the switch, and on the source after it.",
    ],
    "No scheduler was found in the database.",
  ),
  check("clients around the poolers", bypass),
  noneSeen(
    "session features",
    (source) => source.sessionFeatures,
    (names) => [
      `${listed(names)} need one session for longer than a transaction.`,
      "Give such clients a connection of their own and restart them after the switch.",
    ],
    "No LISTEN, advisory lock or temporary table was seen.",
  ),
  check("sequences", sequences),
  noneSeen(
    "logical slots of others",
    (source) => source.foreignSlots.map((slot) => `${slot.name}${slot.active ? "" : " (not read)"}`),
    (names) => [`${listed(names)}: whoever reads them loses the position with the switch.`, "Plan how these readers start again on the target."],
    "No other logical slot is on the source.",
  ),
  sideCheck("other subscriptions", ({ subscriptions, side }) =>
    subscriptions.length === 0
      ? pass(`The ${side} follows nobody.`)
      : warn(
          `The ${side} follows others: ${listed(subscriptions)}.`,
          `Drop these subscriptions, or plan them again on the target; two writers would conflict.`,
        ),
  ),
  sideCheck("leftovers", ({ leftovers, side }) =>
    leftovers.length === 0
      ? pass(`Nothing of another move is on the ${side}.`)
      : block(`Another move left ${listed(leftovers)} on the ${side}.`, "Roll that run back or run its clean-up; a forgotten slot fills the disk."),
  ),
  check("application timeouts", applicationTimeouts),
];
