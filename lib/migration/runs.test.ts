import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/db/transaction";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { addRunbook, makeConnection, makeHeartbeat, makeMigration, makeRunbook } from "@/prisma/testing/factories/migration";
import { abortRun } from "./abort-run";
import { approveRun } from "./approve-run";
import { createRun } from "./create-run";
import { knownExecutors } from "./executor-set";
import { expireGates } from "./expire-gates";
import { refreezeProject } from "./freeze-run";
import { loadRun } from "./load-run";
import { pauseRun } from "./pause-run";
import { rejectRun } from "./reject-run";
import { requestRun } from "./request-run";
import { saveRunbook } from "./save-runbook";
import { startRun } from "./start-run";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(async () => {
  await t.close();
});
beforeEach(async () => {
  await t.db.pool.query("DELETE FROM worker_heartbeat");
  await makeHeartbeat(t.db);
});

const STEPS = [
  { key: "one", title: "One", kind: "manual", instructions: "First." },
  { key: "two", title: "Two", kind: "http.check", with: { url: "http://127.0.0.1:1/" } },
];
const later = (ctx: Ctx, ms = 1_000) => ({ ...ctx, now: new Date(Date.now() + ms) });

async function stage(values: Parameters<typeof makeMigration>[2] = {}, steps: unknown[] = STEPS) {
  const made = await makeMigration(t.db, makeRunbook({ steps }), values);
  const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
  const run = await createRun(operator, { migrationId: made.migration.id, mode: "live", reason: "it is time" });
  return { ...made, operator, approver, runId: run.id, planHash: run.planHash };
}

async function requested(values: Parameters<typeof makeMigration>[2] = {}, steps: unknown[] = STEPS) {
  const made = await stage(values, steps);
  await requestRun(made.operator, { runId: made.runId, version: 1 });
  return made;
}

async function approved(values: Parameters<typeof makeMigration>[2] = {}, steps: unknown[] = STEPS) {
  const made = await requested(values, steps);
  await approveRun(made.approver, { runId: made.runId, planHash: made.planHash });
  return made;
}

const audit = async (runId: string) => (await t.db.prisma.auditEntry.findMany({ where: { runId }, orderBy: { seq: "asc" } })).map((entry) => entry.action);
const edited = (steps: unknown[]) => makeRunbook({ steps });

describe("verbs of a run", () => {
  it("go from draft to running with one audit entry and journal rows each", async () => {
    const made = await approved();
    const before = await loadRun(t.db.pool, made.runId);
    expect([before.status, before.gates[0]?.status]).toEqual(["approved", "approved"]);
    await startRun(made.operator, { runId: made.runId, version: before.version });
    expect(await audit(made.runId)).toEqual(["run.create", "run.request", "run.approve", "run.start"]);
    const run = await loadRun(t.db.pool, made.runId);
    expect([run.status, run.journalSeq]).toEqual(["running", 5]);
  });

  it("R-APR-7 refuse a stale version with the new state, and write nothing", async () => {
    const made = await stage();
    await requestRun(made.operator, { runId: made.runId, version: 1 });
    const audited = await audit(made.runId);
    await expect(requestRun(made.operator, { runId: made.runId, version: 1 })).rejects.toMatchObject({
      kind: "conflict",
      details: { state: { status: "awaiting-approval", version: 2 } },
    });
    expect(await audit(made.runId)).toEqual(audited);
  });

  it("F-ENG-17 accept safety commands with any version", async () => {
    const made = await approved();
    const { version } = await loadRun(t.db.pool, made.runId);
    await startRun(made.operator, { runId: made.runId, version });
    await pauseRun(made.operator, { runId: made.runId, version: 1 });
    expect((await loadRun(t.db.pool, made.runId)).desired).toBe("pause");
    await abortRun(made.operator, { runId: made.runId, version: 1, reason: "no" });
    expect((await loadRun(t.db.pool, made.runId)).desired).toBe("abort");
  });

  it("refuse with every reason, not the first one", async () => {
    const made = await requested();
    await t.db.pool.query("DELETE FROM worker_heartbeat");
    await approveRun(made.approver, { runId: made.runId, planHash: made.planHash });
    const run = await loadRun(t.db.pool, made.runId);
    const late = { ...made.operator, now: new Date(Date.now() + 5 * 3_600_000) };
    const error = await startRun(late, { runId: made.runId, version: run.version }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "refused" });
    await expect(startRun(made.operator, { runId: made.runId, version: run.version })).rejects.toMatchObject({ message: expect.stringContaining("No worker") });
  });

  it("withdraw a run that was not started at once", async () => {
    const made = await requested();
    const state = await abortRun(made.operator, { runId: made.runId, reason: "not today" });
    expect(state.status).toBe("aborted");
    expect((await loadRun(t.db.pool, made.runId)).gates[0]?.status).toBe("void");
  });

  it("allow one unfinished live run per pair of stacks", async () => {
    const made = await requested();
    const second = await createRun(made.operator, { migrationId: made.migration.id, mode: "live", reason: "" });
    await expect(requestRun(made.operator, { runId: second.id, version: 1 })).rejects.toMatchObject({ kind: "refused" });
    const rehearsal = await createRun(made.operator, { migrationId: made.migration.id, mode: "rehearsal", reason: "" });
    await expect(requestRun(made.operator, { runId: rehearsal.id, version: 1 })).resolves.toMatchObject({ status: "awaiting-approval" });
  });

  it("name connections that do not exist before a run is made", async () => {
    const { migration } = await makeMigration(
      t.db,
      makeRunbook({ steps: [{ key: "n", title: "N", kind: "notify", with: { connection: "pager", message: "x" } }] }),
    );
    const error = createRun(await t.ctx("operator"), { migrationId: migration.id, mode: "live", reason: "" });
    await expect(error).rejects.toMatchObject({ kind: "refused", issues: [{ message: expect.stringContaining('"pager" does not exist') }] });
  });
});

describe("S-7 approvals", () => {
  it("are refused to viewer, operator, token, command line and worker on the server", async () => {
    const made = await requested();
    const give = (ctx: Ctx) => approveRun(ctx, { runId: made.runId, planHash: made.planHash });
    for (const role of ["viewer", "operator"] as const) await expect(give(await t.ctx(role))).rejects.toMatchObject({ kind: "forbidden" });
    const person = await t.ctx("admin");
    const token: Ctx = {
      ...person,
      actor: { kind: "token", tokenId: newId(), tokenName: "ci", userId: person.actor.userId, name: "x", role: "admin", scopes: ["read", "operate", "admin"] },
    };
    await expect(give(token)).rejects.toMatchObject({ kind: "forbidden" });
    await expect(give({ ...person, actor: { kind: "cli", name: "cli" } })).rejects.toMatchObject({ kind: "forbidden" });
    await expect(give(t.worker())).rejects.toMatchObject({ kind: "forbidden" });
    expect((await loadRun(t.db.pool, made.runId)).status).toBe("awaiting-approval");
  });

  it("are refused to the requester whatever the role, and by the database itself", async () => {
    const { migration } = await makeMigration(t.db, makeRunbook({ steps: STEPS }));
    const admin = await t.ctx("admin");
    const run = await createRun(admin, { migrationId: migration.id, mode: "live", reason: "" });
    await requestRun(admin, { runId: run.id, version: 1 });
    await expect(approveRun(admin, { runId: run.id, planHash: run.planHash })).rejects.toMatchObject({ kind: "forbidden" });
    const gate = (await loadRun(t.db.pool, run.id)).gates[0];
    const direct = t.db.pool.query(
      "INSERT INTO approval (id, gate_id, run_id, approver_id, session_id, verdict, plan_hash, at) VALUES ($1,$2,$3,$4,'s','approve',$5,now())",
      [newId(), gate?.id, run.id, admin.actor.userId, run.planHash],
    );
    await expect(direct).rejects.toMatchObject({ constraint: "approval_segregation" });
  });

  it("are refused to the last editor of the runbook", async () => {
    const made = await stage();
    await saveRunbook(made.approver, { migrationId: made.migration.id, number: 1, document: edited([{ ...STEPS[0], kind: "manual", commands: ["ls"] }]) });
    const run = await loadRun(t.db.pool, made.runId);
    await requestRun(made.operator, { runId: made.runId, version: run.version });
    await expect(approveRun(made.approver, { runId: made.runId, planHash: run.planHash })).rejects.toMatchObject({ kind: "forbidden" });
  });

  it("count once: a double click, two tabs, and two at the same time", async () => {
    const made = await requested({ requiredApprovals: 2 });
    const give = () => approveRun(made.approver, { runId: made.runId, planHash: made.planHash });
    const results = await Promise.allSettled([give(), give(), give()]);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect((await loadRun(t.db.pool, made.runId)).status).toBe("awaiting-approval");
    expect(await t.db.prisma.approval.count({ where: { runId: made.runId } })).toBe(1);
    await approveRun(await t.ctx("admin"), { runId: made.runId, planHash: made.planHash });
    expect((await loadRun(t.db.pool, made.runId)).status).toBe("approved");
  });

  it("are refused for another plan, after the expiry, and with a revoked session", async () => {
    const made = await requested();
    await expect(approveRun(made.approver, { runId: made.runId, planHash: "0".repeat(64) })).rejects.toMatchObject({ kind: "conflict" });
    await expect(approveRun(made.approver, { runId: made.runId })).rejects.toMatchObject({ kind: "refused" });
    await expect(approveRun(later(made.approver, 5 * 3_600_000), { runId: made.runId, planHash: made.planHash })).rejects.toMatchObject({ kind: "refused" });
    await t.db.prisma.browserSession.updateMany({ where: { userId: (made.approver.actor as { userId: string }).userId }, data: { revokedAt: new Date() } });
    await expect(approveRun(made.approver, { runId: made.runId, planHash: made.planHash })).rejects.toMatchObject({ kind: "refused" });
  });

  it("R-APR-5 are counted again at the start: a demoted approver's does not count", async () => {
    const made = await approved();
    await t.db.prisma.user.update({ where: { id: (made.approver.actor as { userId: string }).userId }, data: { role: "viewer" } });
    const { version } = await loadRun(t.db.pool, made.runId);
    await expect(startRun(made.operator, { runId: made.runId, version })).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringContaining("may no longer approve"),
    });
  });

  it("a rejection needs a reason and ends the run", async () => {
    const made = await requested();
    await expect(rejectRun(made.approver, { runId: made.runId, planHash: made.planHash })).rejects.toMatchObject({ kind: "refused" });
    const state = await rejectRun(made.approver, { runId: made.runId, planHash: made.planHash, reason: "no window" });
    expect(state.status).toBe("rejected");
    await expect(approveRun(await t.ctx("admin"), { runId: made.runId, planHash: made.planHash })).rejects.toMatchObject({ kind: "refused" });
  });

  it("solo mode lets the requester approve and marks it", async () => {
    const { migration } = await makeMigration(t.db, makeRunbook({ steps: STEPS }), { soloMode: true });
    const admin = await t.ctx("admin");
    const run = await createRun(admin, { migrationId: migration.id, mode: "live", reason: "" });
    await requestRun(admin, { runId: run.id, version: 1 });
    await approveRun(admin, { runId: run.id, planHash: run.planHash });
    const after = await loadRun(t.db.pool, run.id);
    expect([after.status, after.solo, after.gates[0]?.verdicts[0]?.solo]).toEqual(["approved", true, true]);
  });

  it("R-APR-6 expire before the start and make the run a draft again", async () => {
    const made = await approved();
    expect(await expireGates({ ...t.worker(), now: new Date() })).toBe(0);
    await expireGates({ ...t.worker(), now: new Date(Date.now() + 5 * 3_600_000) });
    const run = await loadRun(t.db.pool, made.runId);
    expect([run.status, run.gates[0]?.status]).toEqual(["draft", "expired"]);
  });
});

describe("R-APR-2 changes after the approval", () => {
  it("a changed step voids the approval; the run is a draft of the new plan", async () => {
    const made = await approved();
    const saved = await saveRunbook(made.operator, {
      migrationId: made.migration.id,
      number: 1,
      document: edited([STEPS[0], { ...STEPS[1], with: { url: "http://127.0.0.1:2/" } }]),
    });
    expect([saved.number, saved.voided, saved.kept]).toEqual([2, 1, 0]);
    const run = await loadRun(t.db.pool, made.runId);
    expect([run.status, run.gates[0]?.status]).toEqual(["draft", "void"]);
    expect(run.planHash).not.toBe(made.planHash);
    expect(run.steps[1]?.spec).toMatchObject({ with: { url: "http://127.0.0.1:2/" } });
    await expect(approveRun(made.approver, { runId: made.runId, planHash: made.planHash })).rejects.toMatchObject({ kind: "conflict" });
  });

  it("a changed comment, title or owner does not, and the page shows the new texts", async () => {
    const made = await approved();
    const document = { ...edited([{ ...STEPS[0], title: "The first", instructions: "Slowly.", owner: "operations" }, STEPS[1]]), note: "for the night" };
    const saved = await saveRunbook(made.operator, { migrationId: made.migration.id, number: 1, document });
    expect([saved.voided, saved.kept]).toEqual([0, 1]);
    const run = await loadRun(t.db.pool, made.runId);
    expect([run.status, run.planHash, run.steps[0]?.title]).toEqual(["approved", made.planHash, "The first"]);
    await startRun(made.operator, { runId: made.runId, version: run.version });
  });

  it("the same document again makes no version; a stale editor is refused", async () => {
    const made = await stage();
    const document = edited(STEPS);
    expect((await saveRunbook(made.operator, { migrationId: made.migration.id, number: 1, document })).unchanged).toBe(true);
    await saveRunbook(made.operator, { migrationId: made.migration.id, number: 1, document: { ...document, note: "n" } });
    await expect(saveRunbook(made.operator, { migrationId: made.migration.id, number: 1, document })).rejects.toMatchObject({ kind: "conflict" });
  });

  it("a runbook that the plan changed is noticed at the start", async () => {
    const made = await approved();
    await addRunbook(t.db, made.migration, edited([STEPS[0]]));
    const { version } = await loadRun(t.db.pool, made.runId);
    await expect(startRun(made.operator, { runId: made.runId, version })).rejects.toMatchObject({ kind: "conflict" });
    const run = await loadRun(t.db.pool, made.runId);
    expect([run.status, run.gates[0]?.status]).toEqual(["draft", "void"]);
  });

  it("a new secret of a connection voids; the same connection does not", async () => {
    const { project, migration } = await makeMigration(
      t.db,
      makeRunbook({ steps: [{ key: "n", title: "N", kind: "notify", with: { connection: "pager", message: "x" } }] }),
    );
    const pager = await makeConnection(t.db, project.id, { key: "pager", kind: "webhook", config: { url: "http://example.test/" } });
    const operator = await t.ctx("operator");
    const run = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "" });
    await requestRun(operator, { runId: run.id, version: 1 });
    const again = () => inTransaction(t.db, (tx) => refreezeProject(tx, operator, project.id, "A connection changed.", knownExecutors));
    expect(await again()).toBe(0);
    await t.db.prisma.connection.update({ where: { id: pager.id }, data: { secretVersion: 1 } });
    expect(await again()).toBe(1);
    expect((await loadRun(t.db.pool, run.id)).status).toBe("draft");
  });

  it("R-APR-7 edit against approve, many times at once: never an approval for another plan", async () => {
    for (let round = 0; round < 12; round++) {
      const made = await requested();
      const edit = () => saveRunbook(made.operator, { migrationId: made.migration.id, number: 1, document: edited([STEPS[0]]) });
      const approve = () => approveRun(made.approver, { runId: made.runId, planHash: made.planHash });
      const [first, second] = round % 2 === 0 ? [edit, approve] : [approve, edit];
      await Promise.allSettled([first(), second()]);
      const run = await loadRun(t.db.pool, made.runId);
      expect(run.status).toBe("draft");
      expect(run.gates[0]?.status).toBe("void");
      for (const verdict of run.gates[0]?.verdicts ?? []) expect(verdict.planHash).not.toBe(run.planHash);
    }
  });
});

describe("INV-4", () => {
  it("journal rows and approvals cannot be changed or removed", async () => {
    const made = await approved();
    await expect(t.db.pool.query("UPDATE journal_event SET message = 'x' WHERE run_id = $1", [made.runId])).rejects.toThrow("append-only");
    await expect(t.db.pool.query("DELETE FROM approval WHERE run_id = $1", [made.runId])).rejects.toThrow("append-only");
  });
});
