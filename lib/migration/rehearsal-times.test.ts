import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeMigration, makeRunbook } from "@/prisma/testing/factories/migration";
import { createRun } from "./create-run";
import { rehearsalTimes } from "./rehearsal-times";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

it("says how long each step took in rehearsals and how often it failed; live runs do not count", async () => {
  const { migration } = await makeMigration(
    t.db,
    makeRunbook({ steps: [{ key: "check", title: "Check", kind: "tcp.check", with: { host: "127.0.0.1", port: 1 } }] }),
  );
  const operator = await t.ctx("operator");
  const ran = async (mode: "rehearsal" | "live", seconds: number, failed: number) => {
    const { id } = await createRun(operator, { migrationId: migration.id, mode, reason: "" });
    const [step] = await t.db.prisma.step.findMany({ where: { runId: id } });
    if (step === undefined) throw new Error("no step");
    const startedAt = new Date("2026-03-01T12:00:00Z");
    await t.db.prisma.step.update({ where: { id: step.id }, data: { startedAt, effectAt: new Date(startedAt.getTime() + seconds * 1_000) } });
    for (let number = 1; number <= failed; number++)
      await t.db.prisma.attempt.create({
        data: {
          id: newId(),
          runId: id,
          stepId: step.id,
          number,
          direction: "apply",
          epoch: 1,
          effectKey: "k",
          intent: {},
          before: {},
          intentAt: startedAt,
          outcome: "errored",
        },
      });
  };
  await ran("rehearsal", 10, 0);
  await ran("rehearsal", 20, 2);
  await ran("rehearsal", 60, 0);
  await ran("live", 900, 5);
  expect((await rehearsalTimes(await t.ctx("viewer"), migration.id)).get("check")).toEqual({
    key: "check",
    runs: 3,
    medianMs: 20_000,
    worstMs: 60_000,
    failures: 2,
  });
});
