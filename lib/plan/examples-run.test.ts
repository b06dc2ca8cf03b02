import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDuration } from "@/lib/core/duration";
import { AppError } from "@/lib/core/errors";
import { rows } from "@/lib/db/transaction";
import { createRun } from "@/lib/migration/create-run";
import { connectionsUsed, expandSteps } from "@/lib/migration/plan-hash";
import { REHEARSAL_LONGEST_MS, runPlan } from "@/lib/migration/run-plan";
import { runbook } from "@/lib/migration/types";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeConnection } from "@/prisma/testing/factories/migration";
import { exampleNames, exampleSource } from "./examples";
import { importPlan } from "./import-plan";

/* The five systems from their files to a run that could be requested: imported, bound, frozen. Nothing is contacted. */

const SYSTEMS = ["apexmediation", "barum-aws", "paircam", "tour-crm", "venture-nudge"];
/** What docs/examples.md tells people to bind. */
const BOUND = {
  "source-db": "postgres",
  "target-db": "postgres",
  pooler: "pgbouncer",
  "load-balancer": "haproxy",
  dns: "powerdns",
  metrics: "prometheus",
} as const;
/** Migrations of the examples that cannot be frozen, with the reason; none at present. */
const CANNOT: Record<string, string> = {};

let t: TestDb;
let operator: Ctx;
beforeAll(async () => {
  t = await testDb();
  operator = await t.ctx("operator");
});
afterAll(() => t.close());

interface Declared {
  id: string;
  key: string;
  document: unknown;
}

async function imported(system: string): Promise<{ projectId: string; migrations: Declared[] }> {
  const source = await exampleSource(system);
  if (source === null) throw new Error(`no example ${system}`);
  const { projectId } = await importPlan(operator, { source });
  const migrations = await rows<Declared>(
    t.db.pool,
    `SELECT DISTINCT ON (m.key) m.id, m.key, v.document FROM migration m JOIN runbook_version v ON v.migration_id = m.id
      WHERE m.project_id = $1 ORDER BY m.key, v.number DESC`,
    [projectId],
  );
  return { projectId, migrations };
}

/** The frozen plan of a rehearsal, or why there is none. */
async function rehearsal(migrationId: string): Promise<{ plan: unknown } | { problems: string[] }> {
  try {
    const run = await createRun(operator, { migrationId, mode: "rehearsal", reason: "test" });
    const [row] = await rows<{ plan: unknown }>(t.db.pool, "SELECT plan FROM run WHERE id = $1", [run.id]);
    return { plan: row?.plan };
  } catch (error) {
    if (error instanceof AppError && error.kind === "refused") return { problems: [error.message, ...error.issues.map((issue) => issue.message)] };
    throw error;
  }
}

it("are the five systems, and no reason is kept for a migration that does not exist", async () => {
  expect(await exampleNames()).toEqual(SYSTEMS);
  expect(Object.keys(CANNOT).filter((name) => !SYSTEMS.includes(name.split("/")[0] ?? ""))).toEqual([]);
});

describe.each(SYSTEMS)("example %s", (system) => {
  it("is imported, names what is not bound, and after binding every migration with a runbook becomes a rehearsal", async () => {
    const { projectId, migrations } = await imported(system);
    expect(migrations.length, "migrations with a runbook").toBeGreaterThan(0);
    for (const migration of migrations) {
      const book = runbook.parse(migration.document);
      const wanted = [...connectionsUsed(expandSteps(book.steps), book.guards).keys()];
      expect(
        wanted.filter((key) => !Object.hasOwn(BOUND, key)),
        `${migration.key} uses what docs/examples.md does not name`,
      ).toEqual([]);
      const unbound = await rehearsal(migration.id);
      const problems = "problems" in unbound ? unbound.problems.join(" ") : "";
      for (const key of wanted) expect(problems).toContain(`The connection "${key}" does not exist`);
    }

    for (const [key, kind] of Object.entries(BOUND)) await makeConnection(t.db, projectId, { key, kind });
    const found: Record<string, string> = {};
    for (const migration of migrations) {
      const frozen = await rehearsal(migration.id);
      if ("problems" in frozen) {
        found[`${system}/${migration.key}`] = frozen.problems.join(" ");
        continue;
      }
      const plan = runPlan.parse(frozen.plan);
      expect(plan.steps.map((step) => step.key)).toEqual(expandSteps(runbook.parse(migration.document).steps).map((step) => step.key));
      expect(Math.max(plan.observationMs, ...plan.steps.map((step) => parseDuration(step.hold ?? "0")))).toBeLessThanOrEqual(REHEARSAL_LONGEST_MS);
    }
    expect(found).toEqual(Object.fromEntries(Object.entries(CANNOT).filter(([name]) => name.startsWith(`${system}/`))));
    expect(Object.keys(found).length, "at least one migration can be carried out").toBeLessThan(migrations.length);
  });
});
