import { mkdirSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { messageOf } from "@/lib/core/errors";
import { loadRun } from "@/lib/migration/load-run";
import { resumeRun } from "@/lib/migration/resume-run";
import { retryStep } from "@/lib/migration/retry-step";
import { rollbackRun } from "@/lib/migration/rollback-run";
import type { RunSnapshot } from "@/lib/migration/snapshot";
import { startRun } from "@/lib/migration/start-run";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import type { TestDb } from "@/prisma/testing/database";
import { at } from "@/worker/testing/stage";
import type { ControlCluster } from "../rig/control-cluster";
import { checkInvariants, type InvariantReport } from "../rig/invariants";
import { type EpochChange, watchLeases } from "../rig/lease-watch";
import { checkLedger, type LedgerStats, startWriters } from "../rig/ledger";
import type { FaultProxy } from "../rig/proxy";
import { startWriteProbe } from "../rig/write-probe";
import { Arena } from "./arena";
import { prepareSource, startMigration } from "./migration";
import { type Blow, type Schedule, scheduleOf } from "./schedule";

/* One full migration under chaos, from a fresh site to its end, and what was seen of it. */

/** Blows come for so long; then the run has until the limit to reach its end in calm. */
const BLOWS_MS = 60_000;
const LIMIT_MS = 300_000;
/** Blows that clients feel whatever the migration does: what they use is away. */
export const UNDER_CLIENTS: readonly Blow[] = ["restart pooler", "kill source", "kill target"];
/** Longest stall of a client where none of these came (R-PG-5). */
const STALL_BUDGET_MS = 8_000;

export interface ChaosOutcome {
  run: number;
  goes: Schedule["goes"];
  ended: RunSnapshot["status"] | "never";
  seconds: number;
  blows: Partial<Record<Blow, number>>;
  /** Times a person was asked and chose "try again" or "resume": UNKNOWN effects, exhausted tries. */
  asked: string[];
  epochs: number;
  /** Longest time from the kill of the run's worker to its next owner, milliseconds; null when it was never killed. */
  takeoverMs: number | null;
  writes: LedgerStats;
  lost: number;
  doubled: number;
  broken: InvariantReport["broken"];
  died: number;
}

export interface World {
  t: TestDb;
  control: ControlCluster;
  proxy: FaultProxy;
  dir: string;
  dataDir: string;
}

let starting: Promise<unknown> = Promise.resolve();

/** One site after the other: two that look for free ports at the same moment find the same. */
async function startSite(dir: string): Promise<PracticeSite> {
  const start = () => startPractice({ dir: path.join(dir, "site"), sizeMb: 5, writesPerSecond: 0, requestsPerSecond: 5 });
  const mine = starting.then(start, start);
  starting = mine;
  return await mine;
}

export async function chaosRun(world: World, seed: number, run: number): Promise<ChaosOutcome> {
  const dir = path.join(world.dir, `run-${run}`);
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const site = await startSite(dir);
  try {
    await prepareSource(site);
    return await onSite(world, site, dir, scheduleOf(seed, run, BLOWS_MS), run);
  } finally {
    await site.stop();
  }
}

async function onSite(world: World, site: PracticeSite, dir: string, schedule: Schedule, number: number): Promise<ChaosOutcome> {
  if (site.pgbouncer === null) throw new Error("The site has no pooler.");
  const arena = new Arena(site, world.control, world.proxy, world.dataDir);
  const leases = watchLeases(world.t.db.pool);
  const file = path.join(dir, "ledger");
  const writers = startWriters(site.pgbouncer.app, file, { pauseMs: 25 });
  const probe = startWriteProbe(site.source?.dsn ?? "", site.target?.dsn ?? "");
  const began = Date.now();
  try {
    await writers.more(50);
    const { runId, operator } = await startMigration(world.t, site);
    arena.start();
    const judge = new Judge(world.t, runId, operator);
    const driven = await drive(arena, judge, schedule);
    await arena.calm();
    await writers.more(50);
    const writes = await writers.stop();
    await probe.stop();
    const primary = await primaryOf(site);
    const struck = UNDER_CLIENTS.some((blow) => blow in driven.blows);
    const report = await checkInvariants({
      pool: world.t.db.pool,
      ledger: { primary, file },
      orphaned: leases.orphaned,
      probe: { samples: probe.samples, from: probe.samples.find((sample) => sample.target === "refuses")?.at ?? Number.POSITIVE_INFINITY },
      ...(struck ? {} : { stall: { stats: writes, budgetMs: STALL_BUDGET_MS } }),
    });
    const { missing, doubled } = await checkLedger(primary, file);
    const takeovers = arena.losses.flatMap((loss) => takeoverOf(leases.epochs, runId, loss) ?? []);
    return {
      run: number,
      goes: schedule.goes,
      ended: driven.ended,
      seconds: Math.round((Date.now() - began) / 1_000),
      blows: driven.blows,
      asked: judge.asked,
      epochs: leases.epochs.filter((one) => one.runId === runId).length,
      takeoverMs: takeovers.length === 0 ? null : Math.max(...takeovers),
      writes,
      lost: missing.length,
      doubled: doubled.length,
      broken: report.broken,
      died: driven.died,
    };
  } finally {
    writers.kill();
    await probe.stop();
    await leases.stop();
    await arena.close();
    world.proxy.heal();
    await world.control.start();
  }
}

/** How long a run was without a worker after its own was killed; null when that worker had it not. */
function takeoverOf(epochs: readonly EpochChange[], runId: string, loss: { at: number; pid: number }): number | null {
  const own = epochs.filter((one) => one.runId === runId);
  if (own.findLast((one) => one.at <= loss.at)?.owner?.includes(`:${loss.pid}:`) !== true) return null;
  const next = own.find((one) => one.at > loss.at);
  return next === undefined ? null : next.at - loss.at;
}

/** Strikes as scheduled until the run rests or the blows are over, then waits for its end. */
async function drive(arena: Arena, judge: Judge, schedule: Schedule): Promise<{ ended: ChaosOutcome["ended"]; blows: ChaosOutcome["blows"]; died: number }> {
  const began = performance.now();
  const blows: ChaosOutcome["blows"] = {};
  let [next, due, died, back] = [0, began + (schedule.blows[0]?.afterMs ?? 0), 0, false];
  for (;;) {
    const passed = performance.now() - began;
    const status = await judge.look(passed > BLOWS_MS);
    if (status !== null) return { ended: status, blows, died };
    if (passed > LIMIT_MS) {
      await judge.tellWhere(arena.lastWords());
      return { ended: "never", blows, died };
    }
    if (schedule.goes === "back" && !back && passed > schedule.backAfterMs) back = await judge.back();
    const blow = schedule.blows[next];
    if (blow !== undefined && performance.now() >= due) {
      await arena.strike(blow);
      blows[blow.blow] = (blows[blow.blow] ?? 0) + 1;
      next += 1;
      due = performance.now() + (schedule.blows[next]?.afterMs ?? 0);
    }
    died += arena.revive();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The person: answers what a run asks with "try again" or "resume", and nothing else. Repairs nothing. */
class Judge {
  readonly asked: string[] = [];

  constructor(
    private readonly t: TestDb,
    private readonly runId: string,
    private readonly operator: Parameters<typeof retryStep>[0],
  ) {}

  /** The state of a run that has ended, or null while it goes on. Questions are only answered in calm. */
  async look(calm: boolean): Promise<RunSnapshot["status"] | null> {
    let run: RunSnapshot;
    try {
      run = await loadRun(this.t.db.pool, this.runId);
    } catch {
      return null; // Our own database is away.
    }
    if (run.endedAt !== null) return run.status;
    // Its servers were away when the preflight was made once more: it was not begun, and is started again.
    if (run.status === "approved") await this.startAgain(run);
    if (!calm || (run.status !== "paused" && run.status !== "needs-attention")) return null;
    const broken = run.steps.filter((step) => step.status === "errored" || step.status === "failed" || step.output.undo === "failed");
    this.asked.push([`${run.status}: ${run.desiredReason ?? ""}`, ...broken.map((step) => step.message)].join(" – "));
    const input = { runId: this.runId, version: run.version, reason: "chaos" };
    try {
      if (broken.length > 0) await retryStep(at(this.operator), input);
      else await resumeRun(at(this.operator), input);
    } catch (error) {
      this.asked.push(`refused: ${messageOf(error)}`);
    }
    return null;
  }

  /** Notes where a run stands that does not end: its steps, what they logged last, and the last words of the workers. */
  async tellWhere(lastWords: readonly string[]): Promise<void> {
    const run = await loadRun(this.t.db.pool, this.runId);
    const steps = run.steps.map((step) => `${step.key} ${step.status}${step.message === "" ? "" : ` (${step.message})`}`);
    const { rows } = await this.t.db.pool.query<{ line: string }>("SELECT line FROM step_log l WHERE run_id = $1 ORDER BY l.at DESC, l.seq DESC LIMIT 12", [
      this.runId,
    ]);
    const owner = `epoch ${run.epoch}, owned by ${run.leaseOwner ?? "nobody"}`;
    this.asked.push(
      `stands at: ${run.status} ${run.direction}, wants ${run.desired}, ${owner}: ${steps.join("; ")}`,
      ...rows.map(({ line }) => `log: ${line}`),
      ...lastWords,
    );
  }

  private async startAgain(run: RunSnapshot): Promise<void> {
    try {
      await startRun(at(this.operator), { runId: this.runId, version: run.version });
      this.asked.push("approved: the preflight refused the start; started again");
    } catch {
      // The preflight of the waiting run still blocks; asked again at the next look.
    }
  }

  /** Asks for a rollback; false while it cannot be asked. */
  async back(): Promise<boolean> {
    try {
      await rollbackRun(at(this.operator), { runId: this.runId, reason: "chaos: back" });
      return true;
    } catch {
      return false;
    }
  }
}

/** Where the application's writes go now: asked through the pooler, read as the role that may log in on both sides. */
async function primaryOf(site: PracticeSite): Promise<string> {
  const client = new pg.Client({ connectionString: site.pgbouncer?.app.dsn ?? "" });
  await client.connect();
  try {
    const found = await client.query<{ port: number }>("SELECT inet_server_port() AS port");
    const side = found.rows[0]?.port === site.ports.target ? site.targetMover : site.sourceMover;
    return side?.dsn ?? "";
  } finally {
    await client.end();
  }
}
