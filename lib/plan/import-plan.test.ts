import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConflictError, ForbiddenError, InvalidInputError } from "@/lib/core/errors";
import { pricedItemOf } from "@/lib/cost/line-item";
import { stackCost } from "@/lib/cost/price";
import { rows } from "@/lib/db/transaction";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { exportPlan } from "./export-plan";
import { importPlan, previewImport, restorePlanVersion } from "./import-plan";
import { readYamlPlan } from "./read-yaml";
import { EXAMPLES, exampleText, smallPlan } from "./testing/example-text";
import { planFindings, planVersions } from "./versions";

let t: TestDb;
let ctx: Ctx;
beforeAll(async () => {
  t = await testDb();
  ctx = await t.ctx("operator");
});
afterAll(async () => t.close());

const named = (slug: string, text = smallPlan()) => text.replace("slug: small,", `slug: ${slug},`);
const all = <T extends object>(sql: string, values: unknown[] = []) => rows<T>(t.db.pool, sql, values);
const counts = async () =>
  Object.fromEntries(
    await Promise.all(
      ["project", "plan_version", "stack", "resource", "line_item", "trigger", "migration", "runbook_version", "audit_entry", "finding"].map(async (table) => [
        table,
        (await all<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]?.n,
      ]),
    ),
  );

describe("importing a plan", () => {
  it("creates the project with everything the plan declares", async () => {
    const result = await importPlan(ctx, { source: named("made") });
    expect(result).toMatchObject({ slug: "made", created: true, applied: true, version: 1, findings: [] });
    const one = async (table: string, columns: string) =>
      (await all(`SELECT ${columns} FROM ${table} WHERE project_id = $1 ORDER BY key`, [result.projectId])) as unknown[];
    expect(await one("stack", "key, role, position")).toEqual([
      { key: "next", role: "target", position: 1 },
      { key: "now", role: "current", position: 0 },
    ]);
    expect(await one("resource", "key, state, replaces")).toEqual([
      { key: "cache", state: "running", replaces: [] },
      { key: "cluster", state: "planned", replaces: ["server"] },
      { key: "server", state: "running", replaces: [] },
    ]);
    expect(await one("trigger", "key, op, value, hold_ms, state, from_stack, to_stack")).toEqual([
      { key: "many-users", op: ">", value: 1000, hold_ms: 86_400_000, state: "unknown", from_stack: "now", to_stack: "next" },
    ]);
    expect(await one("alert_rule", "key, op, warning, critical")).toEqual([{ key: "errors", op: ">", warning: 1, critical: 5 }]);
    expect(await one("decision_matrix", "key, jsonb_array_length(document->'rows') AS n")).toEqual([{ key: "main", n: 1 }]);
    expect(await one("budget", "key, amount, currency")).toEqual([{ key: "all", amount: "100.000000", currency: "USD" }]);
    expect(await one("monitor", "key, kind, interval_ms, enabled")).toEqual([{ key: "site", kind: "http", interval_ms: 60_000, enabled: false }]);
    expect(await one("backup", "key, name, schedule")).toEqual([{ key: "nightly", name: "Database", schedule: "every 1d" }]);
    expect(await one("migration", "key, (SELECT count(*)::int FROM runbook_version r WHERE r.migration_id = migration.id) AS versions")).toEqual([
      { key: "move", versions: 1 },
    ]);
    const [project] = await all("SELECT p.name, s.key AS current FROM project p JOIN stack s ON s.id = p.current_stack_id WHERE p.id = $1", [result.projectId]);
    expect(project).toEqual({ name: "Small", current: "now" });
    const [audit] = await all("SELECT action, after FROM audit_entry WHERE project_id = $1", [result.projectId]);
    expect(audit).toMatchObject({ action: "plan.create", after: { version: 1 } });
  });

  it("changes nothing when the same text comes again", async () => {
    await importPlan(ctx, { source: named("same") });
    const before = await counts();
    expect(await importPlan(ctx, { source: named("same") })).toMatchObject({ applied: false, version: 1, difference: { added: 0, removed: 0, changed: 0 } });
    expect(await counts()).toEqual(before);
  });

  it("marks what is gone, keeps what a trigger has learned, resets it when its condition changes", async () => {
    const { projectId } = await importPlan(ctx, { source: named("lives") });
    const set = () => t.db.pool.query("UPDATE trigger SET state = 'firing', true_since = now(), last_value = 2000 WHERE project_id = $1", [projectId]);
    const state = async () =>
      (await all<{ state: string; last_value: number | null }>("SELECT state, last_value FROM trigger WHERE project_id = $1", [projectId]))[0];
    await set();
    await t.db.pool.query("UPDATE resource SET state = 'moved' WHERE project_id = $1 AND key = 'server'", [projectId]);
    await importPlan(ctx, {
      source: named("lives")
        .replace("name: Server,", "name: Big server,")
        .replace(/ {6}- \{ key: cache.*\n/, "")
        .replace("statedTotals: [{ min: 25, max: 30 }]", "statedTotals: [{ min: 20, max: 20 }]"),
    });
    expect(await state()).toEqual({ state: "firing", last_value: 2000 });
    expect(await all("SELECT key, name, state, removed_at IS NOT NULL AS gone FROM resource WHERE project_id = $1 ORDER BY key", [projectId])).toEqual([
      { key: "cache", name: "Cache", state: "running", gone: true },
      { key: "cluster", name: "Cluster", state: "planned", gone: false },
      { key: "server", name: "Big server", state: "moved", gone: false },
    ]);
    await importPlan(ctx, {
      source: named("lives").replace("value: 1000, for", "value: 5000, for").replace('op: ">", value: 1000 }]', 'op: ">", value: 5000 }]'),
    });
    expect(await state()).toEqual({ state: "unknown", last_value: null });
    expect(await all("SELECT from_state, to_state FROM trigger_event WHERE project_id = $1", [projectId])).toEqual([
      { from_state: "firing", to_state: "unknown" },
    ]);
    expect(await all("SELECT removed_at FROM resource WHERE project_id = $1 AND key = 'cache'", [projectId])).toEqual([{ removed_at: null }]);
  });

  it("adds a runbook version only when the runbook changed", async () => {
    const { projectId } = await importPlan(ctx, { source: named("books") });
    const versions = async () =>
      (await all<{ number: number }>("SELECT number FROM runbook_version WHERE project_id = $1 ORDER BY number", [projectId])).map((row) => row.number);
    await importPlan(ctx, { source: named("books").replace("name: Everything", "name: All of it") });
    expect(await versions()).toEqual([1]);
    await importPlan(ctx, { source: named("books").replace("title: Prepare,", "title: Prepare well,") });
    expect(await versions()).toEqual([1, 2]);
  });

  it("refuses a stale update and says what differs", async () => {
    await importPlan(ctx, { source: named("stale"), ifMatch: 0 });
    await importPlan(ctx, { source: named("stale").replace("amount: 100", "amount: 90"), ifMatch: 1 });
    const late = importPlan(ctx, { source: named("stale").replace("amount: 100", "amount: 80"), ifMatch: 1 });
    await expect(late).rejects.toThrow(ConflictError);
    const error = await late.catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      status: 409,
      details: { version: 2, difference: { changed: 1, changes: [{ entity: "budget", fields: [{ field: "amount", before: 90, after: 80 }] }] } },
    });
    expect(await all("SELECT amount FROM budget b JOIN project p ON p.id = b.project_id WHERE p.slug = 'stale'")).toEqual([{ amount: "90.000000" }]);
  });

  it("lets only one of two imports at the same time win", async () => {
    await importPlan(ctx, { source: named("race") });
    const results = await Promise.allSettled(
      [1, 2, 3].map((n) => importPlan(ctx, { source: named("race").replace("amount: 100", `amount: ${50 + n}`), ifMatch: 1 })),
    );
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect((await planVersions(ctx, "race")).map((version) => version.number)).toEqual([2, 1]);
  });

  it("leaves nothing behind when it fails in the middle (atomicity)", async () => {
    await importPlan(ctx, { source: named("whole") });
    const before = await counts();
    const [stack] = await all("SELECT s.name FROM stack s JOIN project p ON p.id = s.project_id WHERE p.slug = 'whole' AND s.key = 'now'");
    await t.db.pool.query("ALTER TABLE backup ADD CONSTRAINT test_refuses CHECK (name <> 'Refused')");
    try {
      const text = named("whole").replace("what: Database", "what: Refused").replace("name: Now", "name: Later").replace("title: Prepare,", "title: Changed,");
      await expect(importPlan(ctx, { source: text })).rejects.toThrow(/test_refuses/);
      await expect(importPlan(ctx, { source: text.replace("slug: whole", "slug: never") })).rejects.toThrow(/test_refuses/);
    } finally {
      await t.db.pool.query("ALTER TABLE backup DROP CONSTRAINT test_refuses");
    }
    expect(await counts()).toEqual(before);
    expect(await all("SELECT s.name FROM stack s JOIN project p ON p.id = s.project_id WHERE p.slug = 'whole' AND s.key = 'now'")).toEqual([stack]);
  });

  it("refuses what it cannot read with the line, and people who may not", async () => {
    const refused = importPlan(ctx, { source: named("bad").replace('op: ">"', 'op: "=>"') });
    await expect(refused).rejects.toThrow(InvalidInputError);
    await expect(refused).rejects.toThrow(/line \d+: write one of/);
    await expect(importPlan(ctx, { source: "x", format: "markdown" })).rejects.toThrow(/Nothing in this document can be imported/);
    await expect(importPlan(ctx, { source: "# Move to the cloud\n\n- project: shop\n" })).rejects.toThrow(/Nothing in this document/);
    await expect(importPlan(ctx, { source: named("comment").replace("schemaVersion: 1", "# A comment\nschemaVersion: 1") })).resolves.toMatchObject({
      created: true,
    });
    await expect(importPlan(await t.ctx("viewer"), { source: smallPlan() })).rejects.toThrow(ForbiddenError);
    await expect(importPlan(ctx, { source: named("nul").replace("name: Server", 'name: "a\\0b"') })).rejects.toThrow(/cannot be stored/);
    await expect(importPlan(ctx, { source: named("half").replace("name: Server", 'name: "a\\ud800b"') })).rejects.toThrow(InvalidInputError);
  });

  it("previews without writing", async () => {
    const before = await counts();
    const preview = await previewImport(ctx, { source: named("preview").replace("statedTotals: [{ min: 25", "statedTotals: [{ min: 24") });
    expect(preview).toMatchObject({ created: true, version: 0, same: false });
    expect(preview.findings.map((finding) => finding.code)).toEqual(["headline-vs-table-total"]);
    expect(preview.difference.added).toBeGreaterThan(10);
    expect(await counts()).toEqual(before);
  });

  it("brings a former version back as a new one", async () => {
    await importPlan(ctx, { source: named("back") });
    await importPlan(ctx, {
      source: named("back")
        .replace("amount: 100", "amount: 1")
        .replace(/monitors:\n.*\n/, ""),
    });
    const restored = await restorePlanVersion(ctx, { slug: "back", number: 1, ifMatch: 2 });
    expect(restored).toMatchObject({ version: 3, applied: true });
    expect(
      await all(
        "SELECT b.amount, m.removed_at FROM budget b JOIN project p ON p.id = b.project_id JOIN monitor m ON m.project_id = p.id WHERE p.slug = 'back'",
      ),
    ).toEqual([{ amount: "100.000000", removed_at: null }]);
    expect((await exportPlan(ctx, "back", "yaml")).text).toBe(named("back"));
  });

  it("gives a plan that is imported under another slug that slug", async () => {
    await importPlan(ctx, { source: smallPlan(), slug: "other-name" });
    const exported = await exportPlan(ctx, "other-name", "yaml");
    const read = readYamlPlan(exported.text);
    expect(read.ok && read.plan.project.slug).toBe("other-name");
    expect(await importPlan(ctx, { source: exported.text })).toMatchObject({ created: false, applied: false });
  });

  it.each(EXAMPLES)("imports %s, prices its stacks as the checks do, and gives it back unchanged", async (name) => {
    const result = await importPlan(ctx, { source: exampleText(name) });
    expect((await exportPlan(ctx, result.slug, "yaml")).text).toBe(exampleText(name));
    expect(await planFindings(ctx, result.slug)).toEqual(result.findings);
    const read = readYamlPlan(exampleText(name));
    if (!read.ok) throw new Error("the example is damaged");
    for (const stack of read.plan.stacks) {
      const items = await t.db.prisma.lineItem.findMany({ where: { projectId: result.projectId, resource: { stack: { key: stack.key } } } });
      const declared = stack.resources.flatMap((resource) => resource.lineItems);
      const options = { labor: true, currency: read.plan.project.currency };
      expect(stackCost(items.map(pricedItemOf), options)).toEqual(stackCost(declared, options));
    }
    expect(await importPlan(ctx, { source: exampleText(name) })).toMatchObject({ applied: false });
  });

  it("applies 2,000 resources and 1,000 triggers within seconds", async () => {
    const resources = (stack: string) =>
      Array.from({ length: 1_000 }, (_, i) => `      - { key: ${stack}-${i}, name: Service ${i}, lineItems: [{ price: { form: fixed, amount: 1.1 } }] }`).join(
        "\n",
      );
    const triggers = Array.from({ length: 1_000 }, (_, i) => `  - { key: t-${i}, metric: users, op: ">", value: ${i + 1}, from: a, to: b }`).join("\n");
    const source = `schemaVersion: 1\nproject: { slug: large, name: Large }\nmetrics: [{ key: users, name: Users }]\nstacks:\n  - key: a\n    name: A\n    role: current\n    resources:\n${resources("a")}\n  - key: b\n    name: B\n    role: target\n    resources:\n${resources("b")}\ntriggers:\n${triggers}\n`;
    expect(await importPlan(ctx, { source })).toMatchObject({ created: true });
    expect(await importPlan(ctx, { source: source.replaceAll("amount: 1.1", "amount: 1.2") })).toMatchObject({ version: 2 });
  }, 180_000);
});
