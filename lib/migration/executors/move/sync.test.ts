import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { postgresSync } from "@/lib/migration/executors/move/sync";
import {
  driveSync,
  giveIdentities,
  leftovers,
  moveContext,
  moverConnections,
  sql,
  syncStep,
  undoing,
  watchUntil,
} from "@/lib/migration/executors/move/testing/site";
import { closeWatchSessions } from "@/lib/migration/executors/move/watch-move";
import { named } from "@/lib/migration/executors/testing/context";
import type { StepContext } from "@/lib/migration/executors/types";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";

const base = mkdtempSync(join(tmpdir(), "sync-test-"));
let site: PracticeSite;

beforeAll(async () => {
  site = await startPractice({ dir: join(base, "site"), sizeMb: 30, writesPerSecond: 30, requestsPerSecond: 1 });
  await giveIdentities(site);
}, 120_000);
afterAll(async () => {
  await closeWatchSessions();
  await site?.stop();
  rmSync(base, { recursive: true, force: true });
});

const context = (values: Partial<StepContext> = {}) => moveContext(moverConnections(site), values);

afterEach(async () => {
  expect(await postgresSync.undo(syncStep(), undoing(context({ epoch: 90 })))).toMatchObject({ type: "done" });
  expect([await leftovers(site.sourceAdmin), await leftovers(site.targetAdmin)]).toEqual([[], []]);
  expect(await sql(site.targetAdmin, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toEqual([]);
});

const content = (database: PracticeDatabase | null) =>
  sql(database, "SELECT md5(string_agg(o::text, '|' ORDER BY id)) AS h, count(*) AS n FROM order_events o");

async function phaseIs(phase: string): Promise<boolean> {
  const rows = await sql(site.targetAdmin, "SELECT phase FROM switchyard_move.owner").catch(() => []);
  return rows[0]?.phase === phase;
}

describe("postgres.sync", () => {
  it("copies under writes, follows, prepares the way back, and takes everything away again", async () => {
    const running = context();
    const checks = await postgresSync.preflight(syncStep(), running);
    expect(named(checks, "block")).toEqual([]);
    expect(checks.find((check) => check.name === "parallel copies")?.message).toContain("2 tables at a time");
    expect((await postgresSync.observe(syncStep(), running)).state).toBe("absent");
    const { result, watches } = await driveSync(syncStep(), running);
    expect(result).toMatchObject({ type: "done", output: { reverse: true } });
    expect(watches.filter((watch) => watch.back !== "lossless" || watch.breach !== null)).toEqual([]);
    expect((await postgresSync.observe(syncStep(), running)).state).toBe("present");
    expect(await content(site.target)).toEqual(await content(site.source));

    const before = await sql(site.source, "SELECT count(*)::int AS n FROM write_log");
    await watchUntil(syncStep(), running, (watch) => watch.lag !== null && watch.lag.seconds === 0);
    const after = await sql(site.target, "SELECT count(*)::int AS n FROM write_log");
    expect(Number(after[0]?.n)).toBeGreaterThanOrEqual(Number(before[0]?.n));

    expect(await postgresSync.verify(syncStep(), running)).toMatchObject({ type: "done", output: { differences: 0 } });
    // Owners and grants come along: the application's role can work on the target.
    expect(await sql(site.target, "SELECT tableowner FROM pg_tables WHERE tablename = 'orders'")).toEqual([{ tableowner: "app" }]);
    expect(await leftovers(site.targetAdmin)).toEqual(expect.arrayContaining([expect.stringMatching(/^slot switchyard_.*_rev$/)]));
    expect(running.lines.join("\n")).not.toContain(site.secrets.mover);
  });

  it("F-PG-10: an apply conflict stops the subscription, is tried once more, holds the run, and nothing is skipped", async () => {
    const running = context();
    expect((await driveSync(syncStep(), running)).result.type).toBe("done");
    await sql(site.targetAdmin, "INSERT INTO public.empty_table VALUES (7)");
    await sql(site.source, "INSERT INTO empty_table VALUES (7)");
    const stopped = await watchUntil(syncStep(), running, (watch) => watch.breach !== null);
    expect(stopped.breach).toContain("could not be applied");
    expect(stopped.back).toBe("lossless");
    expect(running.lines.filter((line) => line.includes("switched on again"))).toHaveLength(1);
    expect(await sql(site.targetAdmin, "SELECT subenabled, subskiplsn::text AS skip FROM pg_subscription")).toEqual([{ subenabled: false, skip: "0/0" }]);
    expect(await postgresSync.verify(syncStep(), running)).toMatchObject({ type: "failed", reason: expect.stringContaining("no longer follows") });
    // A person takes the row away: what had stopped goes on where it was.
    await sql(site.targetAdmin, "DELETE FROM public.empty_table");
    await sql(site.targetAdmin, "DO $$ BEGIN EXECUTE (SELECT format('ALTER SUBSCRIPTION %I ENABLE', subname) FROM pg_subscription); END $$");
    expect((await watchUntil(syncStep(), running, (watch) => watch.breach === null && watch.lag?.seconds === 0)).breach).toBeNull();
    expect(await sql(site.target, "SELECT id FROM empty_table")).toEqual([{ id: 7 }]);
    await sql(site.source, "DELETE FROM empty_table");
  });

  it("F-PG-10: a row that is in the way of the initial copy fails the step with the cause", async () => {
    const running = context();
    const { result } = await driveSync(syncStep(), running, () => phaseIs("subscribe"));
    expect(result.type).toBe("running");
    await sql(site.targetAdmin, "INSERT INTO public.customers (id, email, name) OVERRIDING SYSTEM VALUE VALUES (1, 'a@b', 'x')");
    const stopped = await driveSync(syncStep(), running);
    expect(stopped.result).toMatchObject({ type: "failed", reason: expect.stringContaining("could not be applied") });
    expect(stopped.watches.at(-1)?.back).toBe("lossless");
  });
});
