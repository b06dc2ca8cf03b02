import type { Preview } from "@/lib/migration/executors/types";
import type { MoveConfig } from "@/lib/migration/move-types";

/* The commands and statements of a switch, as they are sent: read before they are approved. */

/** Names of publications and slots carry the number of the run, which a preview does not have yet. */
const FORWARD = "switchyard_…_fwd";
const REVERSE = "switchyard_…_rev";

export function previewSwitch(config: MoveConfig): Preview {
  const { from, to, poolers, applicationRoles, reverse, pauseLimitMs, pauseTries, stallLimitMs, sequenceHeadroom, probe } = config;
  const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const roles = applicationRoles.map(quote);
  const each = (line: (database: string) => string) => poolers.map(({ connection, database }) => `${connection}: ${line(quote(database))}`);
  const lines = [
    "Before anybody waits:",
    ...roles.map((role) => `${to}: ALTER ROLE ${role} NOLOGIN`),
    `${to}: ALTER SUBSCRIPTION ${FORWARD} SET (synchronous_commit = 'on')`,
    ...(reverse ? [`${from}: CREATE SUBSCRIPTION ${REVERSE} … WITH (create_slot = false, copy_data = false, enabled = false, disable_on_error = true)`] : []),
    `${to}: SELECT pg_replication_slot_advance('${REVERSE}', …)`,
    `A helper of its own starts: it brings the switch to an end when the worker is lost, and at the latest after ${stallLimitMs / 1_000} s.`,
    `The pause (called off after ${stallLimitMs / 1_000} s):`,
    ...each((database) => `PAUSE ${database} (given up after ${pauseLimitMs / 1_000} s, ${pauseTries} tries; all or none)`),
    ...roles.map((role) => `${from}: ALTER ROLE ${role} NOLOGIN`),
    `${from}: SELECT pg_terminate_backend(pid) for every client session but ours`,
    ...(probe === undefined ? [] : [`${from}: a login as ${probe} has to be refused`]),
    `${from}: INSERT INTO switchyard_move.fence …; wait until it and everything before it is on ${to}`,
    `${to}: ALTER SUBSCRIPTION ${FORWARD} DISABLE`,
    `${to}: SELECT setval(…, last_value + ${sequenceHeadroom} steps) for every sequence, never back`,
    ...(reverse ? [`${to}: SELECT pg_replication_slot_advance('${REVERSE}', …) to where the pipe was empty`] : []),
    `COMMIT_TARGET is made durable; from here on ${to} has the application`,
    ...roles.map((role) => `${to}: ALTER ROLE ${role} LOGIN`),
    ...each((database) => `line ${database} of the file: host, port and dbname of ${to}; RELOAD; SHOW DATABASES has to agree; RESUME ${database}`),
    ...(reverse ? [`${from}: ALTER SUBSCRIPTION ${REVERSE} ENABLE`] : []),
    "Afterwards:",
    ...each((database) => `WAIT_CLOSE ${database}`),
    ...(probe === undefined ? [] : [`${probe}: SELECT system_identifier, pg_is_in_recovery(), pg_current_xact_id()`]),
    ...(poolers.length === 0
      ? [`No pooler is led elsewhere: the application has to be pointed at ${to} by the steps that follow, and cannot log in until then.`]
      : []),
    `${applicationRoles.join(", ")} cannot log in to any database of ${from} from then on.`,
  ];
  return {
    summary: `Lead the application from ${from} to ${to}${poolers.length === 0 ? "" : ` through ${poolers.map((pooler) => pooler.connection).join(", ")}`}, without losing a write.`,
    lines,
    undo: reverse
      ? `The same back through the same poolers: what was written on ${to} meanwhile is on ${from} already, nothing is lost.`
      : `Nothing written on ${to} would be on ${from}: going back is refused.`,
    reversible: reverse,
  };
}
