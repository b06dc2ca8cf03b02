import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { loadWorkerKey, publishWorkerKey } from "@/lib/connection/worker-key";
import { approveRun } from "@/lib/migration/approve-run";
import { createConnection } from "@/lib/migration/change-connection";
import { createRun } from "@/lib/migration/create-run";
import { loadRun } from "@/lib/migration/load-run";
import { reactionOf } from "@/lib/migration/reaction";
import { requestRun } from "@/lib/migration/request-run";
import type { RunSnapshot } from "@/lib/migration/snapshot";
import { startRun } from "@/lib/migration/start-run";
import { setFault } from "@/lib/practice/control";
import { missingPackages } from "@/lib/practice/packages";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeMigration, makeRunbook, makeWorkspace } from "@/prisma/testing/factories";
import { endOf, startChild, type TestChild } from "./testing/child";
import { at, journal, until } from "./testing/stage";

/* The real worker process with the real executors against the practice site: databases, HAProxy, Prometheus. */

const DIR = mkdtempSync(path.join(tmpdir(), "switchyard-cutover-"));
const present = missingPackages().length === 0;
let t: TestDb;
let site: PracticeSite;
let worker: TestChild | null = null;

beforeAll(async () => {
  t = await testDb();
  await makeWorkspace(t.db, { allowLoopback: true });
  await publishWorkerKey(t.db, loadWorkerKey(path.join(DIR, "data")).publicKey);
  if (!present) return;
  site = await startPractice({ dir: path.join(DIR, "site"), sizeMb: 5 });
  // A site that has just begun has not been scraped twice yet; the preflight of a guard asks for a number.
  await vi.waitFor(async () => expect(await seriesOf(errorRate)).toBeGreaterThan(0), { timeout: 60_000, interval: 500 });
}, 240_000);
afterEach(async () => {
  worker?.child.kill("SIGTERM");
  if (worker !== null) await endOf(worker, 15_000);
  worker = null;
  if (present) await setFault(site, "new", {});
});
afterAll(async () => {
  await site?.stop();
  await t.close();
  rmSync(DIR, { recursive: true, force: true });
});

function startReal(crashAt?: string): TestChild {
  worker = startChild("worker/main.ts", [], {
    DATABASE_URL: t.url,
    SWITCHYARD_DATA_DIR: path.join(DIR, "data"),
    ...(crashAt === undefined ? {} : { SWITCHYARD_CRASH_AT: crashAt }),
  });
  return worker;
}

const errorRate = `sum(increase(haproxy_server_http_responses_total{server="new",code="5xx"}[5s])) / clamp_min(sum(increase(haproxy_server_http_responses_total{server="new"}[5s])), 1) * 100`;
const guards = [
  {
    key: "errors",
    title: "Errors of the new side",
    source: { type: "promql", connection: "metrics", query: errorRate, scrape: "1s" },
    op: ">",
    value: 20,
    unit: "%",
    samples: 2,
    noDataFor: "60s",
  },
  {
    key: "failed",
    title: "Failed requests of the new side",
    source: { type: "haproxy", connection: "lb", backend: "app", server: "new", minRequests: 5 },
    op: ">",
    value: 20,
    unit: "%",
    noDataFor: "60s",
  },
];
const lb = { connection: "lb", backend: "app", oldServer: "old", newServer: "new" };
const copy = { key: "copy", title: "Copy", kind: "postgres.copy", with: { from: "source", to: "target" } };
const shift = (percents: number[], hold: string) => ({
  key: "shift",
  title: "Shift",
  kind: "traffic.shift",
  with: { ...lb, stages: percents.map((percent) => ({ percent, hold, minRequests: 5 })) },
});

interface Cutover {
  operator: Ctx;
  approver: Ctx;
  runId: string;
}

/** An approved run on the practice site, not started. */
async function approved(steps: unknown[], observation: string): Promise<Cutover> {
  const { project, migration } = await makeMigration(t.db, makeRunbook({ steps, guards, observation }));
  const admin = await t.ctx("admin");
  const add = (key: string, kind: string, config: object, secret: object = {}) =>
    createConnection(admin, { project: project.slug, key, name: key, kind, config, secret });
  for (const [key, database] of [
    ["source", site.source],
    ["target", site.target],
  ] as const) {
    if (database === null) throw new Error("no database");
    const { host, port, user } = database;
    await add(key, "postgres", { host, port, user, database: database.database, sslmode: "disable" }, { password: database.password });
  }
  await add("lb", "haproxy", { address: site.haproxy?.address ?? "" });
  await add("metrics", "prometheus", { url: site.urls.prometheus ?? "" });
  const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
  const run = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "practice" });
  await requestRun(at(operator), { runId: run.id, version: 1 });
  await approveRun(at(approver), { runId: run.id, planHash: run.planHash });
  return { operator, approver, runId: run.id };
}

async function start(cutover: Cutover): Promise<void> {
  await until(t, cutover.runId, (run) => run.preflightAt !== null, 60_000);
  const run = await loadRun(t.db.pool, cutover.runId);
  const blocks = run.preflight?.filter((check) => check.level === "block") ?? [];
  expect(blocks).toEqual([]);
  await startRun(at(cutover.operator), { runId: cutover.runId });
}

/** How many series Prometheus of the site gives for a query now. */
async function seriesOf(query: string): Promise<number> {
  const answer = await fetch(`${site.urls.prometheus}/api/v1/query?${new URLSearchParams({ query })}`);
  const body: { data?: { result: unknown[] } } = await answer.json();
  return body.data?.result.length ?? 0;
}

/** Which side answered each of `count` requests through HAProxy. */
async function sides(count: number): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (let n = 0; n < count; n++) {
    const side = (await (await fetch(site.urls.app ?? "")).text()).trim();
    seen[side] = (seen[side] ?? 0) + 1;
  }
  return seen;
}

async function scalar(dsn: string | undefined, sql: string): Promise<string> {
  const client = new pg.Client({ connectionString: dsn ?? "" });
  await client.connect();
  try {
    const found = await client.query<{ v: string }>(`SELECT (${sql})::text AS v`);
    return found.rows[0]?.v ?? "";
  } finally {
    await client.end();
  }
}

/** Puts the site back to where it began: an empty target database, all traffic on the old side. */
async function emptyTarget(): Promise<void> {
  const client = new pg.Client({ connectionString: site.targetAdmin?.dsn.replace(/\/[^/]*$/, "/app") ?? "" });
  await client.connect();
  const schemas = await client.query<{ name: string }>("SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'");
  for (const { name } of schemas.rows) await client.query(`DROP SCHEMA ${client.escapeIdentifier(name)} CASCADE`);
  await client.query("CREATE SCHEMA public AUTHORIZATION app");
  await client.end();
  const [host, port] = (site.haproxy?.address ?? "").split(":");
  for (const command of ["set weight app/old 100", "set weight app/new 0"]) {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), host, () => socket.end(`${command}\n`));
      socket
        .on("error", reject)
        .on("close", () => resolve())
        .resume();
    });
  }
}

describe.skipIf(!present)("cutover on the practice site", () => {
  it("copies, verifies, shifts, observes and succeeds; seen from outside", async () => {
    const cutover = await approved(
      [
        copy,
        { key: "there", title: "There", kind: "sql.check", with: { connection: "target", query: "SELECT count(*) > 0 FROM customers", expect: true } },
        shift([25, 100], "2s"),
      ],
      "2s",
    );
    startReal();
    await start(cutover);
    await until(t, cutover.runId, (run) => run.trafficPercent === 25, 90_000);
    const quarter = await sides(40);
    expect(quarter.new).toBeGreaterThan(4);
    expect(quarter.old).toBeGreaterThan(20);
    await until(t, cutover.runId, (run) => run.status === "succeeded", 60_000);
    expect(await sides(10)).toEqual({ new: 10 });
    const source = await scalar(site.source?.dsn, "SELECT count(*) FROM customers");
    expect(await scalar(site.target?.dsn, "SELECT count(*) FROM customers")).toBe(source);
    await journal(t, cutover.runId);
  }, 240_000);

  it.each(["right after the switch", "later", "while an approval is waited for"])(
    "F-GRD-1 brings the traffic back by itself when the new side answers 500: %s",
    async (when) => {
      const gate = { key: "ok", title: "Go on", kind: "approval" };
      const cutover = await approved([shift([25], when === "later" ? "30s" : "0s"), gate], "2s");
      if (when === "right after the switch") await setFault(site, "new", { errorRate: 0.5 });
      startReal();
      await start(cutover);
      const quiet = (run: RunSnapshot) => run.trafficPercent === 25 && run.guards.every((guard) => guard.state === "armed");
      if (when === "later") await until(t, cutover.runId, quiet, 60_000);
      if (when === "while an approval is waited for") await until(t, cutover.runId, (run) => quiet(run) && run.steps[1]?.waitingFor === "approval", 60_000);
      await setFault(site, "new", { errorRate: 0.5 });
      const run = await until(t, cutover.runId, (one) => one.status === "rolled-back", 90_000);
      expect(await sides(10)).toEqual({ old: 10 });
      expect([run.autoRollbacks, run.trafficPercent]).toEqual([1, 0]);
      const types = await journal(t, cutover.runId);
      const order = ["step.started", "guard.tripped", "rollback.started", "step.undoing", "step.undone", "run.rolled-back"].map((type) => types.indexOf(type));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(order[0]).toBeGreaterThanOrEqual(0);
      const trip = await t.db.prisma.journalEvent.findFirstOrThrow({ where: { runId: cutover.runId, type: "guard.tripped" }, orderBy: { seq: "asc" } });
      expect(trip.data).toMatchObject({ limit: 20, action: "rollback", cause: "breach" });
      const reaction = reactionOf(run);
      expect(reaction?.guard).toBe((trip.data as { guard: string }).guard);
      const times = [reaction?.firstBadAt, reaction?.decidedAt, reaction?.backAt].map((one) => one?.getTime() ?? Number.NaN);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      // No sample that counted was from before the switch.
      expect(reaction?.firstBadAt.getTime()).toBeGreaterThan(run.steps[0]?.effectAt?.getTime() ?? Number.NaN);
    },
    240_000,
  );

  it.each(["postgres.copy:after-intent", "postgres.copy:before-outcome", "traffic.set:after-effect"])(
    "F-ENG-1 survives kill -9 at %s with the real executors",
    async (point) => {
      await emptyTarget();
      const cutover = await approved([copy, shift([100], "1s")], "1s");
      const dying = startReal(point);
      await start(cutover);
      expect(await endOf(dying, 90_000), dying.output()).toBe("SIGKILL");
      startReal();
      const run = await until(t, cutover.runId, (one) => one.status === "succeeded" || one.status === "paused" || one.status === "needs-attention", 120_000);
      expect(run.status, run.steps.map((step) => `${step.key}: ${step.status} ${step.message}`).join("; ")).toBe("succeeded");
      expect(await sides(5)).toEqual({ new: 5 });
      await journal(t, cutover.runId);
    },
    240_000,
  );
});
