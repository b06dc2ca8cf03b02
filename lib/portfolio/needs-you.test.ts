import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approveRun } from "@/lib/migration/approve-run";
import { createRun } from "@/lib/migration/create-run";
import { requestRun } from "@/lib/migration/request-run";
import { runTroubles } from "@/lib/migration/run-troubles";
import { startRun } from "@/lib/migration/start-run";
import { frameData } from "@/lib/service/frame";
import { ownMetrics } from "@/lib/service/own-metrics";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeHeartbeat, makeMigration, makeRunbook } from "@/prisma/testing/factories/migration";
import { needsYou } from "./needs-you";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
  await makeHeartbeat(t.db);
});
afterAll(() => t.close());

const guard = (key: string, more: object = {}) => ({ key, title: key, source: { type: "metric", metric: key }, op: ">", value: 1, unit: "%", ...more });

/** A run that a worker drives, with nothing wrong. */
async function driven(mode: "live" | "rehearsal" = "live") {
  const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
  const steps = [{ key: "one", title: "Freeze the shop", kind: "manual", instructions: "By hand." }];
  const { migration } = await makeMigration(t.db, makeRunbook({ steps, guards: [guard("errors"), guard("latency"), guard("extra", { noData: "ignore" })] }));
  const made = await createRun(operator, { migrationId: migration.id, mode, reason: "it is time" });
  const asked = await requestRun(operator, { runId: made.id, version: made.version });
  const approved = asked.status === "approved" ? asked : await approveRun(approver, { runId: made.id, planHash: asked.planHash });
  await startRun(operator, { runId: made.id, version: approved.version });
  const change = (set: string) => t.db.pool.query(`UPDATE run SET ${set} WHERE id = $1`, [made.id]);
  const guardIs = (key: string, set: string) => t.db.pool.query(`UPDATE run_guard SET ${set} WHERE run_id = $1 AND key = $2`, [made.id, key]);
  const tell = (type: string, data: object = {}) =>
    t.db.pool.query(
      `WITH next AS (UPDATE run SET journal_seq = journal_seq + 1 WHERE id = $1 RETURNING journal_seq)
       INSERT INTO journal_event (run_id, seq, at, epoch, type, actor, message, data)
       SELECT $1, journal_seq, '2026-03-01T02:00:00Z', 1, $2, '{"kind":"worker","name":"w"}', 'said', $3 FROM next`,
      [made.id, type, JSON.stringify(data)],
    );
  await change("lease_owner = 'w', lease_until = clock_timestamp() + interval '1 h'");
  await t.db.pool.query("UPDATE run_guard SET state = 'armed', armed_at = now(), last_verdict = 'ok' WHERE run_id = $1", [made.id]);
  const seen = async () => {
    const ctx = await t.ctx("viewer");
    return (await needsYou(ctx)).filter((item) => item.href === `/runs/${made.id}`).map(({ level, text }) => [level, text]);
  };
  return { id: made.id, operator, approver, change, guardIs, tell, seen };
}

describe("what needs a person", () => {
  it("is nothing while a worker drives the run and its guards speak", async () => {
    expect(await (await driven()).seen()).toEqual([]);
  });

  it("is a run that no worker drives, whatever its status says, a few seconds after its lease ran out", async () => {
    const run = await driven();
    await run.change("lease_until = clock_timestamp() - interval '4 s'");
    expect(await run.seen()).toEqual([]);
    const still = [["bad", '"Move to target" stands still: no worker drives it, and its guards are asleep.']];
    for (const status of ["running", "paused", "observing", "rolling-back", "needs-attention"]) {
      await run.change(`status = '${status}', lease_until = clock_timestamp() - interval '6 s'`);
      expect(await run.seen()).toEqual(still);
    }
    await run.change("status = 'running', lease_owner = NULL, lease_until = NULL, started_at = clock_timestamp() - interval '6 s'");
    expect(await run.seen()).toEqual(still);
    const frame = await frameData(run.operator);
    expect(frame.cutovers.find((one) => one.runId === run.id)).toMatchObject({ trouble: "No worker drives it.", urgent: true });
    expect(await ownMetrics(t.db, new Date())).toContain('switchyard_run_troubles{kind="undriven"} 1');
    await run.change("status = 'aborted'");
    expect(await run.seen()).toEqual([]);
  });

  it("is a guard that cannot be evaluated, from when that was told until it has data again", async () => {
    const run = await driven();
    await run.guardIs("errors", "state = 'inconclusive', last_verdict = 'error'");
    expect(await run.seen()).toEqual([]);
    await run.tell("guard.no-data", { guard: "errors" });
    const held = [["bad", '"Move to target" is held: the guard "errors" cannot be evaluated.']];
    expect(await run.seen()).toEqual(held);
    expect((await runTroubles(t.db)).find((one) => one.runId === run.id)?.since).toEqual(new Date("2026-03-01T02:00:00Z"));
    await run.guardIs("extra", "last_verdict = 'nodata'");
    await run.tell("guard.no-data", { guard: "extra" });
    expect(await run.seen()).toEqual(held);
    await run.guardIs("latency", "last_verdict = 'nodata'");
    await run.tell("guard.no-data", { guard: "latency" });
    expect(await run.seen()).toEqual([["bad", '"Move to target" is held: the guards "errors" and "latency" cannot be evaluated.']]);
    await run.tell("guard.data-back", { guard: "latency" });
    expect(await run.seen()).toEqual(held);
    await run.change("direction = 'back', status = 'rolling-back'");
    expect(await run.seen()).toEqual([]);
  });

  it("is a breached guard, with the reason where the run stands because of it", async () => {
    const run = await driven();
    await run.guardIs("errors", "state = 'tripped', tripped_at = now()");
    expect(await run.seen()).toEqual([["bad", '"Move to target": the guard "errors" is breached.']]);
    await run.change("status = 'paused', desired_reason = 'Not rolled back: writes would be lost.'");
    expect(await run.seen()).toEqual([["bad", '"Move to target": the guard "errors" is breached. Not rolled back: writes would be lost.']]);
    // A signal lets it go on by itself.
    await run.change("paused_by = 'errors'");
    expect(await run.seen()).toEqual([["warn", '"Move to target" is paused. Not rolled back: writes would be lost.']]);
  });

  it("is a run that stands, a step done by hand, and less so in a rehearsal", async () => {
    const run = await driven();
    await t.db.pool.query("UPDATE run_step SET status = 'waiting', waiting_for = 'human' WHERE run_id = $1", [run.id]);
    expect(await run.seen()).toEqual([["warn", '"Move to target": the step "Freeze the shop" waits for a person.']]);
    await t.db.pool.query("UPDATE run_step SET status = 'undoing' WHERE run_id = $1", [run.id]);
    await run.change("status = 'rolling-back', direction = 'back'");
    expect(await run.seen()).toEqual([["bad", '"Move to target" is rolling back: the step "Freeze the shop" has to be undone by hand.']]);
    await run.change("direction = 'forward', status = 'needs-attention', desired_reason = 'It cannot be told'");
    expect(await run.seen()).toEqual([["bad", '"Move to target" needs a person to decide. It cannot be told.']]);
    const rehearsal = await driven("rehearsal");
    await rehearsal.change("status = 'needs-attention'");
    expect(await rehearsal.seen()).toEqual([["warn", 'The rehearsal of "Move to target" needs a person to decide.']]);
  });

  it("is an approval, for those who may give it, after what is worse", async () => {
    const [operator, approver, viewer] = [await t.ctx("operator"), await t.ctx("approver"), await t.ctx("viewer")];
    const { migration } = await makeMigration(t.db, makeRunbook());
    const made = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "it is time" });
    await requestRun(operator, { runId: made.id, version: made.version });
    const asked = async (ctx: typeof operator) => (await needsYou(ctx)).filter((item) => item.kind === "approval").map((item) => item.text);
    expect([await asked(operator), await asked(viewer), await asked(approver)]).toEqual([[], [], ['"Move to target" waits for approval.']]);
    const levels = (await needsYou(approver)).map((item) => item.level);
    expect(levels).toEqual([...levels].sort());
  });
});
