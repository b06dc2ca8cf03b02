import { afterAll, beforeAll, expect, it } from "vitest";
import { AppError } from "@/lib/core/errors";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeMigration, makeRunbook } from "@/prisma/testing/factories/migration";
import { createRun } from "./create-run";
import { noteFault, scoreFault } from "./game-day";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

async function startedRun(mode: "rehearsal" | "live"): Promise<string> {
  const { migration } = await makeMigration(t.db, makeRunbook());
  const { id } = await createRun(await t.ctx("operator"), { migrationId: migration.id, mode, reason: "" });
  await t.db.pool.query("UPDATE run SET status = 'running', started_at = now() WHERE id = $1", [id]);
  return id;
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? `${error.kind}: ${error.message}` : String(error)),
  );

it("plants faults in rehearsals only, under the permission to operate, and keeps the score in the journal", async () => {
  const operator = await t.ctx("operator");
  const live = await startedRun("live");
  expect(await refusal(noteFault(operator, { runId: live, fault: "errors", phase: "injected" }))).toBe("refused: Faults are only planted in rehearsals.");
  const runId = await startedRun("rehearsal");
  expect(await refusal(noteFault(await t.ctx("viewer"), { runId, fault: "errors", phase: "injected" }))).toContain("forbidden");
  expect(await refusal(scoreFault(operator, runId))).toContain("No fault was planted");
  await noteFault(operator, { runId, fault: "errors", phase: "injected" });
  await noteFault(operator, { runId, fault: "errors", phase: "healed" });
  expect(await scoreFault(operator, runId)).toMatchObject({ fault: "errors", points: 1, of: 3, verdict: "nobody noticed." });
  const events = await t.db.prisma.journalEvent.findMany({ where: { runId }, orderBy: { seq: "asc" } });
  expect(events.map((event) => event.type)).toEqual(["run.created", "game-day.injected", "game-day.healed", "game-day.score"]);
});
