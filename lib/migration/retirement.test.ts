import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "@/lib/core/errors";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeHeartbeat, makeMigration, makeRunbook } from "@/prisma/testing/factories/migration";
import { at } from "@/worker/testing/stage";
import { approveRun } from "./approve-run";
import { createRun } from "./create-run";
import { loadRun } from "./load-run";
import { requestRun } from "./request-run";
import { retirementFrom } from "./retirement";
import { startRun } from "./start-run";
import { type Runbook, runbook } from "./types";

const DAY = 86_400_000;
const end = new Date("2026-03-01T12:00:00Z");

describe("when the old side may be taken away", () => {
  it("is the waiting time after the end of the run", () => {
    const from = retirementFrom({ endedAt: end, lastStepAt: new Date(end.getTime() - DAY), plan: { rollbackDeadlineMs: DAY, decommissionAfterMs: 30 * DAY } });
    expect(from.toISOString()).toBe("2026-03-31T12:00:00.000Z");
  });
  it("is not before the rollback deadline, which counts from the last step", () => {
    const from = retirementFrom({
      endedAt: end,
      lastStepAt: new Date(end.getTime() - DAY),
      plan: { rollbackDeadlineMs: 10 * DAY, decommissionAfterMs: 2 * DAY },
    });
    expect(from.toISOString()).toBe("2026-03-10T12:00:00.000Z");
  });
  it("is a week later where nobody said anything", () => {
    expect(retirementFrom({ endedAt: end, lastStepAt: null, plan: { rollbackDeadlineMs: null, decommissionAfterMs: null } }).toISOString()).toBe(
      "2026-03-08T12:00:00.000Z",
    );
  });
});

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

function withRetirement(after: string): Runbook {
  const step = { key: "off", title: "Delete the old servers", kind: "manual", instructions: "In the console.", pointOfNoReturn: true };
  return runbook.parse({ ...makeRunbook(), decommissionAfter: after, decommission: { steps: [step] } });
}

/** A migration whose live run has succeeded so many days ago. */
async function moved(after: string, daysAgo: number) {
  const made = await makeMigration(t.db, withRetirement(after));
  const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
  const { id } = await createRun(operator, { migrationId: made.migration.id, mode: "live", reason: "" });
  await t.db.pool.query("UPDATE run SET status = 'succeeded', started_at = now(), ended_at = clock_timestamp() - $2 * interval '1 day' WHERE id = $1", [
    id,
    daysAgo,
  ]);
  await t.db.pool.query("UPDATE project SET current_stack_id = $2 WHERE id = $1", [made.project.id, made.stacks.target]);
  return { ...made, operator, approver, moveId: id };
}

async function refused(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof AppError)) throw new Error(`not refused: ${String(error)}`);
  return [error.message, ...error.issues.map((issue) => issue.message)].join(" ");
}

async function approvedRetirement(made: Awaited<ReturnType<typeof moved>>): Promise<string> {
  const run = await createRun(made.operator, { migrationId: made.migration.id, mode: "live", part: "decommission", reason: "done" });
  await requestRun(at(made.operator), { runId: run.id, version: 1 });
  await approveRun(at(made.approver), { runId: run.id, planHash: run.planHash });
  await t.db.pool.query("DELETE FROM worker_heartbeat");
  await makeHeartbeat(t.db);
  return run.id;
}

const start = async (ctx: Awaited<ReturnType<TestDb["ctx"]>>, runId: string) =>
  startRun(at(ctx), { runId, version: (await loadRun(t.db.pool, runId)).version });

describe("a run that takes the old side away", () => {
  it("needs a live move that succeeded and stands", async () => {
    const made = await makeMigration(t.db, withRetirement("1d"));
    const operator = await t.ctx("operator");
    const wish = { migrationId: made.migration.id, part: "decommission", reason: "" };
    expect(await refused(createRun(operator, { ...wish, mode: "live" }))).toContain("No live run of this migration has succeeded");
    const stands = await moved("1d", 3);
    await t.db.pool.query("UPDATE project SET current_stack_id = $2 WHERE id = $1", [stands.project.id, stands.stacks.current]);
    expect(await refused(createRun(operator, { migrationId: stands.migration.id, part: "decommission", mode: "live", reason: "" }))).toContain("still stands");
  });

  it("is never a rehearsal", async () => {
    const made = await moved("1d", 3);
    expect(await refused(createRun(made.operator, { migrationId: made.migration.id, mode: "rehearsal", part: "decommission", reason: "" }))).toContain(
      "cannot be rehearsed",
    );
  });

  it("has its own steps, its own hash and its own approval, and starts when the time is over", async () => {
    const made = await moved("2d", 3);
    const runId = await approvedRetirement(made);
    const run = await loadRun(t.db.pool, runId);
    expect(run.steps.map((step) => step.key)).toEqual(["off"]);
    expect(run.plan.decommission).toMatchObject({ follows: made.moveId });
    expect(run.planHash).not.toBe((await loadRun(t.db.pool, made.moveId)).planHash);
    expect((await start(made.operator, runId)).status).toBe("running");
  });

  it("does not start before the time is over, whoever asks", async () => {
    const made = await moved("30d", 3);
    const runId = await approvedRetirement(made);
    expect(await refused(start(made.operator, runId))).toContain("may be taken away from");
  });

  it("does not start while another run could still go back to the old side", async () => {
    const made = await moved("1d", 3);
    const runId = await approvedRetirement(made);
    const other = await t.db.prisma.migration.create({
      data: {
        ...(await t.db.prisma.migration.findUniqueOrThrow({ where: { id: made.migration.id } })),
        id: `${made.migration.id}b`,
        key: "other",
        document: {},
        toStackId: made.stacks.target,
      },
    });
    await t.db.pool.query(
      "UPDATE run SET migration_id = $2, status = 'observing', to_stack_id = from_stack_id WHERE id = (SELECT id FROM run WHERE id <> $3 AND project_id = $1 LIMIT 1)",
      [made.project.id, other.id, runId],
    );
    const reason = await refused(start(made.operator, runId));
    expect(reason).toContain("(observing) still uses the old side");
    expect(reason).toContain("no longer stands");
  });

  it("happens once", async () => {
    const made = await moved("1d", 3);
    const runId = await approvedRetirement(made);
    await t.db.pool.query("UPDATE run SET status = 'succeeded', ended_at = now() WHERE id = $1", [runId]);
    expect(await refused(createRun(made.operator, { migrationId: made.migration.id, mode: "live", part: "decommission", reason: "" }))).toContain(
      "has taken it away already",
    );
  });
});
