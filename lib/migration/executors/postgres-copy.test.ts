import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { identifyDatabase } from "@/lib/connection/clients/postgres";
import type { Connection } from "@/lib/connection/types";
import { postgresCopy } from "@/lib/migration/executors/postgres-copy";
import { databaseConnection, drive, named, siteConnections, testContext } from "@/lib/migration/executors/testing/context";
import type { StepContext } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";
import { writerStats } from "@/lib/practice/control";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";

const base = mkdtempSync(join(tmpdir(), "copy-test-"));
let site: PracticeSite;

beforeAll(async () => {
  // Folders of copies that other test files make at the same time are none of ours.
  vi.stubEnv("TMPDIR", base);
  site = await startPractice({ dir: join(base, "site"), sizeMb: 45, writesPerSecond: 30, ledger: true });
}, 120_000);
afterAll(async () => {
  await site?.stop();
  rmSync(base, { recursive: true, force: true });
});

const step = (values: Partial<StepOf<"postgres.copy">["with"]> = {}): StepOf<"postgres.copy"> => ({
  kind: "postgres.copy",
  key: "step",
  title: "Copy",
  onFailure: "pause",
  with: { from: "source", to: "target", jobs: 2, tool: "pg_dump", writeStop: "none", ...values },
});
const context = (values: Partial<StepContext> = {}) => testContext(siteConnections(site), values);

async function sql(database: PracticeDatabase | null, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: database?.dsn ?? "" });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function targetObjects(): Promise<number> {
  const [row] = await sql(
    site.target,
    `SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')
      + (SELECT count(*) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')
      + (SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema') AS n`,
  );
  return Number(row?.n);
}

function programs(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
        return /pg_(dump|restore) /.test(line) && environment.includes(`PGPORT=${site.ports.source}`) ? [line] : [];
      } catch {
        return [];
      }
    });
}

/** Programs and private folders that are still there after a moment. */
async function leftovers(): Promise<string[]> {
  const look = () => [...programs(), ...readdirSync(base).filter((name) => name.startsWith("switchyard-copy-"))];
  for (let tries = 0; tries < 100 && look().length > 0; tries++) await sleep(50);
  return look();
}

afterEach(async () => {
  const undone = await postgresCopy.undo(step(), context());
  expect(undone.type).toBe("done");
  expect(await targetObjects()).toBe(0);
});

describe("postgres.copy", () => {
  it("copies under continuous writes, proves every table, and undoes it", async () => {
    const checks = await postgresCopy.preflight(step(), context());
    expect(named(checks, "block")).toEqual([]);
    expect((await postgresCopy.observe(step(), context())).state).toBe("absent");

    const writesBefore = (await writerStats(site)).acknowledged;
    const running = context();
    const copied = await drive((c) => postgresCopy.apply(step(), c), running);
    expect(copied).toMatchObject({ type: "done" });
    expect((await writerStats(site)).acknowledged).toBeGreaterThan(writesBefore);
    expect(running.seen.some((progress) => progress.message === "reading the source" && (progress.parts?.length ?? 0) > 5)).toBe(true);
    expect(running.lines.join("\n")).toContain("pg_restore");
    expect(running.lines.join("\n")).not.toContain(site.secrets.app);
    expect((await postgresCopy.observe(step(), context())).state).toBe("present");

    const verified = await drive((c) => postgresCopy.verify(step(), c), context());
    expect(verified).toMatchObject({ type: "done", output: { differences: 0 } });
    // From outside, with another method: every row of a table of many types, compared as text.
    const dump = (database: PracticeDatabase | null) =>
      sql(database, "SELECT md5(string_agg(o::text, '|' ORDER BY id)) AS h, count(*) AS n FROM order_events o");
    expect(await dump(site.target)).toEqual(await dump(site.source));
    const [indexes] = await sql(site.target, "SELECT count(*) AS n FROM pg_indexes WHERE schemaname IN ('public', 'billing')");
    const [wanted] = await sql(site.source, "SELECT count(*) AS n FROM pg_indexes WHERE schemaname IN ('public', 'billing')");
    expect(indexes).toEqual(wanted);
    const [next] = await sql(
      site.target,
      "SELECT nextval('ticket_numbers') AS next, (SELECT max(id) FROM write_log) <= (SELECT last_value FROM write_log_id_seq) AS ahead",
    );
    expect(next).toEqual({ next: "5010", ahead: true });
    expect(await leftovers()).toEqual([]);
  });

  it("F-PG-20: finds every planted difference", async () => {
    expect((await drive((c) => postgresCopy.apply(step(), c), context())).type).toBe("done");
    const plants: [string, string, RegExp][] = [
      ["a missing row", 'DELETE FROM billing."Invoice Lines" WHERE "Order" = 2', /billing\.Invoice Lines has \d+ rows on the target/],
      ["an extra row", "INSERT INTO settings VALUES ('x', 'y')", /public\.settings has 5 rows/],
      [
        "a changed byte",
        "UPDATE order_events SET payload = overlay(payload placing 'Z' from 17) WHERE id = 77",
        /public\.order_events has \d+ rows on both sides but other content/,
      ],
      ["NULL instead of empty", "UPDATE orders SET note = NULL WHERE id = (SELECT min(id) FROM orders WHERE note = '')", /public\.orders .* other content/],
      ["a lost trailing space", "UPDATE customers SET name = rtrim(name) WHERE id = 7", /public\.customers .* other content/],
      ["one float step", "UPDATE page_views SET seconds = float4mul(seconds, 1.0000001) WHERE path = '/page/3'", /page_views_\d+_\d+ .* other content/],
      ["a sequence behind", "SELECT setval('orders_id_seq', 1)", /sequence public\.orders_id_seq stands at 1/],
      ["a lost index", "DROP INDEX orders_open", /missing: index .*orders_open/],
    ];
    for (const [, statement] of plants) await sql(site.targetAdmin, `SET session_replication_role = replica; ${statement}`);
    const verified = await drive((c) => postgresCopy.verify(step(), c), context());
    expect(verified.type).toBe("failed");
    const found = JSON.stringify(verified.type === "failed" ? verified.output?.differences : []);
    for (const [name, , pattern] of plants) expect(found, name).toMatch(pattern);
  });

  it("is wiped and copied again after the worker was killed in the middle (R-ENG-7, F-ENG-14)", async () => {
    const script = join(base, "worker.mts");
    const root = process.cwd();
    writeFileSync(
      script,
      `import { postgresCopy } from "${root}/lib/migration/executors/postgres-copy";
import { testContext } from "${root}/lib/migration/executors/testing/context";
const context = testContext(JSON.parse(process.env.CONNECTIONS ?? "[]"));
const step = ${JSON.stringify(step())};
for (;;) {
  const result = await postgresCopy.apply(step, context);
  console.log(JSON.stringify({ type: result.type, message: result.type === "running" ? result.progress?.message : "" }));
  if (result.type !== "running") break;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
`,
    );
    const connections = JSON.stringify(siteConnections(site));
    for (const phase of ["reading the source", "writing the target"]) {
      const child = spawn(process.execPath, ["--import", "tsx", script], {
        cwd: root,
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, CONNECTIONS: connections },
      });
      let output = "";
      child.stdout.on("data", (chunk) => {
        output += String(chunk);
        if (output.includes(phase)) child.kill("SIGKILL");
      });
      const [code] = await new Promise<[number | null]>((resolve) => child.once("exit", (value) => resolve([value])));
      expect(code, output).toBeNull();
      expect(await leftovers()).toEqual([]);
      const seen = await postgresCopy.observe(step(), context({ epoch: 2 }));
      expect(seen).toMatchObject({ state: "other", facts: { marker: { status: "copying" } } });
    }
    const again = context({ epoch: 2 });
    expect((await drive((c) => postgresCopy.apply(step(), c), again)).type).toBe("done");
    expect(again.lines.join("\n")).toContain("wiping it");
    expect((await drive((c) => postgresCopy.verify(step(), c), context({ epoch: 2 }))).type).toBe("done");
  });

  it("F-PG-22: an error of pg_restore is a failed copy, and the target is not offered", async () => {
    await sql(
      site.sourceAdmin,
      "CREATE FUNCTION needs_missing() RETURNS void LANGUAGE sql AS 'SELECT 1'; ALTER TABLE settings ADD CONSTRAINT fine CHECK (value <> 'never')",
    );
    await sql(
      site.sourceAdmin,
      "CREATE ROLE no_such_role_there; ALTER TABLE settings ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON settings TO no_such_role_there USING (true); ALTER TABLE settings OWNER TO app",
    );
    try {
      const result = await drive((c) => postgresCopy.apply(step(), c), context());
      expect(result).toMatchObject({ type: "failed", reason: expect.stringContaining("no_such_role_there") });
      expect((await postgresCopy.observe(step(), context())).state).toBe("other");
      expect(await drive((c) => postgresCopy.verify(step(), c), context())).toMatchObject({
        type: "failed",
        reason: expect.stringContaining("does not carry the finished copy"),
      });
    } finally {
      await sql(
        site.sourceAdmin,
        "DROP POLICY p ON settings; ALTER TABLE settings DISABLE ROW LEVEL SECURITY; DROP ROLE no_such_role_there; ALTER TABLE settings DROP CONSTRAINT fine; DROP FUNCTION needs_missing()",
      );
    }
  });

  it("stops when it is cancelled and leaves no program behind (R-ENG-9)", async () => {
    const stop = new AbortController();
    const cancelled = context({ signal: stop.signal });
    expect((await postgresCopy.apply(step(), cancelled)).type).toBe("running");
    for (let tries = 0; tries < 200 && programs().length === 0; tries++) await sleep(20);
    expect(programs()).not.toEqual([]);
    stop.abort();
    expect(await postgresCopy.apply(step(), cancelled)).toMatchObject({ type: "errored", reason: expect.stringContaining("cancelled") });
    expect(await leftovers()).toEqual([]);
  });

  it("makes the source read-only before the snapshot, copies every acknowledged write, and gives writes back on undo", async () => {
    const stopping = step({ writeStop: "read-only-source" });
    const tokens = () =>
      new Set(
        readFileSync(site.ledgerFile ?? "", "utf8")
          .trim()
          .split("\n"),
      );
    expect((await drive((c) => postgresCopy.apply(stopping, c), context())).type).toBe("done");
    const acknowledged = tokens();
    const refused = (await writerStats(site)).refused;
    expect(refused).toBeGreaterThan(0);
    expect((await drive((c) => postgresCopy.verify(stopping, c), context())).type).toBe("done");
    const there = new Set((await sql(site.target, "SELECT token::text AS t FROM write_log")).map((row) => String(row.t)));
    expect([...acknowledged].filter((token) => !there.has(token))).toEqual([]);
    expect((await postgresCopy.undo(stopping, context())).type).toBe("done");
    const before = (await writerStats(site)).acknowledged;
    for (let tries = 0; tries < 100 && (await writerStats(site)).acknowledged <= before; tries++) await sleep(100);
    expect((await writerStats(site)).acknowledged).toBeGreaterThan(before);
  });

  it("B-8, B-9: copies tables and sequences of every odd kind exactly", async () => {
    await sql(
      site.source,
      String.raw`CREATE SCHEMA odd; SET search_path = odd;
       CREATE TYPE pair AS (a int, b text); CREATE TYPE mood AS ENUM ('sad', 'it''s "ok"');
       CREATE TABLE no_key (v text); INSERT INTO no_key VALUES (NULL), (''), (' '), ('a'), ('a');
       CREATE TABLE no_columns (); INSERT INTO no_columns DEFAULT VALUES; INSERT INTO no_columns DEFAULT VALUES;
       CREATE TABLE "select" ("Ärger ""x""" int, "b;c" text, "%s" pair, "-d" mood[]); INSERT INTO "select" VALUES (1, E'x\ty', ROW(1, NULL), '{sad}'), (2, '', ROW(NULL, ''), NULL);
       CREATE TABLE extremes (n numeric, f float8, t timestamptz, d date, r int4range, b bytea, i interval, m money, j json, u uuid);
       INSERT INTO extremes VALUES ('NaN', '-Infinity', 'infinity', '4713-01-01 BC', 'empty', '\x00ff', '1 year -3 days 04:05:06.7', 12.34, '{"b":1,  "a":2}', '00000000-0000-0000-0000-000000000000'),
         (1e100, 5e-324, '-infinity', 'infinity', '[1,)', '', '-1 mon', -1, '[]', NULL), (0.1, 0.1, '2026-03-29 01:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
       CREATE TABLE parent (id int PRIMARY KEY, x text); CREATE TABLE child (y text) INHERITS (parent); INSERT INTO parent VALUES (1, 'p'); INSERT INTO child VALUES (2, 'c', 'y');
       CREATE TABLE later (id int PRIMARY KEY, other int REFERENCES later DEFERRABLE INITIALLY DEFERRED, EXCLUDE (id WITH =)); INSERT INTO later VALUES (1, 2), (2, 1);
       CREATE TABLE big (id int, body text); ALTER TABLE big ALTER body SET STORAGE EXTERNAL; INSERT INTO big SELECT i, repeat('x', 3000000) FROM generate_series(1, 3) i;
       CREATE UNLOGGED TABLE fast (id int); INSERT INTO fast VALUES (1);
       CREATE TABLE hooked (id int GENERATED ALWAYS AS IDENTITY, v int, twice int GENERATED ALWAYS AS (v * 2) STORED); INSERT INTO hooked (v) VALUES (21);
       CREATE RULE nothing AS ON DELETE TO hooked DO INSTEAD NOTHING;
       CREATE SEQUENCE down INCREMENT -1 MINVALUE -10; SELECT nextval('down'), nextval('down');
       CREATE SEQUENCE at_end MAXVALUE 3; SELECT setval('at_end', 3); CREATE SEQUENCE never; CREATE SEQUENCE round MAXVALUE 2 CYCLE CACHE 100; SELECT nextval('round');
       CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM no_key;
       SELECT lo_from_bytea(0, 'large')`,
    );
    const wide = Array.from({ length: 1_000 }, (_, index) => `c${index} int`).join(", ");
    await sql(site.source, `CREATE TABLE odd.wide (${wide}); INSERT INTO odd.wide (c0, c999) VALUES (1, 2)`);
    try {
      expect((await drive((c) => postgresCopy.apply(step(), c), context())).type).toBe("done");
      expect(await drive((c) => postgresCopy.verify(step(), c), context())).toMatchObject({ type: "done", output: { differences: 0 } });
      await sql(site.target, "INSERT INTO odd.no_columns DEFAULT VALUES");
      expect(await drive((c) => postgresCopy.verify(step(), c), context())).toMatchObject({
        type: "failed",
        reason: expect.stringContaining("odd.no_columns has 3 rows"),
      });
    } finally {
      await sql(site.source, "DROP SCHEMA odd CASCADE; SELECT lo_unlink(oid) FROM pg_largeobject_metadata");
    }
  });

  it("blocks a source whose policies hide rows, and a role that cannot read everything", async () => {
    await sql(site.source, "CREATE TABLE hidden (id int); ALTER TABLE hidden ENABLE ROW LEVEL SECURITY; ALTER TABLE hidden FORCE ROW LEVEL SECURITY");
    await sql(site.sourceAdmin, "CREATE TABLE private (id int)");
    try {
      const blocked = named(await postgresCopy.preflight(step(), context()), "block");
      expect(blocked).toEqual(expect.arrayContaining(["row-level security", "source permission"]));
    } finally {
      await sql(site.sourceAdmin, "DROP TABLE hidden, private");
    }
  });

  it("could not tell when the target is lost in the middle, and gives up nothing", async () => {
    const running = context();
    expect((await postgresCopy.apply(step(), running)).type).toBe("running");
    let ended = 0;
    for (let tries = 0; tries < 400 && ended === 0; tries++) {
      const rows = await sql(
        site.targetAdmin,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'switchyard:%' AND query LIKE 'COPY %'",
      );
      ended = rows.length;
      await sleep(5);
    }
    expect(ended).toBeGreaterThan(0);
    expect((await drive((c) => postgresCopy.apply(step(), c), running)).type).toBe("errored");
    expect((await drive((c) => postgresCopy.apply(step(), c), context({ attempt: 2 }))).type).toBe("done");
  });

  it("copies to a newer major version and compares what both versions print alike", async () => {
    const url = new URL(inject("templateUrl"));
    const admin = { dsn: url.href.replace(/\/[^/]*$/, "/postgres") } as PracticeDatabase;
    const name = `newer_${process.pid}`;
    await sql(admin, `CREATE DATABASE ${name}`);
    try {
      const newer: Connection = {
        key: "target",
        kind: "postgres",
        config: { host: url.hostname, port: Number(url.port), database: name, user: url.username, sslmode: "disable" },
        secret: url.password === "" ? {} : { password: decodeURIComponent(url.password) },
      };
      const across = (values: Partial<StepContext> = {}) => testContext([databaseConnection("source", site.source), newer], { stepKey: "across", ...values });
      expect(named(await postgresCopy.preflight(step(), across()), "block")).toEqual([]);
      expect(await drive((c) => postgresCopy.apply(step(), c), across())).toMatchObject({ type: "done" });
      expect(await drive((c) => postgresCopy.verify(step(), c), across())).toMatchObject({ type: "done", output: { differences: 0 } });
      expect((await postgresCopy.undo(step(), across())).type).toBe("done");
      const back = testContext([{ ...newer, key: "source" }, databaseConnection("target", site.target)]);
      expect(named(await postgresCopy.preflight(step(), back), "block")).toEqual(expect.arrayContaining(["version", "client programs"]));
    } finally {
      await sql(admin, `DROP DATABASE ${name} WITH (FORCE)`);
    }
  });

  it("copies only the named schemas", async () => {
    const result = await drive((c) => postgresCopy.apply(step({ schemas: ["public"] }), c), context());
    // The lines of billing refer to public.orders, not the other way round: public alone is complete.
    expect(result.type).toBe("done");
    expect((await drive((c) => postgresCopy.verify(step({ schemas: ["public"] }), c), context())).type).toBe("done");
    expect(await sql(site.target, "SELECT 1 FROM pg_namespace WHERE nspname = 'billing'")).toEqual([]);
  });

  it("B-3: refuses the same database, our own database, a filled target, another run's target", async () => {
    const same = await postgresCopy.preflight(step({ to: "source" }), context());
    expect(named(same, "block")).toContain("two databases");
    expect(await drive((c) => postgresCopy.apply(step({ to: "source" }), c), context({ stepKey: "same" }))).toMatchObject({
      type: "failed",
      reason: expect.stringContaining("same database"),
    });

    const client = new Client({ connectionString: site.target?.dsn ?? "" });
    await client.connect();
    const controlDatabase = await identifyDatabase(client);
    await client.end();
    expect(named(await postgresCopy.preflight(step(), context({ controlDatabase })), "block")).toContain("own database");
    expect(await drive((c) => postgresCopy.apply(step(), c), context({ controlDatabase, stepKey: "own" }))).toMatchObject({
      type: "failed",
      reason: expect.stringContaining("own database"),
    });

    await sql(site.target, "CREATE TABLE precious (id int); INSERT INTO precious VALUES (1)");
    expect(named(await postgresCopy.preflight(step(), context()), "block")).toContain("target empty");
    expect((await postgresCopy.observe(step(), context())).state).toBe("other");
    expect(await drive((c) => postgresCopy.apply(step(), c), context({ stepKey: "filled" }))).toMatchObject({
      type: "failed",
      reason: expect.stringContaining("not empty"),
    });
    expect((await postgresCopy.undo(step(), context())).type).toBe("done");
    expect(await sql(site.target, "SELECT id FROM precious")).toEqual([{ id: 1 }]);
    await sql(site.target, "DROP TABLE precious");

    expect((await drive((c) => postgresCopy.apply(step({ schemas: ["billing_none"] }), c), context({ runId: "other-run" }))).type).toBe("done");
    expect((await postgresCopy.observe(step(), context())).state).toBe("other");
    expect(await drive((c) => postgresCopy.apply(step(), c), context({ stepKey: "foreign" }))).toMatchObject({
      type: "failed",
      reason: expect.stringContaining("another run"),
    });
    expect(await postgresCopy.undo(step(), context())).toMatchObject({ type: "failed" });
    expect((await postgresCopy.undo(step(), context({ runId: "other-run" }))).type).toBe("done");
  });

  it("says which side cannot be reached, with the server's own words", async () => {
    const wrong = { ...databaseConnection("target", site.target), secret: { password: "wrong" } };
    const checks = await postgresCopy.preflight(step(), testContext([databaseConnection("source", site.source), wrong]));
    expect(checks.find((check) => check.name === "target")).toMatchObject({
      level: "block",
      message: expect.stringContaining("password authentication failed"),
    });
    expect(JSON.stringify(checks)).not.toContain(site.secrets.app);
  });

  it("keeps passwords out of arguments and environments (R-PG-13)", async () => {
    const running = context();
    expect((await postgresCopy.apply(step(), running)).type).toBe("running");
    let listing = "";
    for (let tries = 0; tries < 200 && !listing.includes("pg_dump"); tries++) {
      await sleep(20);
      listing = execFileSync("ps", ["axeww", "-o", "args"], { encoding: "utf8", maxBuffer: 50_000_000 });
    }
    expect(listing).toContain("pg_dump");
    expect(listing).not.toContain(site.secrets.app);
    expect((await drive((c) => postgresCopy.apply(step(), c), running)).type).toBe("done");
  });
});
