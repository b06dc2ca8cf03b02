import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { readShape } from "@/lib/migration/executors/copy/shape";
import { MOVE_SCHEMA } from "@/lib/migration/executors/move/names";

/*
 * While rows follow from one server to the other, the structure of neither may change (R-PG-2). Where the role may make
 * event triggers (superusers only, in every version), such commands are refused; everywhere the structure is compared.
 */

/** Commands that change nothing the rows depend on. */
const HARMLESS = [
  ...["REFRESH MATERIALIZED VIEW", "COMMENT", "GRANT", "REVOKE", "ALTER DEFAULT PRIVILEGES", "SECURITY LABEL", "REINDEX"],
  ...["PUBLICATION", "SUBSCRIPTION"].flatMap((kind) => [`CREATE ${kind}`, `ALTER ${kind}`]),
];

function refuse(schemas: readonly string[] | null, client: Pick<pg.Client, "escapeLiteral">): string {
  const scope = schemas === null ? "true" : `schema_name IN (${schemas.map((name) => client.escapeLiteral(name)).join(", ")})`;
  const others = `AND coalesce(schema_name, '') !~ '^pg_temp' AND coalesce(schema_name, '') <> '${MOVE_SCHEMA}'`;
  const harmless = HARMLESS.map((tag) => `'${tag}'`).join(", ");
  return `CREATE OR REPLACE FUNCTION ${MOVE_SCHEMA}.refuse_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
  IF starts_with(current_setting('application_name'), 'switchyard:') THEN RETURN; END IF;
  IF tg_event = 'sql_drop' THEN
    SELECT object_identity INTO found FROM pg_event_trigger_dropped_objects()
     WHERE original AND NOT is_temporary AND object_type NOT IN ('publication', 'subscription', 'publication relation', 'default acl') AND ${scope} ${others} LIMIT 1;
  ELSE
    SELECT coalesce(object_identity, command_tag) INTO found FROM pg_event_trigger_ddl_commands()
     WHERE command_tag NOT IN (${harmless}) AND ${scope} ${others} LIMIT 1;
  END IF;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION 'this database is being moved: % is refused until the move has ended', tg_tag USING DETAIL = found, ERRCODE = 'object_in_use';
  END IF;
END $$`;
}

/** Whether the role may make event triggers. */
export async function mayFreeze(client: pg.Client): Promise<boolean> {
  const [row] = await query(client, "SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user");
  return row?.super === "t";
}

/** Refuses changes of the structure by anybody but this run, where the role may. True when they are refused. Inside the caller's transaction. */
export async function freeze(client: pg.Client, name: string, schemas: readonly string[] | null): Promise<boolean> {
  if (!(await mayFreeze(client))) return false;
  await unfreeze(client, name);
  await client.query(refuse(schemas, client));
  for (const [trigger, event] of [
    [name, "ddl_command_end"],
    [`${name}_drop`, "sql_drop"],
  ] as const)
    await client.query(`CREATE EVENT TRIGGER ${client.escapeIdentifier(trigger)} ON ${event} EXECUTE FUNCTION ${MOVE_SCHEMA}.refuse_ddl()`);
  return true;
}

/** Lets everybody change the structure again. */
export async function unfreeze(client: pg.Client, name: string): Promise<void> {
  for (const trigger of [name, `${name}_drop`]) await client.query(`DROP EVENT TRIGGER IF EXISTS ${client.escapeIdentifier(trigger)}`);
}

/** What changed between two structures, for people: at most three lines. Null when nothing did. */
export function shapeChange(before: readonly string[], now: readonly string[]): string | null {
  const [old, fresh] = [new Set(before), new Set(now)];
  const changes = [
    ...now.filter((line) => !old.has(line)).map((line) => `new: ${line}`),
    ...before.filter((line) => !fresh.has(line)).map((line) => `gone: ${line}`),
  ];
  if (changes.length === 0) return null;
  return `${changes.slice(0, 3).join("; ")}${changes.length > 3 ? `; and ${changes.length - 3} more` : ""}`;
}

/** The structure in scope, as lines. */
export function structureOf(client: pg.Client, schemas: string[] | null): Promise<string[]> {
  return readShape(client, schemas);
}
