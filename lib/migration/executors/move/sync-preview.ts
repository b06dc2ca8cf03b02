import { MOVE_SCHEMA, OBJECT_PREFIX } from "@/lib/migration/executors/move/names";
import { subscriptionOptions } from "@/lib/migration/executors/move/replication";
import type { Preview } from "@/lib/migration/executors/types";
import type { MoveConfig } from "@/lib/migration/move-types";

/** What the step will do, before the run has an id: `…` stands for its hash. The password is never shown. Pure. */
export function previewSync(move: MoveConfig): Preview {
  const { from, to, jobs, reverse } = move;
  const name = (end: string) => `${OBJECT_PREFIX}…_${end}`;
  const copy = move.schema === "copy";
  const options = subscriptionOptions(name("fwd"), { copyData: true, enabled: true, binary: false, originNone: false });
  const conninfo = `host=… port=… dbname=… user=… password=**** sslmode=…`;
  return {
    summary: `${copy ? "Copy the structure and" : "Compare the prepared structure, then copy"} the rows of ${move.schemas === undefined ? "the whole database" : `schemas ${move.schemas.join(", ")}`} from ${from} to ${to} and keep them in step by logical replication.`,
    lines: [
      `${to}: CREATE SCHEMA ${MOVE_SCHEMA} with tables owner, heartbeat, fence; INSERT the mark of this run`,
      `${from}: the same; CREATE EVENT TRIGGER ${name("freeze")} ON ddl_command_end, ${name("freeze_drop")} ON sql_drop (superusers only; otherwise the structure is compared every 10 s)`,
      ...(copy
        ? [
            "pg_dump --format=custom --schema-only --no-publications --no-subscriptions --no-tablespaces",
            "pg_restore --single-transaction --exit-on-error: tables, types, functions, views, primary keys, replica identities and foreign keys between plain tables, with owners and grants; keys and indexes of tables over 32 MB when their rows are there",
          ]
        : [`Compare every column, constraint, index, trigger, view, policy, routine, type and sequence of ${to} with ${from}; its tables must be empty`]),
      `${from}: CREATE PUBLICATION ${name("fwd")} FOR TABLE every table by name; SELECT pg_create_logical_replication_slot('${name("fwd")}', 'pgoutput')`,
      `${to}: CREATE SUBSCRIPTION ${name("fwd")} CONNECTION '${conninfo}' PUBLICATION ${name("fwd")} WITH (${options}; origin = none and binary = true where both servers are 16 or newer)`,
      "The servers copy the rows and follow by themselves; a lost worker changes nothing about it",
      ...(copy
        ? [
            `${to}: ALTER SUBSCRIPTION ${name("fwd")} DISABLE; pg_restore --jobs=${jobs} --exit-on-error: the other indexes and foreign keys, triggers, policies, statistics; ALTER SUBSCRIPTION ${name("fwd")} ENABLE`,
          ]
        : []),
      `${to}: ANALYZE every table`,
      ...(reverse ? [`${to}: CREATE PUBLICATION ${name("rev")} FOR TABLE …; SELECT pg_create_logical_replication_slot('${name("rev")}', 'pgoutput')`] : []),
      `${from}: UPDATE ${MOVE_SCHEMA}.heartbeat every second until the run ends`,
      "The password of the source is stored in the target's catalogue (pg_subscription), readable by superusers there.",
    ],
    undo: `Drop the subscription, slots, publications, event triggers and helper schemas on both sides and ${copy ? `everything the move made on ${to}` : `TRUNCATE the tables of ${to}`}. The data of ${from} is never touched.`,
    reversible: true,
  };
}
