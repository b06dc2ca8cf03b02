import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connection } from "@/lib/connection/types";
import { databaseConnection, testContext } from "@/lib/migration/executors/testing/context";
import type { PreflightCheck, StepContext } from "@/lib/migration/executors/types";
import { type MoveConfig, moveConfig } from "@/lib/migration/move-types";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";
import type { MoveWorld } from "./facts";
import { judgeMove, MOVE_CHECKS, preflightMove, readWorld } from "./preflight-move";
import { configProblem } from "./read-poolers";
import { PLANTED } from "./testing/faults";
import { FACTS } from "./testing/planted-facts";

const dir = mkdtempSync(join(tmpdir(), "preflight-test-"));
const covered = new Set<string>();
let site: PracticeSite;
let bad: PracticeSite;
const clients: pg.Client[] = [];

async function client(database: PracticeDatabase | null | undefined): Promise<pg.Client> {
  const opened = new pg.Client({ connectionString: database?.dsn ?? "", application_name: "somebody" });
  opened.on("error", () => undefined);
  await opened.connect();
  clients.push(opened);
  return opened;
}

async function run(database: PracticeDatabase | null | undefined, statements: readonly string[]): Promise<void> {
  const session = await client(database);
  for (const statement of statements) await session.query(statement);
  await session.end();
}

const pool = (of: PracticeSite, change: Partial<PracticeDatabase> = {}): Connection => {
  if (of.pgbouncer === null) throw new Error("The practice site runs without PgBouncer.");
  const connection = databaseConnection("pool", { ...of.pgbouncer.console, ...change });
  return { ...connection, kind: "pgbouncer", config: { ...connection.config, configFile: of.pgbouncer.configFile } };
};
const move = (change: Record<string, unknown> = {}): MoveConfig =>
  moveConfig.parse({ from: "from", to: "to", poolers: [{ connection: "pool", database: "app" }], applicationRoles: ["app"], ...change });
const context = (change: Partial<StepContext> = {}, more: Connection[] = []) =>
  testContext([...more, databaseConnection("from", site.sourceAdmin), databaseConnection("to", site.targetAdmin), pool(site)], { stepKey: "move", ...change });

function named(checks: readonly PreflightCheck[], name: string): PreflightCheck {
  const found = checks.find((check) => check.name === name);
  if (found === undefined) throw new Error(`There is no check "${name}": ${checks.map((check) => check.name).join(", ")}`);
  return found;
}

/** The fault is found by this check, in these words, and the fix names a next step. */
function expectFound(checks: readonly PreflightCheck[], name: string, level: "warn" | "block", says: RegExp): void {
  const found = named(checks, name);
  covered.add(name.replace(/ \([^)]*\)$/, ""));
  expect(found).toMatchObject({ level });
  expect(`${found.message} ${found.fix ?? ""}`).toMatch(says);
  expect(found.fix ?? "").not.toBe("");
}

const blocks = (checks: readonly PreflightCheck[]) => checks.filter((check) => check.level === "block").map((check) => check.name);

beforeAll(async () => {
  const small = { sizeMb: 5, writesPerSecond: 5, requestsPerSecond: 1 };
  const starved = {
    wal_level: "replica",
    max_replication_slots: "0",
    max_wal_senders: "0",
    max_logical_replication_workers: "0",
    max_worker_processes: "0",
    max_slot_wal_keep_size: "1MB",
  };
  [site, bad] = await Promise.all([
    startPractice({ ...small, dir: join(dir, "a"), versions: { source: 15, target: 18 }, settings: { source: { max_prepared_transactions: "5" } } }),
    startPractice({ ...small, dir: join(dir, "b"), versions: { source: 18, target: 15 }, settings: { source: starved, target: starved } }),
  ]);
  await run(
    site.sourceAdmin,
    ["settings", "page_views_2026_10", "page_views_2026_11"].map((table) => `ALTER TABLE ${table} REPLICA IDENTITY FULL`),
  );
});
afterAll(async () => {
  for (const opened of clients) await opened.end().catch(() => undefined);
  await Promise.all([site?.stop(), bad?.stop()]);
  rmSync(dir, { recursive: true, force: true });
});

describe("preflight of a live move", () => {
  it("lets a sound pair of servers pass and changes nothing on either side", async () => {
    const count =
      "SELECT (SELECT count(*) FROM pg_class) || ' ' || (SELECT count(*) FROM pg_subscription) || ' ' || (SELECT count(*) FROM pg_publication) AS seen";
    const look = async () => Promise.all([site.sourceAdmin, site.targetAdmin].map(async (side) => (await (await client(side)).query(count)).rows[0]));
    const before = await look();
    const checks = await preflightMove(move(), context());
    expect(await look()).toEqual(before);
    expect(blocks(checks)).toEqual([]);
    expect(named(checks, "network (source → target)").level).toBe("pass");
    expect(named(checks, "network (target → source)").level).toBe("pass");
    expect(new Set(checks.map((check) => check.name)).size).toBe(checks.length);
  });

  it.each(PLANTED)("§2.5 $item", async ({ check, level, says, side = "source", plant, remove, prepared = false }) => {
    const admin = side === "source" ? site.sourceAdmin : site.targetAdmin;
    await run(admin, plant);
    try {
      expectFound(await preflightMove(move(prepared ? { schema: "prepared" } : {}), context()), check, level, says);
    } finally {
      await run(admin, remove);
    }
  });

  it("§2.5 settings of the servers that have no room for replication", async () => {
    const connections = [databaseConnection("from", bad.sourceAdmin), databaseConnection("to", bad.targetAdmin)];
    const checks = await preflightMove(move({ poolers: [] }), testContext(connections, { stepKey: "move" }));
    for (const side of ["source", "target"]) {
      expectFound(checks, `wal_level (${side})`, "block", /wal_level is replica/);
      expectFound(checks, `free replication slots (${side})`, "block", /max_replication_slots is 0/);
      expectFound(checks, `free WAL senders (${side})`, "block", /max_wal_senders is 0/);
      expectFound(checks, `free logical replication workers (${side})`, "block", /max_logical_replication_workers is 0/);
      expectFound(checks, `free worker processes (${side})`, "block", /max_worker_processes is 0/);
      expectFound(checks, `disk for WAL (${side})`, "block", /max_slot_wal_keep_size is 1 MB/);
    }
    expectFound(checks, "version", "block", /older than the source/);
    const forward = await preflightMove(move({ poolers: [], reverse: false }), testContext(connections, { stepKey: "move" }));
    expect(forward.map((check) => check.name)).not.toContain("wal_level (target)");
  });

  it("B-3 F-PG-21 source = target, the own database, another server behind the address, one server for both", async () => {
    const same = await preflightMove(move(), context({}, [databaseConnection("to", site.sourceAdmin)]));
    expectFound(same, "two databases", "block", /same database/);
    const neighbour = await preflightMove(move(), context({}, [databaseConnection("to", { ...(site.sourceAdmin as PracticeDatabase), database: "postgres" })]));
    expectFound(neighbour, "two databases", "block", /one server/);
    const { source, target } = await readWorld(move(), context()).then((world) => world as MoveWorld);
    const control = await preflightMove(move(), context({ controlDatabase: target.identity }));
    expectFound(control, "own database (target)", "block", /Switchyard's own/);
    expectFound(
      await preflightMove(move({ targetSystem: source.identity.systemIdentifier }), context()),
      "the server meant (target)",
      "block",
      /another server/,
    );
    expect(named(await preflightMove(move({ targetSystem: target.identity.systemIdentifier }), context()), "the server meant (target)").level).toBe("pass");
  });

  it("B-3 connection settings that are no connection, and a server that is away, block", async () => {
    const odd = { ...databaseConnection("to", site.targetAdmin), config: { host: "host=/run", port: 5432, database: "app", user: "u", sslmode: "disable" } };
    expect(blocks(await preflightMove(move(), context({}, [odd])))).toEqual(["reachable (target)"]);
    const away = databaseConnection("to", { ...(site.targetAdmin as PracticeDatabase), port: 1 });
    expect(blocks(await preflightMove(move(), context({}, [away])))).toEqual(["reachable (target)"]);
  });

  it("§2.5 encoding, locale and collation version of the target", async () => {
    await run(site.targetAdmin, [
      "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0",
      "CREATE DATABASE german LOCALE_PROVIDER icu ICU_LOCALE 'de' TEMPLATE template0",
      "UPDATE pg_database SET datcollversion = '0.1' WHERE datname = 'german'",
    ]);
    const on = (database: string) => context({}, [databaseConnection("to", { ...(site.targetAdmin as PracticeDatabase), database })]);
    const latin = await preflightMove(move(), on("latin"));
    expectFound(latin, "encoding", "block", /UTF8.*LATIN1/);
    expect(named(latin, "locale").level).toBe("warn");
    const german = await preflightMove(move(), on("german"));
    expectFound(german, "locale", "block", /icu de/);
    expectFound(german, "collation version", "block", /0\.1/);
  });

  it("§2.5 clocks that differ", async () => {
    const ahead = () => new Date(Date.now() + 5_000);
    expectFound(await preflightMove(move(), context({ now: ahead })), "clocks", "block", /source and worker \d\.\d s/);
    // A worker that starved does not know its own time that well: nothing is proved against the servers.
    expect(named(await preflightMove(move(), context({ now: ahead, nowUncertaintyMs: () => 5_000 })), "clocks").level).toBe("pass");
  });

  it("§2.5 F-PG-16 clients that go around the pooler, LISTEN, advisory locks and temporary tables", async () => {
    const around = await client(site.source);
    await around.query("CREATE TEMP TABLE mine (a int); SELECT pg_advisory_lock(1)");
    await around.query("LISTEN news");
    const checks = await preflightMove(move(), context());
    expectFound(checks, "clients around the poolers", "warn", /app from 127\.0\.0\.1 \(somebody\)/);
    expectFound(checks, "session features", "warn", /LISTEN by app.*advisory lock of app.*temporary table mine/);
    await around.end();
  });

  it("§2.5 PgBouncer: away, not an administrator, another entry, session pooling, short query_wait_timeout, paused", async () => {
    const through = async (change: Partial<PracticeDatabase>) => preflightMove(move(), context({}, [pool(site, change)]));
    expectFound(await through({ port: 1 }), "pooler reachable (pool/app)", "block", /ECONNREFUSED/);
    expectFound(await through({ user: "app", password: site.source?.password ?? "" }), "pooler reachable (pool/app)", "block", /console .* cannot be used/);
    const nameless = { ...databaseConnection("pool", site.pgbouncer?.console ?? null), kind: "pgbouncer" as const };
    expectFound(await preflightMove(move(), context({}, [nameless])), "pooler configuration (pool/app)", "block", /configFile/);
    const entry = async (database: string) => preflightMove(move({ poolers: [{ connection: "pool", database }] }), context());
    expectFound(await entry("target"), "pooler entry (pool/target)", "block", /the source is/);
    expectFound(await entry("nothing"), "pooler entry (pool/nothing)", "block", /no entry nothing/);
    const console_ = await client(site.pgbouncer?.admin);
    await console_.query("SET pool_mode = 'session'");
    await console_.query("SET query_wait_timeout = '3'");
    await console_.query("PAUSE source");
    const checks = await preflightMove(move(), context());
    expectFound(checks, "transaction pooling (pool/app)", "block", /pool_mode is session/);
    expectFound(checks, "query_wait_timeout (pool/app)", "block", /3 s, the pause may last 8 s/);
    expectFound(await entry("source"), "pooler entry (pool/source)", "block", /paused/);
    await console_.query("RESUME source");
    await console_.query("SET query_wait_timeout = '120'");
    await console_.query("SET pool_mode = 'transaction'");
  });

  it("§2.5 the file with the entries must have the entry and be writable", () => {
    const file = join(dir, "databases.ini");
    writeFileSync(file, '[databases]\napp = host=127.0.0.1 port=5432\n"odd name" = host=127.0.0.1\n');
    expect([configProblem(file, "app"), configProblem(file, "odd name")]).toEqual([null, null]);
    expect(configProblem(file, "ap")).toMatch(/no line for the database "ap"/);
    expect(configProblem(join(dir, "nowhere.ini"), "app")).toMatch(/cannot be changed/);
  });

  describe("what a test cannot do to a server", () => {
    let world: MoveWorld;
    beforeAll(async () => {
      world = (await readWorld(move(), context())) as MoveWorld;
    });

    it.each(FACTS)("§2.5 $item", ({ check, level, says, change }) => {
      const changed = structuredClone(world);
      change(changed);
      expect(named(judgeMove(world), check).message).not.toBe(named(judgeMove(changed), check).message);
      expectFound(judgeMove(changed), check, level, says);
    });
  });
});

describe("S-20 permissions on both sides, by version", () => {
  const password = "only-for-this-test";
  const mover = (database: PracticeDatabase | null): PracticeDatabase => ({ ...(database as PracticeDatabase), user: "least", password });
  const check = async () =>
    preflightMove(
      move({ reverse: false, poolers: [] }),
      context({}, [databaseConnection("from", mover(site.source)), databaseConnection("to", mover(site.target))]),
    );
  const on = (side: "source" | "target", statements: string[]) => run(side === "source" ? site.sourceAdmin : site.targetAdmin, statements);

  /** Exactly what docs/steps.md names: for 15 as the publishing side, for 18 as the following one. */
  beforeAll(async () => {
    const common = [
      `CREATE ROLE least LOGIN REPLICATION CREATEROLE PASSWORD '${password}'`,
      "GRANT CREATE ON DATABASE app TO least",
      "GRANT pg_signal_backend, pg_read_all_stats TO least",
    ];
    await on("source", [...common, "GRANT app TO least"]);
    await on("target", [...common, "GRANT app TO least WITH ADMIN OPTION", "GRANT pg_create_subscription TO least"]);
  });

  it("are enough without a superuser", async () => {
    const checks = await check();
    expect(blocks(checks)).toEqual([]);
    expect(named(checks, "network (source → target)").level).toBe("pass");
    expectFound(checks, "may freeze the structure (source)", "warn", /noticed within 10 s/);
  });

  const TAKEN: [string, "source" | "target", string, string, string, RegExp][] = [
    ["REPLICATION", "source", "ALTER ROLE least NOREPLICATION", "ALTER ROLE least REPLICATION", "may publish (source)", /REPLICATION/],
    [
      "CREATE on the database",
      "source",
      "REVOKE CREATE ON DATABASE app FROM least; ALTER DATABASE app OWNER TO practice_admin",
      "GRANT CREATE ON DATABASE app TO least; ALTER DATABASE app OWNER TO app",
      "may publish (source)",
      /GRANT CREATE/,
    ],
    ["membership in the owner", "source", "REVOKE app FROM least", "GRANT app TO least", "may publish (source)", /does not own/],
    ["SELECT", "source", "REVOKE app FROM least", "GRANT app TO least", "may read (source)", /may not read .*public\./],
    ["UPDATE on sequences", "source", "REVOKE app FROM least", "GRANT app TO least", "may set sequences (source)", /may not set/],
    [
      "pg_signal_backend",
      "source",
      "REVOKE pg_signal_backend FROM least, app",
      "GRANT pg_signal_backend TO least, app",
      "may end sessions (source)",
      /pg_signal_backend/,
    ],
    [
      "pg_read_all_stats",
      "source",
      "REVOKE pg_read_all_stats FROM least; REVOKE pg_monitor FROM app",
      "GRANT pg_read_all_stats TO least; GRANT pg_monitor TO app",
      "may end sessions (source)",
      /could not be proven/,
    ],
    [
      "CREATEROLE and ownership",
      "source",
      "ALTER DATABASE app OWNER TO practice_admin; ALTER ROLE least NOCREATEROLE",
      "ALTER DATABASE app OWNER TO app; ALTER ROLE least CREATEROLE",
      "may fence (source)",
      /CREATEROLE/,
    ],
    [
      "pg_create_subscription",
      "target",
      "REVOKE pg_create_subscription FROM least",
      "GRANT pg_create_subscription TO least",
      "may subscribe (target)",
      /pg_create_subscription/,
    ],
    ["an application role that is a superuser", "source", "ALTER ROLE app SUPERUSER", "ALTER ROLE app NOSUPERUSER", "may fence (source)", /superusers/],
  ];

  it.each(TAKEN)("block without %s", async (_what, side, take, give, name, says) => {
    await on(side, [take]);
    try {
      const checks = await check();
      expectFound(checks, name, "block", says);
      // What cannot be tried or is refused never counts as a way that is open.
      if (take.includes("NOREPLICATION")) expectFound(checks, "network (source → target)", "block", /cannot follow/);
      if (name.startsWith("may subscribe")) expect(named(checks, "network (source → target)").level).toBe("warn");
    } finally {
      await on(side, [give]);
    }
  });

  it("block a subscription on 15 without a superuser, and a connection that logs in as the application", async () => {
    const connections = [databaseConnection("from", mover(site.source)), databaseConnection("to", mover(site.target))];
    expectFound(await preflightMove(move({ poolers: [] }), context({}, connections)), "may subscribe (source)", "block", /only superusers/);
    expectFound(await preflightMove(move(), context({}, [databaseConnection("from", site.source)])), "application roles (source)", "block", /lock us out/);
  });

  it("block a role from which policies hide rows", async () => {
    await run(site.source, [
      "CREATE TABLE hidden_rows (a int PRIMARY KEY)",
      "ALTER TABLE hidden_rows ENABLE ROW LEVEL SECURITY",
      "ALTER TABLE hidden_rows FORCE ROW LEVEL SECURITY",
    ]);
    expectFound(await check(), "may read (source)", "block", /Policies hide rows of public\.hidden_rows/);
    await run(site.source, ["DROP TABLE hidden_rows"]);
  });
});

describe("the list", () => {
  it("has no check whose fault was not planted above", async () => {
    const checks = await preflightMove(move({ schemas: ["nothing"] }), context());
    expectFound(checks, "tables", "block", /no table/);
    expect(MOVE_CHECKS.map((check) => check.name).filter((name) => !covered.has(name) && !covered.has(name.replace(/ \([^)]*\)$/, "")))).toEqual([]);
  });
});
