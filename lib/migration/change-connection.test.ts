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
