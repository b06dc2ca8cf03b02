import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postgresCopy } from "@/lib/migration/executors/postgres-copy";
import { postgresVerify } from "@/lib/migration/executors/postgres-verify";
import { databaseConnection, drive, named, testContext } from "@/lib/migration/executors/testing/context";
import type { Facts, StepContext, StepResult } from "@/lib/migration/executors/types";
import { CORRUPTIONS, SHAPES } from "@/lib/migration/executors/verify/testing/shapes";
import { runStep, type StepOf } from "@/lib/migration/types";
import { setRate } from "@/lib/practice/control";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";

const dir = mkdtempSync(join(tmpdir(), "verify-test-"));
let site: PracticeSite;
let tries = 0;

async function run(database: PracticeDatabase | null, statements: readonly string[]): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: database?.dsn ?? "" });
  await client.connect();
  try {
    let rows: Record<string, string>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

const step = (change: Record<string, unknown> = {}): StepOf<"postgres.verify"> =>
  runStep.parse({
    key: "compare",
    title: "Compare",
    kind: "postgres.verify",
    with: { from: "from", to: "to", pieceRows: 500, settleMs: 20, ...change },
  }) as StepOf<"postgres.verify">;

const context = (values: Partial<StepContext> = {}) =>
  testContext([databaseConnection("from", site.sourceAdmin), databaseConnection("to", site.targetAdmin)], { runId: `run-${tries++}`, ...values });

const compare = (change: Record<string, unknown> = {}, values: Partial<StepContext> = {}): Promise<StepResult> =>
  drive((c) => postgresVerify.apply(step(change), c), context(values));

const differences = (result: StepResult): string[] => ("output" in result ? ((result.output as Facts).differences as string[]) : []);

beforeAll(async () => {
  site = await startPractice({ dir: join(dir, "site"), sizeMb: 13, writesPerSecond: 0, requestsPerSecond: 1, versions: { source: 15, target: 18 } });
  await setRate(site, "writer", 0);
  const copy = runStep.parse({ key: "copy", title: "Copy", kind: "postgres.copy", with: { from: "from", to: "to" } }) as StepOf<"postgres.copy">;
  const owners = testContext([databaseConnection("from", site.source), databaseConnection("to", site.target)], { runId: "copy" });
  expect(await drive((c) => postgresCopy.apply(copy, c), owners)).toMatchObject({ type: "done" });
  for (const side of [site.sourceAdmin, site.targetAdmin])
    await run(side, ["CREATE ROLE reader", "CREATE EXTENSION citext SCHEMA public", ...SHAPES, "GRANT SELECT ON shapes.ruled TO reader"]);
});
afterAll(async () => {
  await site?.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe("postgres.verify", () => {
  it("B-8 B-9 finds two databases of every shape the same, across major versions, in pieces and in parallel", async () => {
    const result = await compare({ jobs: 3 });
    expect(result).toMatchObject({ type: "done", output: { differences: [], unsettled: [] } });
    const output = (result as { output: Facts }).output;
    const [counted] = await run(site.sourceAdmin, ["SELECT (SELECT count(*) FROM order_events) + (SELECT count(*) FROM shapes.wide_key) AS least"]);
    expect(Number(output.rows)).toBeGreaterThan(Number(counted?.least));
    expect(Number(output.pieces)).toBeGreaterThan(Number(output.tables));
    expect(output.notes).toEqual([expect.stringMatching(/^extension citext is 1\.\d on the target, 1\.\d on the source$/)]);
  });

  describe("F-PG-20 with every fault planted at once", () => {
    let found: string[] = [];
    beforeAll(async () => {
      for (const { plant } of CORRUPTIONS) await run(site.targetAdmin, plant);
      const result = await compare();
      for (const { remove } of CORRUPTIONS) await run(site.targetAdmin, remove);
      expect(result.type).toBe("failed");
      found = differences(result);
    });

    it.each(CORRUPTIONS)("finds $what", ({ says }) => {
      expect(
        found.some((line) => says.test(line)),
        found.join("\n"),
      ).toBe(true);
    });

    it("tells nothing else", () => {
      expect(found.filter((line) => !CORRUPTIONS.some(({ says, also }) => says.test(line) || also?.test(line)))).toEqual([]);
    });
  });

  it("has left the target as it was after all of that", async () => {
    expect(await compare()).toMatchObject({ type: "done", output: { differences: [] } });
  });

  it("shows values of rows only where that is allowed", async () => {
    await run(site.targetAdmin, ["UPDATE shapes.ruled SET note = 'secret-canary' WHERE id = 3"]);
    try {
      const quiet = context();
      const result = await drive((c) => postgresVerify.apply(step({ tables: ["shapes.ruled"] }), c), quiet);
      expect(differences(result)).toEqual(["shapes.ruled (3) differs in note"]);
      expect(JSON.stringify([result, quiet.lines, quiet.seen])).not.toContain("secret-canary");
      expect(differences(await compare({ tables: ["shapes.ruled"], rowContents: true }))).toEqual([`shapes.ruled (3) differs in note ("r" → "secret-canary")`]);
    } finally {
      await run(site.targetAdmin, ["UPDATE shapes.ruled SET note = 'r' WHERE id = 3"]);
    }
  });

  it("compares only the tables or schemas it is told", async () => {
    await run(site.targetAdmin, ["DELETE FROM shapes.later WHERE id = 1"]);
    try {
      expect(await compare({ tables: ["shapes.numbered", "public.orders"] })).toMatchObject({ type: "done", output: { tables: 2 } });
      expect(await compare({ schemas: ["billing"] })).toMatchObject({ type: "done", output: { tables: 1 } });
      expect(differences(await compare({ schemas: ["shapes"] }))).toEqual(["shapes.later (1) is missing on the target"]);
    } finally {
      await run(site.targetAdmin, ["INSERT INTO shapes.later VALUES (1, 1)"]);
    }
  });

  it("goes on where a lost worker was, and notices that an address leads to another server by then (F-PG-21)", async () => {
    await run(
      site.targetAdmin,
      ["DELETE FROM public.orders WHERE id = 1 OR id = 700"].map((sql) => `SET session_replication_role = replica; ${sql}`),
    );
    try {
      const whole = await compare();
      const kept: Facts = {
        resume: {
          position: { table: "public.orders", after: ["600"] },
          rows: "600",
          pieces: 2,
          differences: ["public.orders (1) is missing on the target"],
          unsettled: [],
          identities: null,
        },
      };
      const rest = await compare({}, { previous: kept });
      expect(differences(rest).sort()).toEqual(differences(whole).sort());
      expect(differences(rest)).toEqual(["public.orders (1) is missing on the target", "public.orders (700) is missing on the target"]);
      const other = { systemIdentifier: "1", database: "app" };
      const moved = await compare({}, { previous: { resume: { ...(kept.resume as object), identities: { source: other, target: other } } } });
      expect(moved).toMatchObject({ type: "failed", reason: expect.stringContaining("leads to another server") });
    } finally {
      await run(site.targetAdmin, ["SET session_replication_role = replica", "TRUNCATE shapes.no_rows"]);
      const rows = await run(site.source, ["SELECT id, customer_id, state, total, note, placed_at::text FROM orders WHERE id IN (1, 700)"]);
      for (const row of rows)
        await run(site.targetAdmin, [
          "SET session_replication_role = replica",
          `INSERT INTO orders (id, customer_id, state, total, note, placed_at) VALUES (${[row.id, row.customer_id, row.state, row.total, row.note, row.placed_at].map((value) => (value == null ? "NULL" : pg.escapeLiteral(String(value)))).join(", ")})`,
        ]);
    }
  });

  it("tells its position while it runs, and stops when it is told to", async () => {
    const stop = new AbortController();
    const c = context({ signal: stop.signal });
    const big = step({ pieceRows: 100, jobs: 1 });
    let position: unknown = null;
    for (let asked = 0; asked < 200 && position === null; asked++) {
      const answer = await postgresVerify.apply(big, c);
      if (answer.type !== "running") break;
      position = (answer.output as { resume: { position: unknown } | null } | undefined)?.resume?.position ?? null;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(position).toMatchObject({ table: expect.stringMatching(/^\w+\./) });
    stop.abort(new Error("enough"));
    expect(await postgresVerify.apply(big, c)).toMatchObject({ type: "errored", reason: expect.stringContaining("cancelled") });
    const [left] = await run(site.sourceAdmin, [
      `SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'switchyard:${c.runId}:1' AND state = 'active'`,
    ]);
    expect(left?.n).toBe("0");
  });

  it("B-3 refuses before the start: the same database, the own database, tables that are not there, rows it may not see", async () => {
    const same = testContext([databaseConnection("from", site.sourceAdmin), databaseConnection("to", site.sourceAdmin)]);
    expect(named(await postgresVerify.preflight(step(), same), "block")).toEqual(["two databases"]);
    expect(await drive((c) => postgresVerify.apply(step(), c), same)).toMatchObject({ type: "failed", reason: expect.stringContaining("same database") });
    const [own] = await run(site.targetAdmin, ["SELECT system_identifier::text AS id FROM pg_control_system()"]);
    const control = context({ controlDatabase: { systemIdentifier: own?.id ?? "", database: "app" } });
    expect(named(await postgresVerify.preflight(step(), control), "block")).toEqual(["target"]);
    expect(named(await postgresVerify.preflight(step({ tables: ["public.nothing"] }), context()), "block")).toEqual(["tables"]);
    const weak = testContext([databaseConnection("from", site.source), databaseConnection("to", site.targetAdmin)]);
    expect(named(await postgresVerify.preflight(step({ schemas: ["shapes"] }), weak), "block")).toContain("source permission");
    expect(named(await postgresVerify.preflight(step(), context()), "block")).toEqual([]);
  });
});
