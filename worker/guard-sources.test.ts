import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createEgress } from "@/lib/connection/egress";
import { probePromql } from "@/lib/connection/promql";
import type { Connection } from "@/lib/connection/types";
import type { Reading } from "@/lib/migration/guards";
import { plus, T0, testGuard, testRun, withStep } from "@/lib/migration/testing/run";
import { guard } from "@/lib/migration/types";
import type { Watch } from "@/lib/migration/watch-types";
import { setFault } from "@/lib/practice/control";
import { missingPackages } from "@/lib/practice/packages";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";
import { checkGuard } from "./guard-preflight";
import { shareBetween } from "./guard-sources/haproxy";
import { openSource } from "./guard-sources/open-source";
import type { GuardSource } from "./guard-sources/source";
import type { OwnedRun } from "./owned-run";

/* Sources of the fast tier and the preflight of guards against real servers: HAProxy, PgBouncer, Postgres, Prometheus. */

const DIR = mkdtempSync(path.join(tmpdir(), "switchyard-guards-"));
const present = missingPackages().length === 0;
const SHIFT = {
  key: "shift",
  title: "Shift",
  kind: "traffic.shift",
  with: { connection: "lb", backend: "app", oldServer: "old", newServer: "new", stages: [{ percent: 50, hold: "10s" }] },
};
let site: PracticeSite;
let run = testRun([SHIFT]);
let connections: Connection[] = [];
const open: GuardSource[] = [];

const spec = (source: object, more: object = {}) => guard.parse({ key: "it", title: "It", source, op: ">", value: 5, ...more });

/** A run as a source sees it, with the connections of the site. */
function owned(): OwnedRun {
  const egress = createEgress({ allowLoopback: true });
  const targets = connections.map(({ key, kind, config }) => ({ key, kind, config, secretVersion: 0 }));
  return {
    id: "run",
    lease: { claim: { epoch: 1 } },
    run: { ...run, plan: { ...run.plan, targets } },
    now: () => new Date(),
    redactor: { add: () => undefined, text: (text: string) => text },
    deps: {
      egress: async () => egress,
      executors: (kind: string) => (kind === "sql.check" ? { watch: async () => null } : {}),
      openConnection: async (_project: string, target: { key: string }) => connections.find((one) => one.key === target.key),
      readMetric: async (_project: string, key: string): Promise<Reading> =>
        key === "sent"
          ? { type: "value", value: 1, at: new Date() }
          : key === "old"
            ? { type: "value", value: 1, at: plus(0) }
            : { type: "nodata", reason: "none" },
      probe: (connection: Connection, query: string, at: Date, timeoutMs?: number) =>
        probePromql(connection, egress, query, at, { timeoutMs: timeoutMs ?? 3_000 }),
    },
  } as unknown as OwnedRun;
}

function source(from: object, more: object = {}): GuardSource {
  const opened = openSource(owned(), testGuard({ spec: spec(from, more) }));
  open.push(opened);
  return opened;
}

/** Reads until the reading is as wanted; fails with the last one. */
async function readUntil(from: GuardSource, wanted: (reading: Reading) => boolean, since = new Date(0)): Promise<Reading> {
  const end = performance.now() + 30_000;
  for (;;) {
    const reading = await from.read(since);
    if (wanted(reading)) return reading;
    if (performance.now() > end) throw new Error(`The last reading was ${JSON.stringify(reading)}.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const checks = async (from: object, more: object = {}) => await checkGuard(owned(), testGuard({ spec: spec(from, more) }));
const levels = async (from: object, more: object = {}) => (await checks(from, more)).map((check) => check.level);

const database = (key: string, kind: "postgres" | "pgbouncer", found: PracticeDatabase | null | undefined): Connection => {
  if (!found) throw new Error("The site has no such database.");
  const { host, port, user, database: name, password } = found;
  return { key, kind, config: { host, port, user, database: name, sslmode: "disable" }, secret: { password } };
};

async function asSuperuser(side: "source" | "target", sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: site[side === "source" ? "sourceAdmin" : "targetAdmin"]?.dsn.replace(/\/[^/]*$/, "/app") ?? "" });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  if (!present) return;
  site = await startPractice({ dir: path.join(DIR, "site"), sizeMb: 5, requestsPerSecond: 20, writesPerSecond: 0 });
  connections = [
    database("pool", "pgbouncer", site.pgbouncer?.app),
    database("elsewhere", "pgbouncer", site.pgbouncer?.target),
    database("source", "postgres", site.source),
    database("target", "postgres", site.target),
    database("console", "pgbouncer", site.pgbouncer?.console),
    { key: "lb", kind: "haproxy", config: { address: site.haproxy?.address ?? "" }, secret: {} },
    { key: "prom", kind: "prometheus", config: { url: site.urls.prometheus ?? "" }, secret: {} },
  ];
  const table =
    "CREATE TABLE switchyard_probe (id text PRIMARY KEY, token text NOT NULL, at timestamptz NOT NULL DEFAULT now()); GRANT ALL ON switchyard_probe TO app";
  for (const side of ["source", "target"] as const) await asSuperuser(side, table);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  run = testRun([SHIFT]);
  if (present) await setFault(site, "old", {});
});
afterAll(async () => {
  await site?.stop();
  rmSync(DIR, { recursive: true, force: true });
});

describe("lag of a watched step", () => {
  const watch: Watch = { back: "lossless", why: "", backSeconds: 1, writesAtRisk: 0, lag: { bytes: 7, seconds: null }, alarms: [], breach: null };
  const read = (meters: (typeof run)["meters"], field: "bytes" | "seconds") => {
    run = { ...testRun([SHIFT]), meters };
    return source({ type: "replication", step: "shift", read: field }).read(T0);
  };
  const meter = (change: Partial<Watch> = {}, error: string | null = null) => ({
    stepId: "x",
    stepKey: "shift.50",
    at: T0,
    watch: { ...watch, ...change },
    error,
  });

  it("is read as it was measured last; nothing measured, nothing that follows and a failed look are no data", async () => {
    expect(await read([meter()], "bytes")).toEqual({ type: "value", value: 7, at: T0 });
    expect((await read([meter()], "seconds")).type).toBe("nodata");
    expect((await read([], "bytes")).type).toBe("nodata");
    expect((await read([meter({ lag: null })], "bytes")).type).toBe("nodata");
    expect((await read([meter({}, "the source is away")], "bytes")).type).toBe("error");
  });
});

describe("counters of HAProxy", () => {
  const count = (change: object) => ({
    at: T0,
    stat: { status: "UP", weight: 1, responses: 100, serverErrors: 10, connectionErrors: 0, checkStatus: "", ...change },
  });

  it("compare two looks; a reload is no data, a dead server fails whatever it would be asked", () => {
    expect(shareBetween(count({}), count({ responses: 140, serverErrors: 20 }))).toEqual({ type: "value", value: 25, at: T0, requests: 40 });
    expect(shareBetween(count({}), count({ connectionErrors: 5 }))).toMatchObject({ value: 100, requests: 5 });
    expect(shareBetween(count({}), count({})).type).toBe("nodata");
    expect(shareBetween(count({}), count({ responses: 3, serverErrors: 0 })).type).toBe("nodata");
    expect(shareBetween(count({}), count({ status: "DOWN" }))).toMatchObject({ type: "value", value: 100 });
  });
});

describe.skipIf(!present)("sources of the fast tier", () => {
  it("haproxy: sees failed requests of one server, and none of before the change", async () => {
    const errors = source({ type: "haproxy", connection: "lb", backend: "app", server: "old", minRequests: 5 });
    const before = new Date();
    expect((await errors.read(before)).type).toBe("nodata");
    expect(await readUntil(errors, (reading) => reading.type === "value", before)).toMatchObject({ value: 0 });
    await setFault(site, "old", { errorRate: 1 });
    const bad = await readUntil(errors, (reading) => reading.type === "value" && reading.value > 90);
    expect(bad).toMatchObject({ requests: expect.any(Number) });
    await expect(source({ type: "haproxy", connection: "lb", backend: "app", server: "nobody" }).read(before)).rejects.toThrow("no server");
  });

  it("pooler: sees clients that wait, and how long", async () => {
    const waiting = source({ type: "pooler", connection: "console", database: "app", read: "waiting" });
    const longest = source({ type: "pooler", connection: "console", database: "app", read: "maxwait" });
    expect(await waiting.read(T0)).toMatchObject({ type: "value", value: 0 });
    const clients = Array.from({ length: 14 }, () => new pg.Client({ connectionString: site.pgbouncer?.app.dsn ?? "" }));
    const begin = async (client: pg.Client) => {
      await client.connect();
      await client.query("BEGIN");
    };
    await Promise.all(clients.slice(0, 10).map(begin));
    const stuck = clients.slice(10).map(begin);
    expect(await readUntil(waiting, (reading) => reading.type === "value" && reading.value >= 4)).toMatchObject({ value: 4 });
    await readUntil(longest, (reading) => reading.type === "value" && reading.value > 0.5);
    await Promise.all(clients.slice(0, 10).map((client) => client.end()));
    await Promise.all(stuck);
    await Promise.all(clients.slice(10).map((client) => client.end()));
    await expect(source({ type: "pooler", connection: "console", database: "nobody" }).read(T0)).rejects.toThrow("no entry");
  });

  it("probe: writes and reads through the pooler, at most as often as it may, and takes its row away", async () => {
    const expected = { from: "source", to: "target", step: "shift" };
    const writes = source({ type: "probe", connections: ["pool"], perSecond: 5, expect: expected });
    expect(await readUntil(writes, (reading) => reading.type === "value")).toMatchObject({ value: 0 });
    const slowest = source({ type: "probe", connections: ["pool"], perSecond: 2, read: "latency" });
    expect(await readUntil(slowest, (reading) => reading.type === "value" && reading.value > 0)).toMatchObject({ type: "value" });
    await Promise.all(open.splice(0).map((one) => one.close()));
    const client = new pg.Client({ connectionString: site.source?.dsn ?? "" });
    await client.connect();
    expect((await client.query("SELECT id FROM switchyard_probe")).rows).toEqual([]);
    await client.end();
  });

  it("probe: the wrong server, two servers at once and a refusal are hard signs, told without waiting for the next sample", async () => {
    const expected = { from: "source", to: "target", step: "shift" };
    const says = (text: string) => (reading: Reading) => reading.type === "hard" && reading.reason.includes(text);
    const wrong = source({ type: "probe", connections: ["elsewhere"], expect: expected });
    await readUntil(wrong, says("The wrong server answers elsewhere: target."));
    await expect.poll(() => wrong.urgent?.(), { timeout: 20_000 }).toBe(true);
    await readUntil(source({ type: "probe", connections: ["pool", "elsewhere"] }), says("Writes split"));
    await asSuperuser("source", "REVOKE INSERT ON switchyard_probe FROM app");
    await readUntil(source({ type: "probe", connections: ["pool"] }), says("refused by pool"));
    await asSuperuser("source", "GRANT ALL ON switchyard_probe TO app");
  });

  it("probe: after the effect of the switch the other server has to answer; during it neither is wrong", async () => {
    const expected = { from: "source", to: "target", step: "shift" };
    run = withStep(testRun([SHIFT]), 0, { status: "running", startedAt: T0 });
    expect((await readUntil(source({ type: "probe", connections: ["elsewhere"], expect: expected }), (reading) => reading.type !== "nodata")).type).toBe(
      "value",
    );
    run = withStep(testRun([SHIFT]), 0, { status: "succeeded", startedAt: T0, effectAt: T0 });
    expect((await readUntil(source({ type: "probe", connections: ["elsewhere"], expect: expected }), (reading) => reading.type !== "nodata")).type).toBe(
      "value",
    );
    expect(await readUntil(source({ type: "probe", connections: ["pool"], expect: expected }), (reading) => reading.type === "hard")).toMatchObject({
      reason: "The wrong server answers pool: source.",
    });
  });
});

describe.skipIf(!present)("preflight of guards (R-GRD-3)", () => {
  it("passes what can be measured", async () => {
    expect(await levels({ type: "metric", metric: "sent" })).toEqual(["pass"]);
    expect(await levels({ type: "haproxy", connection: "lb", backend: "app", server: "old" })).toEqual(["pass"]);
    expect(await levels({ type: "pooler", connection: "console", database: "app" })).toEqual(["pass"]);
    expect(await levels({ type: "probe", connections: ["pool"], expect: { from: "source", to: "target", step: "shift" } })).toEqual(["pass"]);
    const asked = () => checks({ type: "promql", connection: "prom", query: "sum(rate(haproxy_process_requests_total[5s]))", scrape: "1s" }, { value: 1e9 });
    // A site that has just begun has not been scraped twice yet.
    await expect.poll(async () => (await asked()).map((check) => check.level), { timeout: 30_000, interval: 500 }).toEqual(["pass", "pass"]);
    const query = await asked();
    expect(query.map((check) => check.level)).toEqual(["pass", "pass"]);
    expect(query[1]?.message).toContain("after every change of traffic it waits 6 s");
  });

  it.each([
    ["a metric that never had a sample", { type: "metric", metric: "typo" }, /no usable sample/],
    ["a query that never had a value", { type: "promql", connection: "prom", query: "haproxy_typo_total", scrape: "1s" }, /not given a number in 30 days/],
    ["a query that always gives NaN", { type: "promql", connection: "prom", query: "sum(up) * 0 / 0", scrape: "1s" }, /not given a number in 30 days/],
    ["B-5 a query with a syntax error", { type: "promql", connection: "prom", query: "sum(", scrape: "1s" }, /cannot be told/],
    ["B-5 a query that is refused", { type: "promql", connection: "prom", query: "nosuchfunction(up)", scrape: "1s" }, /unknown function/],
    ["B-5 a query that gives a text", { type: "promql", connection: "prom", query: '"text"', scrape: "1s" }, /one number is needed/],
    ["B-5 a query that gives a matrix", { type: "promql", connection: "prom", query: "up[5s]", scrape: "1s" }, /one number is needed/],
    ["B-5 two series without a word how to make one of them", { type: "promql", connection: "prom", query: "up", scrape: "1s" }, /series; aggregate/],
    ["a query fixed in time", { type: "promql", connection: "prom", query: "sum(up @ end())", scrape: "1s" }, /looks back cannot be told/],
    [
      "a count of requests that cannot be made",
      { type: "promql", connection: "prom", query: "sum(up)", scrape: "1s", traffic: { query: "typo" } },
      /cannot be counted/,
    ],
    ["a server HAProxy does not have", { type: "haproxy", connection: "lb", backend: "app", server: "typo" }, /no server "typo"/],
    ["an entry PgBouncer does not have", { type: "pooler", connection: "console", database: "typo" }, /no entry "typo"/],
    ["a probe without its table", { type: "probe", connections: ["pool"], table: "typo" }, /table typo does not exist/],
    [
      "a probe that does not write where it is said",
      { type: "probe", connections: ["elsewhere"], expect: { from: "source", to: "target", step: "shift" } },
      /do not go to source/,
    ],
    ["a probe on two servers", { type: "probe", connections: ["pool", "elsewhere"] }, /different servers/],
    ["a step the run does not have", { type: "replication", step: "typo" }, /no step "typo"/],
    ["a step without a lag", { type: "replication", step: "shift" }, /nothing measures a lag/],
  ])("blocks %s, and only warns where silence is to be ignored", async (_name, from, message) => {
    const found = await checks(from, { value: 1e9 });
    const block = found.find((check) => check.level === "block");
    expect(block?.message).toMatch(message);
    const lenient = await checks(from, { value: 1e9, noData: "ignore" });
    // What throws is no silence: it cannot be measured at all.
    expect(lenient.some((check) => check.level === "block")).toBe(block?.message.includes("cannot be measured"));
    expect(lenient.length).toBe(found.length);
  });

  it("makes one number of several series where it is said how", async () => {
    const query = { type: "promql", connection: "prom", query: "up # of every target", scrape: "1s", aggregate: "min" };
    expect(await source(query).read(T0)).toMatchObject({ type: "value", value: 1 });
    expect((await levels(query))[0]).toBe("pass");
  });

  it("says how to make what is missing", async () => {
    const found = await checks({ type: "probe", connections: ["pool"], table: "app.probe" });
    expect(found[0]?.fix).toContain('CREATE TABLE "app"."probe" (id text PRIMARY KEY');
    expect(found[0]?.fix).toContain('TO "app"');
  });

  it("warns of a value past its limit, an old sample, and a window longer than the run gives it", async () => {
    expect(await levels({ type: "metric", metric: "sent" }, { value: 0 })).toEqual(["warn"]);
    expect(await levels({ type: "metric", metric: "old" })).toEqual(["warn"]);
    const long = await checks({ type: "promql", connection: "prom", query: "sum(rate(haproxy_process_requests_total[1h]))", scrape: "1s" }, { value: 1e9 });
    expect(long[1]).toMatchObject({ level: "warn", message: expect.stringContaining("makes the run longer") });
  });
});
