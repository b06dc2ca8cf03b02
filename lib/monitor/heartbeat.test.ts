import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeProject } from "@/prisma/testing/factories";
import { issueHeartbeatKey } from "./issue-heartbeat-key";
import { receiveHeartbeat } from "./receive-heartbeat";
import { listBackups } from "./store";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

it("a backup reports with its key, never goes back in time, and an old key is refused", async () => {
  const { project } = await makeProject(t.db);
  await t.db.prisma.backup.create({ data: { id: newId(), projectId: project.id, key: "daily", name: "Daily dump" } });
  const [early, late] = [new Date("2026-11-20T01:00:00Z"), new Date("2026-11-20T02:00:00Z")];
  const { key } = await issueHeartbeatKey(await t.ctx("operator"), { project: project.slug, backup: "daily" });
  await receiveHeartbeat(await t.ctx("viewer", late), { key });
  await receiveHeartbeat(await t.ctx("viewer", early), { key, kind: "backup" });
  await receiveHeartbeat(await t.ctx("viewer", early), { key, kind: "restore-test" });
  expect(await listBackups(t.db, project.id)).toMatchObject([
    { key: "daily", hasKey: true, lastRunAt: late.toISOString(), lastRestoreTestAt: early.toISOString() },
  ]);
  await expect(receiveHeartbeat(t.worker(), { key })).rejects.toMatchObject({ kind: "forbidden" });
  await issueHeartbeatKey(await t.ctx("operator"), { project: project.slug, backup: "daily" });
  await expect(receiveHeartbeat(await t.ctx("viewer"), { key })).rejects.toMatchObject({ kind: "not-found" });
  await expect(issueHeartbeatKey(await t.ctx("viewer"), { project: project.slug, backup: "daily" })).rejects.toMatchObject({ kind: "forbidden" });
});
