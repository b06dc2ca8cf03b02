import { execFileSync } from "node:child_process";
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createEgress } from "@/lib/connection/egress";
import { testConnection } from "@/lib/connection/test-connection";
import type { Connection } from "@/lib/connection/types";
import { configProblem } from "@/lib/migration/executors/move/preflight/read-poolers";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import { startProxy } from "@/worker/faults/rig/proxy";
import { PauseLimit, PgbouncerAdmin, quoteEntry } from "./pgbouncer";
import { entryServer, withServer } from "./pgbouncer-config";
import { discardReplacement, prepareReplacement, readDatabases, replaceDatabases, syncDatabases, tryReplace } from "./pgbouncer-file";

const dir = mkdtempSync(path.join(tmpdir(), "pgbouncer-test-"));
const egress = createEgress({ allowLoopback: true });
let site: PracticeSite;
let admin: PgbouncerAdmin;
const clients: pg.Client[] = [];

beforeAll(async () => {
  // Without load: a PAUSE that ends a login of the practice application lets PgBouncer refuse the clients of the next test.
  site = await startPractice({ dir: path.join(dir, "site"), sizeMb: 5, writesPerSecond: 0, requestsPerSecond: 0 });
}, 120_000);
afterEach(async () => {
  for (const client of clients.splice(0)) await client.end().catch(() => undefined);
  await admin?.resume("app");
  admin?.close();
});
afterAll(async () => {
  await site?.stop();
  rmSync(dir, { recursive: true, force: true });
});

function connection(config: Record<string, unknown> = {}): Connection {
  if (site.pgbouncer === null) throw new Error("The practice site runs without PgBouncer.");
  const { host, port, user, password, database } = site.pgbouncer.console;
  return { key: "pool", kind: "pgbouncer", config: { host, port, user, database, sslmode: "disable", ...config }, secret: { password } };
}

function openAdmin(): PgbouncerAdmin {
  admin = new PgbouncerAdmin(connection(), egress, "test");
  return admin;
}

async function session(dsn: string | undefined): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: dsn });
  client.on("error", () => undefined);
  await client.connect();
  clients.push(client);
  return client;
}

describe("the console of PgBouncer", () => {
  it("quotes names and refuses what could end a command (S-15)", () => {
    expect(quoteEntry('a"b')).toBe('"a""b"');
    for (const name of ["", "a;RESUME", "a\nb", "a\0b", "x".repeat(64)]) expect(() => quoteEntry(name)).toThrow("cannot be the name");
  });

  it("pauses and resumes an entry, keeps its clients waiting, and reads the state back (R-PG-4)", async () => {
    openAdmin();
    const client = await session(site.pgbouncer?.app.dsn);
    await admin.pause("app", 2_000);
    expect(await admin.state("app")).toMatchObject({ paused: true, host: "127.0.0.1", port: site.ports.source, database: "app", connections: 0 });
    let answered = false;
    const waiting = client.query("SELECT 1").then(() => (answered = true));
    for (let n = 0; n < 100 && (await admin.pools("app")).clientsWaiting === 0; n++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answered).toBe(false);
    await admin.resume("app");
    await waiting;
    expect((await admin.state("app")).paused).toBe(false);
    // Nothing to resume is what was wanted.
    await admin.resume("app");
    await expect(admin.state("none")).rejects.toThrow('no entry "none"');
    await expect(admin.resume("none")).rejects.toThrow();
  });

  it("F-PG-2 gives a PAUSE up at its limit and lets the clients go on", async () => {
    openAdmin();
    const [blocking, other] = [await session(site.pgbouncer?.app.dsn), await session(site.pgbouncer?.app.dsn)];
    await blocking.query("BEGIN; SELECT 1");
    await expect(admin.pause("app", 300)).rejects.toBeInstanceOf(PauseLimit);
    expect((await admin.state("app")).paused).toBe(false);
    expect((await other.query("SELECT 7 AS n")).rows).toEqual([{ n: 7 }]);
    expect((await blocking.query("SELECT 8 AS n")).rows).toEqual([{ n: 8 }]);
    await blocking.query("COMMIT");
    await admin.pause("app", 2_000);
    expect((await admin.state("app")).paused).toBe(true);
  });

  it("F-PG-4 comes back although a RESUME from elsewhere left its PAUSE hanging", async () => {
    openAdmin();
    const blocking = await session(site.pgbouncer?.app.dsn);
    await blocking.query("BEGIN; SELECT 1");
    const pausing = admin.pause("app", 1_500).then(
      () => "paused",
      (error: unknown) => error,
    );
    const elsewhere = await session(site.pgbouncer?.admin.dsn);
    let resumed = false;
    for (let n = 0; n < 100 && !resumed; n++)
      resumed = await elsewhere.query('RESUME "app"').then(
        () => true,
        () => false,
      );
    expect(resumed).toBe(true);
    await blocking.query("COMMIT");
    expect(await pausing).toBeInstanceOf(PauseLimit);
    expect((await admin.state("app")).paused).toBe(false);
  });

  it("F-PG-6: waits for a server connection that is just being made", { timeout: 180_000 }, async () => {
    openAdmin();
    const file = site.pgbouncer?.configFile ?? "";
    const before = readDatabases(file);
    const proxy = await startProxy({ port: site.ports.source ?? 0 });
    try {
      replaceDatabases(file, withServer(before, "app", { host: proxy.host, port: proxy.port, database: "app" }), "run-2");
      await admin.reload();
      await admin.waitClose("app", 10_000);
      proxy.set({ delayMs: 1_500 });
      const first = session(site.pgbouncer?.app.dsn).then((client) => client.query("SELECT 1 AS n"));
      await expect.poll(async () => (await admin.pools("app")).serversConnecting, { timeout: 60_000, interval: 5 }).toBeGreaterThan(0);
      await admin.untilConnected("app", 120_000);
      expect((await admin.pools("app")).serversConnecting).toBe(0);
      expect((await first).rows).toEqual([{ n: 1 }]);
    } finally {
      proxy.heal();
      replaceDatabases(file, before, "run-2");
      await admin.reload();
      await proxy.close();
    }
  });

  it("one PAUSE at a time: a second waits for the first instead of mixing with it", async () => {
    openAdmin();
    const blocking = await session(site.pgbouncer?.app.dsn);
    await blocking.query("BEGIN; SELECT 1");
    const results = await Promise.allSettled([admin.pause("app", 300), admin.pause("app", 300)]);
    expect(results.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    expect((await admin.state("app")).paused).toBe(false);
  });

  it("leads an entry to another server: file replaced, reloaded, read back", async () => {
    openAdmin();
    const file = site.pgbouncer?.configFile ?? "";
    const before = readDatabases(file);
    const owner = statSync(file);
    await admin.pause("app", 2_000);
    replaceDatabases(file, withServer(before, "app", { host: "127.0.0.1", port: site.ports.target ?? 0, database: "app" }), "run-1");
    await admin.reload();
    expect(await admin.state("app")).toMatchObject({ port: site.ports.target, paused: true });
    await admin.resume("app");
    await admin.waitClose("app", 3_000);
    const through = await session(site.pgbouncer?.app.dsn);
    expect((await through.query("SELECT current_setting('port') AS port")).rows).toEqual([{ port: String(site.ports.target) }]);
    expect([statSync(file).uid, statSync(file).gid, statSync(file).mode]).toEqual([owner.uid, owner.gid, owner.mode]);
    expect(readFileSync(`${file}.before-run-1`, "utf8")).toBe(before);
    replaceDatabases(file, before, "run-1");
    await admin.reload();
    expect((await admin.state("app")).port).toBe(site.ports.source);
    expect(readdirSync(path.dirname(file)).filter((name) => name.includes(".switchyard-"))).toEqual([]);
  });

  it("has a replacement ready beforehand, and uses it only for the text it was made for", async () => {
    const folder = path.join(dir, "ready");
    mkdirSync(folder);
    const file = path.join(folder, "databases.ini");
    const draft = path.join(folder, ".databases.ini.switchyard-run-3");
    writeFileSync(file, "app = host=a\n", { mode: 0o640 });
    await prepareReplacement(file, "app = host=b\n", "run-3");
    expect(readdirSync(folder).sort()).toEqual([path.basename(draft), "databases.ini"]);
    const { ino } = statSync(draft);
    replaceDatabases(file, "app = host=b\n", "run-3");
    expect(readFileSync(`${file}.before-run-3`, "utf8")).toBe("app = host=a\n");
    expect([statSync(file).ino, statSync(file).mode & 0o777, existsSync(draft)]).toEqual([ino, 0o640, false]);
    await syncDatabases(file);
    // Somebody edits the file after it was prepared: what is wanted now is written anew.
    await prepareReplacement(file, "app = host=c\n", "run-3");
    replaceDatabases(file, "app = host=c\nother = host=d\n", "run-3");
    expect(readDatabases(file)).toBe("app = host=c\nother = host=d\n");
    discardReplacement(file, "run-3");
    expect(readdirSync(folder).sort()).toEqual(["databases.ini", "databases.ini.before-run-3"]);
    discardReplacement(path.join(folder, "gone.ini"), "run-3");
    await expect(prepareReplacement("/proc/version", "", "run-3")).rejects.toThrow("cannot be replaced");
  });

  it("B-14 reads what is a file and comes to an end, and replaces what a link leads to", () => {
    const folder = path.join(dir, "odd");
    mkdirSync(folder);
    const named = (name: string) => path.join(folder, name);
    const [file, link, pipe, empty, long] = [named("real.ini"), named("link.ini"), named("pipe.ini"), named("empty.ini"), named("long.ini")];
    execFileSync("mkfifo", [pipe]);
    for (const odd of [pipe, folder, "/dev/zero"]) {
      expect(() => readDatabases(odd)).toThrow("is not a file");
      expect(configProblem(odd, "app")).toContain("is not a file");
    }
    writeFileSync(empty, "");
    expect(configProblem(empty, "app")).toContain("cannot be changed");
    writeFileSync(long, "");
    truncateSync(long, 2_000_000);
    expect(() => readDatabases(long)).toThrow("larger than a list of databases");
    writeFileSync(file, "app = host=a\n");
    symlinkSync(file, link);
    replaceDatabases(link, "app = host=b\n", "run-4");
    expect([readFileSync(file, "utf8"), lstatSync(link).isSymbolicLink(), existsSync(`${file}.before-run-4`)]).toEqual(["app = host=b\n", true, true]);
  });

  it("F-PG-7 says beforehand that a file cannot be replaced", () => {
    expect(() => tryReplace(path.join(dir, "missing.ini"))).toThrow("cannot be replaced");
    // A folder of the kernel, which refuses new files to root too.
    expect(() => tryReplace("/proc/version")).toThrow("cannot be replaced");
    const folder = path.join(dir, "own");
    mkdirSync(folder);
    const file = path.join(folder, "databases.ini");
    writeFileSync(file, "app = host=a\n", { mode: 0o640 });
    if (process.getuid?.() === 0) chownSync(file, 12_345, 12_345);
    tryReplace(file);
    expect(readdirSync(folder)).toEqual(["databases.ini"]);
    expect(entryServer(readDatabases(file), "app").host).toBe("a");
  });

  it("is what the test of a connection with a configuration file tries", async () => {
    openAdmin();
    const file = site.pgbouncer?.configFile ?? "";
    const good = await testConnection(connection({ configFile: file }), egress, new Date());
    expect(good).toMatchObject({ ok: true, message: expect.stringContaining("can be replaced") });
    expect(good.message).toContain("app");
    const bad = await testConnection(connection({ configFile: "/nowhere/databases.ini" }), egress, new Date());
    expect(bad).toMatchObject({ ok: false, message: expect.stringContaining("/nowhere/databases.ini cannot be replaced") });
    const app = site.pgbouncer?.app;
    const noAdmin = { ...connection({ user: app?.user, configFile: file }), secret: { password: app?.password ?? "" } };
    expect(await testConnection(noAdmin, egress, new Date())).toMatchObject({ ok: false });
  });
});
