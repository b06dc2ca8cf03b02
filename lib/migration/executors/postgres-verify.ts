import { identifyDatabase, withPostgres } from "@/lib/connection/clients/postgres";
import { messageOf } from "@/lib/core/errors";
import { dropJob, followJob, startJob } from "@/lib/migration/executors/copy/jobs";
import { moveKeyOf, moveNames, sessionName } from "@/lib/migration/executors/move/names";
import { readTables } from "@/lib/migration/executors/move/preflight/read-content";
import { readVersion } from "@/lib/migration/executors/move/preflight/read-server";
import type { Executor, Facts, PreflightCheck, Preview, StepContext, StepResult } from "@/lib/migration/executors/types";
import { VerifyFailed } from "@/lib/migration/executors/verify/sides";
import { type Resume, type Verification, VerifyRun } from "@/lib/migration/executors/verify/verify-run";
import type { StepOf } from "@/lib/migration/types";

type Step = StepOf<"postgres.verify">;

const OLDEST = 15;
/** Milliseconds the target may take to reach one position of the source before a piece is read again. */
const CATCH_UP_MS = 60_000;

/** Rows of a move that may be left to the comparison during the pause. */
const MOST_UNSETTLED = 100;

const jobKey = (context: StepContext) => `${context.runId}/${context.stepKey}/compare`;
const options = (context: StepContext) => ({ applicationName: sessionName(context.runId, context.epoch), signal: context.signal });

function preview(step: Step): Preview {
  const { from, to, schemas, tables, jobs, pieceRows, privileges, rowContents, settleMs, move } = step.with;
  const live = move !== undefined;
  const what = tables !== undefined ? `${tables.length} tables` : schemas === undefined ? "the whole database" : `schemas ${schemas.join(", ")}`;
  return {
    summary: `Compare ${what} of ${from} and ${to}, row by row.`,
    lines: [
      `Both sides, read-only: structure, indexes, constraints, triggers, policies, extensions, large objects${privileges ? ", owners and grants" : ""}`,
      `${jobs} at a time, pieces of ${pieceRows.toLocaleString("en-US")} rows by key:`,
      "SELECT count(*), sum of both halves of md5(ROW(columns)::text) FROM ONLY table WHERE key > … AND key <= …",
      live
        ? "A piece that differs is read again up to 3 times, each time when the target has everything the source had written; then row by row"
        : `A piece that differs is read again up to 3 times, ${settleMs} ms apart; then row by row`,
      rowContents
        ? "Keys, columns and VALUES of rows that differ are written to journal and report"
        : "Keys and columns of rows that differ are told, their values are not",
      live ? "Sequences: definitions; their values are compared at the switch" : "Sequences: definitions, and none of the target behind the source",
    ],
    undo: "Nothing to undo.",
    reversible: true,
  };
}

async function preflight(step: Step, context: StepContext): Promise<PreflightCheck[]> {
  const checks: PreflightCheck[] = [];
  const identities: string[] = [];
  for (const [side, key] of [["source", step.with.from] as const, ["target", step.with.to] as const]) {
    try {
      await withPostgres(await context.connection(key, "postgres"), context.egress, options(context), async (client) => {
        const identity = await identifyDatabase(client);
        identities.push(`${identity.systemIdentifier}/${identity.database}`);
        if (identity.systemIdentifier === context.controlDatabase?.systemIdentifier && identity.database === context.controlDatabase.database)
          checks.push({ name: `${side}`, level: "block", message: `${key} is Switchyard's own database.`, fix: "Choose another connection." });
        const { major, versionText } = await readVersion(client);
        if (major < OLDEST)
          checks.push({
            name: `${side} version`,
            level: "block",
            message: `${versionText}: comparing is supported from ${OLDEST}.`,
            fix: "Update the server, or compare with sql.check.",
          });
        else checks.push({ name: `${side}`, level: "pass", message: `${key} answers, PostgreSQL ${versionText}.` });
        const tables = major < OLDEST ? [] : await readTables(client, step.with.schemas ?? null);
        checks.push(...readable(side, tables));
        if (side === "source" && major >= OLDEST)
          checks.push(
            ...present(
              step,
              tables.map((table) => `${table.schema}.${table.name}`),
            ),
          );
      });
    } catch (error) {
      checks.push({ name: `${side}`, level: "block", message: `${key}: ${messageOf(error)}`, fix: "Test the connection in the settings." });
    }
  }
  if (identities.length === 2 && identities[0] === identities[1])
    checks.push({ name: "two databases", level: "block", message: "Source and target are the same database.", fix: "Choose another connection." });
  return checks;
}

function readable(side: string, tables: Awaited<ReturnType<typeof readTables>>): PreflightCheck[] {
  const names = (list: typeof tables) =>
    list
      .slice(0, 5)
      .map((table) => `${table.schema}.${table.name}`)
      .join(", ");
  const unreadable = tables.filter((table) => !table.readable);
  const hidden = tables.filter((table) => table.hidden);
  return [
    ...(unreadable.length > 0
      ? [
          {
            name: `${side} permission`,
            level: "block" as const,
            message: `The role may not read ${names(unreadable)}.`,
            fix: "GRANT SELECT ON ALL TABLES IN SCHEMA … to the role.",
          },
        ]
      : []),
    ...(hidden.length > 0
      ? [
          {
            name: `${side} row-level security`,
            level: "block" as const,
            message: `Policies hide rows of ${names(hidden)} from the role.`,
            fix: "ALTER ROLE … BYPASSRLS, or use the owner's role.",
          },
        ]
      : []),
  ];
}

/** An earlier step may make the tables of the target; those of the source must be there. */
function present(step: Step, labels: string[]): PreflightCheck[] {
  const missing = (step.with.tables ?? []).filter((label) => !labels.includes(label));
  if (missing.length > 0)
    return [
      {
        name: "tables",
        level: "block",
        message: `The source has no table ${missing.slice(0, 5).join(", ")}.`,
        fix: "Write tables as schema.table, as the source spells them.",
      },
    ];
  if (labels.length === 0) return [{ name: "tables", level: "warn", message: "The source has no table yet.", fix: "Check database and schemas of the step." }];
  return [{ name: "tables", level: "pass", message: `${step.with.tables?.length ?? labels.length} tables.` }];
}

function resumeOf(previous: Facts | null): Resume | null {
  // Written by this executor while it ran; null after an end.
  return (previous?.resume as Resume | null | undefined) ?? null;
}

/** The answer of a finished comparison. Pure. */
export function answerOf(found: Verification, live: boolean): StepResult {
  const { differences, unsettled, seconds, bytes, stopped, ...rest } = found;
  const output = {
    ...rest,
    seconds: Math.round(seconds * 10) / 10,
    megabytesPerSecond: Math.round(bytes / 1_000_000 / Math.max(seconds, 0.1)),
    unsettled: unsettled.slice(0, 100),
    resume: null,
  };
  if (differences.length > 0) {
    const first = differences.slice(0, 5).join("; ");
    const more = differences.length > 5 ? " …" : "";
    return {
      type: "failed",
      reason: `${stopped ? "At least " : ""}${differences.length} differences: ${first}${more}`,
      output: { ...output, differences: differences.slice(0, 200) },
    };
  }
  // In a move the switch compares again while nothing is written; a comparison on its own cannot vouch for these rows.
  if (unsettled.length > (live ? MOST_UNSETTLED : 0))
    return {
      type: "errored",
      reason: `${unsettled.length} rows changed faster than they could be compared: ${unsettled.slice(0, 5).join("; ")}. Nothing else differs.`,
      output: { ...output, differences: [] },
    };
  return { type: "done", output: { ...output, differences: [] } };
}

function apply(step: Step, context: StepContext): Promise<StepResult> {
  return followJob(jobKey(context), context, "The comparison", async () => {
    const { from, to, schemas, tables, jobs, pieceRows, privileges, rowContents, settleMs, move } = step.with;
    const resume = resumeOf(context.previous);
    if (resume?.position != null) context.log(`goes on at ${resume.position.table}, after ${resume.rows} rows`);
    const run = new VerifyRun({
      connections: { source: await context.connection(from, "postgres"), target: await context.connection(to, "postgres") },
      egress: context.egress,
      applicationName: sessionName(context.runId, context.epoch),
      scope: { schemas: schemas ?? null, tables: tables ?? null },
      jobs,
      pieceRows,
      privileges,
      rowContents,
      settleMs,
      sequenceValues: move === undefined,
      following: move === undefined ? null : { slot: moveNames(context.runId, moveKeyOf(move)).forward.slot, limitMs: CATCH_UP_MS },
      resume,
    });
    const job = {
      lines: [],
      progress: () => run.report(),
      output: () => ({ resume: run.resume() ?? resume }),
      refresh: async () => undefined,
      cancel: () => run.cancel(),
    };
    return startJob(jobKey(context), job, async () => {
      try {
        return answerOf(await run.run(), move !== undefined);
      } catch (error) {
        const definite = error instanceof VerifyFailed || (error instanceof Error && error.name === "EgressRefused");
        return definite
          ? { type: "failed", reason: messageOf(error), output: { resume: null } }
          : { type: "errored", reason: messageOf(error), output: { resume: run.resume() ?? resume } };
      }
    });
  });
}

/**
 * Two databases compared row by row (§2.6). Class P: it only reads. Works with any two connections, and as part of a move,
 * where a difference has to last after the target has caught up. Goes on where an earlier worker was.
 */
export const postgresVerify: Executor<"postgres.verify"> = {
  kind: "postgres.verify",
  version: 1,
  idempotency: "P",
  cancel: "immediate",
  timeoutMs: 24 * 3_600_000,
  attempts: 3,
  movesTraffic: false,
  preview,
  preflight,
  observe: async () => ({ state: "absent", facts: {} }),
  apply,
  verify: async () => ({ type: "done" }),
  undo: async (_step, context) => {
    await dropJob(jobKey(context));
    return { type: "done" };
  },
};
