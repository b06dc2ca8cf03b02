import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { databaseFingerprint, sameDatabase } from "@/lib/db/fingerprint";
import { createPool } from "@/lib/db/pool";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { frameData } from "./frame";
import { adoptDatabase, isCopy, settleHome } from "./home-database";

let t: TestDb;
let other: TestDb;
beforeAll(async () => {
  [t, other] = [await testDb(), await testDb()];
});
afterAll(async () => {
  await t.close();
  await other.close();
});

const home = async () => (await t.db.pool.query<{ home: string | null }>("SELECT home_database AS home FROM workspace")).rows[0]?.home;

describe("the installation's own database", () => {
  it("is the one in which a worker first looks, and another one is a copy until an admin says otherwise", async () => {
    expect([await settleHome(t.db.pool), await isCopy(t.db.pool)]).toEqual([false, false]);
    await t.db.pool.query("INSERT INTO workspace (id, name, currency, time_zone) VALUES ($1, 'W', 'USD', 'UTC')", [newId()]);
    expect([await isCopy(t.db.pool), await home()]).toEqual([false, null]);
    expect([await settleHome(t.db.pool), await home()]).toEqual([false, await databaseFingerprint(t.db.pool)]);

    const original = await databaseFingerprint(other.db.pool);
    await t.db.pool.query("UPDATE workspace SET home_database = $1", [original]);
    expect([await settleHome(t.db.pool), await isCopy(t.db.pool), await home()]).toEqual([true, true, original]);
    const admin = await t.ctx("admin");
    expect((await frameData(admin)).copy).toBe(true);
    await expect(adoptDatabase(await t.ctx("approver"))).rejects.toThrow(/not include|role/);
    const stale = { ...admin, now: new Date(admin.now.getTime() + 3_600_000) };
    await expect(adoptDatabase(stale)).rejects.toMatchObject({ details: { stepUp: true } });
    expect(await isCopy(t.db.pool)).toBe(true);

    const { fingerprint } = await adoptDatabase(admin);
    expect([await isCopy(t.db.pool), (await frameData(admin)).copy]).toEqual([false, false]);
    const entry = await t.db.prisma.auditEntry.findFirst({ where: { action: "workspace.adopt-database" } });
    expect([entry?.before, entry?.after]).toEqual([{ fingerprint: original }, { fingerprint }]);
  });

  it("is known by server, database and tables, as far as the role may ask", async () => {
    const full = await databaseFingerprint(t.db.pool);
    expect(full).toMatch(/^\d+:\d+:\d+$/);
    expect(await databaseFingerprint(t.db.pool)).toBe(full);
    const role = `plain_${randomBytes(6).toString("hex")}`;
    await t.db.pool.query("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
    await t.db.pool.query(`CREATE ROLE ${role}`);
    const plain = createPool(`${t.url}?options=${encodeURIComponent(`-c role=${role}`)}`, { max: 1 });
    try {
      const partly = await databaseFingerprint(plain);
      expect(partly).toBe(full.replace(/^\d+/, ""));
      expect([sameDatabase(full, partly), sameDatabase(full, full.replace(/^\d/, "8")), sameDatabase(partly, `${partly}0`)]).toEqual([true, false, false]);
    } finally {
      await plain.end();
      await t.db.pool.query(`DROP ROLE ${role}`);
    }
  });
});
