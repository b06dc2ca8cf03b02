import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { newId } from "@/lib/core/ids";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeProject } from "@/prisma/testing/factories/project";
import { createConnection } from "./create-connection";
import { deleteConnection } from "./delete-connection";
import { createEgress } from "./egress";
import { openConnection } from "./open-connection";
import { requestConnectionTest } from "./request-connection-test";
import type { OpeningKey } from "./seal";
import { findConnection, listConnections } from "./store";
import { runDueConnectionTests } from "./test-connection";
import { updateConnection } from "./update-connection";
import { loadWorkerKey, publishWorkerKey } from "./worker-key";

const CANARY = "canary-password-123";
const dataDir = mkdtempSync(join(tmpdir(), "worker-key-"));
let t: TestDb;
let admin: Ctx;
let project: string;
let key: OpeningKey;

const config = (values: object = {}) => ({ host: "db.example.test", database: "app", user: "mover", ...values });
const input = (name: string, values: object = {}) => ({
  project,
  key: name,
  name,
  kind: "postgres",
  config: config(),
  secret: { password: CANARY },
  ...values,
});

beforeAll(async () => {
  t = await testDb();
  admin = await t.ctx("admin");
  project = (await makeProject(t.db)).project.id;
  key = loadWorkerKey(dataDir);
});
afterAll(async () => {
  await t.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("the worker's key", () => {
  it("is made once, private, and published before secrets can be stored", async () => {
    expect(statSync(join(dataDir, "worker-key.pem")).mode & 0o777).toBe(0o600);
    expect(loadWorkerKey(dataDir).publicKey).toBe(key.publicKey);
    await expect(createConnection(admin, input("early"))).rejects.toThrow("cannot be stored yet");
    expect(await publishWorkerKey(t.db, key.publicKey)).toBe("no-workspace");
    await t.db.pool.query("INSERT INTO workspace (id, name, currency, time_zone) VALUES ($1, 'W', 'USD', 'UTC')", [newId()]);
    expect(await publishWorkerKey(t.db, key.publicKey)).toBe("published");
    expect(await publishWorkerKey(t.db, key.publicKey)).toBe("same");
  });

  it("is not replaced while secrets are sealed to it", async () => {
    const made = await createConnection(admin, input("keeps"));
    const dir = mkdtempSync(join(tmpdir(), "other-key-"));
    expect(await publishWorkerKey(t.db, loadWorkerKey(dir).publicKey)).toBe("other");
    rmSync(dir, { recursive: true, force: true });
    await deleteConnection(admin, { id: made.id });
  });
});

describe("connections", () => {
  it("keep their secret sealed: nothing but the worker's key opens it (S-9, S-11)", async () => {
    const made = await createConnection(admin, input("main"));
    expect(made).toMatchObject({ key: "main", secretFields: ["password"], secretVersion: 1, test: { status: "never" } });
    const stored = await t.db.pool.query("SELECT c::text AS row FROM connection c UNION ALL SELECT a::text FROM audit_entry a");
    expect(JSON.stringify([stored.rows, made, await listConnections(t.db, project)])).not.toContain(CANARY);
    const frozen = { key: "main", kind: "postgres", config: made.config, secretVersion: 1 };
    expect((await openConnection({ db: t.db, key }, project, frozen)).secret).toEqual({ password: CANARY });
    await expect(openConnection({ db: t.db, key }, project, { ...frozen, secretVersion: 0 })).rejects.toThrow("has changed since");
    await expect(openConnection({ db: t.db, key }, project, { ...frozen, config: config({ host: "evil.example.test" }) })).rejects.toThrow("has changed since");
  });

  it("do not open when rows are swapped behind our back (R-SEC-16)", async () => {
    const [a, b] = [await createConnection(admin, input("swap-a")), await createConnection(admin, input("swap-b", { secret: { password: "other-secret" } }))];
    await t.db.pool.query("UPDATE connection SET sealed = (SELECT sealed FROM connection WHERE id = $2) WHERE id = $1", [a.id, b.id]);
    await expect(openConnection({ db: t.db, key }, project, { key: "swap-a", kind: "postgres", config: a.config, secretVersion: 1 })).rejects.toThrow(
      "changed or moved",
    );
  });

  it("change by version; new secrets raise the secret version and are told to whoever froze them", async () => {
    const made = await createConnection(admin, input("edit"));
    const told: string[] = [];
    const renamed = await updateConnection(admin, { id: made.id, version: made.version, name: "Edited" }, async (_tx, _ctx, id, cause) =>
      told.push(`${id} ${cause}`),
    );
    expect(renamed).toMatchObject({ name: "Edited", secretVersion: 1, version: made.version + 1 });
    const changed = await updateConnection(admin, { id: made.id, version: renamed.version, secret: { password: "new-secret" } });
    expect(changed.secretVersion).toBe(2);
    expect(
      (await openConnection({ db: t.db, key }, project, { key: "edit", kind: "postgres", config: changed.config, secretVersion: 2 })).secret.password,
    ).toBe("new-secret");
    expect(told).toEqual([`${project} connection edit changed`]);
    await expect(updateConnection(admin, { id: made.id, version: made.version, name: "Late" })).rejects.toMatchObject({ kind: "conflict" });
  });

  it("refuse bad input by field, taken keys and people without the permission", async () => {
    await expect(createConnection(admin, input("bad", { config: config({ host: "/run" }) }))).rejects.toMatchObject({
      kind: "invalid",
      issues: [{ path: "config.host" }],
    });
    await expect(createConnection(admin, input("bad", { secret: { passwort: "x" } }))).rejects.toMatchObject({ kind: "invalid", issues: [{ path: "secret" }] });
    await expect(createConnection(admin, input("main"))).rejects.toMatchObject({ kind: "conflict" });
    await expect(createConnection(admin, input("x", { project: "nowhere" }))).rejects.toMatchObject({ kind: "not-found" });
    for (const role of ["viewer", "operator", "approver"] as const) {
      const ctx = await t.ctx(role);
      await expect(createConnection(ctx, input("no"))).rejects.toMatchObject({ kind: "forbidden" });
      await expect(deleteConnection(ctx, { id: "x" })).rejects.toMatchObject({ kind: "forbidden" });
    }
  });

  it("lose their secret when they are removed, and the key is free again", async () => {
    const made = await createConnection(admin, input("gone"));
    await deleteConnection(admin, { id: made.id, version: made.version });
    expect(await findConnection(t.db, project, "gone")).toBeNull();
    expect((await t.db.pool.query("SELECT sealed FROM connection WHERE id = $1", [made.id])).rows).toEqual([{ sealed: {} }]);
    expect((await createConnection(admin, input("gone"))).id).not.toBe(made.id);
    const audit = await t.db.pool.query("SELECT action FROM audit_entry WHERE object->>'id' = $1 ORDER BY seq", [made.id]);
    expect(audit.rows.map((row) => row.action)).toEqual(["connection.create", "connection.delete"]);
  });
});

describe("tests of connections", () => {
  const run = () => runDueConnectionTests({ db: t.db, key, egress: createEgress({ allowLoopback: true }), now: () => new Date() });

  it("are done by the worker, with the server's own words", async () => {
    const url = new URL(inject("templateUrl"));
    const local = { host: url.hostname, port: Number(url.port), database: "postgres", user: url.username, sslmode: "disable" };
    const secret = url.password === "" ? {} : { password: decodeURIComponent(url.password) };
    const good = await createConnection(admin, input("good", { config: local, secret }));
    const wrong = await createConnection(admin, input("wrong", { config: { ...local, database: "no_such_database" }, secret }));
    const operator = await t.ctx("operator");
    for (const one of [good, wrong]) expect((await requestConnectionTest(operator, { id: one.id })).test.status).toBe("waiting");
    expect(await run()).toBe(2);
    expect(await run()).toBe(0);
    const seen = new Map((await listConnections(t.db, project)).map((view) => [view.key, view.test]));
    expect(seen.get("good")).toMatchObject({ status: "ok", message: expect.stringContaining("PostgreSQL 18") });
    expect(seen.get("wrong")).toMatchObject({ status: "failed", message: 'database "no_such_database" does not exist' });
  });

  it("say why nothing could be reached, and keep the answer off a changed connection", async () => {
    const hook = await createConnection(
      admin,
      input("hook", { kind: "webhook", config: { url: "http://169.254.169.254/x" }, secret: { signingSecret: "a".repeat(20) } }),
    );
    const lb = await createConnection(admin, input("lb", { kind: "haproxy", config: { address: "127.0.0.1:1" }, secret: {} }));
    for (const one of [hook, lb]) await requestConnectionTest(admin, { id: one.id });
    await run();
    const seen = new Map((await listConnections(t.db, project)).map((view) => [view.key, view.test]));
    expect(seen.get("hook")).toMatchObject({ status: "failed", message: expect.stringContaining("never reached") });
    expect(seen.get("lb")).toMatchObject({ status: "failed", message: expect.stringContaining("ECONNREFUSED") });
    const changed = await updateConnection(admin, { id: lb.id, version: lb.version, config: { address: "127.0.0.1:2" } });
    expect(changed.test.status).toBe("never");
  });
});
