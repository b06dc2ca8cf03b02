import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { firstRow, rows } from "@/lib/db/transaction";
import { ingestSamples } from "@/lib/metric/ingest-samples";
import type { Ctx } from "@/lib/service/context";
import { evaluateDueTriggers } from "@/lib/trigger/evaluate-due";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeMetric, makeProject, makeTrigger } from "@/prisma/testing/factories";
import { recordDecision } from "./record-decision";
import { listDecisions } from "./store";
import { getDecisionView } from "./view";

let t: TestDb;
let ctx: Ctx;
let project: { id: string; slug: string };
const now = new Date("2026-11-20T02:10:00Z");
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(now.getTime() - hours * HOUR);

beforeAll(async () => {
  t = await testDb();
  ctx = await t.ctx("operator", now);
});
afterAll(() => t.close());
beforeEach(async () => {
  project = (await makeProject(t.db)).project;
  const users = await makeMetric(t.db, project.id, { key: "users", staleAfterMs: 3 * HOUR });
  await makeMetric(t.db, project.id, { key: "mrr", staleAfterMs: 40 * 24 * HOUR });
  await makeTrigger(t.db, project.id, users.id, { key: "many-users", op: ">", value: 1000, holdMs: 24 * HOUR });
  await t.db.prisma.decisionMatrix.create({
    data: {
      id: newId(),
      projectId: project.id,
      key: "main",
      name: "Matrix",
      document: {
        schemaVersion: 1,
        columns: [
          { stack: "current", label: "Current", line: 3 },
          { stack: "target", label: "Target" },
        ],
        rows: [
          {
            metric: "users",
            label: "Users",
            role: "condition",
            cells: [
              { type: "range", min: 0, max: 1000 },
              { type: "threshold", op: ">", value: 1000 },
            ],
          },
          {
            metric: "mrr",
            role: "condition",
            cells: [
              { type: "range", min: 0, max: 500 },
              { type: "threshold", op: ">", value: 500 },
            ],
          },
        ],
      },
    },
  });
});

const send = (metric: string, samples: [hoursAgo: number, value: number][]) =>
  ingestSamples(ctx, { project: project.id, samples: samples.map(([hours, value]) => ({ metric, value, at: ago(hours).toISOString() })) });
const hourly = (from: number, to: number, value: number): [number, number][] => Array.from({ length: from - to + 1 }, (_, i) => [from - i, value]);

describe("getDecisionView", () => {
  it("names no stack while too little is known, stays while the hold runs, and moves when it is over", async () => {
    const kind = async () => (await getDecisionView(ctx, project.slug)).verdict.kind;
    expect(await kind()).toBe("unclear");
    await send("mrr", [[100, 400]]);
    await send("users", hourly(20, 0, 1500));
    await evaluateDueTriggers(t.db, now);
    expect(await kind()).toBe("stay");
    await send("users", hourly(30, 21, 1400));
    await evaluateDueTriggers(t.db, now);
    const view = await getDecisionView(ctx, project.slug);
    expect(view.verdict).toMatchObject({ kind: "move", stack: "target" });
    expect(view.verdict.sentence).toBe("Move to Target stack: users is 1,500, above 1,000, which has held for 1 d 6 h. 1 of 2 known metrics speak for it.");
    expect(view.confidence).toMatchObject({ known: 2, total: 2, share: 1 });
    expect(view.matrix.rows.map((row) => [row.metric, row.currentCell, row.speaksFor])).toEqual([
      ["mrr", 0, "current"],
      ["users", 1, "target"],
    ]);
  });

  it("answers for a past moment with the values and states of that time", async () => {
    await send("mrr", [[500, 400]]);
    await send("users", [...hourly(100, 61, 500), ...hourly(60, 0, 1500)]);
    await evaluateDueTriggers(t.db, now);
    const at = (hours: number) => getDecisionView(ctx, project.slug, ago(hours));
    const [early, waiting, later] = [await at(80), await at(50), await at(10)];
    expect([early.verdict.kind, waiting.verdict.kind, later.verdict.kind]).toEqual(["stay", "stay", "move"]);
    expect(waiting.groups[0]?.state).toBe("pending");
    expect(early.past).toBe(true);
    expect(early.matrix.rows.find((row) => row.metric === "users")?.value).toBe(500);
    await expect(getDecisionView(ctx, project.slug, new Date(now.getTime() + 1))).rejects.toMatchObject({ kind: "refused" });
  });

  it("counts stale values as not known but still shows where they were", async () => {
    await send("users", [[5, 900]]);
    await evaluateDueTriggers(t.db, now);
    const view = await getDecisionView(ctx, project.slug);
    expect(view.confidence.missing.map((m) => [m.metric, m.state])).toEqual([
      ["users", "stale"],
      ["mrr", "unknown"],
    ]);
    expect(view.matrix.rows.find((row) => row.metric === "users")).toMatchObject({ freshness: "stale", currentCell: 0 });
    expect(view.verdict).toMatchObject({ kind: "unclear", stack: null });
  });

  it("does not answer for projects that are not there, nor to actors without a role", async () => {
    await expect(getDecisionView(ctx, "nowhere")).rejects.toMatchObject({ kind: "not-found" });
    await expect(getDecisionView(t.worker(), project.slug)).rejects.toMatchObject({ kind: "forbidden" });
  });
});

describe("recordDecision", () => {
  const record = (more: Record<string, unknown> = {}, who = ctx) =>
    recordDecision(who, { project: project.slug, stack: "target", reason: "The users are there", ...more });

  it("freezes everything that was known, is audited, and changes nothing else", async () => {
    await send("mrr", [[100, 400]]);
    await send("users", hourly(30, 0, 1500));
    await evaluateDueTriggers(t.db, now);
    const before = await firstRow(t.db.pool, "SELECT * FROM project WHERE id = $1", [project.id]);
    const made = await record({ reviewAt: "2027-02-01", seenVerdict: "move:target" });
    expect(made).toMatchObject({ number: 1, stack: "target" });
    await send("users", [[0.01, 3]]);
    const [decision] = (await listDecisions(t.db, project.id)).items;
    expect(decision).toMatchObject({ stackKey: "target", confidence: 1, reviewAt: "2027-02-01T00:00:00.000Z", decidedBy: ctx.actor.name });
    expect(decision?.inputs).toMatchObject({ schemaVersion: 1, verdict: { kind: "move" }, groups: [{ state: "firing" }] });
    const frozen = (decision?.inputs as { matrix: { rows: { metric: string; value: number; ageMs: number }[] } } | undefined)?.matrix.rows ?? [];
    expect(frozen.find((row) => row.metric === "users")).toMatchObject({ value: 1500, ageMs: 0 });
    expect(await firstRow(t.db.pool, "SELECT * FROM project WHERE id = $1", [project.id])).toEqual(before);
    const audit = await rows<{ reason: string }>(t.db.pool, "SELECT reason FROM audit_entry WHERE action = 'decision.record' AND project_id = $1", [
      project.id,
    ]);
    expect(audit).toEqual([{ reason: "The users are there" }]);
  });

  it("cannot be changed or removed afterwards, not even in SQL", async () => {
    const { id } = await record();
    await expect(t.db.pool.query("UPDATE decision SET reason = 'x' WHERE id = $1", [id])).rejects.toThrow(/append-only/);
    await expect(t.db.pool.query("DELETE FROM decision WHERE id = $1", [id])).rejects.toThrow(/append-only/);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ["a stack that is not there", { stack: "nope" }, "invalid", "stack"],
    ["no reason", { reason: "  " }, "invalid", "reason"],
    ["a review in the past", { reviewAt: "2026-01-01" }, "invalid", "reviewAt"],
    ["30 February", { reviewAt: "2027-02-30" }, "invalid", "reviewAt"],
    ["an unknown field", { approve: true }, "invalid", ""],
  ])("refuses %s (B-11)", async (_, more, kind, path) => {
    await expect(record(more)).rejects.toMatchObject({ kind, issues: [{ path }] });
    expect((await listDecisions(t.db, project.id)).items).toEqual([]);
  });

  it("refuses when the verdict is another than the person saw, and people without the permission", async () => {
    await expect(record({ seenVerdict: "move:target" })).rejects.toMatchObject({ kind: "conflict", details: { verdict: { kind: "unclear" } } });
    await expect(record({}, await t.ctx("viewer", now))).rejects.toMatchObject({ kind: "forbidden" });
  });

  it("numbers decisions without gaps when several people decide at once", async () => {
    await Promise.all(Array.from({ length: 5 }, () => record()));
    const list = (await listDecisions(t.db, project.id)).items.map((d) => d.number);
    expect(list).toEqual([5, 4, 3, 2, 1]);
    const page = await listDecisions(t.db, project.id, { limit: 2 });
    expect((await listDecisions(t.db, project.id, { limit: 2, after: Number(page.next) })).items.map((d) => d.number)).toEqual([3, 2]);
  });
});
