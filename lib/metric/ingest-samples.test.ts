import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { firstRow, rows } from "@/lib/db/transaction";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeMetric, makeProject } from "@/prisma/testing/factories";
import { enterSample } from "./enter-sample";
import { ingestSamples } from "./ingest-samples";
import { dropOldSamplePartitions, prepareSamplePartitions } from "./retention";
import { readSeries } from "./series";
import { latestSample, latestSamples, listMetrics } from "./store";
import { undoSample } from "./undo-sample";

let t: TestDb;
let ctx: Ctx;
let project: { id: string; slug: string };
const now = new Date("2026-11-20T02:10:00Z");
const at = (minutesAgo: number) => new Date(now.getTime() - minutesAgo * 60_000).toISOString();

beforeAll(async () => {
  t = await testDb();
  ctx = await t.ctx("operator", now);
  project = (await makeProject(t.db)).project;
  for (const key of ["users", "cost", "series", "race", "hand"]) await makeMetric(t.db, project.id, { key });
  await makeMetric(t.db, project.id, { key: "compliance", kind: "boolean" });
});
afterAll(() => t.close());

const countOf = async (key: string) =>
  (
    await firstRow<{ n: number }>(t.db.pool, "SELECT count(*) AS n FROM sample s JOIN metric m ON m.id = s.metric_id WHERE m.key = $1 AND m.project_id = $2", [
      key,
      project.id,
    ])
  )?.n;

describe("ingest", () => {
  it("stores the good rows of a call, reports every bad one and writes the roll-ups", async () => {
    const report = await ingestSamples(ctx, {
      project: project.slug,
      samples: [
        { metric: "users", value: 10, at: at(130) },
        { metric: "users", value: 30, at: at(129) },
        { metric: "user", value: 1 },
        { metric: "users", value: "NaN" },
        { metric: "users", value: 50, at: "2026-04-31T00:00:00Z" },
        { metric: "compliance", value: "yes", at: at(5) },
      ],
    });
    expect(report).toMatchObject({ accepted: 3, duplicates: 0 });
    expect(report.rejected.map((r) => [r.index, r.code])).toEqual([
      [2, "unknown-metric"],
      [3, "value"],
      [4, "time"],
    ]);
    const hours = await rows(t.db.pool, "SELECT count, sum, min, max, last FROM sample_hour h JOIN metric m ON m.id = h.metric_id WHERE m.key = 'users'");
    // 02:10 minus 130 minutes is exactly midnight: both are in the first hour of the day.
    expect(hours).toEqual([{ count: 2, sum: 40, min: 10, max: 30, last: 30 }]);
  });

  it("changes nothing when the same samples come again, and keeps facts against other values", async () => {
    const samples = [
      { metric: "cost", value: 1, at: at(60) },
      { metric: "cost", value: 2, at: at(59), labels: { region: "a" } },
    ];
    expect(await ingestSamples(ctx, { project: project.slug, samples })).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(await ingestSamples(ctx, { project: project.slug, samples: [...samples, ...samples] })).toMatchObject({ accepted: 4, duplicates: 4, rejected: [] });
    const other = await ingestSamples(ctx, { project: project.slug, samples: [{ metric: "cost", value: 9, at: at(60) }] });
    expect(other).toMatchObject({ accepted: 0, rejected: [{ index: 0, code: "conflict" }] });
    expect(await countOf("cost")).toBe(2);
    const inOne = await ingestSamples(ctx, {
      project: project.slug,
      samples: [
        { metric: "cost", value: 5, at: at(10) },
        { metric: "cost", value: 6, at: at(10) },
      ],
    });
    expect(inOne).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: "conflict" }] });
  });

  it("refuses a body that is no list, more than 10,000 samples, and people without the permission", async () => {
    await expect(ingestSamples(ctx, { project: project.slug, samples: {} })).rejects.toMatchObject({ kind: "invalid" });
    await expect(ingestSamples(ctx, { project: project.slug, samples: Array(10_001).fill({}) })).rejects.toMatchObject({ kind: "too-large" });
    await expect(ingestSamples(await t.ctx("viewer"), { project: project.slug, samples: [] })).rejects.toMatchObject({ kind: "forbidden" });
    await expect(ingestSamples(ctx, { project: "nowhere", samples: [] })).rejects.toMatchObject({ kind: "not-found" });
  });

  it("leaves nothing half-written when the database fails in the middle", async () => {
    const before = await countOf("users");
    const values = await firstRow<{ seq: number }>(t.db.pool, "SELECT sample_seq AS seq FROM metric WHERE key = 'users' AND project_id = $1", [project.id]);
    await t.db.pool.query("ALTER TABLE sample_day ADD CONSTRAINT broken CHECK (max < 1000)");
    try {
      await expect(ingestSamples(ctx, { project: project.slug, samples: [{ metric: "users", value: 5000, at: at(1) }] })).rejects.toThrow();
    } finally {
      await t.db.pool.query("ALTER TABLE sample_day DROP CONSTRAINT broken");
    }
    expect(await countOf("users")).toBe(before);
    expect(await firstRow(t.db.pool, "SELECT sample_seq AS seq FROM metric WHERE key = 'users' AND project_id = $1", [project.id])).toEqual(values);
  });

  it("keeps roll-ups right when many senders write into the same bucket at once", async () => {
    const calls = Array.from({ length: 8 }, (_, i) =>
      ingestSamples(ctx, {
        project: project.slug,
        samples: Array.from({ length: 25 }, (_, j) => ({ metric: "race", value: i * 25 + j, at: at(120 + (i * 25 + j) / 100) })),
      }),
    );
    for (const report of await Promise.all(calls)) expect(report.accepted).toBe(25);
    const total = await firstRow(
      t.db.pool,
      "SELECT sum(count)::int AS n, max(max) AS max FROM sample_day d JOIN metric m ON m.id = d.metric_id WHERE m.key = 'race'",
    );
    expect(total).toEqual({ n: 200, max: 199 });
  });

  it("says whether the past changed", async () => {
    const seqs = () =>
      firstRow<{ s: number; r: number }>(t.db.pool, "SELECT sample_seq AS s, replay_seq AS r FROM metric WHERE key = 'series' AND project_id = $1", [
        project.id,
      ]);
    const send = (minutes: number) => ingestSamples(ctx, { project: project.slug, samples: [{ metric: "series", value: minutes, at: at(minutes) }] });
    await send(100);
    await send(50);
    expect(await seqs()).toEqual({ s: 2, r: 0 });
    await send(70);
    expect(await seqs()).toEqual({ s: 3, r: 3 });
    await send(70);
    expect(await seqs()).toEqual({ s: 3, r: 3 });
  });
});

describe("reads", () => {
  it("gives the newest value, also of a past moment and only since a time", async () => {
    expect((await latestSamples(t.db, project.id, now)).get("series")).toMatchObject({ value: 50 });
    expect((await latestSamples(t.db, project.id, new Date(at(60)))).get("series")).toMatchObject({ value: 70 });
    expect(await latestSample(t.db, project.id, "series")).toMatchObject({ value: 50 });
    expect(await latestSample(t.db, project.id, "series", new Date(at(40)))).toBeNull();
    const list = await listMetrics(t.db, project.id, now);
    expect(list.find((m) => m.key === "hand")).toMatchObject({ latest: null, freshness: "unknown" });
  });

  it("answers at most the wanted points whatever the length of the history (R-SEC-22)", async () => {
    const samples = Array.from({ length: 9_000 }, (_, i) => ({
      metric: "hand",
      value: i,
      at: new Date(now.getTime() - (9_000 - i) * 3_600_000).toISOString(),
    }));
    expect((await ingestSamples(ctx, { project: project.slug, samples })).accepted).toBe(9_000);
    const range = { from: new Date(now.getTime() - 9_001 * 3_600_000), to: now };
    for (const [points, size] of [
      [1_000, 86_400_000],
      [376, 86_400_000],
      [100, 345_600_000],
      [1, 376 * 86_400_000],
    ] as const) {
      const series = await readSeries(t.db, project.id, "hand", { ...range, points });
      expect(series.points.length).toBeLessThanOrEqual(points);
      if (points !== 1) expect(series.bucketMs).toBe(size);
      expect(series.points.at(-1)?.value).toBe(8_999);
    }
    const lastDay = await readSeries(t.db, project.id, "hand", { from: new Date(now.getTime() - 86_400_000), to: now, points: 400 });
    expect(lastDay.bucketMs).toBeNull();
    expect(lastDay.points).toHaveLength(24);
  });
});

describe("values by hand", () => {
  it("are audited and can be taken back by the same person only", async () => {
    const entered = await enterSample(ctx, { project: project.slug, metric: "compliance", value: "no" });
    expect(entered).toMatchObject({ value: 0, at: now.toISOString() });
    const undo = { project: project.slug, metric: "compliance", at: entered.at };
    await expect(undoSample(await t.ctx("operator", now), undo)).rejects.toMatchObject({ kind: "refused" });
    await undoSample(ctx, undo);
    await expect(undoSample(ctx, undo)).rejects.toMatchObject({ kind: "not-found" });
    const actions = await rows<{ action: string }>(t.db.pool, "SELECT action FROM audit_entry WHERE action LIKE 'sample.%' ORDER BY seq");
    expect(actions.map((a) => a.action)).toEqual(["sample.enter", "sample.undo"]);
    expect(await latestSample(t.db, project.id, "compliance")).toMatchObject({ value: 1 });
  });

  it("cannot be taken back after ten seconds", async () => {
    const entered = await enterSample(ctx, { project: project.slug, metric: "cost", value: "1,234.5" });
    expect(entered.value).toBe(1234.5);
    await t.db.pool.query("UPDATE sample SET received_at = received_at - interval '11 seconds' WHERE at = $1", [entered.at]);
    await expect(undoSample(ctx, { project: project.slug, metric: "cost", at: entered.at })).rejects.toMatchObject({ kind: "refused" });
  });

  it.each([
    ["cost", "12 apples", "value"],
    ["cost", "Infinity", "value"],
    ["cost", "1e999", "value"],
    ["compliance", "perhaps", "value"],
    ["kost", "1", "metric"],
  ])("%s = %s is refused at the field", async (metric, value, path) => {
    await expect(enterSample(ctx, { project: project.slug, metric, value })).rejects.toMatchObject({ kind: "invalid", issues: [{ path }] });
  });
});

describe("a month that has no partition yet", () => {
  it("takes the first samples of many callers at once", async () => {
    const made = Array.from({ length: 12 }, (_, n) => `20${30 + n}-01-01T00:00:00Z`).flatMap((month) => Array.from({ length: 6 }, () => month));
    await Promise.all(made.map((month) => t.db.pool.query("SELECT ensure_month_partition('sample', $1)", [month])));
    const found = await t.db.pool.query("SELECT 1 FROM pg_class WHERE relname ~ '^sample_20[34][0-9]01$'");
    expect(found.rowCount).toBe(12);
  });
});

describe("retention", () => {
  it("prepares the coming months and gives up months beyond the limit only", async () => {
    await prepareSamplePartitions(t.db, now);
    await t.db.pool.query("SELECT ensure_month_partition('sample', '2024-08-01T00:00:00Z'), ensure_month_partition('sample', '2024-09-01T00:00:00Z')");
    expect(await dropOldSamplePartitions(t.db, now)).toEqual(["sample_202408"]);
    expect(await countOf("users")).toBeGreaterThan(0);
  });
});
