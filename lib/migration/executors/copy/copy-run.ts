import { randomUUID } from "node:crypto";
import type pg from "pg";
import { identifyDatabase, openPostgres, postgresConfig, query } from "@/lib/connection/clients/postgres";
import { clientToolsFor } from "@/lib/connection/clients/postgres-tools";
import type { Connection, Egress } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";
import { PINNED_SETTINGS, READ_SNAPSHOT, sumTables } from "@/lib/migration/executors/copy/checksum";
import { existingNames, listSequences, listTables, MARKER_SCHEMA, partitionedTables, serverInfo, userObjects } from "@/lib/migration/executors/copy/inspect";
import { type Before, type CopyFacts, completeMarker, placeMarker, readMarker, requireToken } from "@/lib/migration/executors/copy/marker";
import { runClone } from "@/lib/migration/executors/copy/pgcopydb";
import { CopyProgress } from "@/lib/migration/executors/copy/progress";
import { readShape } from "@/lib/migration/executors/copy/shape";
import { wipeTarget } from "@/lib/migration/executors/copy/wipe";
import { CopyFailed, Workshop } from "@/lib/migration/executors/copy/workshop";
import { allowWrites, readOnlySetting, stopWrites } from "@/lib/migration/executors/copy/write-stop";
import { MOVE_SCHEMA } from "@/lib/migration/executors/move/names";
import { endOlderSessions, sessionName, sessionPrefix } from "@/lib/migration/executors/sessions";

export interface CopyRequest {
  runId: string;
  effectKey: string;
  epoch: number;
  from: Connection;
  to: Connection;
  egress: Egress;
  schemas: string[] | null;
  jobs: number;
  tool: "pg_dump" | "pgcopydb";
  writeStop: "none" | "read-only-source";
  log: (line: string) => void;
}

/** The snapshot a copy is made from, and what is left out of it. */
interface Reading {
  major: number;
  tables: CopyFacts["tables"];
  snapshot: string;
  at: string;
  excluded: string[];
}

/**
 * One try of a copy, from the snapshot to the finished marker. Everything it holds — sessions, programs, the private
 * folder — is released when it ends, whichever way.
 */
export class CopyRun {
  readonly progress = new CopyProgress();
  private readonly request: CopyRequest;
  private readonly token = randomUUID();
  private readonly application: string;
  private readonly cleanups: (() => Promise<unknown> | unknown)[] = [];
  private workshop: Workshop | null = null;
  private cancelled = false;
  private watch: { source: pg.Client; target: pg.Client } | null = null;

  constructor(request: CopyRequest) {
    this.request = request;
    this.application = sessionName(request.runId, request.epoch);
  }

  /** Ends the try as soon as possible. */
  cancel(): void {
    this.cancelled = true;
    this.workshop?.stop();
    // Closes the sessions too, so that a long checksum or lock wait does not outlive the try.
    if (this.watch !== null) for (const client of Object.values(this.watch)) void client.end().catch(() => undefined);
  }

  /** Refreshes the progress from the servers; failures are no reason to stop. */
  async poll(): Promise<void> {
    if (this.watch === null) return;
    const { phase } = this.progress;
    if (phase === "dumping") await this.progress.poll(this.watch.source, "read", this.application).catch(() => undefined);
    if (phase === "restoring") await this.progress.poll(this.watch.target, "written", this.application).catch(() => undefined);
  }

  /** @throws CopyFailed when the answer is no, any other error when it could not be told */
  async run(): Promise<{ facts: CopyFacts; writesStopped: boolean }> {
    try {
      return await this.steps();
    } finally {
      for (const cleanup of this.cleanups.reverse())
        await Promise.resolve(cleanup()).catch((error: unknown) => this.request.log(`clean-up: ${messageOf(error)}`));
    }
  }

  private check(): void {
    if (this.cancelled) throw new Error("The copy was cancelled.");
  }

  private async session(connection: Connection): Promise<pg.Client> {
    const client = await openPostgres(connection, this.request.egress, { applicationName: this.application, statementTimeoutMs: 0 });
    this.cleanups.push(() => client.end());
    this.check();
    return client;
  }

  private async steps(): Promise<{ facts: CopyFacts; writesStopped: boolean }> {
    const { from, to, log } = this.request;
    const [source, target] = [await this.session(from), await this.session(to)];
    const [a, b] = [await identifyDatabase(source), await identifyDatabase(target)];
    if (a.systemIdentifier === b.systemIdentifier && a.database === b.database) throw new CopyFailed("Source and target are the same database.");
    const own = { runId: this.request.runId, epoch: this.request.epoch };
    const stale = (await endOlderSessions(source, own, { alsoOwn: true })) + (await endOlderSessions(target, own, { alsoOwn: true }));
    if (stale > 0) log(`ended ${stale} sessions of an earlier worker`);
    await target.query("SET default_transaction_read_only = off");
    const [locked] = await query(target, "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS yes", [this.request.runId]);
    if (locked?.yes !== "t") throw new Error("Another worker still holds the target.");
    const before = await this.takeTarget(source, target);
    this.watch = { source: await this.session(from), target };
    const stops = this.request.writeStop !== "none";
    try {
      if (stops) await this.stopWrites(source, before);
      return { facts: await this.transfer(source, target), writesStopped: stops };
    } catch (error) {
      // A copy that did not happen must not leave the source read-only; half a write stop counts.
      if (stops) await this.restoreWrites(before);
      throw error;
    }
  }

  /** Proves that the target may be written: empty, or ours from an earlier try, which is wiped. */
  private async takeTarget(source: pg.Client, target: pg.Client): Promise<Before> {
    const marker = await readMarker(target);
    if (marker !== null && marker.runId !== this.request.runId) throw new CopyFailed(`The target holds the copy of another run (${marker.runId}).`);
    if (marker !== null) {
      this.request.log("the target holds an unfinished copy of this run: wiping it");
      await wipeTarget(target, marker.before);
    }
    const left = await userObjects(target);
    if (left.length > 0) throw new CopyFailed(`The target is not empty: ${left.slice(0, 5).join(", ")}${left.length > 5 ? " …" : ""}.`);
    const before = marker?.before ?? { ...(await existingNames(target)), sourceReadOnly: await readOnlySetting(source) };
    await placeMarker(target, { runId: this.request.runId, effectKey: this.request.effectKey, token: this.token, before });
    return before;
  }

  private async stopWrites(source: pg.Client, before: Before): Promise<void> {
    const ended = await stopWrites(source, sessionPrefix(this.request.runId));
    this.request.log(`the source is read-only now (was: ${before.sourceReadOnly ?? "default"}); ended ${ended} sessions`);
  }

  private async restoreWrites(before: Before): Promise<void> {
    const client = await openPostgres(this.request.from, this.request.egress, { applicationName: this.application });
    try {
      await allowWrites(client, before.sourceReadOnly, sessionPrefix(this.request.runId));
      this.request.log("the source accepts writes again");
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async transfer(source: pg.Client, target: pg.Client): Promise<CopyFacts> {
    const { schemas, tool, egress, log } = this.request;
    const { major } = await serverInfo(source);
    await source.query(READ_SNAPSHOT);
    await source.query(PINNED_SETTINGS);
    const [snapshot] = await query(source, "SELECT pg_export_snapshot() AS id, now()::text AS at");
    const tables = await listTables(source, schemas);
    this.progress.setTables(tables);
    const workshop = new Workshop({ egress, applicationName: this.application, log });
    this.workshop = workshop;
    this.cleanups.push(() => workshop.close());
    this.check();
    const excluded = [MARKER_SCHEMA, MOVE_SCHEMA, ...(schemas === null ? [] : (await existingNames(source)).schemas.filter((name) => !schemas.includes(name)))];
    const read: Reading = { major, tables, snapshot: snapshot?.id ?? "", at: snapshot?.at ?? "", excluded };
    const facts = tool === "pgcopydb" ? await this.clone(source, target, workshop, read) : await this.dumpAndRestore(source, target, workshop, read);
    this.progress.restored();
    this.progress.phase = "finishing";
    return await this.finish(source, target, facts);
  }

  private async dumpAndRestore(source: pg.Client, target: pg.Client, workshop: Workshop, read: Reading): Promise<CopyFacts> {
    const { jobs, from, to } = this.request;
    const tools = clientToolsFor(read.major);
    if (tools === null) throw new CopyFailed(`No pg_dump of version ${read.major} or newer is installed: run apt-get install postgresql-client-${read.major}.`);
    this.progress.phase = "dumping";
    const dump = workshop.file("dump");
    const dumpArgs = [
      "--format=directory",
      `--jobs=${jobs}`,
      `--file=${dump}`,
      "--compress=1",
      "--no-owner",
      "--no-privileges",
      "--no-publications",
      "--no-subscriptions",
      "--no-tablespaces",
    ];
    const dumping = workshop.run(
      tools.pgDump,
      [...dumpArgs, "--verbose", `--snapshot=${read.snapshot}`, ...read.excluded.map((name) => `--exclude-schema="${name.replaceAll('"', '""')}"`)],
      await workshop.environment("source", from),
    );
    // The same session that exported the snapshot counts in it: exactly the rows that pg_dump reads.
    const [, facts] = await this.both(workshop, dumping, this.readFacts(source, read));
    await source.query("COMMIT");
    this.progress.dumped();
    await requireToken(target, this.token);
    this.progress.phase = "restoring";
    await workshop.run(
      tools.pgRestore,
      [`--jobs=${jobs}`, "--exit-on-error", "--no-owner", "--no-privileges", "--verbose", `--dbname=${postgresConfig(to).database}`, dump],
      await workshop.environment("target", to),
      (line) => this.progress.restoreLine(line),
    );
    return facts;
  }

  /** From server to server out of the same snapshot; only the structure passes over the worker's disk. */
  private async clone(source: pg.Client, target: pg.Client, workshop: Workshop, read: Reading): Promise<CopyFacts> {
    const { from, to, jobs, egress } = this.request;
    await requireToken(target, this.token);
    this.progress.phase = "restoring";
    const partitioned = await partitionedTables(source);
    const cloning = runClone(workshop, { from, to, egress, applicationName: this.application, jobs, partitioned, ...read });
    const [, facts] = await this.both(workshop, cloning, this.readFacts(source, read));
    await source.query("COMMIT");
    this.progress.dumped();
    return facts;
  }

  /** Waits for both; when one fails the other is stopped instead of running on. */
  private async both<A, B>(workshop: Workshop, first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
    try {
      return await Promise.all([first, second]);
    } catch (error) {
      workshop.stopPrograms();
      await Promise.allSettled([first]);
      throw error;
    }
  }

  private async readFacts(source: pg.Client, { tables, major: sourceMajor, at: snapshotAt }: Reading): Promise<CopyFacts> {
    const shape = await readShape(source, this.request.schemas);
    const [lo] = await query(source, "SELECT count(*) AS count FROM pg_largeobject_metadata");
    const sums = await sumTables(source, tables, (sum) => this.progress.counted(sum.table, Number(sum.rows)));
    return { sourceMajor, snapshotAt, tables, sums, shape, sequences: [], largeObjects: Number(lo?.count) };
  }

  /** Sequences are raised to where the source is by now, never lowered; then statistics, then the marker. */
  private async finish(source: pg.Client, target: pg.Client, facts: CopyFacts): Promise<CopyFacts> {
    const sequences = await listSequences(source, this.request.schemas);
    for (const sequence of sequences) {
      if (sequence.last === null) continue;
      const name = `${target.escapeIdentifier(sequence.schema)}.${target.escapeIdentifier(sequence.name)}`;
      const further = sequence.ascending ? "last_value IS NULL OR last_value < $2" : "last_value IS NULL OR last_value > $2";
      await target.query(`SELECT setval($1::regclass, $2::bigint) FROM pg_sequences WHERE schemaname = $3 AND sequencename = $4 AND (${further})`, [
        name,
        sequence.last,
        sequence.schema,
        sequence.name,
      ]);
    }
    this.check();
    await target.query("ANALYZE");
    const complete = { ...facts, sequences };
    await completeMarker(target, this.token, complete);
    return complete;
  }
}
