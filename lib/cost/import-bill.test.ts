import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rows } from "@/lib/db/transaction";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeProject } from "@/prisma/testing/factories/project";
import { type BillResult, importBill } from "./import-bill";
import { type ExampleService, exampleCharges, focusCsv } from "./testing/example-bill";
import { undoImport } from "./undo-import";

let t: TestDb;
const fixture = () => readFile(path.join(import.meta.dirname, "testing/small-bill.csv"), "utf8");
const NOW = new Date("2026-11-20T12:00:00Z");

beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

async function* pieces(data: string | Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(data);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function setUp() {
  const { project, stacks } = await makeProject(t.db);
  const ctx = await t.ctx("operator", NOW);
  const load = (data: string | Uint8Array, more: { dryRun?: boolean; limits?: { maxBytes?: number; freeBytes?: number } } = {}): Promise<BillResult> =>
    importBill(ctx, { project: project.slug, fileName: "bill.csv", stream: pieces(data), ...more });
  return { project, stacks, ctx, load };
}

/** Everything the import may change, to compare before and after. */
async function state(projectId: string) {
  const charges = await rows<{ data: unknown }>(
    t.db.pool,
    "SELECT to_jsonb(c) - 'import_id' AS data FROM charge c WHERE project_id = $1 ORDER BY charge_period_start, source_key",
    [projectId],
  );
  const days = await rows<{ data: unknown }>(
    t.db.pool,
    "SELECT to_jsonb(d) AS data FROM charge_day d WHERE project_id = $1 ORDER BY day, service_name, provider, stack_id",
    [projectId],
  );
  return { charges: charges.map((row) => row.data), days: days.map((row) => row.data) };
}
const total = async (projectId: string, table: "charge" | "charge_day") =>
  (await rows<{ sum: string | null }>(t.db.pool, `SELECT trim_scale(sum(billed_cost))::text AS sum FROM ${table} WHERE project_id = $1`, [projectId]))[0]?.sum;

describe("bill import", () => {
  it("takes a FOCUS bill with quoted text, NULL, negative quantities and repeated rows to the last decimal", async () => {
    const { project, stacks, load } = await setUp();
    const result = await load(await fixture());
    expect(result).toMatchObject({ rows: 5, rejected: 0, replaced: 0, billed: "13.7500160599", currency: "USD", from: "2026-03-01T23:00:00.000Z" });
    expect(await total(project.id, "charge")).toBe("13.7500160599");
    expect(await total(project.id, "charge_day")).toBe("13.7500160599");
    const stored = await t.db.prisma.charge.findMany({ where: { projectId: project.id }, orderBy: { chargePeriodStart: "asc" } });
    expect(stored[1]).toMatchObject({ serviceCategory: "Storage", chargeCategory: "Usage", chargeDescription: 'Volume "gp" per GB-month', stackId: null });
    expect(stored[1]?.usageQuantity?.toString()).toBe("-4.5");
    expect(stored[0]).toMatchObject({ tags: { env: "prod", team: "web" }, resourceName: null });
    expect(stored.find((row) => row.chargeDescription?.includes("\n"))).toMatchObject({ stackId: stacks.target });
    const audit = await t.db.prisma.auditEntry.findFirst({ where: { projectId: project.id, action: "bill.import" } });
    expect(audit?.after).toMatchObject({ rows: 5, billed: "13.7500160599" });
  });

  it("changes nothing when the same bill comes again, also gzipped or in another order", async () => {
    const { project, load } = await setUp();
    const text = await fixture();
    await load(text);
    const before = await state(project.id);
    expect(await load(gzipSync(text))).toMatchObject({ rows: 5, replaced: 5, unchanged: 5, billed: "13.7500160599" });
    const lines = text.split("\n");
    const shuffled = [lines[0], ...lines.slice(5, 7), lines[4], lines[2], lines[1], lines[3], ""].join("\n");
    expect(await load(shuffled)).toMatchObject({ rows: 5, replaced: 5, unchanged: 5 });
    expect(await state(project.id)).toEqual(before);
  });

  it("replaces rows whose cost was corrected, and undo brings the earlier amounts back", async () => {
    const { project, ctx, load } = await setUp();
    const text = await fixture();
    await load(text);
    const before = await state(project.id);
    const corrected = await load(text.replace('-0.75,"acct-2"', '-0.50,"acct-2"'));
    expect(corrected).toMatchObject({ replaced: 5, unchanged: 4, billed: "14.0000160599" });
    expect(await total(project.id, "charge_day")).toBe("14.0000160599");
    expect(await undoImport(ctx, { project: project.slug, import: corrected.import })).toMatchObject({ removed: 1, restored: 1 });
    expect(await state(project.id)).toEqual(before);
  });

  it("undoes imports in any order", async () => {
    const { project, ctx, load } = await setUp();
    const text = await fixture();
    const versions = ["-0.75", "-0.50", "-0.25"].map((credit) => text.replace('-0.75,"acct-2"', `${credit},"acct-2"`));
    const [first, second, third] = [await load(versions[0] ?? ""), await load(versions[1] ?? ""), await load(versions[2] ?? "")];
    const undo = (bill: BillResult) => undoImport(ctx, { project: project.slug, import: bill.import });
    await undo(second);
    expect(await total(project.id, "charge_day")).toBe("14.2500160599");
    await undo(third);
    expect(await total(project.id, "charge_day")).toBe("13.7500160599");
    await undo(first);
    expect(await state(project.id)).toEqual({ charges: [], days: [] });
    expect(await t.db.prisma.chargeSuperseded.count({ where: { projectId: project.id } })).toBe(0);
    await expect(undo(first)).rejects.toMatchObject({ kind: "conflict" });
  });

  it("does not touch another project", async () => {
    const one = await setUp();
    const two = await setUp();
    const bill = await one.load(await fixture());
    await two.load(await fixture());
    const before = await state(two.project.id);
    await expect(undoImport(two.ctx, { project: two.project.slug, import: bill.import })).rejects.toMatchObject({ kind: "not-found" });
    await undoImport(one.ctx, { project: one.project.slug, import: bill.import });
    expect(await state(two.project.id)).toEqual(before);
  });

  it("writes nothing in a dry run and gives the same account of the bill", async () => {
    const { project, load } = await setUp();
    const text = await fixture();
    const dry = await load(text, { dryRun: true });
    expect(await state(project.id)).toEqual({ charges: [], days: [] });
    expect(await t.db.prisma.billImport.count({ where: { projectId: project.id } })).toBe(0);
    expect({ ...(await load(text)), import: null }).toEqual(dry);
  });
});

describe("bad bills", () => {
  it("refuses damaged rows one by one, with line and reason, and takes the rest", async () => {
    const { project, load } = await setUp();
    const lines = (await fixture()).split("\n");
    const [head = "", one = "", two = ""] = lines;
    const damaged = [
      head,
      one,
      two.replace("1.25000000000", "12,5"),
      two.replace("1.25000000000", "n/a"),
      two.replace('"vol/one"', '"vol/one'),
      two.replace('"USD"', '"EUR"'),
      two.replace("2026-03-02 00:00:00", "2026-02-30 00:00:00"),
      two,
      "",
    ].join("\n");
    const result = await load(damaged);
    expect(result).toMatchObject({ rows: 2, rejected: 5, billed: "1.2500160599" });
    expect(result.rejections.map((entry) => [entry.line, entry.reason.slice(0, 24)])).toEqual([
      [3, "has 29 columns, the firs"],
      [4, 'BilledCost "n/a" is not '],
      [5, expect.stringContaining("quote")],
      [6, "BillingCurrency is EUR, "],
      [7, 'ChargePeriodStart "2026-'],
    ]);
    const stored = await t.db.prisma.billImport.findFirst({ where: { projectId: project.id } });
    expect(stored).toMatchObject({ rows: 2, rejected: 5, rejections: result.rejections });
  });

  it("keeps the first hundred reasons and counts them all", async () => {
    const { load } = await setUp();
    const [head = "", one = ""] = (await fixture()).split("\n");
    const result = await load([head, one, ...Array.from({ length: 250 }, () => "damaged")].join("\n"));
    expect([result.rows, result.rejected, result.rejections.length]).toEqual([1, 250, 100]);
  });

  it.each([
    ["another kind of file", "name,amount\nx,1\n", /BilledCost/],
    ["an empty file", "", /empty/],
    ["a bill without rows", "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd\n", /no rows/],
    ["a bill of which no row can be read", "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd\nx,USD,2026-01-01,2026-01-02\n", /All 1 rows/],
    ["bytes that are no text", Buffer.alloc(2_500_000, 0x80), /not a CSV/],
  ])("refuses %s as a whole", async (_name, data, message) => {
    const { project, load } = await setUp();
    await expect(load(data)).rejects.toMatchObject({ kind: "invalid", message: expect.stringMatching(message) });
    expect(await t.db.prisma.billImport.count({ where: { projectId: project.id } })).toBe(0);
  });

  it("B-4 stops a gzip bomb, and writes nothing of a cut-off or damaged archive", async () => {
    const { project, load } = await setUp();
    const text = await fixture();
    const bomb = gzipSync(Buffer.concat([Buffer.from(text), Buffer.alloc(3_000_000, "\n")]));
    await expect(load(bomb, { limits: { freeBytes: 500_000 } })).rejects.toMatchObject({ kind: "too-large" });
    await expect(load(gzipSync(text), { limits: { maxBytes: 1_000 } })).rejects.toMatchObject({ kind: "too-large" });
    const packed = gzipSync(text);
    await expect(load(packed.subarray(0, packed.length - 20))).rejects.toMatchObject({ kind: "invalid" });
    await expect(load(Buffer.concat([packed.subarray(0, 40), Buffer.alloc(200, 7)]))).rejects.toMatchObject({ kind: "invalid" });
    expect(await state(project.id)).toEqual({ charges: [], days: [] });
  });

  it("writes nothing when the upload breaks off", async () => {
    const { project, ctx } = await setUp();
    const text = await fixture();
    async function* broken() {
      yield Buffer.from(text);
      throw new Error("connection lost");
    }
    await expect(importBill(ctx, { project: project.slug, fileName: "bill.csv", stream: broken() })).rejects.toThrow("connection lost");
    expect(await state(project.id)).toEqual({ charges: [], days: [] });
    // The connection is still usable.
    await expect(importBill(ctx, { project: project.slug, fileName: "bill.csv", stream: pieces(text) })).resolves.toMatchObject({ rows: 5 });
  });

  it("is refused to a viewer, and for a project that does not exist", async () => {
    const { project } = await setUp();
    const viewer = await t.ctx("viewer");
    const stream = pieces(await fixture());
    await expect(importBill(viewer, { project: project.slug, fileName: "b", stream })).rejects.toMatchObject({ kind: "forbidden" });
    await expect(importBill(await t.ctx("operator"), { project: "nowhere", fileName: "b", stream })).rejects.toMatchObject({ kind: "not-found" });
  });
});

describe("large bills", () => {
  const services: ExampleService[] = Array.from({ length: 300 }, (_, n) => ({
    stack: n % 2 === 0 ? "current" : "target",
    name: `Service ${n}`,
    category: "Compute",
    provider: "Example Cloud",
    monthly: 30 + n,
  }));

  it("imports 100,000 rows without holding them, and the same again without change", async () => {
    const { project, ctx } = await setUp();
    const bill = () => focusCsv(exampleCharges(project.slug, new Date("2025-10-01T00:00:00Z"), new Date("2026-09-01T00:00:00Z"), "seed", services));
    const before = process.memoryUsage();
    let peak = 0;
    async function* watched() {
      for await (const piece of bill()) {
        const used = process.memoryUsage();
        peak = Math.max(peak, used.heapUsed + used.external + used.arrayBuffers - before.heapUsed - before.external - before.arrayBuffers);
        yield piece;
      }
    }
    const first = await importBill(ctx, { project: project.slug, fileName: "large.csv", stream: watched() });
    expect(first.rows).toBe(300 * 335);
    // The file is about 60 MB; what is held at any time is far less.
    expect(peak).toBeLessThan(150_000_000);
    expect(await total(project.id, "charge")).toBe(first.billed);
    expect(await total(project.id, "charge_day")).toBe(first.billed);
    const again = await importBill(ctx, { project: project.slug, fileName: "large.csv", stream: bill() });
    expect(again).toMatchObject({ replaced: first.rows, unchanged: first.rows, billed: first.billed });
  }, 300_000);
});
