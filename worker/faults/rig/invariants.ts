import type pg from "pg";
import { rows } from "@/lib/db/transaction";
import { ENDED } from "@/lib/migration/types";
import { verifyAuditChain } from "@/lib/service/audit-verify";
import { checkLedger, type LedgerStats } from "./ledger";
import { type ProbeSample, splitWrites } from "./write-probe";

/*
 * The eight invariants that hold after every case. A case that has no writers, no stub or no second side has no data for
 * some of them; those are named in `without`, so that nobody takes "not looked at" for "holds".
 */

export type Invariant = "INV-1" | "INV-2" | "INV-3" | "INV-4" | "INV-5" | "INV-6" | "INV-7" | "INV-8";

export interface Evidence {
  /** Switchyard's own database. */
  pool: pg.Pool;
  /** Acknowledged writes and the database that is the primary now (INV-1). */
  ledger?: { primary: string; file: string };
  /** Samples of the write probe, from when the target was closed to applications (INV-2). */
  probe?: { samples: readonly ProbeSample[]; from?: number };
  /** Effects that stubs counted, by effect key (INV-3). */
  stubs?: readonly { effectKey: string }[];
  /** Where fake executors wrote their effects, when that is not Switchyard's own database (INV-3, INV-8). */
  effects?: pg.Pool;
  /** What was seen of leases while the case went on (INV-5). */
  orphaned?: readonly string[];
  /** Longest stall of a client and its limit in milliseconds; errors of clients that are allowed (INV-6). */
  stall?: { stats: LedgerStats; budgetMs: number; errors?: number };
}

export interface InvariantReport {
  broken: { invariant: Invariant; what: string }[];
  /** Invariants this case had no data for. */
  without: Invariant[];
}

/** Looks at everything there is; an empty `broken` means that what was looked at holds. */
export async function checkInvariants(evidence: Evidence): Promise<InvariantReport> {
  const report: InvariantReport = { broken: [], without: [] };
  const add = (invariant: Invariant, whats: readonly string[]) => report.broken.push(...whats.map((what) => ({ invariant, what })));
  if (evidence.ledger === undefined) report.without.push("INV-1");
  else {
    const verdict = await checkLedger(evidence.ledger.primary, evidence.ledger.file);
    if (verdict.missing.length > 0)
      add("INV-1", [`${verdict.missing.length} of ${verdict.acknowledged} acknowledged writes are missing, first ${verdict.missing[0]}`]);
    add("INV-1", verdict.doubled);
  }
  if (evidence.probe === undefined) report.without.push("INV-2");
  else {
    const split = splitWrites(evidence.probe.samples, evidence.probe.from);
    if (split.length > 0) add("INV-2", [`both sides took writes in ${split.length} samples, first at ${new Date(split[0]?.at ?? 0).toISOString()}`]);
  }
  const effects = await fakeEffects(evidence.effects ?? evidence.pool);
  add("INV-3", await intents(evidence.pool, evidence.stubs ?? [], effects));
  add("INV-4", await history(evidence.pool));
  add("INV-5", [...(evidence.orphaned ?? []), ...(await restless(evidence.pool))]);
  if (evidence.stall === undefined) report.without.push("INV-6");
  else {
    const { stats, budgetMs, errors = 0 } = evidence.stall;
    if (stats.maxStallMs > budgetMs) add("INV-6", [`a client waited ${stats.maxStallMs} ms at ${stats.maxStallAt}, allowed ${budgetMs}`]);
    if (stats.errors > errors) add("INV-6", [`${stats.errors} errors of clients: ${Object.keys(stats.messages).join("; ")}`]);
  }
  add("INV-7", await approvals(evidence.pool));
  add("INV-8", await epochs(evidence.pool, effects));
  return report;
}

async function texts(pool: pg.Pool, sql: string): Promise<string[]> {
  return (await rows<{ what: string }>(pool, sql)).map((row) => row.what);
}

interface FakeEffect {
  runId: string;
  stepKey: string;
  direction: string;
  attempt: number;
  epoch: number;
}

/** The ledger of the fake executors in its order; empty where there is none. */
async function fakeEffects(pool: pg.Pool): Promise<FakeEffect[]> {
  const [there] = await rows<{ there: boolean }>(pool, "SELECT to_regclass('fake_effect') IS NOT NULL AS there");
  if (there?.there !== true) return [];
  return await rows<FakeEffect>(pool, `SELECT run_id AS "runId", step_key AS "stepKey", direction, attempt, epoch FROM fake_effect ORDER BY seq`);
}

/** INV-3: nothing outside without a committed intent; what cannot be observed (class X) once per intent. */
async function intents(pool: pg.Pool, stubs: readonly { effectKey: string }[], effects: readonly FakeEffect[]): Promise<string[]> {
  const keys = new Set((await rows<{ key: string }>(pool, "SELECT DISTINCT effect_key AS key FROM attempt")).map((row) => row.key));
  const foreign = stubs.filter((one) => !keys.has(one.effectKey)).map((one) => `effect ${one.effectKey} has no intent`);
  const known = await rows<{ id: string; once: boolean }>(
    pool,
    `SELECT concat_ws('/', a.run_id, s.key, a.direction, a.number) AS id, s.kind = 'notify' AS once FROM attempt a JOIN run_step s ON s.id = a.step_id`,
  );
  const intended = new Map(known.map((one) => [one.id, one.once]));
  const seen = new Set<string>();
  const unintended = effects.flatMap((one) => {
    const id = `${one.runId}/${one.stepKey}/${one.direction}/${one.attempt}`;
    const twice = seen.has(id) && intended.get(id) === true;
    seen.add(id);
    if (twice) return [`message ${id} was sent twice`];
    return intended.has(id) ? [] : [`effect ${id} has no intent`];
  });
  return [...foreign, ...unintended];
}

/** INV-4: the audit chain holds, the journal has no gap, and every change of a run has its one entry. */
async function history(pool: pg.Pool): Promise<string[]> {
  const chain = await verifyAuditChain({ pool });
  const broken = chain.broken === null ? [] : [`audit entry ${chain.broken.seq}: ${chain.broken.reason}`];
  const gaps = await texts(
    pool,
    `SELECT format('journal of run %s: %s events, highest %s, counter %s', r.number, count(j.seq), max(j.seq), r.journal_seq) AS what
       FROM run r LEFT JOIN journal_event j ON j.run_id = r.id GROUP BY r.id HAVING count(j.seq) <> r.journal_seq OR coalesce(max(j.seq), 0) <> r.journal_seq`,
  );
  const unequal = await texts(
    pool,
    `SELECT format('run %s: %s changes, %s audit entries', r.number, r.version, count(a.seq)) AS what
       FROM run r LEFT JOIN audit_entry a ON a.run_id = r.id GROUP BY r.id HAVING count(a.seq) <> r.version`,
  );
  return [...broken, ...gaps, ...unequal];
}

/** INV-5 at the end: ended, or waiting for a person with nothing half done. */
async function restless(pool: pg.Pool): Promise<string[]> {
  return await texts(
    pool,
    `SELECT format('run %s is %s at the end', r.number, r.status) AS what FROM run r
      WHERE r.status NOT IN (${[...ENDED, "draft", "awaiting-approval", "approved", "paused", "needs-attention"].map((one) => `'${one}'`).join(",")})
        AND NOT EXISTS (SELECT 1 FROM run_step s WHERE s.run_id = r.id AND s.waiting_for IN ('human', 'approval'))
     UNION ALL
     SELECT format('run %s has ended with an open try of %s', r.number, s.key) FROM run r JOIN run_step s ON s.run_id = r.id JOIN attempt a ON a.step_id = s.id
      WHERE r.ended_at IS NOT NULL AND a.outcome IS NULL`,
  );
}

/** INV-7: what was started was approved as it is, by verdicts on exactly that plan. */
async function approvals(pool: pg.Pool): Promise<string[]> {
  return await texts(
    pool,
    `SELECT format('run %s was started without an approval of its plan', r.number) AS what FROM run r
      WHERE r.started_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM approval_gate g JOIN approval v ON v.gate_id = g.id AND v.verdict = 'approve' AND v.plan_hash = g.plan_hash
         WHERE g.run_id = r.id AND g.gate = 'start' AND g.status = 'approved' AND g.plan_hash = r.plan_hash)
     UNION ALL
     SELECT format('a verdict on gate %s names another plan', g.gate) FROM approval_gate g JOIN approval v ON v.gate_id = g.id WHERE v.plan_hash <> g.plan_hash`,
  );
}

/**
 * INV-8: epochs only rise in the order of the journal and of effects. A checkpoint that our own database could not take is
 * told afterwards under the epoch it is of: it is history, not a change.
 */
async function epochs(pool: pg.Pool, effects: readonly FakeEffect[]): Promise<string[]> {
  const journal = await texts(
    pool,
    `SELECT format('journal entry %s of run %s has epoch %s after %s', seq, run_id, epoch, before) AS what
       FROM (SELECT run_id, seq, epoch, lag(epoch) OVER (PARTITION BY run_id ORDER BY seq) AS before FROM journal_event
              WHERE type <> 'step.checkpoint') j WHERE epoch < before`,
  );
  const highest = new Map<string, number>();
  const late = effects.flatMap((one) => {
    const before = highest.get(one.runId) ?? 0;
    highest.set(one.runId, Math.max(before, one.epoch));
    return one.epoch < before ? [`effect ${one.direction} of ${one.stepKey} came from epoch ${one.epoch} after ${before}`] : [];
  });
  return [...journal, ...late];
}
