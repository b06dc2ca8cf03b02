import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPool } from "@/lib/db/pool";
import { readHealth } from "@/lib/service/health";
import { expositionText, ownMetrics } from "@/lib/service/own-metrics";
import { type TestDb, testDb } from "@/prisma/testing/database";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());
const now = new Date("2026-11-20T12:00:00Z");

describe("health", () => {
  it("is ok only with a database and a living worker", async () => {
    expect(await readHealth(() => t.db, now)).toMatchObject({ status: "unavailable", database: "ok", worker: { status: "gone", lastSeen: null } });
    const beat = { host: "h", pid: 1, version: "0", startedAt: now };
    await t.db.prisma.workerHeartbeat.create({ data: { id: "w", ...beat, lastSeenAt: new Date(now.getTime() - 29_000) } });
    expect(await readHealth(() => t.db, now)).toMatchObject({ status: "ok", worker: { status: "ok", lastSeen: "2026-11-20T11:59:31.000Z" } });
    expect((await readHealth(() => t.db, new Date(now.getTime() + 2_000))).worker.status).toBe("gone");
    const pool = createPool("postgresql://nobody@127.0.0.1:1/none");
    expect(await readHealth(() => ({ pool }), now)).toMatchObject({ status: "unavailable", database: "unreachable", worker: { status: "unknown" } });
    await pool.end();
  });
});

describe("own metrics", () => {
  it("are valid Prometheus text with escaped labels", async () => {
    const text = await ownMetrics(t.db, now);
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="([^"\\\n]|\\["\\n])*"\})? -?[\d.e+-]+)$/);
    }
    expect(text).toContain('switchyard_worker_heartbeat_age_seconds{worker="w"} 29');
    expect(expositionText([{ name: "x", help: "h", type: "gauge", samples: [{ labels: { l: 'a"b\\c\nd' }, value: 1 }] }])).toContain('x{l="a\\"b\\\\c\\nd"} 1');
  });
});
