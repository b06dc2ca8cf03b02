import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seedExamples } from "@/prisma/seed/examples";
import { type TestDb, testDb } from "@/prisma/testing/database";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

describe("demo data", () => {
  it("brings five systems with samples and bills through the real verbs", async () => {
    const slugs = await seedExamples(t.db, new Date(), () => undefined);
    expect(slugs).toHaveLength(5);
    expect(await t.db.prisma.project.count({ where: { exampleData: true } })).toBe(5);
    expect(await t.db.prisma.sample.count()).toBeGreaterThan(20_000);
    expect(await t.db.prisma.charge.count()).toBeGreaterThan(1_000);
    expect(await t.db.prisma.migration.count()).toBeGreaterThanOrEqual(5);
  });
});
