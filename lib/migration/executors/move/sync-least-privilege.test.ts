import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeKeptSides } from "@/lib/migration/executors/move/kept-sides";
import { postgresSync } from "@/lib/migration/executors/move/sync";
import { driveSync, leftovers, moveContext, moverConnections, sql, syncStep, undoing, watchUntil } from "@/lib/migration/executors/move/testing/site";
import { named } from "@/lib/migration/executors/testing/context";
import { giveIdentities } from "@/lib/practice/identities";
import { SCHEMA_SQL } from "@/lib/practice/sample-data";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";

/* PostgreSQL 18 on both sides, with the grants of docs/steps.md and no more, into a prepared target. */

const base = mkdtempSync(join(tmpdir(), "sync-18-"));
let site: PracticeSite;

beforeAll(async () => {
  site = await startPractice({
    dir: join(base, "site"),
    sizeMb: 20,
    writesPerSecond: 20,
    requestsPerSecond: 1,
    versions: { source: 18, target: 18 },
  });
  await giveIdentities(site);
  await sql(site.target, SCHEMA_SQL);
}, 180_000);
afterAll(async () => {
  await closeKeptSides();
  await site?.stop();
  rmSync(base, { recursive: true, force: true });
});

const step = syncStep({ schema: "prepared" });
const context = () => moveContext(moverConnections(site));

describe("postgres.sync with least privilege (S-20)", () => {
  it("follows between two servers of version 18 as a role that is no superuser, in binary form, and undoes only its rows", async () => {
    for (const database of [site.sourceMover, site.targetMover])
      expect(await sql(database, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).toEqual([{ rolsuper: false }]);
    const running = context();
    expect(named(await postgresSync.preflight(step, running), "block")).toEqual([]);
    const { result } = await driveSync(step, running);
    expect(result).toMatchObject({ type: "done", output: { reverse: true } });
    expect(await sql(site.targetAdmin, "SELECT suborigin, subrunasowner FROM pg_subscription")).toEqual([{ suborigin: "none", subrunasowner: false }]);
    await watchUntil(step, running, (watch) => watch.lag?.seconds === 0);
    const events = "SELECT md5(string_agg(o::text, '|' ORDER BY id)) AS h, count(*) AS n FROM order_events o";
    expect(await sql(site.target, events)).toEqual(await sql(site.source, events));
    expect(await postgresSync.verify(step, running)).toMatchObject({ type: "done", output: { differences: 0 } });

    // No event triggers for this role: a change of structure goes through and is noticed (R-PG-2).
    await sql(site.source, "ALTER TABLE customers ADD COLUMN extra int");
    expect((await watchUntil(step, running, (watch) => watch.breach?.includes("structure") === true, 40_000)).breach).toContain("extra");
    expect(await postgresSync.verify(step, running)).toMatchObject({ type: "failed", reason: expect.stringContaining("extra") });
    await sql(site.source, "ALTER TABLE customers DROP COLUMN extra");

    expect(await postgresSync.undo(step, undoing({ ...running, epoch: 2 }))).toMatchObject({ type: "done" });
    expect([await leftovers(site.sourceAdmin), await leftovers(site.targetAdmin)]).toEqual([[], []]);
    expect(await sql(site.target, "SELECT count(*)::int AS n FROM order_events")).toEqual([{ n: 0 }]);
  }, 240_000);

  it("refuses a prepared target with another structure or with rows in it", async () => {
    await sql(site.target, "INSERT INTO settings VALUES ('a', 'b')");
    expect(await postgresSync.apply(step, context())).toMatchObject({ type: "failed", reason: expect.stringContaining("public.settings") });
    await sql(site.target, "TRUNCATE settings; ALTER TABLE settings ADD COLUMN more int");
    expect(await postgresSync.apply(step, context())).toMatchObject({ type: "failed", reason: expect.stringContaining("another structure") });
    expect([await leftovers(site.sourceAdmin), await leftovers(site.targetAdmin)]).toEqual([[], []]);
  });
});
