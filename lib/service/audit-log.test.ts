import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvCell } from "@/lib/core/csv";
import { inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { changedFields } from "@/lib/service/audit-diff";
import { auditExport } from "@/lib/service/audit-export";
import { auditQuery, listAudit } from "@/lib/service/audit-store";
import { entryProblem, type StoredEntry, verifyAuditChain } from "@/lib/service/audit-verify";
import { type TestDb, testDb } from "@/prisma/testing/database";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

async function logged(count: number) {
  const copy = await testDb();
  const ctx = await copy.ctx("admin", new Date("2026-11-20T14:02:00Z"));
  for (let n = 1; n <= count; n += 1) {
    await inTransaction(copy.db, (tx) =>
      writeAudit(tx, ctx, {
        action: "test.write",
        object: { type: "test", id: String(n), name: `object ${n}` },
        before: { n: n - 1, ratio: 0.5 },
        after: { n, list: [1, "é"] },
      }),
    );
  }
  return copy;
}

/** What somebody with full power over the database can do: triggers are in the way only of others. */
async function tamper(copy: TestDb, sql: string) {
  await copy.db.pool.query("ALTER TABLE audit_entry DISABLE TRIGGER USER");
  await copy.db.pool.query(sql);
}

describe("audit chain", () => {
  it("holds for an empty log and for entries with every kind of value", async () => {
    expect(await verifyAuditChain(t.db)).toMatchObject({ ok: true, entries: 0, verifiedTo: null, broken: null });
    const copy = await logged(5);
    expect(await verifyAuditChain(copy.db)).toMatchObject({ ok: true, entries: 5, from: 1, verifiedTo: { seq: 5 }, broken: null });
    expect(await verifyAuditChain(copy.db, { last: 2 })).toMatchObject({ ok: true, entries: 2, from: 4 });
    await copy.close();
  });

  it.each([
    ["an edit", 'UPDATE audit_entry SET actor = \'{"kind":"worker","name":"else"}\' WHERE seq = 3', { seq: 3, reason: "its content was changed" }],
    ["an edited time", "UPDATE audit_entry SET at = at + interval '1 second' WHERE seq = 2", { seq: 2, reason: "its content was changed" }],
    ["a removal", "DELETE FROM audit_entry WHERE seq = 3", { seq: 4, reason: "entry 3 is missing" }],
    ["a cut tail", "DELETE FROM audit_entry WHERE seq > 3", { seq: 4, reason: "the log ends at entry 3, but 5 were written" }],
    [
      "two that changed places",
      "UPDATE audit_entry SET seq = 99 WHERE seq = 2; UPDATE audit_entry SET seq = 2 WHERE seq = 3; UPDATE audit_entry SET seq = 3 WHERE seq = 99",
      { seq: 2, reason: "it does not follow the entry before it" },
    ],
    [
      "an insertion at the end",
      "INSERT INTO audit_entry (seq, at, actor, action, object, prev_hash, hash) SELECT 6, at, actor, action, object, hash, 'forged' FROM audit_entry WHERE seq = 5",
      { seq: 6, reason: "its content was changed" },
    ],
    ["a moved head", "UPDATE audit_head SET hash = 'forged'", { seq: 5, reason: "the last entry is not the one that was written last" }],
  ])("S-12: finds %s", async (_name, sql, broken) => {
    const copy = await logged(5);
    await tamper(copy, sql);
    expect(await verifyAuditChain(copy.db)).toMatchObject({ ok: false, broken });
    await copy.close();
  });
});

describe("audit list and export", () => {
  it("filters, pages without a gap, and refuses what it does not understand", async () => {
    const copy = await logged(7);
    const list = (raw: Record<string, string>) => listAudit(copy.db, auditQuery.parse(raw));
    const first = await list({ limit: "3" });
    const second = await list({ limit: "3", after: first.next ?? "" });
    const third = await list({ limit: "3", after: second.next ?? "" });
    expect([...first.items, ...second.items, ...third.items].map((entry) => entry.seq)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(third.next).toBeNull();
    expect((await list({ object: "object 4" })).items.map((entry) => entry.seq)).toEqual([4]);
    expect((await list({ object: "100%" })).items).toEqual([]);
    expect((await list({ action: "test." })).items).toHaveLength(7);
    expect((await list({ action: "est" })).items).toEqual([]);
    expect((await list({ actor: "ADMIN" })).items).toHaveLength(7);
    expect((await list({ from: "2026-11-20", to: "2026-11-21" })).items).toHaveLength(7);
    expect((await list({ to: "2026-11-20" })).items).toEqual([]);
    expect((await list({ project: "'; DROP TABLE audit_entry; --" })).items).toEqual([]);
    for (const raw of [{ from: "yesterday" }, { after: "0" }, { limit: "501" }, { to: "2026-02-30" }]) expect(auditQuery.safeParse(raw).success).toBe(false);
    await copy.close();
  });

  it("the JSON export can be checked without the database", async () => {
    const copy = await logged(3);
    const text = await new Response(auditExport(copy.db, {}, "json")).text();
    const entries = (JSON.parse(text) as (Omit<StoredEntry, "at"> & { at: string })[]).map((entry) => ({ ...entry, at: new Date(entry.at) }));
    let previous = { seq: 0, hash: "0".repeat(64) };
    for (const entry of entries) {
      expect(entryProblem(previous, entry)).toBeNull();
      previous = entry;
    }
    expect(previous.seq).toBe(3);
    await copy.close();
  });

  it("the CSV export is read back whole and starts no formula", async () => {
    const copy = await testDb();
    const ctx = await copy.ctx("admin");
    const evil = '=HYPERLINK("http://evil.test","x")\r\n@SUM(1)';
    await inTransaction(copy.db, (tx) =>
      writeAudit(tx, ctx, { action: "test.csv", object: { type: "test", id: "1", name: evil }, reason: '+1 agreed, "quoted"' }),
    );
    const rows = parse(await new Response(auditExport(copy.db, {}, "csv")).text(), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(1);
    expect(rows[0]?.object).toBe(`'${evil}`);
    expect(rows[0]?.reason).toBe('\'+1 agreed, "quoted"');
    await copy.close();
  });

  it("cells: formulas are disarmed, numbers stay", () => {
    expect(["=1", "+x", "-2+3", "@a", "\tx", "-3.5", "plain", "a,b", ""].map(csvCell)).toEqual([
      "'=1",
      "'+x",
      "'-2+3",
      "'@a",
      "'\tx",
      "-3.5",
      "plain",
      '"a,b"',
      "",
    ]);
  });
});

describe("changed fields", () => {
  it("names what differs, member by member", () => {
    expect(changedFields({ role: "viewer", same: 1, nested: { a: 1 } }, { role: "admin", same: 1, nested: { a: 2, b: ["x", "y"] } })).toEqual([
      { path: "nested.a", before: "1", after: "2" },
      { path: "nested.b", before: null, after: "x, y" },
      { path: "role", before: "viewer", after: "admin" },
    ]);
    expect(changedFields(null, null)).toEqual([]);
  });
});
