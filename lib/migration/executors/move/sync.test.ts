import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { postgresClean } from "@/lib/migration/executors/move/clean";
import { serverConninfo } from "@/lib/migration/executors/move/conninfo";
import { closeKeptSides } from "@/lib/migration/executors/move/kept-sides";
import { type MoveNames, moveNames } from "@/lib/migration/executors/move/names";
import { createSubscription, enableSubscription, ownerTag } from "@/lib/migration/executors/move/replication";
import { postgresSync } from "@/lib/migration/executors/move/sync";
import { driveSync, leftovers, moveContext, moverConnections, sql, syncStep, undoing, watchUntil } from "@/lib/migration/executors/move/testing/site";
import { named } from "@/lib/migration/executors/testing/context";
import type { StepContext } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";
import { giveIdentities } from "@/lib/practice/identities";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";

const base = mkdtempSync(join(tmpdir(), "sync-test-"));
let site: PracticeSite;

beforeAll(async () => {
  site = await startPractice({ dir: join(base, "site"), sizeMb: 60, writesPerSecond: 30, requestsPerSecond: 1 });
  // A foreign key to a table whose own key is built late can only be made after the rows.
  await sql(
    site.source,
    `CREATE TABLE event_notes (id int PRIMARY KEY, event bigint REFERENCES order_events (id));
     INSERT INTO event_notes SELECT row_number() OVER (), id FROM order_events LIMIT 50`,
  );
  await giveIdentities(site);
}, 120_000);
afterAll(async () => {
  await closeKeptSides();
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

const cleanStep: StepOf<"postgres.clean"> = {
  kind: "postgres.clean",
  key: "clean",
  title: "End the move",
  onFailure: "pause",
  with: { from: "source", to: "target" },
};

async function until(is: () => Promise<boolean>, limitMs = 30_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await is())) {
    if (Date.now() > end) throw new Error(`not so after ${limitMs} ms`);
    await sleep(200);
  }
}

/** What a switch leaves behind: forward off, the target in authority, reverse on. */
async function switchByHand(names: MoveNames): Promise<void> {
  const target = new Client({ connectionString: site.targetMover?.dsn ?? "" });
  const source = new Client({ connectionString: site.sourceMover?.dsn ?? "" });
  await Promise.all([target.connect(), source.connect()]);
  try {
    await enableSubscription(target, names.forward.subscription, false);
    await target.query("UPDATE switchyard_move.owner SET phase = 'switched'");
    await target.query("SELECT pg_replication_slot_advance($1, pg_current_wal_lsn())", [names.reverse.slot]);
    const [connection] = moverConnections(site).filter((one) => one.key === "target");
    if (connection === undefined) throw new Error("no target");
    const tag = ownerTag(context().runId, "move");
    await createSubscription(source, names.reverse, tag, serverConninfo(connection, { major: 15 }), {
      copyData: false,
      enabled: true,
      binary: false,
      originNone: false,
    });
  } finally {
    await Promise.all([target.end(), source.end()]);
  }
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
    // The lag is 0 s with the newest beat applied; rows written after that beat may still be on their way.
    await watchUntil(syncStep(), running, (watch) => watch.lag !== null && watch.lag.seconds === 0);
    await expect
      .poll(async () => Number((await sql(site.target, "SELECT count(*)::int AS n FROM write_log"))[0]?.n), { timeout: 30_000 })
      .toBeGreaterThanOrEqual(Number(before[0]?.n));

    expect(await postgresSync.verify(syncStep(), running)).toMatchObject({ type: "done", output: { differences: 0 } });
    // Somebody drops an index past the freeze: it is missed before any switch.
    const [index] = await sql(site.target, "SELECT indexdef FROM pg_indexes WHERE indexname = 'orders_customer'");
    await sql(site.targetAdmin, "SET session_replication_role = replica; DROP INDEX public.orders_customer");
    expect(await postgresSync.verify(syncStep(), running)).toMatchObject({ type: "failed", reason: expect.stringContaining("orders_customer") });
    await sql(site.targetAdmin, `SET session_replication_role = replica; ${index?.indexdef}`);
    // Owners and grants come along: the application's role can work on the target.
    expect(await sql(site.target, "SELECT tableowner FROM pg_tables WHERE tablename = 'orders'")).toEqual([{ tableowner: "app" }]);
    expect(await leftovers(site.targetAdmin)).toEqual(expect.arrayContaining([expect.stringMatching(/^slot switchyard_.*_rev$/)]));
    expect(running.lines.join("\n")).not.toContain(site.secrets.mover);
    // The key of a large table is built after its rows, and is there.
    expect(running.lines.filter((line) => line.includes("built when its rows are there"))).toHaveLength(1);
    expect(await sql(site.target, "SELECT conname FROM pg_constraint WHERE contype = 'p' AND conrelid = 'order_events'::regclass")).toHaveLength(1);
    // Foreign keys hold on the target, made before the rows and after them.
    expect(
      await sql(
        site.target,
        "SELECT convalidated FROM pg_constraint WHERE contype = 'f' AND conname IN ('event_notes_event_fkey', 'order_events_order_id_fkey')",
      ),
    ).toEqual([{ convalidated: true }, { convalidated: true }]);
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

  it("F-PG-11, F-PG-12, F-PG-13: a change of structure is refused, and noticed where it cannot be refused; so are large objects", async () => {
    const running = context();
    expect((await driveSync(syncStep(), running)).result.type).toBe("done");
    for (const statement of [
      "ALTER TABLE customers ADD COLUMN extra int",
      "CREATE TABLE brand_new (id int)",
      "DROP TABLE settings",
      "CREATE INDEX ON orders (note)",
    ])
      await expect(sql(site.source, statement)).rejects.toThrow("this database is being moved");
    await expect(sql(site.target, "ALTER TABLE customers ADD COLUMN extra int")).rejects.toThrow("this database is being moved");
    // What an application does every day goes on.
    await sql(site.source, "CREATE TEMP TABLE scratch (id serial PRIMARY KEY, t text); CREATE INDEX ON scratch (t); DROP TABLE scratch");
    await sql(site.source, "GRANT SELECT ON orders TO app; COMMENT ON TABLE orders IS 'as before'; ANALYZE orders");
    expect((await watchUntil(syncStep(), running, (watch) => watch.lag?.seconds === 0)).breach).toBeNull();

    // A role that may not make event triggers only notices (R-PG-2).
    await sql(
      site.sourceAdmin,
      "DO $$ DECLARE t text; BEGIN FOR t IN SELECT evtname FROM pg_event_trigger LOOP EXECUTE format('ALTER EVENT TRIGGER %I DISABLE', t); END LOOP; END $$",
    );
    for (const [make, take, seen] of [
      ["CREATE TABLE unseen (v int)", "DROP TABLE unseen", "unseen"],
      ["CREATE SEQUENCE unseen_numbers", "DROP SEQUENCE unseen_numbers", "unseen_numbers"],
    ] as const) {
      await sql(site.source, make);
      expect((await watchUntil(syncStep(), running, (watch) => watch.breach !== null, 40_000)).breach).toContain(seen);
      await sql(site.source, take);
      await watchUntil(syncStep(), running, (watch) => watch.breach === null, 40_000);
    }
    await sql(site.source, "SELECT lo_create(424242)");
    expect((await watchUntil(syncStep(), running, (watch) => watch.breach !== null)).breach).toContain("large objects");
    await sql(site.source, "SELECT lo_unlink(424242)");
  }, 240_000);

  it("F-PG-14: a slot that somebody drops, and a publication that somebody changes, hold the run with the cause", async () => {
    const running = context();
    expect((await driveSync(syncStep(), running)).result.type).toBe("done");
    const [publication] = await sql(site.sourceAdmin, "SELECT pubname FROM pg_publication");
    await sql(site.sourceAdmin, `ALTER PUBLICATION ${publication?.pubname} DROP TABLE settings`);
    expect((await watchUntil(syncStep(), running, (watch) => watch.breach !== null)).breach).toContain("no longer names every table");
    await sql(site.sourceAdmin, `ALTER PUBLICATION ${publication?.pubname} ADD TABLE settings`);
    await watchUntil(syncStep(), running, (watch) => watch.breach === null);
    await sql(
      site.sourceAdmin,
      "SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE active; SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
    );
    const lost = await watchUntil(syncStep(), running, (watch) => watch.breach !== null);
    expect(lost).toMatchObject({ back: "lossless", breach: expect.stringContaining("slot is gone") });
    expect(await postgresSync.verify(syncStep(), running)).toMatchObject({ type: "failed", reason: expect.stringContaining("slot is gone") });
  }, 180_000);

  it("F-PG-25: after the switch the way back is open while rows follow, and closed with what it would cost once they do not; postgres.clean ends the move", async () => {
    const running = context();
    expect((await driveSync(syncStep(), running)).result.type).toBe("done");
    const names = moveNames(running.runId, "move");
    expect((await postgresClean.apply(cleanStep, context({ stepKey: "clean" }))).type).toBe("failed");
    await switchByHand(names);
    const open = await watchUntil(syncStep(), running, (watch) => watch.back === "lossless" && watch.lag?.seconds === 0, 60_000);
    expect(open).toMatchObject({ writesAtRisk: 0, breach: null });
    await sql(site.target, "INSERT INTO empty_table SELECT generate_series(1, 50)");
    await until(async () => (await sql(site.source, "SELECT id FROM empty_table")).length === 50);
    await watchUntil(syncStep(), running, (watch) => watch.lag?.seconds === 0);
    expect(await postgresSync.undo(syncStep(), undoing(context({ epoch: 2 })))).toMatchObject({
      type: "failed",
      reason: expect.stringContaining("undo the switch first"),
    });

    await sql(
      site.targetAdmin,
      "SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE active; SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
    );
    await sql(site.target, "INSERT INTO empty_table SELECT generate_series(51, 90)");
    const closed = await watchUntil(syncStep(), context({ epoch: 2 }), (watch) => watch.back !== "lossless" && (watch.writesAtRisk ?? 0) >= 40);
    expect(closed).toMatchObject({ back: "lossy", why: expect.stringContaining("slot is gone"), breach: null });

    await closeKeptSides();
    expect(await postgresClean.apply(cleanStep, context({ runId: "another-run", stepKey: "clean", epoch: 1 }))).toMatchObject({
      type: "done",
      output: { moveOfRun: running.runId },
    });
    expect([await leftovers(site.sourceAdmin), await leftovers(site.targetAdmin)]).toEqual([[], []]);
    expect(await sql(site.target, "SELECT count(*)::int AS n FROM empty_table")).toEqual([{ n: 90 }]);
    expect(await postgresClean.undo(cleanStep, context({ stepKey: "clean" }))).toMatchObject({ type: "failed" });
    await sql(site.targetAdmin, "DROP SCHEMA public, billing CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner");
    await sql(site.source, "TRUNCATE empty_table");
  }, 240_000);

  it("class C: an object of our name that this run did not make fails the step and is left alone", async () => {
    const names = moveNames(context().runId, "move");
    await sql(site.sourceAdmin, `CREATE PUBLICATION ${names.forward.publication}`);
    expect(await postgresSync.apply(syncStep(), context())).toMatchObject({ type: "failed", reason: expect.stringContaining("did not make") });
    await sql(site.sourceAdmin, `DROP PUBLICATION ${names.forward.publication}`);
    await sql(site.sourceAdmin, `SELECT pg_create_logical_replication_slot('${names.forward.slot}', 'pgoutput')`);
    expect(await postgresSync.apply(syncStep(), context())).toMatchObject({ type: "failed", reason: expect.stringContaining("replication slot") });
    expect(await postgresSync.undo(syncStep(), undoing(context()))).toMatchObject({ type: "done", output: { removed: 0 } });
    expect(await leftovers(site.sourceAdmin)).toEqual([`slot ${names.forward.slot}`]);
    await sql(site.sourceAdmin, `SELECT pg_drop_replication_slot('${names.forward.slot}')`);
  });

  it("a worker of an earlier lease that wakes up changes nothing (INV-8)", async () => {
    const old = context({ epoch: 1 });
    await driveSync(syncStep(), old, () => phaseIs("copy"));
    expect((await postgresSync.apply(syncStep(), context({ epoch: 2, attempt: 2 }))).type).toBe("running");
    expect(await postgresSync.apply(syncStep(), old)).toMatchObject({ type: "errored", reason: expect.stringContaining("taken the move over") });
  });
});
