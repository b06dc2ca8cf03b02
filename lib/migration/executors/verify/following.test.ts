import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEgress } from "@/lib/connection/egress";
import { postgresCopy } from "@/lib/migration/executors/postgres-copy";
import { databaseConnection, drive, testContext } from "@/lib/migration/executors/testing/context";
import { runStep, type StepOf } from "@/lib/migration/types";
import { setRate } from "@/lib/practice/control";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";
import { postCutoverChecks } from "./post-cutover";
import { prepareQuickVerify, quickVerify } from "./quick-verify";
import { VerifyRun } from "./verify-run";

/* A target that follows its source by logical replication, while the source is written to. */

const SLOT = "verify_test";
const dir = mkdtempSync(join(tmpdir(), "following-test-"));
const egress = createEgress({ allowLoopback: true });
const open: pg.Client[] = [];
let site: PracticeSite;

async function client(database: PracticeDatabase | null): Promise<pg.Client> {
  // Values as text, as the executors' own sessions have them.
  const types = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;
  const opened = new pg.Client({ connectionString: database?.dsn ?? "", types });
  opened.on("error", () => undefined);
  await opened.connect();
  open.push(opened);
  return opened;
}

async function run(database: PracticeDatabase | null, ...statements: string[]): Promise<Record<string, string>[]> {
  const session = await client(database);
  let rows: Record<string, string>[] = [];
  for (const statement of statements) rows = (await session.query(statement)).rows;
  await session.end();
  return rows;
}

const source = (...statements: string[]) => run(site.sourceAdmin, ...statements);
const target = (...statements: string[]) => run(site.targetAdmin, ...statements);

const request = (limitMs: number, tables: string[] | null = null) => ({
  connections: { source: databaseConnection("from", site.sourceAdmin), target: databaseConnection("to", site.targetAdmin) },
  egress,
  applicationName: "switchyard:test:1",
  scope: { schemas: null, tables },
  jobs: 2,
  pieceRows: 500,
  privileges: true,
  sequenceValues: false,
  rowContents: false,
  settleMs: 20,
  following: { slot: SLOT, limitMs },
  resume: null,
});

async function eventually(good: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await good())) {
    if (Date.now() > end) throw new Error("It did not come about within a minute.");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Everything written has arrived, and nothing is written any more. */
async function drained(): Promise<void> {
  await setRate(site, "writer", 0);
  const [at] = await source("SELECT pg_current_wal_lsn() AS lsn");
  await eventually(
    async () => (await source(`SELECT confirmed_flush_lsn >= '${at?.lsn}' AS yes FROM pg_replication_slots WHERE slot_name = '${SLOT}'`))[0]?.yes === "t",
  );
}

beforeAll(async () => {
  site = await startPractice({ dir: join(dir, "site"), sizeMb: 12, writesPerSecond: 0, requestsPerSecond: 1, versions: { source: 15, target: 18 } });
  await setRate(site, "writer", 0);
  await source(
    ...["settings", "page_views_2026_10", "page_views_2026_11"].map((name) => `ALTER TABLE ${name} REPLICA IDENTITY FULL`),
    "CREATE TABLE hot (id int PRIMARY KEY, n bigint NOT NULL)",
    "INSERT INTO hot SELECT i, 0 FROM generate_series(1, 20) AS i",
    "ALTER TABLE hot OWNER TO app",
  );
  const copy = runStep.parse({ key: "copy", title: "Copy", kind: "postgres.copy", with: { from: "from", to: "to" } }) as StepOf<"postgres.copy">;
  const owners = testContext([databaseConnection("from", site.source), databaseConnection("to", site.target)], { runId: "copy" });
  expect(await drive((c) => postgresCopy.apply(copy, c), owners)).toMatchObject({ type: "done" });
  await source("CREATE PUBLICATION verify_test FOR ALL TABLES", `SELECT pg_create_logical_replication_slot('${SLOT}', 'pgoutput')`);
  const { host, port, database, user, password } = site.sourceAdmin as PracticeDatabase;
  await target(
    `CREATE SUBSCRIPTION verify_test CONNECTION 'host=${host} port=${port} dbname=${database} user=${user} password=${password}' PUBLICATION verify_test WITH (create_slot = false, slot_name = '${SLOT}', copy_data = false)`,
  );
});
afterAll(async () => {
  for (const session of open) await session.end().catch(() => undefined);
  await site?.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe("a target that follows", () => {
  it("is the same although the source is written to all the time, hot rows included", async () => {
    await setRate(site, "writer", 50);
    const busy = await client(site.sourceAdmin);
    let writing = true;
    const writes = (async () => {
      while (writing) await busy.query("UPDATE hot SET n = n + 1 WHERE id = 1 + (random() * 19)::int");
    })();
    try {
      const found = await new VerifyRun(request(30_000)).run();
      expect(found.differences).toEqual([]);
      expect(found.unsettled.filter((key) => !key.startsWith("public.hot "))).toEqual([]);
    } finally {
      writing = false;
      await writes;
    }
  });

  it("F-PG-20 is found to differ while it follows: a missing, an extra and a changed row", async () => {
    await setRate(site, "writer", 50);
    await target(
      "DELETE FROM hot WHERE id = 3",
      "INSERT INTO hot VALUES (99, 0)",
      "SET session_replication_role = replica; UPDATE orders SET note = 'other' WHERE id = 77",
    );
    const found = await new VerifyRun(request(30_000)).run();
    expect(found.differences.sort()).toEqual([
      "public.hot (3) is missing on the target",
      "public.hot (99) is only on the target",
      "public.orders (77) differs in note",
    ]);
    const [kept] = await source("SELECT quote_nullable(note) AS note FROM orders WHERE id = 77");
    await target("DELETE FROM hot WHERE id = 99", `SET session_replication_role = replica; UPDATE orders SET note = ${kept?.note} WHERE id = 77`);
    const [row] = await source("SELECT n FROM hot WHERE id = 3");
    await target(`INSERT INTO hot VALUES (3, ${row?.n})`);
  });

  it("is not called different when it only lags, and not the same either", async () => {
    await target("ALTER SUBSCRIPTION verify_test DISABLE");
    await source("UPDATE hot SET n = n + 1 WHERE id = 5");
    await expect(new VerifyRun(request(300, ["public.hot"])).run()).rejects.toThrow("has not caught up");
    await expect(new VerifyRun({ ...request(300, ["public.hot"]), following: { slot: "nobody", limitMs: 300 } }).run()).rejects.toThrow("slot nobody is gone");
    await target("ALTER SUBSCRIPTION verify_test ENABLE");
    expect((await new VerifyRun(request(30_000, ["public.hot"])).run()).differences).toEqual([]);
  });
});

describe("the comparison during the pause", () => {
  const scope = { schemas: null, tables: null };
  const sides = async () => ({ source: await client(site.sourceAdmin), target: await client(site.targetAdmin) });
  const level = async () => {
    const values = await source(
      "SELECT format('SELECT setval(%L, %s)', format('%I.%I', schemaname, sequencename), last_value) AS sql FROM pg_sequences WHERE last_value IS NOT NULL",
    );
    await target(...values.map((row) => row.sql ?? ""));
  };

  it("compares every sequence and what fits, and says what that was", async () => {
    await drained();
    await level();
    const both = await sides();
    const plan = await prepareQuickVerify(both, scope);
    const found = await quickVerify(both, plan, 30_000);
    expect(found.differences).toEqual([]);
    expect(found.covered.notReached).toBe(0);
    expect(found.covered.whole + found.covered.newest).toBe(plan.parts.length);
    expect(found.text).toMatch(/^Compared \d+ tables whole.*, and every sequence\.$/);
    const none = await quickVerify(both, plan, 0);
    expect(none.covered).toMatchObject({ whole: 0, newest: 0, notReached: plan.parts.length });
    expect(none.text).toContain(`${plan.parts.length} were not reached in time`);
    expect((await both.source.query("SHOW statement_timeout")).rows[0]).toEqual({ statement_timeout: "0" });
  });

  it("F-PG-20 finds a stale sequence, a flipped byte in a small table, and a lost newest row of a large one", async () => {
    const both = await sides();
    const plan = await prepareQuickVerify(both, scope);
    const large = plan.parts.map((part) => (part.pair.label === "public.order_events" ? { ...part, newest: 100 } : part));
    const flip = "SET session_replication_role = replica; UPDATE customers SET avatar = set_byte(avatar, 0, get_byte(avatar, 0) # 1) WHERE id = 4";
    const [last] = await target("DELETE FROM order_events WHERE id = (SELECT max(id) FROM order_events) RETURNING id, order_id, kind, payload, at::text");
    await target(flip, "SELECT setval('write_log_id_seq', 1)");
    const found = await quickVerify(both, { ...plan, parts: large }, 30_000);
    expect(found.differences).toEqual([
      expect.stringMatching(/^sequence public\.write_log_id_seq stands at 1 on the target, behind \d+/),
      expect.stringMatching(/^table public\.(customers|order_events): other content on the target$/),
      expect.stringMatching(/^table public\.(customers|order_events): other content on the target$/),
    ]);
    await target(
      flip,
      `INSERT INTO order_events VALUES (${last?.id}, ${last?.order_id}, ${last?.kind}, ${pg.escapeLiteral(last?.payload ?? "")}, ${pg.escapeLiteral(last?.at ?? "")})`,
    );
    await level();
    expect((await quickVerify(both, plan, 30_000)).differences).toEqual([]);
  });
});

describe("what has to be true after a switch", () => {
  const checks = async () => postCutoverChecks(await client(site.targetAdmin), null, await client(site.sourceAdmin));
  const found = async (name: string) => (await checks()).find((check) => check.name === name);

  it("passes where sequences are ahead, indexes valid, statistics made and views filled", async () => {
    await target("ANALYZE");
    expect((await checks()).filter((check) => check.level === "block")).toEqual([]);
    expect(await found("sequences ahead")).toMatchObject({ level: "pass" });
  });

  it.each([
    [
      "sequences ahead",
      "block",
      "SELECT setval('orders_id_seq', 5)",
      "SELECT setval('orders_id_seq', (SELECT max(id) FROM orders))",
      /orders_id_seq would hand out 6, public\.orders\.id has \d+/,
    ],
    [
      "sequences ahead",
      "block",
      "ALTER SEQUENCE order_events_id_seq RESTART",
      "SELECT setval('order_events_id_seq', (SELECT max(id) FROM order_events))",
      /order_events_id_seq would hand out 1,/,
    ],
    [
      "indexes",
      "block",
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_open'::regclass",
      "UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'orders_open'::regclass",
      /public\.orders_open/,
    ],
    ["materialized views", "block", "CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS a WITH NO DATA", "DROP MATERIALIZED VIEW unfilled", /public\.unfilled/],
    ["statistics", "warn", "CREATE TABLE fresh AS SELECT 1 AS a", "DROP TABLE fresh", /public\.fresh/],
    [
      "slots of the new side",
      "warn",
      "SELECT pg_create_logical_replication_slot('idle', 'pgoutput')",
      "SELECT pg_drop_replication_slot('idle')",
      /idle is not read/,
    ],
  ] as const)("finds what is wrong with %s (%s): %s", async (name, level, plant, remove, says) => {
    await target(plant);
    try {
      expect(await found(name)).toMatchObject({ level, message: expect.stringMatching(says), fix: expect.any(String) });
    } finally {
      await target(remove);
    }
  });

  it("B-9 judges descending, exhausted and cycling sequences by their own direction", async () => {
    await target(
      "CREATE SEQUENCE down INCREMENT -1 MINVALUE -100 MAXVALUE 0 START 0",
      "CREATE TABLE counted_down (id int PRIMARY KEY DEFAULT nextval('down'))",
      "INSERT INTO counted_down VALUES (-7)",
      "CREATE SEQUENCE ended MAXVALUE 3",
      "CREATE TABLE at_end (id int PRIMARY KEY DEFAULT nextval('ended'))",
      "INSERT INTO at_end VALUES (3)",
      "SELECT setval('ended', 3)",
      "CREATE SEQUENCE round MAXVALUE 3 CYCLE",
      "CREATE TABLE in_circles (id int DEFAULT nextval('round'))",
      "INSERT INTO in_circles VALUES (3)",
      "ANALYZE",
    );
    expect((await found("sequences ahead"))?.message).toBe("public.down would hand out 0, public.counted_down.id has -7");
    await target("SELECT setval('down', -7)");
    expect(await found("sequences ahead")).toMatchObject({ level: "pass" });
  });

  it("tells a slot of the old side that was lost or that nobody reads", async () => {
    await target("ALTER SUBSCRIPTION verify_test DISABLE");
    await eventually(async () => (await source(`SELECT active FROM pg_replication_slots WHERE slot_name = '${SLOT}'`))[0]?.active === "f");
    expect(await found("slots of the old side")).toMatchObject({ level: "warn", message: expect.stringContaining(`${SLOT} is not read`) });
  });
});
