import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { IN_SCOPE } from "@/lib/migration/executors/copy/inspect";
import { dropJob, findJob, startJob } from "@/lib/migration/executors/copy/jobs";
import type { LateKey } from "@/lib/migration/executors/move/owner";
import { moveProblem } from "@/lib/migration/executors/move/problem";
import { openSide } from "@/lib/migration/executors/move/sides";
import type { TableProgress } from "@/lib/migration/executors/move/sync-progress";
import type { Connection, StepContext, StepResult } from "@/lib/migration/executors/types";

/*
 * Primary keys of large tables are built after their rows are there: keeping an index up during a copy costs up to half of
 * the time. But the changes that were written meanwhile need the key, and the server's worker begins with them right after
 * the copy. So the statement that builds the key is sent while the copy runs: it waits in the lock queue of the table, comes
 * first when the copy commits, and the changes wait behind it. Where it comes too late the worker fails once with an error
 * that disables the subscription; the key is then built, and the table goes on without being copied again.
 */

/** Bytes from which a table's key is worth it. */
const LARGE_BYTES = 32_000_000;

/** Primary keys that can be made by their definition alone, of large tables. */
export async function largeTableKeys(source: pg.Client, schemas: string[] | null): Promise<LateKey[]> {
  const rows = await query(
    source,
    `SELECT n.nspname AS schema, c.relname AS name, k.conname AS constraint, k.oid AS oid, pg_get_constraintdef(k.oid) AS definition
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class x ON x.oid = k.conindid
     JOIN pg_index i ON i.indexrelid = x.oid
     WHERE k.contype = 'p' AND c.relkind = 'r' AND NOT c.relispartition AND x.reloptions IS NULL AND x.reltablespace = 0 AND NOT i.indisclustered AND NOT i.indisreplident
       AND pg_relation_size(c.oid) > $2::bigint AND ${IN_SCOPE}`,
    [schemas, LARGE_BYTES],
  );
  return rows.map((row) => ({
    schema: row.schema ?? "",
    name: row.name ?? "",
    constraint: row.constraint ?? "",
    oid: row.oid ?? "",
    definition: row.definition ?? "",
  }));
}

/** Keys of the list that the target does not have yet. */
async function missingKeys(target: pg.Client, keys: readonly LateKey[]): Promise<LateKey[]> {
  const rows = await query(
    target,
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE k.contype = 'p' AND (n.nspname, c.relname) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    [keys.map((key) => key.schema), keys.map((key) => key.name)],
  );
  const made = new Set(rows.map((row) => `${row.schema}.${row.name}`));
  return keys.filter((key) => !made.has(`${key.schema}.${key.name}`));
}

/** Whether the rows of a table are on their way or there: before that the statement would build an index on nothing. */
function isDue(progress: TableProgress | undefined): boolean {
  return progress !== undefined && (progress.rows !== null || "fsr".includes(progress.state));
}

/**
 * Sends the statements that are due and looks after those that wait. Null when every key is there; the result of a
 * statement that failed; otherwise how many are still to come.
 */
export async function tendLateKeys(
  context: StepContext,
  to: Connection,
  target: pg.Client,
  keys: readonly LateKey[],
  progress: readonly TableProgress[],
): Promise<{ left: number } | StepResult | null> {
  const missing = await missingKeys(target, keys);
  for (const key of keys) {
    const job = findJob(jobKey(context, key));
    if (job === undefined) {
      const due = missing.includes(key) && isDue(progress.find((table) => table.schema === key.schema && table.name === key.name));
      if (due) start(context, to, key);
      continue;
    }
    job.lastAsked = performance.now();
    if (job.outcome === null) continue;
    await dropJob(jobKey(context, key));
    if (job.outcome.type !== "done") return job.outcome;
  }
  return missing.length === 0 ? null : { left: missing.length };
}

function jobKey(context: StepContext, key: LateKey): string {
  return `${context.runId}/${context.stepKey}/key/${key.schema}.${key.name}`;
}

/** Ends the sessions of statements that wait. */
export async function dropLateKeys(context: StepContext, keys: readonly LateKey[]): Promise<void> {
  for (const key of keys) await dropJob(jobKey(context, key));
}

function start(context: StepContext, to: Connection, key: LateKey): void {
  let client: pg.Client | null = null;
  let cancelled = false;
  const own: StepContext = { ...context, signal: new AbortController().signal };
  const cancel = () => {
    cancelled = true;
    void client?.end().catch(() => undefined);
  };
  context.log(`the key of ${key.schema}.${key.name} is built when its rows are there`);
  startJob(
    jobKey(context, key),
    { lines: [], progress: () => ({ message: `building the key of ${key.schema}.${key.name}` }), refresh: async () => undefined, cancel },
    async () => {
      try {
        client = await openSide(own, to, 0);
        if (cancelled) throw new Error("The step was broken off.");
        await client.query("SET lock_timeout = 0; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off");
        const name = (text: string) => client?.escapeIdentifier(text);
        await client.query(`ALTER TABLE ONLY ${name(key.schema)}.${name(key.name)} ADD CONSTRAINT ${name(key.constraint)} ${key.definition}`);
        return { type: "done" };
      } catch (error) {
        return moveProblem(error);
      } finally {
        await client?.end().catch(() => undefined);
      }
    },
  );
}
