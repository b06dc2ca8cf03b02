import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { rows } from "@/lib/db/transaction";
import { ingestSamples } from "@/lib/metric/ingest-samples";
import type { Ctx } from "@/lib/service/context";
import type { TriggerState } from "@/lib/trigger/types";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeAlertRule, makeMetric, makeProject } from "@/prisma/testing/factories";
import { acknowledgeAlert } from "./acknowledge-alert";
import { evaluateDueAlerts } from "./evaluate-due";
import { levelsOf, ruleState, thresholdPassed } from "./levels";
import { muteAlert } from "./mute-alert";
import { listAlertRules, listAlerts } from "./store";

describe("levels", () => {
  it.each([
    ["two levels", { op: ">", warning: 70, critical: 90, levels: [] }, 70, 90],
    ["below", { op: "<", warning: 20, critical: null, levels: [] }, 20, null],
    ["a list of amounts", { op: null, warning: null, critical: null, levels: [{ op: ">=", value: 400 }, { value: 200 }, { value: 600 }] }, 200, 600],
    ["one amount", { op: null, warning: null, critical: null, levels: [{ value: 200 }] }, 200, null],
    ["damaged list", { op: null, warning: null, critical: null, levels: [{ value: "x" }, null, 5] }, undefined, undefined],
  ])("%s", (_, rule, warning, critical) => {
    const levels = levelsOf(rule);
    expect(levels.warning?.value).toBe(warning ?? undefined);
    expect(levels.critical?.value).toBe(critical ?? undefined);
  });

  it.each<[TriggerState | null, TriggerState | null, string]>([
    ["firing", "inactive", "warning"],
    ["firing", "firing", "critical"],
    ["firing", "pending", "warning"],
    ["pending", "inactive", "pending"],
    ["inactive", "inactive", "ok"],
    ["unknown", "unknown", "unknown"],
    [null, "firing", "critical"],
    [null, null, "unknown"],
  ])("warning %s, critical %s -> %s", (warning, critical, expected) => expect(ruleState(warning, critical)).toBe(expected));

  it("names the highest threshold that is passed", () => {
    const levels = { warning: { op: ">", value: 70 }, critical: { op: ">", value: 90 } };
    expect([60, 80, 95, null].map((value) => thresholdPassed(value, levels))).toEqual([null, 70, 90, null]);
  });
});

describe("alerts", () => {
  let t: TestDb;
  let ctx: Ctx;
  let projectId: string;
  let metricId: string;
  const now = new Date("2026-11-20T02:10:00Z");
  const at = (minutesAgo: number) => new Date(now.getTime() - minutesAgo * 60_000);

  beforeAll(async () => {
    t = await testDb();
    ctx = await t.ctx("operator", now);
  });
  afterAll(() => t.close());
  beforeEach(async () => {
    projectId = (await makeProject(t.db)).project.id;
    metricId = (await makeMetric(t.db, projectId, { key: "cpu", staleAfterMs: 3_600_000 })).id;
  });
  const send = (value: number, minutesAgo: number) =>
    ingestSamples(ctx, { project: projectId, samples: [{ metric: "cpu", value, at: at(minutesAgo).toISOString() }] });
  const step = async (value: number, minutesAgo: number) => {
    await send(value, minutesAgo);
    await evaluateDueAlerts(t.db, at(minutesAgo));
    return (await listAlerts(t.db, { project: projectId })).items.map((a) => [a.level, a.endedAt === null ? "open" : "closed"].join(" "));
  };

  it("open, rise, fall and close, one at a time for each rule", async () => {
    await makeAlertRule(t.db, projectId, metricId);
    expect(await step(50, 10)).toEqual([]);
    expect(await step(85, 9)).toEqual(["warning open"]);
    expect(await step(95, 8)).toEqual(["critical open"]);
    expect(await step(85, 7)).toEqual(["warning open"]);
    expect(await step(50, 6)).toEqual(["warning closed"]);
    expect(await step(95, 5)).toEqual(["critical open", "warning closed"]);
    const [first] = (await listAlerts(t.db, { project: projectId, state: "open" })).items;
    expect(first).toMatchObject({ value: 95, threshold: 90, startedAt: at(5).toISOString(), endedAt: null });
  });

  it("stay open while the metric is silent (R-GRD-1)", async () => {
    await makeAlertRule(t.db, projectId, metricId);
    await step(95, 100);
    await evaluateDueAlerts(t.db, now);
    expect((await listAlertRules(t.db, projectId))[0]).toMatchObject({ state: "unknown" });
    expect((await listAlerts(t.db, { project: projectId })).items).toMatchObject([{ level: "critical", endedAt: null, ruleState: "unknown" }]);
  });

  it("wait for the hold of each level on its own", async () => {
    await makeAlertRule(t.db, projectId, metricId, { holdMs: 5 * 60_000 });
    expect(await step(85, 20)).toEqual([]);
    expect(await step(85, 15)).toEqual(["warning open"]);
    expect(await step(95, 14)).toEqual(["warning open"]);
    expect(await step(95, 9)).toEqual(["critical open"]);
  });

  it("warn about silence where the rule says so", async () => {
    await makeAlertRule(t.db, projectId, metricId, { noData: "alert" });
    await evaluateDueAlerts(t.db, now);
    expect((await listAlerts(t.db, { project: projectId })).items).toMatchObject([{ level: "warning" }]);
  });

  it("can be acknowledged and muted by those who may, with conflicts and audit", async () => {
    await makeAlertRule(t.db, projectId, metricId);
    await step(85, 9);
    const [alert] = (await listAlerts(t.db, { project: projectId })).items;
    const id = alert?.id ?? "";
    await expect(acknowledgeAlert(await t.ctx("viewer", now), { alert: id })).rejects.toMatchObject({ kind: "forbidden" });
    const { version } = await acknowledgeAlert(ctx, { alert: id, version: alert?.version });
    await expect(muteAlert(ctx, { alert: id, version: alert?.version, minutes: 60 })).rejects.toMatchObject({ kind: "conflict", details: { version } });
    await muteAlert(ctx, { alert: id, version, minutes: "60" });
    expect((await listAlerts(t.db, { project: projectId })).items[0]).toMatchObject({ acknowledgedBy: ctx.actor.name, mutedUntil: at(-60).toISOString() });
    await step(95, 8);
    expect((await listAlerts(t.db, { project: projectId })).items[0]).toMatchObject({ level: "critical", acknowledgedAt: null });
    await step(10, 7);
    await expect(acknowledgeAlert(ctx, { alert: id })).rejects.toMatchObject({ kind: "refused" });
    await expect(muteAlert(ctx, { alert: "none" })).rejects.toMatchObject({ kind: "not-found" });
    await expect(muteAlert(ctx, { alert: id, minutes: 99_999 })).rejects.toMatchObject({ kind: "invalid" });
    const actions = await rows<{ action: string }>(t.db.pool, "SELECT action FROM audit_entry WHERE project_id = $1 ORDER BY seq", [projectId]);
    expect(actions.map((a) => a.action)).toEqual(["alert.acknowledge", "alert.mute"]);
  });

  it("page through a long list without losing any", async () => {
    for (let i = 0; i < 5; i++) await makeAlertRule(t.db, projectId, metricId);
    await step(95, 3);
    const first = await listAlerts(t.db, { project: projectId, limit: 3 });
    const second = await listAlerts(t.db, { project: projectId, limit: 3, after: first.next ?? "" });
    expect(new Set([...first.items, ...second.items].map((a) => a.id)).size).toBe(5);
    expect(second.next).toBeNull();
  });
});
