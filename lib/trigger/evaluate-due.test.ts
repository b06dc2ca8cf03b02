import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { firstRow, rows } from "@/lib/db/transaction";
import { ingestSamples } from "@/lib/metric/ingest-samples";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeMetric, makeProject, makeTrigger } from "@/prisma/testing/factories";
import { evaluateDueTriggers } from "./evaluate-due";
import { listTriggerGroups } from "./store";

let t: TestDb;
let ctx: Ctx;
let projectId: string;
let metricId: string;
const now = new Date("2026-11-20T02:10:00Z");
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(now.getTime() - hours * HOUR);

beforeAll(async () => {
  t = await testDb();
  ctx = await t.ctx("operator", now);
});
afterAll(() => t.close());
beforeEach(async () => {
  projectId = (await makeProject(t.db)).project.id;
  metricId = (await makeMetric(t.db, projectId, { key: "users", staleAfterMs: 2 * HOUR })).id;
});

const send = async (samples: { at: Date; value: number }[], labels?: Record<string, string>) => {
  const report = await ingestSamples(ctx, {
    project: projectId,
    samples: samples.map(({ at, value }) => ({ metric: "users", value, at: at.toISOString(), ...(labels ? { labels } : {}) })),
  });
  expect(report.rejected).toEqual([]);
};
const hourly = (from: number, to: number, value = 150) => Array.from({ length: from - to + 1 }, (_, i) => ({ at: ago(from - i), value }));
const stateOf = (id: string) =>
  firstRow<{ state: string; version: number; trueSince: Date | null }>(
    t.db.pool,
    `SELECT state, version, true_since AS "trueSince" FROM trigger WHERE id = $1`,
    [id],
  );
const eventsOf = (id: string) =>
  rows<{ to: string; at: Date }>(t.db.pool, `SELECT to_state AS "to", at FROM trigger_event WHERE trigger_id = $1 ORDER BY id`, [id]);

describe("evaluateDueTriggers", () => {
  it("counts 24 hours of history although nothing evaluated them at the time", async () => {
    const trigger = await makeTrigger(t.db, projectId, metricId, { holdMs: 24 * HOUR });
    await send(hourly(25, 0));
    await evaluateDueTriggers(t.db, now);
    expect(await stateOf(trigger.id)).toMatchObject({ state: "firing", trueSince: ago(25) });
    expect((await eventsOf(trigger.id)).map((e) => e.to)).toEqual(["firing"]);
  });

  it("lets one sample followed by silence become unknown, never firing", async () => {
    const trigger = await makeTrigger(t.db, projectId, metricId, { holdMs: 24 * HOUR });
    await send([{ at: ago(1), value: 150 }]);
    await evaluateDueTriggers(t.db, now);
    expect(await stateOf(trigger.id)).toMatchObject({ state: "pending" });
    expect(await evaluateDueTriggers(t.db, new Date(now.getTime() + HOUR))).toMatchObject({ evaluated: 0 });
    await evaluateDueTriggers(t.db, new Date(now.getTime() + HOUR + 60_000));
    expect(await stateOf(trigger.id)).toMatchObject({ state: "unknown" });
    await evaluateDueTriggers(t.db, new Date(now.getTime() + 48 * HOUR));
    expect(await stateOf(trigger.id)).toMatchObject({ state: "unknown" });
  });

  it("is not due again until something changes", async () => {
    await makeTrigger(t.db, projectId, metricId);
    await send(hourly(3, 0));
    expect(await evaluateDueTriggers(t.db, now)).toMatchObject({ evaluated: 1 });
    expect(await evaluateDueTriggers(t.db, now)).toMatchObject({ evaluated: 0 });
    await send([{ at: new Date(now.getTime() - 1000), value: 50 }]);
    expect(await evaluateDueTriggers(t.db, now)).toMatchObject({ evaluated: 1, changed: 0 });
  });

  it("reads history again when late samples break the run", async () => {
    const trigger = await makeTrigger(t.db, projectId, metricId, { holdMs: 24 * HOUR });
    await send(hourly(25, 0));
    await evaluateDueTriggers(t.db, now);
    await send([{ at: new Date(ago(5).getTime() + 60_000), value: 10 }]);
    await evaluateDueTriggers(t.db, now);
    expect(await stateOf(trigger.id)).toMatchObject({ state: "pending", trueSince: ago(4) });
  });

  it("reads history again when the rule changes", async () => {
    const trigger = await makeTrigger(t.db, projectId, metricId, { holdMs: 24 * HOUR });
    await send(hourly(10, 0));
    await evaluateDueTriggers(t.db, now);
    expect(await stateOf(trigger.id)).toMatchObject({ state: "pending" });
    await t.db.pool.query("UPDATE trigger SET hold_ms = $2 WHERE id = $1", [trigger.id, 5 * HOUR]);
    await evaluateDueTriggers(t.db, now);
    expect(await stateOf(trigger.id)).toMatchObject({ state: "firing", trueSince: ago(10) });
    await t.db.pool.query("UPDATE trigger SET value = 500 WHERE id = $1", [trigger.id]);
    await evaluateDueTriggers(t.db, now);
    expect((await eventsOf(trigger.id)).map((e) => e.to)).toEqual(["pending", "firing", "inactive"]);
  });

  it("proves a long hold from hourly roll-ups where samples are too many to read", async () => {
    const trigger = await makeTrigger(t.db, projectId, metricId, { holdMs: 24 * HOUR });
    const many = Array.from({ length: 25_200 }, (_, i) => ({ at: new Date(now.getTime() - (25_200 - i) * 4_000), value: 150 }));
    for (let i = 0; i < many.length; i += 10_000) await send(many.slice(i, i + 10_000));
    await evaluateDueTriggers(t.db, now);
    expect(await stateOf(trigger.id)).toMatchObject({ state: "firing" });
  });

  it("writes each change once when four workers evaluate at the same time (F-ENG)", async () => {
    const triggers = await Promise.all(Array.from({ length: 6 }, () => makeTrigger(t.db, projectId, metricId)));
    await send(hourly(3, 0));
    const results = await Promise.all(Array.from({ length: 4 }, () => evaluateDueTriggers(t.db, now)));
    expect(results.reduce((sum, r) => sum + r.evaluated, 0)).toBe(6);
    for (const trigger of triggers) {
      expect(await stateOf(trigger.id)).toMatchObject({ state: "firing", version: 2 });
      expect(await eventsOf(trigger.id)).toHaveLength(1);
    }
  });

  it("does not stop at a trigger that cannot be evaluated", async () => {
    const broken = await makeTrigger(t.db, projectId, metricId);
    const good = await makeTrigger(t.db, projectId, metricId);
    await t.db.pool.query("ALTER TABLE trigger DROP CONSTRAINT IF EXISTS broken");
    await t.db.pool.query(`ALTER TABLE trigger ADD CONSTRAINT broken CHECK (id <> '${broken.id}' OR state = 'unknown')`);
    await send(hourly(1, 0));
    expect(await evaluateDueTriggers(t.db, now)).toMatchObject({ evaluated: 1, failed: 1 });
    expect(await stateOf(good.id)).toMatchObject({ state: "firing" });
    await t.db.pool.query("ALTER TABLE trigger DROP CONSTRAINT broken");
  });

  it("answers the states of a past moment from the samples of that time", async () => {
    await makeTrigger(t.db, projectId, metricId, { holdMs: 3 * HOUR });
    await send([...hourly(20, 11, 50), ...hourly(10, 0)]);
    const at = async (hours: number) => (await listTriggerGroups(t.db, projectId, ago(hours)))[0]?.state;
    expect([await at(30), await at(15), await at(9), await at(7), await at(0)]).toEqual(["unknown", "inactive", "pending", "firing", "firing"]);
  });
});
