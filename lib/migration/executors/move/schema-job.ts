import { readFile, writeFile } from "node:fs/promises";
import type pg from "pg";
import { postgresConfig, query } from "@/lib/connection/clients/postgres";
import { clientToolsFor } from "@/lib/connection/clients/postgres-tools";
import type { Connection } from "@/lib/connection/types";
import { existingNames, MARKER_SCHEMA, serverInfo } from "@/lib/migration/executors/copy/inspect";
import { CopyFailed, Workshop } from "@/lib/migration/executors/copy/workshop";
import { MOVE_SCHEMA, OBJECT_PREFIX, sessionName } from "@/lib/migration/executors/move/names";
import type { LateKey } from "@/lib/migration/executors/move/owner";
import type { TableName } from "@/lib/migration/executors/move/replication";
import { openSide } from "@/lib/migration/executors/move/sides";
import { alreadyMade, foreignKeys, keyObjects, moveTables, replicaIdentities } from "@/lib/migration/executors/move/tables";
import { listFile, parseToc, partition, type TocEntry } from "@/lib/migration/executors/move/toc";
import type { StepContext } from "@/lib/migration/executors/types";

/* The structure of a move by pg_dump and pg_restore: before the rows tables and what identifies rows, after them the rest. */

export interface SchemaJobRequest {
  context: StepContext;
  from: Connection;
  to: Connection;
  schemas: string[] | null;
  jobs: number;
  log: (line: string) => void;
  /** Makes what was made durable, on a session of the target that was open before: see `inWorkshop`. @throws when a later lease was here */
  settle: (target: pg.Client) => Promise<void>;
}

/** Sorting memory of one index build; several run at once. */
const SERVER_OPTIONS = "-c synchronous_commit=off -c maintenance_work_mem=512MB";

/** Our own event trigger is in the dump and not for the target. */
const isOurs = (entry: TocEntry) => new RegExp(`EVENT TRIGGER - ${OBJECT_PREFIX}`).test(entry.line);

interface Lists {
  pre: TocEntry[];
  post: TocEntry[];
}

interface Dump extends Lists {
  pgRestore: string;
  archive: string;
}

/** Archives of this process, from before the rows for after them: the structure is frozen in between. */
const made = new Map<string, Lists & { bytes: Buffer }>();
const MOST_KEPT = 20_000_000;
const MOST_ARCHIVES = 8;

/** Gathers the planner statistics of a table. */
export async function analyzeTable(client: pg.Client, table: TableName): Promise<void> {
  await client.query(`ANALYZE ${client.escapeIdentifier(table.schema)}.${client.escapeIdentifier(table.name)}`);
}

export class SchemaJob {
  message = "reading the structure";
  private workshop: Workshop | null = null;
  private readonly clients: pg.Client[] = [];
  private cancelled = false;

  constructor(private readonly request: SchemaJobRequest) {}

  cancel(): void {
    this.cancelled = true;
    this.workshop?.stop();
    for (const client of this.clients) void client.end().catch(() => undefined);
  }

  /**
   * Tables, types, functions, views, keys but the late ones and the foreign keys to them, all of them or none. What is late
   * may still be asked while the structure is read.
   * @throws CopyFailed when the target refuses one (R-PG-12)
   */
  async before(lateKeys: Promise<readonly LateKey[]>): Promise<void> {
    // A try before this one may have failed because of what is in its archive, and somebody has changed that since.
    made.delete(this.key);
    await this.inWorkshop(async (workshop, source, target) => {
      const { pgRestore, archive, pre, post } = await this.dump(workshop, source);
      const late = new Set((await lateKeys).map((key) => key.oid));
      const { schemas } = this.request;
      const early = (await keyObjects(source, schemas)).filter((key) => !late.has(key.oid));
      const foreign = (await foreignKeys(source, schemas)).filter((key) => !late.has(key.needs));
      const keys = partition(post, [...early, ...foreign]).among;
      this.message = "making tables and keys";
      await this.restore(workshop, pgRestore, archive, [...pre, ...keys], ["--single-transaction"]);
      for (const statement of await replicaIdentities(source, this.request.schemas)) await target.query(statement);
    });
  }

  /** Indexes, foreign keys, triggers and all else that comes after the rows, in parallel; what is there is left alone. */
  async after(): Promise<void> {
    await this.inWorkshop(async (workshop, source, target) => {
      const { pgRestore, archive, post } = await this.dump(workshop, source);
      made.delete(this.key);
      const missing = partition(post, await alreadyMade(source, target, post)).others;
      this.message = "making indexes and constraints";
      if (missing.length > 0) await this.restore(workshop, pgRestore, archive, missing, [`--jobs=${this.request.jobs}`]);
      await this.refresh(target);
    });
  }

  /** Planner statistics, several tables at once, but those that have them already. */
  async analyze(hasThem: (table: TableName) => Promise<boolean>): Promise<void> {
    this.message = "gathering statistics";
    const { context, to, schemas, jobs } = this.request;
    const first = this.keep(await openSide(context, to, 0));
    const queue = await moveTables(first, schemas);
    const work = async (client: pg.Client) => {
      for (let table = queue.shift(); table !== undefined; table = queue.shift()) if (!(await hasThem(table))) await analyzeTable(client, table);
    };
    try {
      const more = Array.from({ length: Math.min(jobs, queue.length) - 1 }, () => openSide(context, to, 0));
      await Promise.all([work(first), ...more.map(async (opening) => await work(this.keep(await opening)))]);
    } finally {
      await this.close();
    }
  }

  private get key(): string {
    return `${this.request.context.runId}/${this.request.context.stepKey}`;
  }

  private keep(client: pg.Client): pg.Client {
    this.clients.push(client);
    if (this.cancelled) throw new Error("The copy was cancelled.");
    return client;
  }

  private async close(): Promise<void> {
    for (const client of this.clients.splice(0)) await client.end().catch(() => undefined);
  }

  /**
   * What pg_restore reports as done is not on the disk yet: a target that dies right after it forgets it and comes back as if
   * nothing had been. So the last word is a durable write of a session from before the work: it proves that the server has
   * not died since, and takes everything before it to the disk.
   */
  private async inWorkshop(work: (workshop: Workshop, source: pg.Client, target: pg.Client) => Promise<void>): Promise<void> {
    const { context, from, to, log } = this.request;
    const applicationName = sessionName(context.runId, context.epoch);
    const workshop = new Workshop({ egress: context.egress, applicationName, log, serverOptions: SERVER_OPTIONS });
    this.workshop = workshop;
    try {
      const source = this.keep(await openSide(context, from, 0));
      const target = this.keep(await openSide(context, to, 0));
      await work(workshop, source, target);
      await this.request.settle(target);
    } finally {
      await this.close();
      workshop.close();
    }
  }

  /** The structure of the source as an archive, and its entries; the archive this process has made already, where it has. */
  private async dump(workshop: Workshop, source: pg.Client): Promise<Dump> {
    const { from, schemas } = this.request;
    const { major } = await serverInfo(source);
    const tools = clientToolsFor(major);
    if (tools === null)
      throw new CopyFailed(
        `No pg_dump of version ${major} or newer is installed: run apt-get install postgresql-client-${major}, or prepare the target and say schema: prepared.`,
      );
    const archive = workshop.file("schema.dump");
    const known = made.get(this.key);
    if (known !== undefined) {
      await writeFile(archive, known.bytes, { mode: 0o600 });
      return { ...known, pgRestore: tools.pgRestore, archive };
    }
    const others = schemas === null ? [] : (await existingNames(source)).schemas.filter((name) => !schemas.includes(name));
    const excluded = [MARKER_SCHEMA, MOVE_SCHEMA, ...others].map((name) => `--exclude-schema="${name.replaceAll('"', '""')}"`);
    await workshop.run(
      tools.pgDump,
      ["--format=custom", "--schema-only", `--file=${archive}`, "--no-publications", "--no-subscriptions", "--no-tablespaces", ...excluded],
      await workshop.environment("source", from),
    );
    const [pre, post] = await Promise.all((["pre-data", "post-data"] as const).map((section) => this.list(workshop, tools.pgRestore, archive, section)));
    const lists = { pre: pre ?? [], post: (post ?? []).filter((entry) => !isOurs(entry)) };
    const bytes = await readFile(archive);
    if (bytes.length <= MOST_KEPT && made.size < MOST_ARCHIVES) made.set(this.key, { bytes, ...lists });
    return { ...lists, pgRestore: tools.pgRestore, archive };
  }

  private async list(workshop: Workshop, pgRestore: string, archive: string, section: "pre-data" | "post-data"): Promise<TocEntry[]> {
    const file = workshop.file(`${section}.list`);
    await workshop.run(pgRestore, ["--list", `--section=${section}`, `--file=${file}`, archive], { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" });
    return parseToc(await readFile(file, "utf8"));
  }

  private async restore(workshop: Workshop, pgRestore: string, archive: string, entries: readonly TocEntry[], how: string[]): Promise<void> {
    const { to } = this.request;
    const list = workshop.file("use.list");
    await writeFile(list, listFile(entries));
    const args = [...how, "--exit-on-error", `--use-list=${list}`, `--dbname=${postgresConfig(to).database}`, archive];
    await workshop.run(pgRestore, args, await workshop.environment("target", to));
  }

  /** Materialized views hold the rows of this moment; nothing keeps them in step afterwards. */
  private async refresh(target: pg.Client): Promise<void> {
    const views = await query(
      target,
      `SELECT format('REFRESH MATERIALIZED VIEW %I.%I', n.nspname, c.relname) AS statement FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'm' AND NOT c.relispopulated ORDER BY c.oid`,
    );
    for (const view of views) await target.query(view.statement ?? "");
  }
}
