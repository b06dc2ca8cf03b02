import { identifyDatabase, withPostgres } from "@/lib/connection/clients/postgres";
import { messageOf } from "@/lib/core/errors";
import { CopyRun } from "@/lib/migration/executors/copy/copy-run";
import { userObjects } from "@/lib/migration/executors/copy/inspect";
import { dropJob, followJob, startJob } from "@/lib/migration/executors/copy/jobs";
import { readMarker, removeMarker } from "@/lib/migration/executors/copy/marker";
import { preflightCopy } from "@/lib/migration/executors/copy/preflight";
import { verifyCopy } from "@/lib/migration/executors/copy/verify-run";
import { wipeTarget } from "@/lib/migration/executors/copy/wipe";
import { CopyFailed } from "@/lib/migration/executors/copy/workshop";
import { allowWrites, readOnlySetting } from "@/lib/migration/executors/copy/write-stop";
import { endOlderSessions, sessionName, sessionPrefix } from "@/lib/migration/executors/sessions";
import type { Executor, Observation, Preview, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";

type Step = StepOf<"postgres.copy">;

/** Undo has another effect key than apply, and must find the work of apply. */
function jobKey(context: StepContext, work: "copy" | "verify"): string {
  return `${context.runId}/${context.stepKey}/${work}`;
}

function problem(error: unknown): StepResult {
  const definite = error instanceof CopyFailed || (error instanceof Error && error.name === "EgressRefused");
  return { type: definite ? "failed" : "errored", reason: messageOf(error) };
}

function options(context: StepContext) {
  return { applicationName: sessionName(context.runId, context.epoch), statementTimeoutMs: 0, signal: context.signal };
}

function preview(step: Step): Preview {
  const { from, to, jobs, tool, writeStop, schemas } = step.with;
  const stops = writeStop === "read-only-source";
  return {
    summary: `Copy ${schemas === undefined ? "the whole database" : `schemas ${schemas.join(", ")}`} from ${from} to ${to}, then compare count and checksum of every table.`,
    lines: [
      ...(stops ? [`${from}: ALTER DATABASE … SET default_transaction_read_only = on; end all other sessions`] : []),
      `${from}: BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot()`,
      `${to}: CREATE SCHEMA switchyard_copy with a marker that names this run`,
      ...(tool === "pgcopydb"
        ? [`pgcopydb clone --table-jobs ${jobs} --index-jobs ${jobs} --no-owner --no-acl --snapshot … --filters …`]
        : [
            `pg_dump --format=directory --jobs=${jobs} --no-owner --no-privileges --snapshot=…`,
            `pg_restore --jobs=${jobs} --exit-on-error --no-owner --no-privileges`,
          ]),
      `${to}: setval for every sequence, only upward; ANALYZE`,
      "Compare structure, sequences, and count and checksum of every table with the source as it was in the snapshot",
      stops
        ? "The source is read-only from the snapshot on; a session that sets the parameter itself could still write."
        : "What is written to the source after the snapshot is NOT in the copy.",
      "Owners, grants, publications and subscriptions are not copied; objects belong to the role of the target connection.",
    ],
    undo: `Drop what the copy made on ${to}${stops ? ` and let ${from} accept writes again` : ""}. The data of ${from} is never touched.`,
    reversible: true,
  };
}

async function observe(step: Step, context: StepContext): Promise<Observation> {
  const to = await context.connection(step.with.to, "postgres");
  const from = await context.connection(step.with.from, "postgres");
  const sourceReadOnly = await withPostgres(from, context.egress, options(context), readOnlySetting);
  return await withPostgres(to, context.egress, options(context), async (client) => {
    const marker = await readMarker(client);
    const objects = await userObjects(client);
    const facts = { sourceReadOnly, targetObjects: objects, marker: marker === null ? null : { runId: marker.runId, status: marker.status } };
    if (marker === null) return { state: objects.length === 0 ? "absent" : "other", facts };
    if (marker.runId !== context.runId) return { state: "other", facts };
    // Ours but unfinished: neither copied nor empty. Apply wipes it and starts from a new snapshot, undo wipes it (class J).
    return { state: marker.status === "complete" ? "present" : "other", facts };
  });
}

/** The signal of one question ends the work only while that question is being answered; a lost lease fences it on the servers. */
function apply(step: Step, context: StepContext): Promise<StepResult> {
  return followJob(jobKey(context, "copy"), context, "The copy", async () => {
    const from = await context.connection(step.with.from, "postgres");
    const to = await context.connection(step.with.to, "postgres");
    const lines: string[] = [];
    const { jobs, tool, writeStop } = step.with;
    const { runId, effectKey, epoch, egress } = context;
    const run = new CopyRun({
      runId,
      effectKey,
      epoch,
      from,
      to,
      egress,
      jobs,
      tool,
      writeStop,
      schemas: step.with.schemas ?? null,
      log: (line) => lines.push(line),
    });
    const control = context.controlDatabase;
    return startJob(
      jobKey(context, "copy"),
      { lines, progress: () => run.progress.report(), refresh: () => run.poll(), cancel: () => run.cancel() },
      async () => {
        try {
          if (control !== null) {
            for (const connection of [from, to]) {
              const identity = await withPostgres(connection, egress, options(context), identifyDatabase);
              if (identity.systemIdentifier === control.systemIdentifier && identity.database === control.database)
                throw new CopyFailed(`${connection.key} is Switchyard's own database.`);
            }
          }
          const { facts, writesStopped } = await run.run();
          const rows = facts.sums.reduce((sum, table) => sum + BigInt(table.rows), 0n).toString();
          return { type: "done", output: { tables: facts.sums.length, rows, snapshotAt: facts.snapshotAt, sequences: facts.sequences.length, writesStopped } };
        } catch (error) {
          return problem(error);
        }
      },
    );
  });
}

function verify(step: Step, context: StepContext): Promise<StepResult> {
  const key = jobKey(context, "verify");
  return followJob(key, context, "The comparison", async () => {
    const to = await context.connection(step.with.to, "postgres");
    const stop = new AbortController();
    const seen = { message: "comparing every table", done: 0, total: 0, unit: "tables" };
    const { runId, egress } = context;
    const each = (done: number, total: number, table: string) => Object.assign(seen, { done, total, message: `compared ${table}` });
    return startJob(key, { lines: [], progress: () => ({ ...seen }), refresh: async () => undefined, cancel: () => stop.abort() }, async () => {
      try {
        const result = await verifyCopy({
          runId,
          to,
          egress,
          schemas: step.with.schemas ?? null,
          applicationName: sessionName(runId, context.epoch),
          signal: stop.signal,
          each,
        });
        if (result === null) return { type: "failed", reason: "The target does not carry the finished copy of this run." };
        const { differences, ...output } = result;
        if (differences.length === 0) return { type: "done", output: { ...output, differences: 0 } };
        const first = differences.slice(0, 5).join("; ");
        return {
          type: "failed",
          reason: `${differences.length} differences: ${first}${differences.length > 5 ? " …" : ""}`,
          output: { ...output, differences: differences.slice(0, 200) },
        };
      } catch (error) {
        return problem(error);
      }
    });
  });
}

async function undo(step: Step, context: StepContext): Promise<StepResult> {
  try {
    for (const work of ["copy", "verify"] as const) await dropJob(jobKey(context, work));
    const to = await context.connection(step.with.to, "postgres");
    const from = await context.connection(step.with.from, "postgres");
    return await withPostgres(to, context.egress, options(context), async (target) => {
      await endOlderSessions(target, context, { alsoOwn: true });
      const marker = await readMarker(target);
      if (marker === null) return { type: "done", output: { dropped: false } };
      if (marker.runId !== context.runId) return { type: "failed", reason: `The target holds the copy of another run (${marker.runId}); nothing was dropped.` };
      // Writes first: they are what people wait for.
      if (step.with.writeStop === "read-only-source") {
        await withPostgres(from, context.egress, options(context), (source) => allowWrites(source, marker.before.sourceReadOnly, sessionPrefix(context.runId)));
        context.log("the source accepts writes again");
      }
      await wipeTarget(target, marker.before);
      await removeMarker(target);
      return { type: "done", output: { dropped: true } };
    });
  } catch (error) {
    return problem(error);
  }
}

/**
 * A whole database from one server to another, empty one. Class J: journaled by a marker on the target, and after a
 * crash started again from clean: the target must be proven ours, is wiped and copied from a new snapshot. Long work
 * runs beside the engine; each call says how far it is. Sources: R-PG-12, R-PG-13, R-ENG-5 to 7, §2.6.
 */
export const postgresCopy: Executor<"postgres.copy"> = {
  kind: "postgres.copy",
  version: 1,
  idempotency: "J",
  cancel: "immediate",
  timeoutMs: 24 * 3_600_000,
  attempts: 3,
  movesTraffic: false,
  preview,
  preflight: preflightCopy,
  observe,
  apply,
  verify,
  undo,
};
