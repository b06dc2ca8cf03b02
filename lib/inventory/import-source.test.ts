import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inventoryView } from "@/lib/cost/inventory-view";
import { rows } from "@/lib/db/transaction";
import { importPlan } from "@/lib/plan/import-plan";
import { smallPlan } from "@/lib/plan/testing/example-text";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeProject } from "@/prisma/testing/factories";
import { importInventory } from "./import-source";
import { listInventoryImports } from "./source-imports";
import { type MadeResource, madeCompany, madeDatabase, showPlan, showState, stateFile } from "./testing/terraform";
import { inventoryQuery } from "./types";
import { undoInventoryImport } from "./undo-import";

const CANARY = "kanarie-9f3b-gelb";
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

const bring = (text: string, more: object = {}) => importInventory(ctx, { project: slug, stack: "current", fileName: "state.json", text, ...more });
const stored = () =>
  rows<{ name: string; state: string; origin: string; change: string | null; gone: boolean; key: string; address: string }>(
    t.db.pool,
    `SELECT name, state, origin, planned_change AS change, gone_at IS NOT NULL AS gone, key, address FROM resource WHERE project_id = $1 ORDER BY address, key`,
    [projectId],
  );
/** Everything an import may have written, as text. */
const snapshot = async () =>
  JSON.stringify(
    await rows(
      t.db.pool,
      "SELECT id, key, name, kind, state, specification, planned_change, source, address, gone_at, position, depends_on FROM resource WHERE project_id = $1 ORDER BY id",
      [projectId],
    ),
  );

const web = (n: number, size = "t3.small"): MadeResource => ({
  type: "aws_instance",
  name: "web",
  index: n,
  attributes: { instance_type: size, tags: { Name: `web-${n}` } },
});

describe("an import into the inventory", () => {
  it("changes nothing when the same file comes again", async () => {
    const text = stateFile(madeCompany(120, CANARY), { secret: CANARY });
    const first = await bring(text);
    expect(first).toMatchObject({ applied: true, format: "terraform-state", source: "terraform", counts: { found: 120, new: 120, unchanged: 0 } });
    const before = await snapshot();
    expect(await bring(text)).toMatchObject({ applied: false, import: null, basis: first.import, counts: { new: 0, changed: 0, unchanged: 120, vanished: 0 } });
    expect(await snapshot()).toBe(before);
    expect((await listInventoryImports(ctx, slug, { limit: 10 })).items).toHaveLength(1);
  });

  it("shows in a dry run what it then does, and writes nothing before", async () => {
    await bring(stateFile([web(0), web(1)]));
    const before = await snapshot();
    const text = stateFile([web(0, "t3.large"), web(2)], { serial: 8 });
    const preview = await bring(text, { dryRun: true });
    expect(preview.items.map((item) => [item.address, item.status])).toEqual([
      ["aws_instance.web[0]", "changed"],
      ["aws_instance.web[2]", "new"],
      ["aws_instance.web[1]", "vanished"],
    ]);
    expect(await snapshot()).toBe(before);
    expect((await bring(text, { basis: preview.basis })).items).toEqual(preview.items);
    await expect(bring(text, { basis: preview.basis })).rejects.toMatchObject({ kind: "conflict" });
  });

  it("marks what vanished as gone, and brings it back when it returns", async () => {
    await bring(stateFile([web(0), web(1)]));
    await bring(stateFile([web(0)]));
    expect((await stored()).map((row) => [row.name, row.gone])).toEqual([
      ["web-0", false],
      ["web-1", true],
    ]);
    const view = await inventoryView(ctx, slug, inventoryQuery.parse({}));
    expect(view.lines.map((line) => [line.resource.name, line.resource.goneAt !== null])).toEqual([
      ["web-0", false],
      ["web-1", true],
    ]);
    expect(view.totals).toMatchObject({ services: 0, imported: 1, gone: 1, unknown: 0 });
    const again = await bring(stateFile([web(0), web(1)]));
    expect(again.counts).toMatchObject({ unchanged: 1, returned: 1, new: 0 });
    expect((await stored()).map((row) => row.gone)).toEqual([false, false]);
  });

  it("shows what a plan will do, which a state afterwards settles", async () => {
    const database = madeDatabase("main", CANARY);
    const larger = { ...database, attributes: { ...database.attributes, instance_class: "db.m6g.xlarge" } };
    const plan = showPlan([
      { before: database, after: larger, actions: ["update"] },
      { before: web(0), after: null, actions: ["delete"] },
      { before: null, after: web(1), actions: ["create"] },
      { before: web(2), after: web(2), actions: ["no-op"] },
    ]);
    await bring(stateFile([database, web(0), web(2)]));
    const planned = await bring(plan);
    expect(planned.counts).toMatchObject({ found: 4, new: 1, changed: 2, unchanged: 1, update: 1, delete: 1, create: 1 });
    expect((await stored()).map((row) => [row.name, row.state, row.change])).toEqual([
      ["main", "running", "update"],
      ["web-0", "running", "delete"],
      ["web-1", "planned", "create"],
      ["web-2", "running", null],
    ]);
    await bring(stateFile([larger, web(1), web(2)], { serial: 9 }));
    expect((await stored()).map((row) => [row.name, row.state, row.change, row.gone])).toEqual([
      ["main", "running", null, false],
      ["web-0", "running", null, true],
      ["web-1", "running", null, false],
      ["web-2", "running", null, false],
    ]);
  });

  it("finds nothing changed in a plan, or in another form of the state, that changes nothing", async () => {
    const made = madeCompany(40, CANARY);
    await bring(stateFile(made));
    const before = await snapshot();
    expect((await bring(showPlan(made.map((one) => ({ before: one, after: one, actions: ["no-op"] }))))).counts).toMatchObject({ unchanged: 40, changed: 0 });
    expect((await bring(showState(made))).counts).toMatchObject({ unchanged: 40, changed: 0 });
    expect(await snapshot()).toBe(before);
  });

  it("marks nothing as gone for a plan that covers only a part", async () => {
    await bring(stateFile([web(0), web(1)]));
    const targeted = JSON.parse(showPlan([{ before: web(0), after: web(0, "t3.large"), actions: ["update"] }]));
    const { prior_state: _state, ...alone } = targeted;
    expect((await bring(JSON.stringify({ ...alone, complete: false }))).counts).toMatchObject({ changed: 1, vanished: 0 });
    expect((await stored()).map((row) => [row.change, row.gone])).toEqual([
      ["update", false],
      [null, false],
    ]);
  });

  it("keeps a row that Terraform moves", async () => {
    await bring(stateFile([web(0), { ...web(1), name: "api" }]));
    const ids = async () =>
      Object.fromEntries(
        (await rows<{ id: string; address: string }>(t.db.pool, "SELECT id, address FROM resource WHERE project_id = $1", [projectId])).map((row) => [
          row.address,
          row.id,
        ]),
      );
    const before = await ids();
    const first = { ...web(0), name: "front" };
    await bring(
      showPlan([
        { before: first, after: first, actions: ["no-op"], previousAddress: "aws_instance.web[0]" },
        { before: { ...web(1), name: "api" }, after: { ...web(1), name: "api" }, actions: ["no-op"] },
      ]),
    );
    expect(await ids()).toEqual({ "aws_instance.front[0]": before["aws_instance.web[0]"], "aws_instance.api[1]": before["aws_instance.api[1]"] });
  });

  it("keeps the state that a run gave a resource", async () => {
    await bring(stateFile([web(0)]));
    await t.db.pool.query("UPDATE resource SET state = 'moved' WHERE project_id = $1", [projectId]);
    await bring(stateFile([web(0, "t3.large")]));
    expect((await stored())[0]?.state).toBe("moved");
  });

  it("is done once when two people send the same file at the same moment", async () => {
    const text = stateFile([web(0), web(1)]);
    const both = await Promise.all([bring(text), bring(text)]);
    expect(both.map((one) => one.applied).sort()).toEqual([false, true]);
    expect(await stored()).toHaveLength(2);
  });

  it("keeps names of files on one line", async () => {
    await bring(stateFile([web(0)]), { fileName: "a\u0000b\n<i>c" });
    expect((await listInventoryImports(ctx, slug, { limit: 1 })).items[0]?.fileName).toBe("a b <i>c");
  });

  it("takes 5,000 resources in one transaction", async () => {
    const result = await bring(stateFile(madeCompany(5_000, CANARY)));
    expect(result.counts).toMatchObject({ new: 5_000 });
    const [written] = await rows<{ n: number; transactions: number }>(
      t.db.pool,
      "SELECT count(*)::int AS n, count(DISTINCT xmin::text)::int AS transactions FROM resource WHERE project_id = $1",
      [projectId],
    );
    expect(written).toEqual({ n: 5_000, transactions: 1 });
    const view = await inventoryView(ctx, slug, inventoryQuery.parse({}));
    expect(view.lines).toHaveLength(5_000);
  });

  it("stores no secret anywhere", async () => {
    await bring(stateFile(madeCompany(40, CANARY), { secret: CANARY }));
    await bring(`services:\n  db:\n    image: postgres\n    environment: { POSTGRES_PASSWORD: ${CANARY} }\n`);
    const tables = await rows<{ name: string }>(
      t.db.pool,
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
    );
    for (const { name } of tables) {
      const [found] = await rows<{ n: number }>(t.db.pool, `SELECT count(*)::int AS n FROM "${name}" r WHERE position($1 IN r::text) > 0`, [CANARY]);
      expect(found?.n, name).toBe(0);
    }
  });
});

describe("a file that does not belong", () => {
  it("is refused when it looks like another source of the same name, and kept beside it under a name of its own", async () => {
    await bring(stateFile([web(0)], { lineage: "one" }));
    const other = stateFile([web(0), web(5)], { lineage: "two" });
    await expect(bring(other)).rejects.toMatchObject({ kind: "refused", message: expect.stringContaining("another lineage") });
    expect((await bring(other, { dryRun: true })).notes[0]).toContain("Give it a source name of its own");
    await bring(other, { source: "network" });
    expect((await stored()).map((row) => row.address)).toEqual(["aws_instance.web[0]", "aws_instance.web[0]", "aws_instance.web[5]"]);
    await bring(other, { source: "terraform" });
    expect((await stored()).filter((row) => row.gone)).toEqual([]);
  });

  it("leaves nothing behind when it is damaged", async () => {
    const before = await snapshot();
    await expect(bring(stateFile(madeCompany(30, CANARY)).slice(0, -9))).rejects.toMatchObject({ kind: "invalid" });
    expect(await snapshot()).toBe(before);
    expect((await listInventoryImports(ctx, slug, { limit: 10 })).items).toEqual([]);
  });

  it("needs a stack that exists and a person who may", async () => {
    const text = stateFile([web(0)]);
    await expect(bring(text, { stack: "currant" })).rejects.toMatchObject({ kind: "not-found", message: expect.stringContaining("there are current, target") });
    await expect(importInventory(ctx, { project: "none", stack: "current", text })).rejects.toMatchObject({ kind: "not-found" });
    const viewer = await t.ctx("viewer");
    await expect(importInventory(viewer, { project: slug, stack: "current", text })).rejects.toMatchObject({ kind: "forbidden" });
    await expect(bring(text, { source: "Not a name" })).rejects.toMatchObject({ kind: "invalid" });
  });
});

describe("the undo of an import", () => {
  it("brings everything back as it was, newest first", async () => {
    const start = await snapshot();
    const first = await bring(stateFile([web(0), web(1), web(2)]));
    const second = await snapshot();
    const last = await bring(
      showPlan([
        { before: web(0), after: web(0, "t3.large"), actions: ["update"] },
        { before: web(7), after: web(7), actions: ["no-op"], previousAddress: "aws_instance.web[1]" },
        { before: null, after: web(3), actions: ["create"] },
      ]),
    );
    await expect(undoInventoryImport(ctx, { project: slug, import: first.import })).rejects.toMatchObject({ kind: "refused" });
    expect(await undoInventoryImport(ctx, { project: slug, import: last.import })).toEqual({ import: last.import, removed: 1, restored: 3 });
    expect(await snapshot()).toBe(second);
    await expect(undoInventoryImport(ctx, { project: slug, import: last.import })).rejects.toMatchObject({ kind: "conflict" });
    expect(await undoInventoryImport(ctx, { project: slug, import: first.import })).toMatchObject({ removed: 3, restored: 0 });
    expect(await snapshot()).toBe(start);
    const { items } = await listInventoryImports(ctx, slug, { limit: 10 });
    expect(items.map((item) => [item.undoneAt !== null, item.latest])).toEqual([
      [true, false],
      [true, false],
    ]);
    const viewer = await t.ctx("viewer");
    await expect(undoInventoryImport(viewer, { project: slug, import: first.import })).rejects.toMatchObject({ kind: "forbidden" });
    await expect(undoInventoryImport(ctx, { project: "other", import: first.import })).rejects.toMatchObject({ kind: "not-found" });
  });

  it("and the import are in the audit log", async () => {
    const made = await bring(stateFile([web(0)]));
    await undoInventoryImport(ctx, { project: slug, import: made.import });
    const entries = await rows<{ action: string; after: unknown }>(t.db.pool, "SELECT action, after FROM audit_entry WHERE project_id = $1 ORDER BY seq", [
      projectId,
    ]);
    expect(entries).toEqual([
      { action: "inventory.import", after: expect.objectContaining({ stack: "current", source: "terraform", new: 1 }) },
      { action: "inventory.import-undo", after: { removed: 1, restored: 0 } },
    ]);
  });
});

describe("a plan and an import in one stack", () => {
  it("never touch each other's services, whatever their names", async () => {
    const imported = await importPlan(ctx, { source: smallPlan() });
    [slug, projectId] = [imported.slug, imported.projectId];
    const compose = "services:\n  server: { image: acme/server }\n  other: { image: acme/other }\n";
    const found = await bring(compose, { stack: "now" });
    expect(found.items.map((item) => [item.name, item.declared?.key ?? null])).toEqual([
      ["server", "server"],
      ["other", null],
    ]);
    const costs = await inventoryView(ctx, slug, inventoryQuery.parse({}));
    expect(costs.totals).toMatchObject({ services: 3, imported: 2, unknown: 0 });
    const line = costs.lines.find((one) => one.resource.address === "services.server");
    expect(line).toMatchObject({ declared: { stack: "now", key: "server" }, own: { kind: "none" }, stays: false });
    // The plan loses a service: the imported ones stay, also the one of the same name.
    await importPlan(ctx, { source: smallPlan().replaceAll("server", "machine"), slug });
    expect((await stored()).filter((row) => row.origin === "import").map((row) => [row.name, row.gone])).toEqual([
      ["other", false],
      ["server", false],
    ]);
    await bring("services:\n  other: { image: acme/other }\n", { stack: "now" });
    const [plan] = await rows(
      t.db.pool,
      "SELECT count(*)::int AS n FROM resource WHERE project_id = $1 AND origin = 'plan' AND removed_at IS NULL AND gone_at IS NULL",
      [projectId],
    );
    expect(plan).toEqual({ n: 3 });
    expect((await stored()).map((row) => row.key).filter((key) => key.includes(":"))).toHaveLength(2);
  });
});
