import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { messageOf } from "@/lib/core/errors";
import { IN_SCOPE } from "@/lib/migration/executors/copy/inspect";
import { dropJob, findJob, startJob } from "@/lib/migration/executors/copy/jobs";
import type { LateKey } from "@/lib/migration/executors/move/owner";
import { moveProblem } from "@/lib/migration/executors/move/problem";
import type { TableName } from "@/lib/migration/executors/move/replication";
import { analyzeTable } from "@/lib/migration/executors/move/schema-job";
import { openSide } from "@/lib/migration/executors/move/sides";
import type { TableProgress } from "@/lib/migration/executors/move/sync-progress";
import type { Connection, StepContext, StepResult } from "@/lib/migration/executors/types";

/*
 * Primary keys of large tables are built after their rows are there: keeping an index up during a copy costs up to half of
 * the time. But the changes that were written meanwhile need the key, and the server's worker begins with them right after
 * the copy. So the statement that builds the key is sent while the copy runs: it waits in the lock queue of the table,
 * comes first when the copy commits, and the changes wait behind it. The table's other indexes are sent the same way:
 * reading the rows once while they are in memory is cheaper than later, and both processors have work. Where it comes too
 * late the worker fails once with an error that disables the subscription; the key is then built, and the table goes on
 * without being copied again.
 */

/** Bytes from which a table's key is worth it. */
const LARGE_BYTES = 32_000_000;

/**
 * Primary keys of large tables that can be made by their definition alone, and the other indexes of these tables that
 * belong to no constraint. Names in the statements are qualified: the session's search path is emptied.
 */
export async function largeTableKeys(source: pg.Client, schemas: string[] | null): Promise<LateKey[]> {
  await source.query("SET search_path = ''");
  const rows = await query(
    source,
    `SELECT n.nspname AS schema, c.relname AS name, k.conname AS constraint, k.oid AS oid, pg_get_indexdef(k.conindid) AS index,
       (SELECT coalesce(json_agg(pg_get_indexdef(o.indexrelid) ORDER BY o.indexrelid), '[]') FROM pg_index o WHERE o.indrelid = c.oid AND o.indisvalid
          AND NOT o.indisreplident AND NOT EXISTS (SELECT 1 FROM pg_constraint other WHERE other.conindid = o.indexrelid AND other.contype IN ('p', 'u', 'x'))) AS others
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class x ON x.oid = k.conindid
     JOIN pg_index i ON i.indexrelid = x.oid
     WHERE k.contype = 'p' AND NOT k.condeferrable AND c.relkind = 'r' AND NOT c.relispartition AND x.reloptions IS NULL AND x.reltablespace = 0
       AND NOT i.indisclustered AND NOT i.indisreplident AND pg_relation_size(c.oid) > $2::bigint AND ${IN_SCOPE}`,
    [schemas, LARGE_BYTES],
  );
  return rows.map((row) => ({
    schema: row.schema ?? "",
    name: row.name ?? "",
    constraint: row.constraint ?? "",
    oid: row.oid ?? "",
    index: row.index ?? "",
    others: JSON.parse(row.others ?? "[]") as string[],
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

/** What builds keys, and how. */
interface Building {
  context: StepContext;
  to: Connection;
  /** Processors of the target that the copy may use, as the step says. */
  jobs: number;
}

/**
 * Sends the statements that are due and looks after those that wait. Null when every key is there; the result of a
 * statement that failed; otherwise how many are still to come.
 */
export async function tendLateKeys(
  building: Building,
  target: pg.Client,
  keys: readonly LateKey[],
  progress: readonly TableProgress[],
): Promise<{ left: number } | StepResult | null> {
  const { context } = building;
  const missing = await missingKeys(target, keys);
  let underWay = 0;
  for (const key of keys) {
    const job = findJob(jobKey(context, key));
    if (job === undefined) {
      const due = missing.includes(key) && isDue(progress.find((table) => table.schema === key.schema && table.name === key.name));
      if (due) start(building, key);
      continue;
    }
    job.lastAsked = performance.now();
    for (const line of job.lines.splice(0)) context.log(line);
    if (job.outcome === null) {
      underWay += 1;
      continue;
    }
    await dropJob(jobKey(context, key));
    if (job.outcome.type !== "done") return job.outcome;
  }
  const left = Math.max(missing.length, underWay);
  return left === 0 ? null : { left };
}

function jobKey(context: StepContext, key: LateKey): string {
  return `${context.runId}/${context.stepKey}/key/${key.schema}.${key.name}`;
}

function statisticsKey(context: StepContext, table: TableName): string {
  return `${context.runId}/${context.stepKey}/statistics/${table.schema}.${table.name}`;
}

/** Ends the sessions of statements that wait. */
export async function dropLateKeys(context: StepContext, keys: readonly LateKey[]): Promise<void> {
  for (const key of keys) for (const job of [jobKey(context, key), statisticsKey(context, key)]) await dropJob(job);
}

const LOOK_MS = 50;

/** Whether this process has gathered the statistics of a table since its rows are there; waits while it does. */
export async function hasStatistics(context: StepContext, table: TableName): Promise<boolean> {
  const key = statisticsKey(context, table);
  for (let job = findJob(key); job !== undefined; job = findJob(key)) {
    job.lastAsked = performance.now();
    if (job.outcome !== null) {
      await dropJob(key);
      return job.outcome.type === "done";
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
}

/** Makes the key's index and then the key, in one transaction: without the key the table could not follow. */
async function makeKey(client: pg.Client, key: LateKey): Promise<void> {
  const [schema, table, constraint] = [key.schema, key.name, key.constraint].map((name) => client.escapeIdentifier(name));
  await client.query("BEGIN");
  await client.query(key.index);
  await client.query(`ALTER TABLE ONLY ${schema}.${table} ADD CONSTRAINT ${constraint} PRIMARY KEY USING INDEX ${constraint}`);
  await client.query("COMMIT");
}

/** One after the other; one that is refused is left to what is made after the rows, which says why. */
async function makeOthers(client: pg.Client, key: LateKey, log: (line: string) => void): Promise<void> {
  for (const statement of key.others) await client.query(statement).catch((error: unknown) => log(`an index is made later: ${messageOf(error)}`));
}

/** Sessions of work on the target that goes on between two questions. */
class LateSessions {
  private readonly clients: pg.Client[] = [];
  private cancelled = false;

  constructor(
    private readonly context: StepContext,
    private readonly to: Connection,
  ) {}

  /** `helpers`: processes the server may add to a build of an index. */
  async run(helpers: number, work: (client: pg.Client) => Promise<void>): Promise<void> {
    const client = await openSide(this.context, this.to, 0);
    this.clients.push(client);
    if (this.cancelled) throw new Error("The step was broken off.");
    await client.query("SET lock_timeout = 0; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off; SET search_path = ''");
    await query(
      client,
      "SELECT set_config('max_parallel_maintenance_workers', least(current_setting('max_parallel_maintenance_workers')::int, $1::int)::text, false)",
      [String(helpers)],
    );
    await work(client);
  }

  async end(): Promise<void> {
    await Promise.all(this.clients.splice(0).map((client) => client.end().catch(() => undefined)));
  }

  cancel(): void {
    this.cancelled = true;
    void this.end();
  }
}

/** Starts work under a key that ends with its sessions. */
function startLate(
  key: string,
  message: string,
  context: StepContext,
  to: Connection,
  work: (sessions: LateSessions, log: (line: string) => void) => Promise<void>,
): void {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const sessions = new LateSessions({ ...context, signal: new AbortController().signal, log }, to);
  startJob(key, { lines, progress: () => ({ message }), refresh: async () => undefined, cancel: () => sessions.cancel() }, async () => {
    try {
      await work(sessions, log);
      return { type: "done" };
    } catch (error) {
      return moveProblem(error);
    } finally {
      await sessions.end();
    }
  });
}

function start({ context, to, jobs }: Building, key: LateKey): void {
  const table = `${key.schema}.${key.name}`;
  context.log(`the indexes of ${table} are built when its rows are there`);
  startLate(jobKey(context, key), `building the indexes of ${table}`, context, to, async (sessions, log) => {
    const builds = key.others.length === 0 ? 1 : 2;
    // More processes than processors make both builds slower: half as long again was measured.
    const helpers = Math.max(0, Math.floor(jobs / builds) - 1);
    await Promise.all([
      sessions.run(helpers, (client) => makeKey(client, key)),
      builds === 1 ? null : sessions.run(helpers, (client) => makeOthers(client, key, log)),
    ]);
    // While the table catches up and the rest is prepared there is nothing to wait for.
    startLate(statisticsKey(context, key), `gathering statistics of ${table}`, context, to, (other) => other.run(0, (client) => analyzeTable(client, key)));
  });
}
