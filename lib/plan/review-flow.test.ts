import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConflictError, ForbiddenError, InvalidInputError, RefusedError } from "@/lib/core/errors";
import { rows } from "@/lib/db/transaction";
import { enterSample } from "@/lib/metric/enter-sample";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { correctDraft, itemForm, reviewDraft } from "./correct-draft";
import { createDraft, discardDraft, listDrafts, reviseDraft } from "./drafts";
import { importDraft, previewDraft } from "./import-draft";
import { importPlan } from "./import-plan";
import type { Review, ReviewItem } from "./review/types";
import { previewUndo, undoPlanImport } from "./undo-plan-import";

let t: TestDb;
let ctx: Ctx;
beforeAll(async () => {
  t = await testDb();
  ctx = await t.ctx("operator");
});
afterAll(async () => t.close());

const all = <T extends object>(sql: string, values: unknown[] = []) => rows<T>(t.db.pool, sql, values);

function documentOf(title: string, interval = "1 min", more = ""): string {
  return `# ${title}

## Monitoring

| Monitor | Type | URL | Interval |
|---|---|---|---|
${more}| Front page | HTTP | https://shop.example.test/ | ${interval} |
| Interface | HTTP | https://shop.example.test/api | 5 min |

## Costs

### Current stack

| Service | Monthly cost |
|---|---|
| Old server | $40 |

### Target stack

| Service | Monthly cost |
|---|---|
| Cluster | $90 |
`;
}

/** The same words may stand in other lists too: versions, sections. */
const LISTS = new Set(["monitors", "stacks", "stacks.resources", "budgets"]);
const items = (review: Review): ReviewItem[] => review.groups.flatMap((group) => [...(group.about === null ? [] : [group.about]), ...group.items]);
function item(review: Review, title: string): ReviewItem {
  const found = items(review).find((one) => one.title === title && LISTS.has(one.list));
  if (found === undefined) throw new Error(`no item "${title}" among ${items(review).map((one) => one.title)}`);
  return found;
}

async function begin(title: string) {
  const { id } = await createDraft(ctx, { source: documentOf(title), fileName: "plan.md" });
  const { review } = await reviewDraft(ctx, id);
  return { id, review };
}

const monitorsOf = (slug: string) =>
  all("SELECT m.name, m.interval_ms::int AS ms FROM monitor m JOIN project p ON p.id = m.project_id WHERE p.slug = $1 AND m.removed_at IS NULL ORDER BY 1", [
    slug,
  ]);

describe("a document on its way to a project", () => {
  it("is reviewed, corrected, created, imported again with its corrections, and undone", async () => {
    const { id, review } = await begin("Shop move");
    const front = item(review, "Front page");
    expect(front).toMatchObject({ list: "monitors", lines: [7], state: "read", detail: "http, https://shop.example.test/, 1m" });
    const { fields } = await itemForm(ctx, { draft: id, item: front.id });
    expect(fields.find((field) => field.field === "interval")).toMatchObject({ target: front.id, value: "1m", type: "text" });

    const set = { op: "set", item: front.id, fields: [{ target: front.id, field: "interval", value: "30s" }] };
    const corrected = await correctDraft(ctx, { draft: id, version: review.version, change: set });
    expect(item(corrected, "Front page")).toMatchObject({ state: "corrected", edits: [{ text: "interval: 1m → 30s", outcome: "applied" }] });
    const dropped = await correctDraft(ctx, { draft: id, version: corrected.version, change: { op: "drop", item: item(review, "Interface").id } });
    expect(item(dropped, "Interface").state).toBe("dropped");
    const stack = item(review, "Current stack");
    const values = { name: "Server", kind: "compute", provider: "Example", price: { form: "range", min: "20", max: 30, period: "month", currency: "" } };
    const added = await correctDraft(ctx, { draft: id, version: dropped.version, change: { op: "add", list: "stacks.resources", parent: stack.id, values } });
    expect(item(added, "Server")).toMatchObject({ state: "added", detail: "$20.00–$30.00/month, Example, compute", lines: [] });
    expect(added.counts).toMatchObject({ prices: 3, corrections: 3 });

    const preview = await previewDraft(ctx, { draft: id, name: "The shop", slug: "shop", currency: "EUR" });
    expect(preview).toMatchObject({ created: true, version: 0, project: { name: "The shop", slug: "shop", currency: "EUR" }, taken: false });
    expect(preview.difference.changes.map((change) => `${change.kind} ${change.entity} ${change.name}`)).toEqual(
      expect.arrayContaining(["added resource Server", "added monitor Front page"]),
    );
    expect(await all("SELECT 1 AS one FROM project WHERE slug = 'shop'")).toEqual([]);

    const made = await importDraft(ctx, { draft: id, version: added.version, ifMatch: 0, name: "The shop", slug: "shop", currency: "EUR" });
    expect(made).toMatchObject({ slug: "shop", created: true, version: 1, lost: [] });
    expect(await monitorsOf("shop")).toEqual([{ name: "Front page", ms: 30_000 }]);
    expect(await all("SELECT name, currency FROM project WHERE slug = 'shop'")).toEqual([{ name: "The shop", currency: "EUR" }]);
    expect(await all("SELECT min, max, currency FROM line_item WHERE project_id = $1 ORDER BY min LIMIT 1", [made.projectId])).toEqual([
      { min: "20.000000", max: "30.000000", currency: "EUR" },
    ]);
    expect((await listDrafts(ctx)).some((draft) => draft.id === id)).toBe(false);

    const changed = documentOf("Shop move", "2 min", "| Queue | HTTP | https://shop.example.test/queue | 1 min |\n");
    const again = await importPlan(ctx, { source: changed, slug: "shop" });
    expect(again).toMatchObject({ version: 2, corrections: 5, lost: [] });
    expect(await monitorsOf("shop")).toEqual([
      { name: "Front page", ms: 30_000 },
      { name: "Queue", ms: 60_000 },
    ]);
    const revised = await reviseDraft(ctx, { slug: "shop" });
    const { review: told } = await reviewDraft(ctx, revised.id);
    expect(item(told, "Front page").edits).toMatchObject([{ outcome: "changed" }]);

    expect(await previewUndo(ctx, "shop")).toMatchObject({ removes: "version", version: 2, to: 1 });
    await expect(undoPlanImport(ctx, { slug: "shop", ifMatch: 1 })).rejects.toThrow(ConflictError);
    expect(await undoPlanImport(ctx, { slug: "shop", ifMatch: 2 })).toEqual({ slug: "shop", removed: false, version: 3 });
    expect(await monitorsOf("shop")).toEqual([{ name: "Front page", ms: 30_000 }]);
    expect(await previewUndo(ctx, "shop")).toMatchObject({ removes: "project", inTheWay: [] });
    expect(await undoPlanImport(ctx, { slug: "shop", ifMatch: 3 })).toEqual({ slug: "shop", removed: true, version: null });
    const tables = await all<{ table_name: string }>(
      "SELECT table_name FROM information_schema.columns WHERE column_name = 'project_id' AND table_schema = 'public'",
    );
    for (const { table_name } of tables) {
      if (table_name === "audit_entry") continue;
      expect([table_name, await all(`SELECT project_id FROM ${table_name} WHERE project_id = $1`, [made.projectId])]).toEqual([table_name, []]);
    }
    expect(await all("SELECT action FROM audit_entry WHERE project_id = $1 ORDER BY seq", [made.projectId])).toEqual(
      ["plan.create", "plan.import", "plan.undo", "plan.undo"].map((action) => ({ action })),
    );
  });

  it("says which corrections no longer find their entry, and keeps them", async () => {
    const { id, review } = await begin("Lost and found");
    const target = item(review, "Interface").id;
    const one = await correctDraft(ctx, { draft: id, version: 1, change: { op: "set", item: target, fields: [{ target, field: "interval", value: "10m" }] } });
    await importDraft(ctx, { draft: id, version: one.version, ifMatch: 0 });
    const without = documentOf("Lost and found").replace(/\| Interface.*\n/, "");
    const again = await importPlan(ctx, { source: without, slug: "lost-and-found" });
    expect(again.lost).toEqual([{ id: expect.any(String), label: 'monitor "Interface"' }]);
    const back = await importPlan(ctx, { source: documentOf("Lost and found"), slug: "lost-and-found" });
    expect(back).toMatchObject({ lost: [], corrections: 1 });
    expect(await monitorsOf("lost-and-found")).toEqual([
      { name: "Front page", ms: 60_000 },
      { name: "Interface", ms: 600_000 },
    ]);
  });

  it("takes corrections back, one by one or by setting what the document says", async () => {
    const { id, review } = await begin("Back again");
    const target = item(review, "Front page").id;
    const set = (version: number, value: unknown) =>
      correctDraft(ctx, { draft: id, version, change: { op: "set", item: target, fields: [{ target, field: "interval", value }] } });
    const twice = await set((await set(1, "30s")).version, "40s");
    expect(item(twice, "Front page").edits).toHaveLength(1);
    expect(item(await set(twice.version, "1m"), "Front page")).toMatchObject({ state: "read", edits: [] });
    const dropped = await correctDraft(ctx, { draft: id, version: 4, change: { op: "drop", item: target } });
    const restored = await correctDraft(ctx, {
      draft: id,
      version: 5,
      change: { op: "undo", edits: item(dropped, "Front page").edits.map((edit) => edit.id) },
    });
    expect(item(restored, "Front page").state).toBe("read");
  });

  it("leaves out, and says so, what rests on something dropped", async () => {
    const { id, review } = await begin("Rests on");
    const stack = item(review, "Target stack");
    const added = await correctDraft(ctx, {
      draft: id,
      version: 1,
      change: { op: "add", list: "budgets", parent: "", values: { name: "All", amount: 100, period: "month" } },
    });
    const gone = await correctDraft(ctx, { draft: id, version: added.version, change: { op: "drop", item: stack.id } });
    expect(gone.groups.map((group) => group.title)).not.toContain("Target stack");
    expect(item(gone, "All").detail).toBe("$100.00 a month");
  });

  it("refuses values that do not fit, two windows at once, texts that are no document, and people who may not", async () => {
    const { id, review } = await begin("Refusals");
    const target = item(review, "Front page").id;
    const set = (field: string, value: unknown, version = 1) =>
      correctDraft(ctx, { draft: id, version, change: { op: "set", item: target, fields: [{ target, field, value }] } });
    await expect(set("interval", "soon")).rejects.toThrow(/duration such as/);
    await expect(set("name", "")).rejects.toThrow(/cannot be empty/);
    await expect(set("type", "pigeon")).rejects.toThrow(InvalidInputError);
    await expect(set("key", "x")).rejects.toThrow(/cannot be corrected/);
    await set("name", "Start page");
    await expect(set("name", "Other")).rejects.toThrow(ConflictError);
    await expect(createDraft(ctx, { source: "schemaVersion: 1\nproject: { slug: a, name: A }\n" })).rejects.toThrow(/in YAML/);
    await expect(createDraft(ctx, { source: "# a\0b" })).rejects.toThrow(InvalidInputError);
    const viewer = await t.ctx("viewer");
    await expect(createDraft(viewer, { source: "# A" })).rejects.toThrow(ForbiddenError);
    await expect(reviewDraft(viewer, id)).rejects.toThrow(ForbiddenError);
    await expect(undoPlanImport(viewer, { slug: "x", ifMatch: 1 })).rejects.toThrow(ForbiddenError);
    await discardDraft(ctx, { id });
    await expect(reviewDraft(ctx, id)).rejects.toThrow(/not found/);
  });

  it("does not remove a project people have worked in, and names what is in the way", async () => {
    const source = `schemaVersion: 1\nproject: { slug: worked, name: Worked }\nmetrics: [{ key: users, name: Users }]\n`;
    await importPlan(ctx, { source });
    await enterSample(ctx, { project: "worked", metric: "users", value: 5 });
    expect(await previewUndo(ctx, "worked")).toMatchObject({ removes: "project", inTheWay: [expect.stringMatching(/^1 measured value/)] });
    const refused = undoPlanImport(ctx, { slug: "worked", ifMatch: 1 });
    await expect(refused).rejects.toThrow(RefusedError);
    expect(await all("SELECT count(*)::int AS n FROM project WHERE slug = 'worked'")).toEqual([{ n: 1 }]);
  });
});
