import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadWorkerKey, publishWorkerKey } from "@/lib/connection/worker-key";
import { newId } from "@/lib/core/ids";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeHeartbeat, makeMigration, makeRunbook } from "@/prisma/testing/factories/migration";
import { createConnection, deleteConnection, updateConnection } from "./change-connection";
import { createRun } from "./create-run";
import { loadRun } from "./load-run";
import { requestRun } from "./request-run";

let t: TestDb;
const dir = mkdtempSync(join(tmpdir(), "worker-key-"));

beforeAll(async () => {
  t = await testDb();
  await makeHeartbeat(t.db);
  await t.db.pool.query("INSERT INTO workspace (id, name, currency, time_zone) VALUES ($1, 'W', 'USD', 'UTC')", [newId()]);
  await publishWorkerKey(t.db, loadWorkerKey(dir).publicKey);
});
afterAll(async () => {
  await t.close();
  rmSync(dir, { recursive: true, force: true });
});

it("a change of a connection voids the requests that were made with the old one, in the same transaction", async () => {
  const [admin, operator] = [await t.ctx("admin"), await t.ctx("operator")];
  const steps = [{ key: "n", title: "N", kind: "notify", with: { connection: "pager", message: "x" } }];
  const { project, migration } = await makeMigration(t.db, makeRunbook({ steps }));
  const settings = {
    project: project.slug,
    key: "pager",
    name: "Pager",
    kind: "webhook",
    config: { url: "https://hooks.example.test/a" },
    secret: { signingSecret: "s".repeat(20) },
  };
  const pager = await createConnection(admin, settings);
  const run = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "" });
  await requestRun(operator, { runId: run.id, version: 1 });
  const status = async () => (await loadRun(t.db.pool, run.id)).status;

  const renamed = await updateConnection(admin, { id: pager.id, version: pager.version, name: "Pager of the night" });
  expect(await status()).toBe("awaiting-approval");
  const changed = await updateConnection(admin, { id: pager.id, version: renamed.version, secret: { signingSecret: "t".repeat(20) } });
  expect(await status()).toBe("draft");

  const { version, planHash } = await loadRun(t.db.pool, run.id);
  expect(planHash).not.toBe(run.planHash);
  await requestRun(operator, { runId: run.id, version });
  await deleteConnection(admin, { id: pager.id, version: changed.version });
  expect(await status()).toBe("draft");
});

it.each(["running", "paused", "observing", "rolling-back", "needs-attention"])(
  "a connection is not changed or removed while a run that uses it is %s",
  async (status) => {
    const [admin, operator] = [await t.ctx("admin"), await t.ctx("operator")];
    const steps = [{ key: "n", title: "N", kind: "notify", with: { connection: "pager", message: "x" } }];
    const { project, migration } = await makeMigration(t.db, makeRunbook({ steps }));
    const common = { project: project.slug, name: "Pager", kind: "webhook", config: { url: "https://hooks.example.test/a" } };
    const secret = { signingSecret: "s".repeat(20) };
    const pager = await createConnection(admin, { ...common, key: "pager", secret });
    const other = await createConnection(admin, { ...common, key: "other", secret });
    const run = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "" });
    await t.db.pool.query("UPDATE run SET status = $2, ended_at = NULL WHERE id = $1", [run.id, status]);
    const row = async () => (await t.db.pool.query("SELECT config, sealed, secret_version, removed_at FROM connection WHERE id = $1", [pager.id])).rows[0];
    const before = await row();

    const named = async (change: Promise<unknown>) => {
      const error = await change.then(
        () => null,
        (cause: unknown) => cause,
      );
      expect(error).toMatchObject({ kind: "refused" });
      expect(JSON.stringify(error)).toContain("Run 1 of");
    };
    await named(updateConnection(admin, { id: pager.id, version: pager.version, secret: { signingSecret: "t".repeat(20) } }));
    await named(updateConnection(admin, { id: pager.id, version: pager.version, config: { url: "https://hooks.example.test/b" } }));
    await named(deleteConnection(admin, { id: pager.id, version: pager.version }));
    expect(await row()).toEqual(before);

    // The same settings and a new name are no change; a connection the run does not use is free.
    const renamed = await updateConnection(admin, { id: pager.id, version: pager.version, name: "Night pager", config: common.config });
    await updateConnection(admin, { id: other.id, version: other.version, secret: { signingSecret: "t".repeat(20) } });
    await t.db.pool.query("UPDATE run SET status = 'aborted', ended_at = now() WHERE id = $1", [run.id]);
    await deleteConnection(admin, { id: pager.id, version: renamed.version });
  },
);
