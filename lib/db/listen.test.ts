import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Listener } from "@/lib/db/listen";
import { type TestDb, testDb } from "@/prisma/testing/database";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

describe("Listener", () => {
  it("shares one connection among subscribers and stops calling those that left", async () => {
    const listener = new Listener(t.url);
    const [a, b]: (string | null)[][] = [[], []];
    const leaveA = listener.subscribe("journal", (payload) => a?.push(payload));
    listener.subscribe("journal", (payload) => b?.push(payload));
    await expect.poll(() => b?.length).toBe(1);
    await t.db.pool.query("SELECT pg_notify('journal', 'run:1')");
    await expect.poll(() => b).toEqual([null, "run:1"]);
    leaveA();
    await t.db.pool.query("SELECT pg_notify('journal', 'run:2')");
    await expect.poll(() => b).toEqual([null, "run:1", "run:2"]);
    expect(a).toEqual([null, "run:1"]);
    expect(listener.size).toBe(1);
    const { rows } = await t.db.pool.query(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'switchyard-listen' AND datname = current_database()",
    );
    expect(rows[0].n).toBe(1);
    await listener.close();
  });

  it("connects again after its connection was ended, and says that it may have missed something", async () => {
    const listener = new Listener(t.url);
    const seen: (string | null)[] = [];
    listener.subscribe("journal", (payload) => seen.push(payload));
    await expect.poll(() => seen.length).toBe(1);
    await t.db.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'switchyard-listen' AND datname = current_database()",
    );
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(2);
    await t.db.pool.query("SELECT pg_notify('journal', 'run:3')");
    await expect.poll(() => seen).toEqual([null, null, "run:3"]);
    await listener.close();
  });

  it("refuses what is no channel name", () => {
    expect(() => new Listener(t.url).subscribe("journal; DROP TABLE run", () => undefined)).toThrow(RangeError);
  });
});
