import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type TestDb, testDb } from "@/prisma/testing/database";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

describe("audit chain", () => {
  it("F-AUD-1: change and entry commit together or not at all", async () => {
    const ctx = await t.ctx("admin");
    await expect(
      inTransaction(t.db, async (tx) => {
        await writeAudit(tx, ctx, { action: "test.fail", object: { type: "test", id: "1" } });
        throw new Error("crash");
      }),
    ).rejects.toThrow("crash");
    expect(await t.db.prisma.auditEntry.count()).toBe(0);
  });

  it("numbers entries without a gap when many write at once", async () => {
    const ctx = await t.ctx("admin");
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => inTransaction(t.db, (tx) => writeAudit(tx, ctx, { action: "test.write", object: { type: "test", id: String(n) } }))),
    );
    const entries = await t.db.prisma.auditEntry.findMany({ orderBy: { seq: "asc" } });
    expect(entries.map((entry) => Number(entry.seq))).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    for (const [index, entry] of entries.entries()) expect(entry.prevHash).toBe(entries[index - 1]?.hash ?? "0".repeat(64));
  });

  it("S-12: the database refuses update, delete and truncate", async () => {
    await expect(t.db.pool.query("UPDATE audit_entry SET action = 'x'")).rejects.toThrow("append-only");
    await expect(t.db.pool.query("DELETE FROM audit_entry")).rejects.toThrow("append-only");
    await expect(t.db.pool.query("TRUNCATE audit_entry")).rejects.toThrow("append-only");
  });
});
