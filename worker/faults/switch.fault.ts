import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { postgresSwitch } from "@/lib/migration/executors/move/switch";
import { asAdmin, makeFollowing, poolerOf, switchConnections } from "@/lib/migration/executors/move/testing/following";
import { drive, type TestContext, testContext } from "@/lib/migration/executors/testing/context";
import type { Facts, StepContext, StepResult } from "@/lib/migration/executors/types";
import { runStep, type StepOf } from "@/lib/migration/types";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import { checkLedger, type LedgerStats, type LedgerWriters, startWriters } from "./rig/ledger";
import { endSiteProcesses, type SiteProcess, siteProcess, untilConnects } from "./rig/site-process";
import { asOwner, makeWriterTables, resetSwitch, switchConfig } from "./rig/switch-stage";

/*
 * Faults around one switch on real servers: poolers, databases and applications that misbehave while it goes on. The worker
 * lives here; what happens when it dies is in switch-kill.fault.ts.
 */

const DIR = mkdtempSync(path.join(tmpdir(), "switchyard-switch-faults-"));
const RUN = "0199a000-0000-7000-8000-00000000000b";
const TABLES = ["fault_ledger", "fault_counter", "fault_probe"].map((name) => ({ schema: "public", name }));
let site: PracticeSite;
let writers: LedgerWriters | null = null;
let before: Facts = {};
const sessions: pg.Client[] = [];
const restarted: SiteProcess[] = [];

function step(more: Record<string, unknown> = {}): StepOf<"postgres.switch"> {
  return runStep.parse({ key: "move.switch", title: "Switch", kind: "postgres.switch", with: switchConfig(site, more) }) as StepOf<"postgres.switch">;
}

function context(values: Partial<StepContext> = {}): TestContext {
  return testContext(switchConnections(site), { runId: RUN, stepKey: "move.switch", before, ...values });
}

const go = (direction: "apply" | "undo", one: TestContext = context(), more: Record<string, unknown> = {}): Promise<StepResult> =>
  drive((given) => postgresSwitch[direction](step(more), given), one, 120_000);

/** A context in which something happens when the switch comes by a place; what it returns is waited for nowhere. */
function when(point: string, happens: () => unknown): TestContext {
  let happened = false;
  const crashPoint = (name: string) => {
    if (name !== point || happened) return;
    happened = true;
    void happens();
  };
  return context({ crashPoint });
}

async function session(dsn: string | undefined): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: dsn });
  client.on("error", () => undefined);
  await client.connect();
  sessions.push(client);
  return client;
}

async function follow(name: string): Promise<string> {
  await makeFollowing(site, RUN, "move", TABLES);
  before = (await postgresSwitch.observe(step(), context({ before: null }))).facts;
  const file = path.join(DIR, `${name}.ledger`);
  writers = startWriters(poolerOf(site).app, file, { pauseMs: 20 });
  await writers.more(200);
  return file;
}

/** INV-1 on the side that has the application now, after more writes there. */
async function intact(side: "source" | "target", file: string): Promise<LedgerStats> {
  if (writers === null) throw new Error("The case has no writers.");
  await writers.more(100, 60_000);
  const stats = await writers.stop();
  const dsn = (side === "source" ? site.sourceMover : site.targetMover)?.dsn ?? "";
  expect(await checkLedger(dsn, file)).toMatchObject({ missing: [], doubled: [] });
  return stats;
}

/** No client of the application was told of an error. */
const withoutErrors = ({ errors, messages }: LedgerStats) => expect(errors, JSON.stringify(messages)).toBe(0);

/** A server of the site under our control; one object for each, because a restarted one has another process. */
function controlled(name: string): SiteProcess {
  const known = restarted.find((one) => one.name === name);
  if (known !== undefined) return known;
  const made = siteProcess(site, name);
  restarted.push(made);
  return made;
}

/** Nothing of this process goes on for so long, as if it had been stopped. */
function standStill(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

const sourceLogin = () =>
  asAdmin(site, "source", async (client) => (await client.query("SELECT rolcanlogin AS yes FROM pg_roles WHERE rolname = 'app'")).rows[0]?.yes);

beforeAll(async () => {
  site = await startPractice({ dir: path.join(DIR, "site"), sizeMb: 5, writesPerSecond: 0, requestsPerSecond: 1, poolers: 2 });
  await makeWriterTables(site);
});
afterEach(async () => {
  writers?.kill();
  for (const client of sessions.splice(0)) await client.end().catch(() => undefined);
  for (const one of restarted) await one.start();
  for (const side of [site.sourceMover, site.targetMover]) await untilConnects(side?.dsn ?? "");
  await resetSwitch(site);
});
afterAll(async () => {
  await endSiteProcesses(restarted);
  await site?.stop();
  rmSync(DIR, { recursive: true, force: true });
});

describe("poolers", () => {
  it("F-PG-5 a pooler killed and restarted while paused: it is not paused any more, the switch is called off", async () => {
    const file = await follow("pooler-restart");
    const pooler = controlled("pgbouncer");
    const killed: { done: Promise<void> } = { done: Promise.resolve() };
    const result = await go(
      "apply",
      when("line-3", () => (killed.done = pooler.kill("SIGKILL").then(() => pooler.start()))),
    );
    await killed.done;
    expect(result.type).toBe("failed");
    expect(await sourceLogin()).toBe(true);
    await untilConnects(poolerOf(site).app.dsn);
    await intact("source", file);
  });

  it("F-PG-6 one of two poolers cannot be reached at PAUSE: nobody is switched, nobody errs", async () => {
    const file = await follow("one-of-two");
    const second = controlled("secondPgbouncer");
    // It answers while everything is prepared and is gone when it matters.
    const one = context();
    const deadMan: StepContext["deadMan"] = async (orders) => {
      const helper = await one.deadMan(orders);
      await second.kill("SIGKILL");
      return helper;
    };
    const note: StepContext["note"] = async (phase, facts) => {
      await one.note(phase, facts);
      if (phase === "unfinished") void second.start();
    };
    const called: TestContext = { ...one, deadMan, note };
    expect((await go("apply", called, { pauseTries: 2 })).type).toBe("failed");
    // Told while the second one did not answer, and finished when it did.
    expect(called.checkpoints.map((found) => found.phase)).toEqual(["begun", "unfinished", "called-off"]);
    expect(called.lines.join()).toContain("pool2");
    await untilConnects(poolerOf(site, "secondPgbouncer").app.dsn);
    expect((await postgresSwitch.observe(step(), context())).state).toBe("absent");
    withoutErrors(await intact("source", file));
  });

  it("F-PG-7 a pooler that leads elsewhere after RELOAD is noticed before anybody goes on there", async () => {
    const file = await follow("wrong-host");
    const ini = path.join(path.dirname(poolerOf(site).configFile), "pgbouncer.ini");
    const text = readFileSync(ini, "utf8");
    // A second line after the one that is replaced: the file is right, the running pooler reads the other one.
    const spoil = () => {
      writeFileSync(ini, text.replace("\n[pgbouncer]", "\napp = host=127.0.0.1 port=1 dbname=app\n[pgbouncer]"));
      setTimeout(() => writeFileSync(ini, text), 3_000);
    };
    const one = when("committed", spoil);
    expect((await go("apply", one)).type).toBe("done");
    expect(one.checkpoints.find((found) => found.phase === "unfinished")?.facts.unfinished).toContain("after it was led elsewhere");
    // Nobody was let go on to the wrong place: they waited.
    withoutErrors(await intact("target", file));
  });
});

describe("databases", () => {
  it.each(["line-2", "line-4"])("F-PG-8 the source dies after %s: nothing is decided, the source goes on when it is back", async (point) => {
    const file = await follow(`source-dies-${point}`);
    const source = controlled("postgres-source");
    const killed: { done: Promise<void> } = { done: Promise.resolve() };
    const back = async () => {
      await source.kill("SIGQUIT");
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await source.start();
    };
    const result = await go(
      "apply",
      when(point, () => (killed.done = back())),
    );
    await killed.done;
    expect(["failed", "errored"]).toContain(result.type);
    expect(await sourceLogin()).toBe(true);
    await intact("source", file);
  });

  /** The source dies right after the decision is durable and is away for so long, longer than the helper waits. */
  function sourceAway(ms: number, meanwhile: () => void = () => undefined) {
    const source = controlled("postgres-source");
    const away: { done: Promise<void> } = { done: Promise.resolve() };
    const go = async () => {
      await source.kill("SIGQUIT");
      await new Promise((resolve) => setTimeout(resolve, ms));
      await source.start();
    };
    const one = when("committed", () => {
      away.done = go();
      meanwhile();
    });
    return { one, away };
  }

  it("F-PG-8 the source dies after the decision: the target goes on, and the helper that is still armed does not open the source", async () => {
    const file = await follow("source-dies-committed");
    const { one, away } = sourceAway(6_000);
    // Asked again only once the source is back and the helper has acted: as a worker whose own database is away.
    const first = await postgresSwitch.apply(step({ stallLimitMs: 2_000 }), one);
    await away.done;
    expect(first.type, JSON.stringify(first)).toBe("running");
    expect(one.checkpoints.map((found) => found.phase)).toEqual(["begun", "commit-target", "opening-alone", "unfinished"]);
    await untilConnects(site.sourceMover?.dsn ?? "");
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await sourceLogin()).toBe(false);
    expect(await go("apply", one)).toMatchObject({ type: "done", output: { authority: "target" } });
    await intact("target", file);
  });

  it("F-PG-8 the same with a helper that was quicker: the target is barred, and the worker that wakes up does not open it", async () => {
    const file = await follow("source-dies-barred");
    const { one, away } = sourceAway(9_000, () => setImmediate(() => standStill(6_000)));
    const result = await go("apply", one, { stallLimitMs: 2_000 });
    await away.done;
    expect(["failed", "errored"]).toContain(result.type);
    expect(one.checkpoints.map((found) => found.phase)).not.toContain("opening-alone");
    expect(await sourceLogin()).toBe(true);
    expect(await asAdmin(site, "target", async (client) => (await client.query("SELECT rolcanlogin AS yes FROM pg_roles WHERE rolname = 'app'")).rows)).toEqual(
      [{ yes: false }],
    );
    await intact("source", file);
    expect((await go("apply")).type).toBe("done");
  });

  it.each(["line-2", "line-5"])("F-PG-9 the target dies after %s: the source is open again at once", async (point) => {
    const file = await follow(`target-dies-${point}`);
    const target = controlled("postgres-target");
    const killed: { done: Promise<void> } = { done: Promise.resolve() };
    const result = await go(
      "apply",
      when(point, () => (killed.done = target.kill("SIGQUIT"))),
    );
    await killed.done;
    expect(result.type).toBe("failed");
    expect(await sourceLogin()).toBe(true);
    const stats = await intact("source", file);
    withoutErrors(stats);
    await target.start();
    await untilConnects(site.targetMover?.dsn ?? "");
    // The next try puts right what was left and comes through.
    expect((await go("apply")).type).toBe("done");
  });

  it("F-PG-21 another server behind the address is refused", async () => {
    await follow("wrong-server");
    const swapped = switchConnections(site).map((one) => (one.key === "target" ? { ...one, config: { ...one.config, port: site.ports.source } } : one));
    const result = await postgresSwitch.apply(step(), testContext(swapped, { runId: RUN, stepKey: "move.switch", before }));
    expect(result).toMatchObject({ type: "failed", reason: expect.stringContaining("another server") });
    expect(await sourceLogin()).toBe(true);
  });
});

describe("worker", () => {
  it.each(["line-2", "line-4", "committed"])(
    "F-PG-3 a worker that stands still after %s: the helper lets everybody go on, and the worker cannot go on",
    async (point) => {
      const file = await follow(`stands-still-${point}`);
      const result = await go(
        "apply",
        when(point, () => standStill(8_000)),
        { stallLimitMs: 2_000 },
      );
      expect(result.type).toBe("failed");
      const by = await asAdmin(site, "source", async (client) => (await client.query("SELECT by, state FROM switchyard_move.authority")).rows);
      expect(by).toEqual([{ by: "dead-man", state: "open" }]);
      const stats = await intact("source", file);
      withoutErrors(stats);
      // The helper acts after 2 s; the worker only wakes after 8.
      expect(stats.maxStallMs).toBeLessThan(8_000);
    },
  );

  it("F-PG-23 our own database is away at the point of no return: called off, told afterwards", async () => {
    const file = await follow("control-away");
    const one = context();
    const checkpoint: StepContext["checkpoint"] = async (phase, facts) => {
      if (phase === "commit-target") throw new Error("our own database did not answer");
      await one.checkpoint(phase, facts);
    };
    const result = await go("apply", { ...one, checkpoint });
    expect(result).toMatchObject({ type: "failed", reason: expect.stringContaining("our own database did not answer") });
    expect(one.checkpoints.map((found) => found.phase)).toEqual(["begun", "called-off"]);
    expect(await sourceLogin()).toBe(true);
    withoutErrors(await intact("source", file));
  });
});

describe("applications", () => {
  it("F-PG-16, F-PG-17 writers past the pooler, one with default_transaction_read_only off, are sent away and kept out", async () => {
    const file = await follow("past-the-pooler");
    const direct = await session(site.source?.dsn);
    await direct.query("SET default_transaction_read_only = off");
    await direct.query("UPDATE fault_probe SET n = n + 1");
    expect((await go("apply")).type).toBe("done");
    await expect(direct.query("UPDATE fault_probe SET n = n + 1")).rejects.toThrow();
    await expect(session(site.source?.dsn)).rejects.toMatchObject({ code: "28000" });
    const counted = (side: "source" | "target") =>
      asAdmin(site, side, async (client) => (await client.query("SELECT sum(n) AS n FROM fault_probe")).rows[0]?.n);
    expect(await counted("target")).toBe("1");
    await intact("target", file);
  });

  it("F-PG-18 sequences whose values 20 sessions had cached never give one out twice, forth and back", async () => {
    await asOwner(site, "source", (client) => client.query("ALTER SEQUENCE fault_ledger_id_seq CACHE 100"));
    await asOwner(site, "target", (client) => client.query("ALTER SEQUENCE fault_ledger_id_seq CACHE 100"));
    const file = await follow("cached");
    for (const direction of ["apply", "undo"] as const) {
      expect(await go(direction, context(), { sequenceHeadroom: 2_000 })).toMatchObject({ type: "done" });
      await writers?.more(200);
    }
    withoutErrors(await intact("source", file));
  });

  it("F-PG-19 ten times forth and back", { timeout: 1_200_000 }, async () => {
    const file = await follow("ten-times");
    const stalls: number[] = [];
    for (let round = 0; round < 10; round++) {
      for (const direction of ["apply", "undo"] as const) {
        const one = context();
        const result = await go(direction, one);
        expect(result.type, `${direction} ${round}: ${JSON.stringify(result)}`).toBe("done");
        const { timings } = (result as { output: { timings?: Record<string, number> } }).output;
        stalls.push(timings?.["line-8"] ?? 0);
        await writers?.more(50);
      }
    }
    const stats = await intact("source", file);
    const sorted = stalls.toSorted((a, b) => a - b);
    console.log(`pause: median ${sorted[10]} ms, longest ${sorted.at(-1)} ms; a client waited at most ${stats.maxStallMs} ms; ${stats.acknowledged} writes`);
    expect(stats).toMatchObject({ errors: 0, unclear: 0 });
  });
});
