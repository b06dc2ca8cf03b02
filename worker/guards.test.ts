import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createEgress } from "@/lib/connection/egress";
import { probePromql } from "@/lib/connection/promql";
import { loadRun } from "@/lib/migration/load-run";
import { pauseRun } from "@/lib/migration/pause-run";
import { resumeRun } from "@/lib/migration/resume-run";
import { rollbackRun } from "@/lib/migration/rollback-run";
import type { Watch } from "@/lib/migration/watch-types";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeRunbook } from "@/prisma/testing/factories/migration";
import type { WorkerDeps } from "./deps";
import { fakeDeps } from "./testing/fake-deps";
import { at, effects, fakeShift, fakeStep, journal, pushSample, type Stage, script, stageMetric, stageRun, startStage, until } from "./testing/stage";
import { type RunningWorker, startWorker } from "./worker";

let t: TestDb;
let worker: RunningWorker | null = null;
let feeder: NodeJS.Timeout | null = null;
/** What the stand-in of Prometheus does with a question. */
let answer: (response: ServerResponse) => void = (response) => response.end();
let server: Server;
let sight: Watch | null = null;

const series = (...values: string[]) =>
  JSON.stringify({
    status: "success",
    data: { resultType: "vector", result: values.map((value) => ({ metric: {}, value: [Date.now() / 1_000, value] })) },
  });
const egress = createEgress({ allowLoopback: true });
const prometheus = () => ({
  key: "prom",
  kind: "prometheus" as const,
  config: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
  secret: {},
});

beforeAll(async () => {
  t = await testDb();
  server = createServer((request, response) => {
    request.resume();
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  if (feeder !== null) clearInterval(feeder);
  await worker?.stop();
  worker = null;
  sight = null;
  await t.db.pool.query("UPDATE run SET status = 'aborted', paused_by = NULL WHERE status NOT IN ('succeeded', 'rolled-back', 'aborted', 'rejected')");
  await t.db.pool.query("DELETE FROM fake_plan");
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await t.close();
});

/** Fake steps, a real client of Prometheus, and class C steps that are watched with what `sight` says. */
async function take(workerId = "test-worker"): Promise<void> {
  const deps = fakeDeps(t.url, { workerId, timing: { tickMs: 50, pollMs: 100 } });
  const watched: WorkerDeps = {
    ...deps,
    probe: (_connection, query, when) => probePromql(prometheus(), egress, query, when, { timeoutMs: 500 }),
    executors: (kind) => {
      const found = deps.executors(kind);
      return found !== null && kind === "sql.check" && sight !== null ? { ...found, watch: async () => sight ?? quiet, watchMs: 100 } : found;
    },
  };
  worker = await startWorker(watched, { listenUrl: t.url });
}

const metricGuard = (more: Record<string, unknown> = {}) => ({
  key: "errors",
  title: "Errors",
  source: { type: "metric", metric: "errors" },
  op: ">",
  value: 5,
  interval: "200ms",
  samples: 2,
  ...more,
});

/** A started run whose metric `errors` is sent ten times a second. */
async function fed(steps: unknown[], guards: unknown[], observation = "1m", everyMs = 100): Promise<{ stage: Stage; set: (value: number) => void }> {
  const stage = await stageRun(t, makeRunbook({ steps, guards, observation }));
  await stageMetric(t, stage.projectId, "errors");
  let value = 1;
  await pushSample(t, stage.projectId, "errors", 1);
  feeder = setInterval(() => void pushSample(t, stage.projectId, "errors", value).catch(() => undefined), everyMs);
  await startStage(t, stage);
  await take();
  return { stage, set: (next) => (value = next) };
}

const told = async (stage: Stage, types: RegExp) => (await journal(t, stage.runId)).filter((type) => types.test(type));
const load = (stage: Stage) => loadRun(t.db.pool, stage.runId);

const quiet: Watch = { back: "lossless", why: "followed", backSeconds: 0, writesAtRisk: 0, lag: { bytes: 0, seconds: 0 }, alarms: [], breach: null };

describe("F-GRD-4 a metrics server that cannot be relied on", () => {
  const guard = (more: Record<string, unknown> = {}) =>
    metricGuard({ key: "prom", title: "Latency", source: { type: "promql", connection: "prom", query: "latency", scrape: "200ms" }, ...more });
  const stale = JSON.stringify({ status: "success", data: { resultType: "vector", result: [{ metric: {}, value: [1_700_000_000, "1"] }] } });
  const modes: [string, "nodata" | "error", (response: ServerResponse) => void][] = [
    ["down", "error", (response) => response.destroy()],
    ["no series", "nodata", (response) => response.end(series())],
    ["slow", "error", () => undefined],
    ["NaN", "nodata", (response) => response.end(series("NaN"))],
    ["500", "error", (response) => response.writeHead(500).end("oops")],
    ["infinity", "nodata", (response) => response.end(series("+Inf"))],
    ["garbage", "error", (response) => response.end("<html>")],
  ];

  it("holds the run whatever it does instead of answering: no promotion, no rollback, and it goes on with the first good answers", async () => {
    answer = (response) => response.end(series("1"));
    const stage = await stageRun(t, makeRunbook({ steps: [fakeShift("shift", [25, 100], "2s")], guards: [guard()] }));
    await startStage(t, stage);
    await take();
    await until(t, stage.runId, (run) => run.guards[0]?.state === "armed");
    for (const [name, verdict, mode] of modes) {
      answer = mode;
      const run = await until(t, stage.runId, (one) => one.guards[0]?.lastVerdict === verdict);
      expect([name, run.status, run.steps[1]?.status, run.autoRollbacks]).toEqual([name, "running", "pending", 0]);
    }
    answer = (response) => response.end(series("1", "2"));
    // The hold of the stage is long over by now: only the guard keeps the run from its next stage.
    await until(t, stage.runId, (run) => (run.steps[0]?.dueAt ?? 0) < new Date(Date.now() - 1_000));
    expect((await load(stage)).steps.map((step) => step.status)).toEqual(["waiting", "pending"]);
    answer = (response) => response.end(series("1"));
    await until(t, stage.runId, (run) => run.trafficPercent === 100);
    expect(await effects(t, stage.runId)).toEqual(["shift.25:apply", "shift.100:apply"]);
  });

  it("a sample that does not get newer is no sample: told after 30 s without one, once, also over a restart", async () => {
    answer = (response) => response.end(series("1"));
    const stage = await stageRun(t, makeRunbook({ steps: [fakeShift("shift", [25]), fakeStep("hand", "manual")], guards: [guard({ noDataFor: "1h" })] }));
    await startStage(t, stage);
    await take();
    await until(t, stage.runId, (run) => run.guards[0]?.state === "armed" && run.steps[1]?.waitingFor === "human");
    answer = (response) => response.end(stale);
    await worker?.stop();
    const ago = "UPDATE run_guard SET armed_at = armed_at - interval '1 minute', last_usable_at = last_usable_at - interval '31 s' WHERE run_id = $1";
    await t.db.pool.query(ago, [stage.runId]);
    await t.db.pool.query("UPDATE run_step SET effect_at = effect_at - interval '1 minute' WHERE run_id = $1", [stage.runId]);
    for (const name of ["second", "third"]) {
      const before = (await load(stage)).guards[0]?.nextDueAt ?? new Date(0);
      await take(name);
      // It has sampled a few times.
      await until(t, stage.runId, (run) => (run.guards[0]?.nextDueAt ?? 0) > new Date(before.getTime() + 1_000));
      await expect.poll(() => told(stage, /^guard\./), { timeout: 20_000 }).toEqual(["guard.no-data"]);
      await worker?.stop();
    }
    answer = (response) => response.end(series("1"));
    await take("fourth");
    await expect.poll(() => told(stage, /^guard\./), { timeout: 20_000 }).toEqual(["guard.no-data", "guard.data-back"]);
  });

  it("R-GRD-9 the fast tier rolls back while it is down", async () => {
    answer = (response) => response.end(series("1"));
    const { stage, set } = await fed([fakeShift("shift", [25], "1m")], [guard(), metricGuard()]);
    await until(t, stage.runId, (run) => run.guards.every((one) => one.state === "armed"));
    answer = () => undefined;
    set(50);
    const run = await until(t, stage.runId, (one) => one.status === "rolled-back");
    expect(run.endReason).toContain('Guard "Errors"');
  });
});

describe("signals", () => {
  const signal = metricGuard({ effect: "pause" });

  it("pause the run and let it go on by themselves", async () => {
    const { stage, set } = await fed([fakeShift("shift", [10, 100], "5s")], [signal], "1s");
    await until(t, stage.runId, (run) => run.guards[0]?.state === "armed");
    set(50);
    const paused = await until(t, stage.runId, (run) => run.status === "paused");
    expect([paused.pausedBy, paused.autoRollbacks, paused.trafficPercent]).toEqual(["errors", 0, 10]);
    set(1);
    await until(t, stage.runId, (run) => run.status === "succeeded");
    expect(await told(stage, /^(guard\.(tripped|recovered)|run\.(paused|resumed))$/)).toEqual([
      "guard.tripped",
      "run.paused",
      "guard.recovered",
      "run.resumed",
    ]);
    expect(await effects(t, stage.runId)).toEqual(["shift.10:apply", "shift.100:apply"]);
  });

  it("do not let a run go on that a person has paused meanwhile", async () => {
    const { stage, set } = await fed([fakeShift("shift", [10, 100], "5s")], [signal], "1s");
    await until(t, stage.runId, (run) => run.guards[0]?.state === "armed");
    set(50);
    await until(t, stage.runId, (run) => run.status === "paused");
    await pauseRun(at(stage.operator), { runId: stage.runId, reason: "let me look" });
    await expect(pauseRun(at(stage.operator), { runId: stage.runId })).rejects.toMatchObject({ kind: "refused" });
    set(1);
    const good = await until(t, stage.runId, (run) => run.guards[0]?.state === "armed");
    expect([good.status, good.desiredReason]).toEqual(["paused", "let me look"]);
    await resumeRun(at(stage.operator), { runId: stage.runId });
    await until(t, stage.runId, (run) => run.status === "succeeded");
  });
});

describe("R-GRD-7 baseline", () => {
  const relative = metricGuard({ value: 1_000, baseline: { window: "10s", ratio: 3, floor: 0.5 } });

  it("is recorded before the change, kept, and a multiple of it trips", async () => {
    const { stage, set } = await fed([fakeStep("wait", "wait", { with: { for: "2s" } }), fakeShift("shift", [25], "1m")], [relative]);
    const known = await until(t, stage.runId, (run) => run.guards[0]?.baseline !== null && run.guards[0]?.state === "armed");
    expect(known.guards[0]?.baseline).toMatchObject({ type: "known", median: 1 });
    set(4);
    await until(t, stage.runId, (run) => run.status === "rolled-back");
    const trip = await t.db.prisma.journalEvent.findFirstOrThrow({ where: { runId: stage.runId, type: "guard.tripped" } });
    const limits = [
      { kind: "absolute", value: 1_000 },
      { kind: "baseline", value: 3 },
    ];
    expect(trip.data).toMatchObject({ limit: 3, limits, baseline: { type: "known" }, source: { metric: "errors" }, counted: { needed: 2 } });
    expect((trip.data as { samples: unknown[] }).samples.length).toBeGreaterThan(0);
  });

  it("missing: it is told, and only the absolute limit holds", async () => {
    // A sample every 400 ms: a window of 2 s never has the ten values that are needed.
    const scarce = { ...relative, baseline: { window: "2s", ratio: 3, floor: 0.5 }, value: 100 };
    const { stage, set } = await fed([fakeShift("shift", [25], "1m")], [scarce], "1m", 400);
    const known = await until(t, stage.runId, (run) => run.guards[0]?.baseline !== null);
    expect(known.guards[0]?.baseline?.type).toBe("missing");
    set(50);
    await until(t, stage.runId, (run) => run.guards[0]?.lastValue === 50 && run.guards[0].state === "armed");
    set(500);
    await until(t, stage.runId, (run) => run.status === "rolled-back");
  });
});

describe("R-GRD-8 when a guard may not roll back", () => {
  const steps = [fakeStep("move", "sql.check"), fakeShift("shift", [25]), fakeStep("hand", "manual")];

  it("F-PG-25 it holds the run and asks for a person while going back would lose writes", async () => {
    sight = { ...quiet, back: "lossy", why: "the reverse slot is gone" };
    const { stage, set } = await fed(steps, [metricGuard()]);
    await until(t, stage.runId, (run) => run.guards[0]?.state === "armed" && run.steps[2]?.waitingFor === "human" && run.meters.length === 1);
    set(50);
    const held = await until(t, stage.runId, (run) => run.status === "paused");
    expect([held.guards[0]?.state, held.autoRollbacks, held.desired, held.pausedBy]).toEqual(["tripped", 0, "go", null]);
    expect(held.desiredReason).toContain("the reverse slot is gone");
    expect(await told(stage, /^guard\.(tripped|page)$/)).toEqual(["guard.tripped", "guard.page"]);
    // It does not go on by itself when the metric is good again: a person was asked.
    set(1);
    await until(t, stage.runId, (run) => run.guards[0]?.state === "armed");
    expect((await load(stage)).status).toBe("paused");
  });

  it("rolls back where going back loses nothing", async () => {
    sight = quiet;
    const { stage, set } = await fed(steps, [metricGuard()]);
    await until(t, stage.runId, (run) => run.guards[0]?.state === "armed" && run.steps[2]?.waitingFor === "human" && run.meters.length === 1);
    set(50);
    await until(t, stage.runId, (run) => run.status === "rolled-back");
  });

  it("two guards that trip in the same moment make one rollback, and neither takes it back", async () => {
    const guards = ["one", "two", "three"].map((key) => metricGuard({ key, title: key, effect: key === "three" ? "pause" : "rollback" }));
    const { stage, set } = await fed([fakeShift("shift", [25]), fakeStep("hand", "manual")], guards);
    await until(t, stage.runId, (run) => run.guards.every((guard) => guard.state === "armed") && run.steps[1]?.waitingFor === "human");
    set(50);
    const run = await until(t, stage.runId, (one) => one.status === "rolled-back");
    expect(run.autoRollbacks).toBe(1);
    expect((await told(stage, /^rollback\.started$/)).length).toBe(1);
  });

  it("F-GRD-6 it only raises an alarm during a rollback", async () => {
    const { stage, set } = await fed([fakeShift("shift", [25]), fakeStep("slow", "postgres.copy"), fakeStep("hand", "manual")], [metricGuard()]);
    await script(t, "slow", { undo: [{ type: "running", askAgainMs: 4_000 }, { type: "done" }] });
    await until(t, stage.runId, (run) => run.guards[0]?.state === "armed" && run.steps[2]?.waitingFor === "human");
    await rollbackRun(at(stage.operator), { runId: stage.runId, reason: "by hand" });
    await until(t, stage.runId, (run) => run.status === "rolling-back");
    set(50);
    const run = await until(t, stage.runId, (one) => one.status === "rolled-back");
    const trips = await t.db.prisma.journalEvent.findMany({ where: { runId: stage.runId, type: "guard.tripped" } });
    expect(trips.map((trip) => (trip.data as { action: string }).action)).toEqual(["alarm"]);
    expect([run.autoRollbacks, run.endReason]).toEqual([0, "by hand"]);
  });
});

describe("armed until the end", () => {
  it("R-GRD-2 rolls back days later, after a restart, in the observation window", async () => {
    const { stage, set } = await fed([fakeShift("shift", [100])], [metricGuard()], "7d");
    await until(t, stage.runId, (run) => run.status === "observing" && run.guards[0]?.state === "armed");
    await worker?.stop();
    const back = "interval '6 days'";
    await t.db.pool.query(
      `UPDATE run SET started_at = started_at - ${back}, preflight_at = preflight_at - ${back}, observe_until = observe_until - ${back}, traffic_since = traffic_since - ${back} WHERE id = $1`,
      [stage.runId],
    );
    await t.db.pool.query(
      `UPDATE run_step SET started_at = started_at - ${back}, effect_at = effect_at - ${back}, ended_at = ended_at - ${back} WHERE run_id = $1`,
      [stage.runId],
    );
    await t.db.pool.query(
      `UPDATE run_guard SET armed_at = armed_at - ${back}, last_usable_at = last_usable_at - ${back}, next_due_at = next_due_at - ${back} WHERE run_id = $1`,
      [stage.runId],
    );
    await take("days-later");
    await until(t, stage.runId, (run) => run.status === "observing" && (run.guards[0]?.lastUsableAt ?? 0) > new Date(Date.now() - 3_600_000));
    set(50);
    const run = await until(t, stage.runId, (one) => one.status === "rolled-back");
    expect([run.autoRollbacks, run.trafficPercent]).toEqual([1, 0]);
  });
});
