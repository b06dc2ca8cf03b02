import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { moveNames } from "@/lib/migration/executors/move/names";
import { postgresSwitch } from "@/lib/migration/executors/move/switch";
import { asAdmin, makeFollowing, poolerOf, switchConnections } from "@/lib/migration/executors/move/testing/following";
import { watchMove } from "@/lib/migration/executors/move/watch-move";
import { drive, named, type TestContext, testContext } from "@/lib/migration/executors/testing/context";
import type { Facts, StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";
import { runStep } from "@/lib/migration/types";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import { checkLedger, type LedgerWriters, startWriters } from "@/worker/faults/rig/ledger";
import { asOwner, makeWriterTables, resetSwitch, switchConfig } from "@/worker/faults/rig/switch-stage";

const DIR = mkdtempSync(path.join(tmpdir(), "switch-test-"));
const RUN = "0199a000-0000-7000-8000-00000000000a";
const TABLES = ["fault_ledger", "fault_counter", "fault_probe"].map((name) => ({ schema: "public", name }));
let site: PracticeSite;
const sessions: pg.Client[] = [];
let writers: LedgerWriters | null = null;
/** What the engine keeps between calls: what was seen before the first try. */
let before: Facts = {};

function step(more: Record<string, unknown> = {}): StepOf<"postgres.switch"> {
  const spec = runStep.parse({ key: "move.switch", title: "Switch", kind: "postgres.switch", with: switchConfig(site, more) });
  return spec as StepOf<"postgres.switch">;
}

function context(values: Partial<StepContext> = {}): TestContext {
  return testContext(switchConnections(site), { runId: RUN, stepKey: "move.switch", before, ...values });
}

const go = (direction: "apply" | "undo", one: TestContext = context(), more: Record<string, unknown> = {}): Promise<StepResult> =>
  drive((given) => postgresSwitch[direction](step(more), given), one, 120_000);

/** A context in which something happens after the last look at the servers, right before the first PAUSE. */
function atPause(happens: () => Promise<unknown>): TestContext {
  const one = context();
  let happened = false;
  const deadMan: StepContext["deadMan"] = async (orders) => {
    const helper = await one.deadMan(orders);
    const arm = (ms: number) => {
      helper.arm(ms);
      if (!happened) happens().catch(() => undefined);
      happened = true;
    };
    return { ...helper, arm };
  };
  return { ...one, deadMan };
}

/** Writers in the state of the site now, which was looked at before the first try. */
async function follow(name: string): Promise<string> {
  await makeFollowing(site, RUN, "move", TABLES);
  before = (await postgresSwitch.observe(step(), context({ before: null }))).facts;
  const file = path.join(DIR, `${name}.ledger`);
  writers = startWriters(poolerOf(site).app, file);
  await writers.more(300);
  return file;
}

/** A session of the application: directly at the source, or through a pooler. */
async function session(dsn = site.source?.dsn): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: dsn });
  client.on("error", () => undefined);
  await client.connect();
  sessions.push(client);
  return client;
}

beforeAll(async () => {
  site = await startPractice({
    dir: path.join(DIR, "site"),
    sizeMb: 5,
    writesPerSecond: 0,
    requestsPerSecond: 1,
    settings: { source: { max_prepared_transactions: "5" } },
  });
  await makeWriterTables(site);
}, 120_000);
afterEach(async () => {
  writers?.kill();
  for (const client of sessions.splice(0)) await client.end().catch(() => undefined);
  await resetSwitch(site);
});
afterAll(async () => {
  await site?.stop();
  rmSync(DIR, { recursive: true, force: true });
});

describe("postgres.switch", { timeout: 240_000 }, () => {
  it("F-PG-19 leads 16 writers to the target and back, and again, without a lost, doubled or refused write", async () => {
    const file = await follow("forth-and-back");
    expect(named(await postgresSwitch.preflight(step(), context()), "block")).toEqual([]);
    expect((await postgresSwitch.observe(step(), context())).state).toBe("absent");
    for (let round = 0; round < 2; round++) {
      const forth = context();
      expect(await go("apply", forth)).toMatchObject({ type: "done", output: { authority: "target" } });
      expect(forth.checkpoints.map((one) => one.phase)).toEqual(["begun", "commit-target", "switched"]);
      expect((await postgresSwitch.observe(step(), forth)).state).toBe("present");
      expect(await postgresSwitch.verify(step(), forth)).toEqual({ type: "done" });
      // Said twice is done once.
      expect((await go("apply")).type).toBe("done");
      await writers?.more(100);
      expect(await go("undo")).toMatchObject({ type: "done", output: { authority: "source" } });
      expect((await postgresSwitch.observe(step(), forth)).state).toBe("absent");
      await writers?.more(100);
    }
    const stats = await writers?.stop();
    expect(stats).toMatchObject({ errors: 0, unclear: 0 });
    expect(await checkLedger(site.source?.dsn ?? "", file)).toMatchObject({ missing: [], doubled: [] });
  });

  it("F-PG-1 a stream that a lost worker left off is nobody's doing, and the next owner switches it on", async () => {
    const file = await follow("left-off");
    for (const direction of ["apply", "undo"] as const) expect((await go(direction)).type).toBe("done");
    const { subscription } = moveNames(RUN, "move").forward;
    const mark = (phase: string) => asAdmin(site, "target", (client) => client.query("UPDATE switchyard_move.owner SET phase = $1", [phase]));
    const watch = () => watchMove(step().with, context());
    // As the dead-man helper leaves it after line 5: the source has authority, the mark says that a switch is at work.
    await mark("switching");
    await asAdmin(site, "target", (client) => client.query(`ALTER SUBSCRIPTION ${subscription} DISABLE`));
    expect(await watch()).toMatchObject({ back: "lossless", breach: null });
    await mark("follow");
    expect(await watch()).toMatchObject({ back: "lossless", breach: "somebody disabled the subscription" });
    await mark("switching");
    expect(await go("apply")).toMatchObject({ type: "done", output: { authority: "target" } });
    expect(await watch()).toMatchObject({ back: "lossless", breach: null, alarms: [] });
    await writers?.more(100);
    expect(await writers?.stop()).toMatchObject({ errors: 0 });
    expect(await checkLedger(site.target?.dsn ?? "", file)).toMatchObject({ missing: [], doubled: [] });
  });

  it("F-PG-10 a stream that a lost connection stopped goes on; with a row in the way the switch ends before anybody waits", async () => {
    const file = await follow("stopped");
    const { subscription } = moveNames(RUN, "move").forward;
    const onTarget = (sql: string) => asAdmin(site, "target", (client) => client.query(sql));
    await asAdmin(site, "target", (client) => client.query(`ALTER SUBSCRIPTION ${subscription} DISABLE`));
    expect((await go("apply")).type).toBe("done");
    expect((await go("undo")).type).toBe("done");
    await onTarget("INSERT INTO fault_probe (side) VALUES ('in the way')");
    await asOwner(site, "source", (client) => client.query("INSERT INTO fault_probe (side) VALUES ('in the way')"));
    const one = context();
    expect(await go("apply", one)).toMatchObject({ type: "errored", reason: expect.stringContaining("has stopped") });
    expect(one.checkpoints).toEqual([]);
    await onTarget("DELETE FROM fault_probe WHERE side = 'in the way'");
    expect((await go("apply")).type).toBe("done");
    expect((await onTarget("SELECT side FROM fault_probe WHERE side = 'in the way'")).rowCount).toBe(1);
    expect(await writers?.stop()).toMatchObject({ errors: 0, unclear: 0 });
    expect(await checkLedger(site.target?.dsn ?? "", file)).toMatchObject({ missing: [], doubled: [] });
  });

  it("F-PG-2 gives up after its tries when a transaction stays open, and everybody goes on", async () => {
    const file = await follow("long-transaction");
    const pooled = await session(poolerOf(site).app.dsn);
    const result = await go(
      "apply",
      atPause(() => pooled.query("BEGIN; SELECT 1")),
      { pauseLimitMs: 300, pauseTries: 2 },
    );
    expect(result).toMatchObject({ type: "failed", reason: expect.stringContaining("given up after 300 ms") });
    await pooled.query("COMMIT");
    await writers?.more(100);
    expect(await writers?.stop()).toMatchObject({ errors: 0 });
    expect(await checkLedger(site.source?.dsn ?? "", file)).toMatchObject({ missing: [], doubled: [] });
    expect((await postgresSwitch.observe(step(), context())).state).toBe("absent");
  });

  it("F-PG-24 waits while a prepared transaction is open, and calls a switch off that meets one", async () => {
    const file = await follow("prepared");
    const direct = await session();
    const half = atPause(() => direct.query("BEGIN; INSERT INTO fault_probe (side) VALUES ('prepared'); PREPARE TRANSACTION 'half'"));
    expect(await go("apply", half)).toMatchObject({ type: "failed", reason: expect.stringContaining("prepared transactions are open") });
    // Right after a switch called off the copy may still be connecting again.
    const said = async () => {
      const result = await postgresSwitch.apply(step(), context());
      return result.type === "running" ? result.progress?.message : result.type;
    };
    await expect.poll(said, { timeout: 30_000, interval: 200 }).toContain("prepared transactions");
    await asAdmin(site, "source", (client) => client.query("COMMIT PREPARED 'half'"));
    expect((await go("apply")).type).toBe("done");
    expect((await asOwner(site, "target", (client) => client.query("SELECT side FROM fault_probe WHERE side = 'prepared'"))).rowCount).toBe(1);
    expect(await writers?.stop()).toMatchObject({ errors: 0 });
    expect(await checkLedger(site.target?.dsn ?? "", file)).toMatchObject({ missing: [], doubled: [] });
  });
});
