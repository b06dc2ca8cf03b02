import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { rows } from "@/lib/db/transaction";
import { importPlan } from "@/lib/plan/import-plan";
import { smallPlan } from "@/lib/plan/testing/example-text";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeProject } from "@/prisma/testing/factories";
import { importRules, listRulesImports, undoRulesImport } from "./import-rules";
import { listAlertRules } from "./store";

const FILE = `groups:
  - name: web
    rules:
      - { record: "job:up:sum", expr: sum(up) by (job) }
      - { alert: Down, expr: up == 0, for: 5m, labels: { severity: critical }, annotations: { summary: A target is down } }
      - { alert: Slow, expr: latency > 1, labels: { severity: warning } }
`;

let t: TestDb;
let ctx: Ctx;
let slug: string;
let projectId: string;
beforeAll(async () => {
  t = await testDb();
  ctx = await t.ctx("operator");
});
afterAll(() => t.close());
beforeEach(async () => {
  const made = await makeProject(t.db);
  [slug, projectId] = [made.project.slug, made.project.id];
});

const bring = (text: string, more: object = {}) => importRules(ctx, { project: slug, fileName: "rules.yml", text, ...more });
const snapshot = async () =>
  JSON.stringify(
    await rows(
      t.db.pool,
      "SELECT * FROM (SELECT id, key, name, expr, hold_ms, severity, text, action, origin, source, address, gone_at FROM alert_rule WHERE project_id = $1) r ORDER BY id",
      [projectId],
    ),
  );

describe("an import of alert rules", () => {
  it("stores expression, hold time, severity and summary; again it changes nothing", async () => {
    const first = await bring(FILE);
    expect(first).toMatchObject({ applied: true, source: "prometheus", recording: ["job:up:sum"], counts: { found: 2, new: 2 } });
    const rules = await listAlertRules(t.db, slug);
    expect(rules.find((rule) => rule.name === "Down")).toMatchObject({
      expr: "up == 0",
      holdMs: 300_000,
      severity: "critical",
      text: "A target is down",
      origin: "import",
      source: "prometheus",
      address: "web/Down/critical",
      goneAt: null,
      metric: null,
      state: "unknown",
    });
    const before = await snapshot();
    expect(await bring(FILE)).toMatchObject({ applied: false, counts: { unchanged: 2, new: 0 } });
    expect(await snapshot()).toBe(before);
  });

  it("updates what changed, marks what vanished, and is undone whole", async () => {
    const first = await bring(FILE);
    const before = await snapshot();
    const text = FILE.replace("for: 5m", "for: 10m").replace(/ {6}- \{ alert: Slow.*\n/, "      - { alert: Full, expr: disk > 90 }\n");
    const preview = await bring(text, { dryRun: true });
    expect(preview.items.map((item) => [item.name, item.status])).toEqual([
      ["Down", "changed"],
      ["Full", "new"],
      ["Slow", "vanished"],
    ]);
    expect(await snapshot()).toBe(before);
    const second = await bring(text, { basis: preview.basis });
    expect((await listAlertRules(t.db, slug)).map((rule) => [rule.name, rule.holdMs, rule.goneAt !== null])).toEqual([
      ["Down", 600_000, false],
      ["Full", 0, false],
      ["Slow", 0, true],
    ]);
    await expect(bring(FILE, { basis: preview.basis })).rejects.toMatchObject({ kind: "conflict" });
    await expect(undoRulesImport(ctx, { project: slug, import: first.import })).rejects.toMatchObject({ kind: "refused" });
    expect(await undoRulesImport(ctx, { project: slug, import: second.import })).toMatchObject({ removed: 1, restored: 2 });
    expect(await snapshot()).toBe(before);
    expect((await listRulesImports(ctx, slug, { limit: 10 })).items.map((item) => [item.undoneAt !== null, item.latest])).toEqual([
      [true, false],
      [false, true],
    ]);
    const actions = await rows<{ action: string }>(t.db.pool, "SELECT action FROM audit_entry WHERE project_id = $1 ORDER BY seq", [projectId]);
    expect(actions.map((entry) => entry.action)).toEqual(["rules.import", "rules.import", "rules.import-undo"]);
  });

  it("refuses a damaged file whole, a foreign one, and people who may not", async () => {
    const before = await snapshot();
    await expect(bring(FILE.replace("for: 5m", "for: soon"))).rejects.toMatchObject({ kind: "invalid" });
    await expect(importRules(await t.ctx("viewer"), { project: slug, text: FILE })).rejects.toMatchObject({ kind: "forbidden" });
    await expect(importRules(ctx, { project: "none", text: FILE })).rejects.toMatchObject({ kind: "not-found" });
    expect(await snapshot()).toBe(before);
    await bring(FILE);
    const other = "groups: [{ name: db, rules: [{ alert: Lag, expr: lag > 1 }] }]";
    await expect(bring(other)).rejects.toMatchObject({ kind: "refused" });
    await bring(other, { source: "database" });
    expect((await listAlertRules(t.db, slug)).map((rule) => rule.source).sort()).toEqual(["database", "prometheus", "prometheus"]);
  });

  it("and a plan leave each other's rules alone", async () => {
    const planned = await importPlan(ctx, { source: smallPlan() });
    slug = planned.slug;
    await bring(FILE.replace("alert: Down", "alert: errors"));
    await importPlan(ctx, { source: smallPlan().replace("for: 5m", "for: 6m"), slug });
    await bring(FILE.replace(/ {6}- \{ alert: Down.*\n/, ""));
    expect((await listAlertRules(t.db, slug)).map((rule) => [rule.name, rule.origin, rule.goneAt !== null])).toEqual([
      ["Errors", "plan", false],
      ["Slow", "import", false],
      ["errors", "import", true],
    ]);
  });
});
