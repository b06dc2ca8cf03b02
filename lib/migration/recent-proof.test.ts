import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approveRun } from "@/lib/migration/approve-run";
import { createRun } from "@/lib/migration/create-run";
import { pauseRun } from "@/lib/migration/pause-run";
import { requestRun } from "@/lib/migration/request-run";
import { startRun } from "@/lib/migration/start-run";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeHeartbeat, makeMigration, makeRunbook } from "@/prisma/testing/factories/migration";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
  await makeHeartbeat(t.db);
});
afterAll(() => t.close());

const later = (ctx: Ctx): Ctx => ({ ...ctx, now: new Date(ctx.now.getTime() + 6 * 60_000) });
const WANTS_PASSWORD = { kind: "forbidden", details: { stepUp: true } };

describe("step-up of tier 2 commands", () => {
  it("approve and live start want a password typed within five minutes; pause never does", async () => {
    const { migration } = await makeMigration(t.db, makeRunbook({ steps: [{ key: "one", title: "One", kind: "manual", instructions: "First." }] }));
    const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
    const run = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "it is time" });
    const asked = await requestRun(operator, { runId: run.id, version: 1 });
    const verdict = { runId: run.id, planHash: asked.planHash };
    await expect(approveRun(later(approver), verdict)).rejects.toMatchObject(WANTS_PASSWORD);
    const approved = await approveRun(approver, verdict);
    await t.db.pool.query("UPDATE worker_heartbeat SET last_seen_at = last_seen_at + interval '6 minutes'");
    await expect(startRun(later(operator), { runId: run.id, version: approved.version })).rejects.toMatchObject(WANTS_PASSWORD);
    const started = await startRun(operator, { runId: run.id, version: approved.version });
    expect(started.status).toBe("running");
    expect((await pauseRun(later(operator), { runId: run.id })).desired).toBe("pause");
  });
});
