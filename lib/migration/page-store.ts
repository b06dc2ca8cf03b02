import { NotFoundError } from "@/lib/core/errors";
import { firstRow, rows } from "@/lib/db/transaction";
import { type Ctx, requirePermission, type UserActor } from "@/lib/service/context";
import type { Verdicter } from "./approvals";
import { verdicter } from "./gate-person";
import { type LoadedRun, loadRun } from "./load-run";
import { type ApprovalPolicy, approvalPolicy } from "./policy";
import { type Runbook, runbook } from "./types";
import { readUndriven, type Undriven } from "./workers";

/* Reads of the pages around runs. Each checks the permission itself: pages and routes call nothing else. */

export interface StripRow {
  guardId: string;
  at: Date;
  value: number | null;
  verdict: string;
  detail: string;
}

export interface RunPageData {
  run: LoadedRun;
  project: { slug: string; name: string };
  migration: { key: string; name: string };
  from: string;
  to: string;
  runbookVersion: number;
  timeZone: string;
  people: Map<string, string>;
  strips: Map<string, StripRow[]>;
  /** Set when no worker drives the run although it is under way. */
  undriven: Undriven | null;
}

const STRIP_MINUTES = 10;
const STRIP_SAMPLES = 60;

/** A run with everything its pages name. @throws NotFoundError */
export async function loadRunPage(ctx: Ctx, runId: string): Promise<RunPageData> {
  requirePermission(ctx, "workspace.read");
  const run = await loadRun(ctx.db.pool, runId);
  const [around, people, samples] = await Promise.all([
    firstRow<{ slug: string; project: string; key: string; migration: string; from: string | null; to: string | null; version: number; zone: string | null }>(
      ctx.db.pool,
      `SELECT p.slug, p.name AS project, m.key, m.name AS migration, f.name AS "from", t.name AS "to", v.number AS version,
              (SELECT time_zone FROM workspace LIMIT 1) AS zone
         FROM run r JOIN project p ON p.id = r.project_id JOIN migration m ON m.id = r.migration_id
         JOIN runbook_version v ON v.id = r.runbook_version_id
         LEFT JOIN stack f ON f.id = r.from_stack_id LEFT JOIN stack t ON t.id = r.to_stack_id
        WHERE r.id = $1`,
      [runId],
    ),
    peopleByIds(ctx, [run.createdById, run.requestedById, ...run.gates.map((gate) => gate.requestedById)]),
    rows<StripRow>(
      ctx.db.pool,
      `SELECT guard_id AS "guardId", at, value, verdict, detail FROM (
         SELECT s.*, row_number() OVER (PARTITION BY guard_id ORDER BY at DESC) AS n FROM guard_sample s
          WHERE run_id = $1 AND guard_id = ANY($2) AND at > coalesce((SELECT max(at) FROM guard_sample WHERE run_id = $1 AND guard_id = ANY($2)), now()) - make_interval(mins => $3)
       ) newest WHERE n <= $4 ORDER BY at`,
      [runId, run.guards.map((guard) => guard.id), STRIP_MINUTES, STRIP_SAMPLES],
    ),
  ]);
  if (around === null) throw new NotFoundError("The run");
  const strips = new Map<string, StripRow[]>();
  for (const sample of samples) strips.set(sample.guardId, [...(strips.get(sample.guardId) ?? []), sample]);
  return {
    run,
    project: { slug: around.slug, name: around.project },
    migration: { key: around.key, name: around.migration },
    from: around.from ?? "a removed stack",
    to: around.to ?? "a removed stack",
    runbookVersion: around.version,
    timeZone: around.zone ?? "UTC",
    people,
    strips,
    undriven: await readUndriven(ctx.db, run),
  };
}

/** Names of people by id; unknown ids are left out. */
export async function peopleByIds(ctx: Ctx, ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const found = await rows<{ id: string; name: string }>(ctx.db.pool, "SELECT id, name FROM app_user WHERE id = ANY($1)", [ids.filter((id) => id !== null)]);
  return new Map(found.map((person) => [person.id, person.name]));
}

export interface JournalRow {
  seq: number;
  at: Date;
  type: string;
  actor: Record<string, unknown>;
  stepKey: string | null;
  message: string;
  data: Record<string, unknown>;
}

const JOURNAL_COLUMNS = `seq, at, type, actor, step_key AS "stepKey", message, data`;

/** Journal entries after a number, in order, at most `limit`. */
export async function journalSince(ctx: Pick<Ctx, "actor" | "db">, runId: string, after: number, limit = 200): Promise<JournalRow[]> {
  requirePermission(ctx, "workspace.read");
  return rows<JournalRow>(ctx.db.pool, `SELECT ${JOURNAL_COLUMNS} FROM journal_event WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`, [
    runId,
    after,
    limit,
  ]);
}

/** The newest journal entries, in order. */
export async function newestJournal(ctx: Ctx, runId: string, limit = 200): Promise<JournalRow[]> {
  requirePermission(ctx, "workspace.read");
  const found = await rows<JournalRow>(ctx.db.pool, `SELECT ${JOURNAL_COLUMNS} FROM journal_event WHERE run_id = $1 ORDER BY seq DESC LIMIT $2`, [
    runId,
    limit,
  ]);
  return found.reverse();
}

export interface LogRow {
  seq: number;
  at: Date;
  line: string;
}

/** Log lines of one step after a number; without `after` the newest. `total` counts all that are kept. */
export async function stepLog(ctx: Ctx, runId: string, stepKey: string, after: number | null, limit = 2_000): Promise<{ lines: LogRow[]; total: number }> {
  requirePermission(ctx, "workspace.read");
  const step = await firstRow<{ id: string; total: number }>(
    ctx.db.pool,
    "SELECT s.id, (SELECT count(*) FROM step_log l WHERE l.step_id = s.id) AS total FROM run_step s WHERE s.run_id = $1 AND s.key = $2",
    [runId, stepKey],
  );
  if (step === null) throw new NotFoundError("The step");
  const lines =
    after === null
      ? (await rows<LogRow>(ctx.db.pool, "SELECT seq, at, line FROM step_log WHERE step_id = $1 ORDER BY seq DESC LIMIT $2", [step.id, limit])).reverse()
      : await rows<LogRow>(ctx.db.pool, "SELECT seq, at, line FROM step_log WHERE step_id = $1 AND seq > $2 ORDER BY seq LIMIT $3", [step.id, after, limit]);
  return { lines, total: step.total };
}

export interface GateRow {
  id: string;
  runId: string;
}

/** The run a gate belongs to. @throws NotFoundError */
export async function gateRun(ctx: Ctx, gateId: string): Promise<GateRow> {
  requirePermission(ctx, "workspace.read");
  const gate = await firstRow<GateRow>(ctx.db.pool, `SELECT id, run_id AS "runId" FROM approval_gate WHERE id = $1`, [gateId]);
  if (gate === null) throw new NotFoundError("The approval request");
  return gate;
}

/** Gates that wait for people, oldest first, and those decided lately. */
export async function approvalList(ctx: Ctx): Promise<{ waiting: GateRow[]; recent: GateRow[] }> {
  requirePermission(ctx, "workspace.read");
  const columns = `id, run_id AS "runId"`;
  return {
    waiting: await rows<GateRow>(ctx.db.pool, `SELECT ${columns} FROM approval_gate WHERE status = 'open' AND expires_at > $1 ORDER BY opened_at LIMIT 50`, [
      ctx.now,
    ]),
    recent: await rows<GateRow>(
      ctx.db.pool,
      `SELECT ${columns} FROM approval_gate WHERE status <> 'open' OR expires_at <= $1 ORDER BY coalesce(closed_at, expires_at) DESC LIMIT 10`,
      [ctx.now],
    ),
  };
}

/** What a verdict is judged by, as it is now. */
export interface VerdictFacts {
  policy: ApprovalPolicy;
  person: Verdicter;
  editorId: string | null;
}

/** Policy, reader and last editor of a run, for the same pure rules that the verdict meets. */
export async function verdictFacts(ctx: Ctx & { actor: UserActor }, run: LoadedRun): Promise<VerdictFacts> {
  const client = await ctx.db.pool.connect();
  try {
    const book = await firstRow<{ editor: string | null }>(client, "SELECT created_by_id AS editor FROM runbook_version WHERE id = $1 AND origin = 'edit'", [
      run.runbookVersionId,
    ]);
    return { policy: await approvalPolicy(client, run.projectId), person: await verdicter(client, ctx.actor, ctx.now), editorId: book?.editor ?? null };
  } finally {
    client.release();
  }
}

export interface RunbookVersionRow {
  id: string;
  number: number;
  document: Runbook;
  hash: string;
  origin: "plan" | "edit";
  note: string;
  createdBy: string | null;
  createdAt: Date;
}

/** The runbook a void approval was about, and the targets it would have used; null when neither is known. */
export async function planBefore(ctx: Ctx, runId: string, planHash: string): Promise<{ runbook: Runbook | null; targets: unknown } | null> {
  requirePermission(ctx, "workspace.read");
  const row = await firstRow<{ document: unknown; targets: unknown }>(
    ctx.db.pool,
    `SELECT v.document, j.data -> 'targetsBefore' AS targets FROM journal_event j
       LEFT JOIN runbook_version v ON v.id = j.data ->> 'runbookVersionBefore'
      WHERE j.run_id = $1 AND j.type = 'plan.changed' AND j.data ->> 'before' = $2 ORDER BY j.seq LIMIT 1`,
    [runId, planHash],
  );
  return row === null ? null : { runbook: row.document === null ? null : runbook.parse(row.document), targets: row.targets };
}

/** One frozen runbook by id. @throws NotFoundError */
export async function runbookById(ctx: Ctx, id: string): Promise<Runbook> {
  requirePermission(ctx, "workspace.read");
  const row = await firstRow<{ document: unknown }>(ctx.db.pool, "SELECT document FROM runbook_version WHERE id = $1", [id]);
  if (row === null) throw new NotFoundError("The runbook version");
  return runbook.parse(row.document);
}

export interface TripRow {
  key: string;
  title: string;
  state: string;
  trippedAt: Date | null;
  trace: unknown;
  samples: number;
  bad: number;
  low: number | null;
  high: number | null;
}

/** What every guard of a run saw, and the recorded trace of each trip; for the evidence report. */
export async function guardEvidence(ctx: Ctx, runId: string): Promise<TripRow[]> {
  requirePermission(ctx, "workspace.read");
  return rows<TripRow>(
    ctx.db.pool,
    `SELECT g.key, g.title, g.state, g.tripped_at AS "trippedAt", g.trace, count(s.id) AS samples, count(s.id) FILTER (WHERE s.verdict = 'bad') AS bad,
            min(s.value) AS low, max(s.value) AS high
       FROM run_guard g LEFT JOIN guard_sample s ON s.guard_id = g.id AND s.verdict <> 'baseline' WHERE g.run_id = $1 GROUP BY g.id ORDER BY g.position`,
    [runId],
  );
}

export interface AttemptRow {
  stepKey: string;
  number: number;
  direction: "apply" | "undo";
  intentAt: Date;
  endedAt: Date | null;
  outcome: string | null;
  reason: string | null;
}

/** Every try of every step of a run in the order in which they were begun. */
export async function attemptsOfRun(ctx: Ctx, runId: string): Promise<AttemptRow[]> {
  requirePermission(ctx, "workspace.read");
  return rows<AttemptRow>(
    ctx.db.pool,
    `SELECT s.key AS "stepKey", a.number, a.direction, a.intent_at AS "intentAt", a.ended_at AS "endedAt", a.outcome, a.reason
       FROM attempt a JOIN run_step s ON s.id = a.step_id WHERE a.run_id = $1 ORDER BY a.intent_at, a.number`,
    [runId],
  );
}
