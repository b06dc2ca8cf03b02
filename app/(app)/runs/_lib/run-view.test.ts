import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadReport } from "@/app/(app)/runs/_lib/load-report";
import { loadRunView } from "@/app/(app)/runs/_lib/load-view";
import { reportFormat, reportHtml, reportMarkdown, reportText } from "@/app/(app)/runs/_lib/report";
import { drift } from "@/app/(app)/runs/_lib/run-view";
import { blockText } from "@/app/(app)/runs/_lib/run-words";
import { factsOf, plannedOffsets } from "@/app/(app)/runs/_lib/step-view";
import { approveRun } from "@/lib/migration/approve-run";
import { createRun } from "@/lib/migration/create-run";
import { requestRun } from "@/lib/migration/request-run";
import { startRun } from "@/lib/migration/start-run";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeHeartbeat, makeMigration, makeRunbook } from "@/prisma/testing/factories/migration";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
  await makeHeartbeat(t.db);
});
afterAll(() => t.close());

const NASTY = 'Move <script>alert(1)</script> | a\u202eb "q"';

async function started() {
  const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
  const document = makeRunbook({
    steps: [
      { key: "one", title: NASTY, kind: "manual", expected: "5m" },
      { key: "two", title: "Point of no return", kind: "manual", expected: "5m", pointOfNoReturn: true },
    ],
    guards: [{ key: "errors", title: "Error rate", source: { type: "metric", metric: "error_rate" }, op: ">", value: 1, unit: "%" }],
  });
  const { migration } = await makeMigration(t.db, document);
  const made = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "Disk is full." });
  const asked = await requestRun(operator, { runId: made.id, version: made.version });
  const approved = await approveRun(approver, { runId: made.id, planHash: asked.planHash });
  await startRun(operator, { runId: made.id, version: approved.version });
  return { operator, approver, id: made.id };
}

describe("run view", () => {
  it("gives each reader the server's own answer about every button", async () => {
    const { operator, id } = await started();
    const view = await loadRunView(operator, id);
    const reasons = (command: string) => view.actions.find((action) => action.command === command)?.reasons;
    expect(reasons("pause")).toEqual([]);
    expect(reasons("rollback")).toEqual([]);
    expect(reasons("start")?.[0]).toContain("running");
    expect(reasons("approve")).toEqual(["Nothing waits for approval."]);
    const viewer = await loadRunView(await t.ctx("viewer"), id);
    expect(viewer.actions.find((action) => action.command === "pause")?.reasons[0]).toContain("viewer");
  });

  it("never calls a run healthy that no worker drives, and says why nobody does", async () => {
    const { operator, id } = await started();
    const change = (set: string) => t.db.pool.query(`UPDATE run SET ${set} WHERE id = $1`, [id]);
    await t.db.pool.query("UPDATE run_guard SET state = 'armed', last_verdict = 'ok', last_value = 0.1 WHERE run_id = $1", [id]);
    await change("lease_owner = 'w', lease_until = clock_timestamp() + interval '1 h'");
    expect(await loadRunView(operator, id)).toMatchObject({ undriven: null, state: { word: "Running" }, guards: [{ state: { word: "OK", tone: "ok" } }] });
    await change("lease_until = clock_timestamp() - interval '40 s'");
    const view = await loadRunView(operator, id);
    expect(view).toMatchObject({ state: { word: "No worker", tone: "bad" }, guards: [{ state: { word: "Asleep", tone: "bad" } }] });
    expect(view.answer).toMatch(/stands still at step 1 of 2, .*: no worker has driven it for 40 s\. Nothing happens, and its guards are asleep\.$/);
    expect([view.undriven?.why, view.todo]).toEqual([
      expect.stringContaining("hangs, or cannot reach this database"),
      expect.stringContaining("goes on by itself"),
    ]);
    await t.db.pool.query(`UPDATE worker_heartbeat SET executors = '{"manual": 99}'`);
    expect((await loadRunView(operator, id)).undriven?.why).toContain("Start a worker of the version that began it");
    await t.db.pool.query("DELETE FROM worker_heartbeat");
    expect((await loadRunView(operator, id)).undriven?.why).toContain("No worker is running. Start Switchyard");
    await makeHeartbeat(t.db);
  });

  it("says of a step that is tried again what it met and how often, and offers to try at once", async () => {
    const { operator, id } = await started();
    const waits = "status = 'errored', tries = 2, started_at = now(), due_at = now() + interval '1 h', message = 'target does not answer'";
    await t.db.pool.query(`UPDATE run_step SET ${waits} WHERE run_id = $1 AND key = 'one'`, [id]);
    const view = await loadRunView(operator, id);
    expect(view.answer).toMatch(/waiting to try again \(2 of \d+ tries could not tell\): step 1 of 2.*target does not answer\.$/);
    expect(view.actions.find((action) => action.command === "retry")).toMatchObject({ label: "Try step 1 now", reasons: [] });
    expect(view.todo).toContain("the next try begins by itself");
    expect(view.current?.broken).toBe(false);
  });

  it("offers of a paused run only what is possible: to resume, or to do something about the step that broke", async () => {
    const { operator, id } = await started();
    await t.db.pool.query("UPDATE run SET status = 'paused' WHERE id = $1", [id]);
    const todo = async () => {
      const view = await loadRunView(operator, id);
      return { broken: view.current?.broken, todo: view.todo, resume: view.actions.find((action) => action.command === "resume")?.reasons.length };
    };
    expect(await todo()).toEqual({ broken: false, todo: "Resume, or roll back.", resume: 0 });
    await t.db.pool.query("UPDATE run_step SET status = 'errored', started_at = now() WHERE run_id = $1 AND key = 'one'", [id]);
    const asks = { broken: true, todo: "Retry the step, skip it, or roll back.", resume: 1 };
    expect(await todo()).toEqual(asks);
    await t.db.pool.query("UPDATE run_step SET status = 'failed' WHERE run_id = $1 AND key = 'one'", [id]);
    expect(await todo()).toEqual(asks);
  });

  it("says in the confirmation what stops, what stays and what runs on", async () => {
    const { operator, id } = await started();
    const view = await loadRunView(operator, id);
    for (const command of ["rollback", "abort"]) {
      const confirm = view.actions.find((action) => action.command === command)?.confirm;
      expect(confirm?.consequences.stops.length).toBeGreaterThan(0);
      expect(confirm?.consequences.stays.length).toBeGreaterThan(0);
      expect(confirm?.consequences.runsOn.length).toBeGreaterThan(0);
    }
    expect(view.actions.find((action) => action.command === "pause")?.confirm).toBeNull();
    expect(view.pointOfNoReturn).toMatchObject({ number: 2, passed: false });
    expect(view.guards[0]).toMatchObject({ valueText: "not measured yet", limitText: "1 %", margin: null });
    expect(view.plannedMs).toBe(600_000);
  });
});

describe("report", () => {
  it("keeps texts of the run as texts in HTML and Markdown", async () => {
    const { operator, id } = await started();
    const report = await loadReport(operator, id);
    expect(report.journal.map((entry) => entry.seq)).toEqual(report.journal.map((_entry, index) => index + 1));
    const text = reportText(report);
    const html = reportHtml(text);
    expect(html).not.toContain("<script>");
    expect(html).toContain("&lt;script&gt;");
    expect(html).toContain("‹U+202E›");
    const markdown = reportMarkdown(text);
    expect(markdown).toContain("\\<script\\>");
    const steps = text.tables.find((table) => table.title === "Steps");
    expect(
      markdown
        .split("\n")
        .find((line) => line.startsWith("| 1 | Move"))
        ?.match(/(?<!\\)\|/g),
    ).toHaveLength((steps?.head.length ?? 0) + 1);
    expect(text.facts.find(([name]) => name === "Plan hash")?.[1]).toBe(report.run.planHash);
    expect(JSON.stringify(report)).not.toContain('"actions"');
  });

  it("chooses the form by query, then by Accept", () => {
    expect(reportFormat("md", "text/html")).toBe("markdown");
    expect(reportFormat("pdf", "text/html")).toBeNull();
    expect(reportFormat(null, "text/html,application/xhtml+xml")).toBe("html");
    expect(reportFormat(null, "text/markdown")).toBe("markdown");
    expect(reportFormat(null, null)).toBe("json");
  });
});

describe("times of steps", () => {
  const at = (minutes: number) => new Date(Date.UTC(2026, 10, 20, 2, minutes));
  const step = (began: number | null, ended: number | null) =>
    ({ startedAt: began === null ? null : at(began), endedAt: ended === null ? null : at(ended) }) as never;

  it("adds expected times, waits and holds", () => {
    expect(
      plannedOffsets([
        { kind: "manual", expected: "5m" },
        { kind: "wait", with: { for: "1m" } },
        { kind: "manual", hold: "2m" },
      ]),
    ).toEqual({ starts: [0, 300_000, 360_000], total: 480_000 });
  });

  it("counts a step as late only when it began late or takes longer than planned", () => {
    const starts = [0, 300_000];
    expect(drift({ startedAt: at(0), endedAt: null, steps: [step(0, null), step(null, null)] }, starts, 0, at(4))).toBe(0);
    expect(drift({ startedAt: at(0), endedAt: null, steps: [step(0, null), step(null, null)] }, starts, 0, at(9))).toBe(240_000);
    expect(drift({ startedAt: at(0), endedAt: null, steps: [step(0, 2), step(2, null)] }, starts, 1, at(3))).toBe(-180_000);
    expect(drift({ startedAt: null, endedAt: null, steps: [] }, [], -1, at(3))).toBeNull();
  });

  it("shows short facts of an outcome and leaves structures to the report", () => {
    expect(factsOf({ responsesAtChange: 1200, weights: { old: 90, new: 10 }, undo: "failed", tables: [1, 2], deep: { a: { b: 1 } } })).toEqual([
      { name: "responses at change", value: "1,200" },
      { name: "weights", value: "old 90, new 10" },
      { name: "tables", value: "2 entries" },
    ]);
  });
});

describe("preflight in the answer", () => {
  it("says how many points would refuse the start, and nothing when none does", () => {
    expect(blockText([{ level: "pass" }, { level: "warn" }])).toBe("");
    expect(blockText([{ level: "block" }])).toContain("one point");
    expect(blockText([{ level: "block" }, { level: "block" }])).toContain("2 points");
  });
});
