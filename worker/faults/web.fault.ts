import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Server, startServer } from "@/e2e/support/server";
import { createToken } from "@/lib/auth/create-token";
import { abortRun } from "@/lib/migration/abort-run";
import { approveRun } from "@/lib/migration/approve-run";
import { createRun } from "@/lib/migration/create-run";
import { requestRun } from "@/lib/migration/request-run";
import { startRun } from "@/lib/migration/start-run";
import { openTestDb, type TestDb } from "@/prisma/testing/database";
import { makeMetric, makeMigration, makeProject, makeRunbook } from "@/prisma/testing/factories";
import { at, journal, patiently as until } from "@/worker/testing/stage";
import { eventually } from "./rig/engine-rig";
import { checkInvariants } from "./rig/invariants";

/* A whole Switchyard as users start it: its web process is killed, its readers vanish, samples flood it. */

/** As many readers as one minute of this machine bears; a leak of one in a hundred would still show. */
const READERS = 1_200;
const AT_ONCE = 6;

let server: Server;
let t: TestDb;

beforeAll(async () => {
  server = await startServer({ seed: "people" });
  t = openTestDb(server.databaseUrl);
});
afterAll(async () => {
  await t?.close();
  await server?.stop();
});

async function started(seconds: number): Promise<string> {
  const steps = [
    { key: "first", title: "First", kind: "wait", with: { for: `${seconds}s` } },
    { key: "second", title: "Second", kind: "wait", with: { for: "2s" } },
  ];
  const { migration } = await makeMigration(t.db, makeRunbook({ steps, observation: "2s" }));
  const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
  const { id: runId, planHash } = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "web" });
  await requestRun(at(operator), { runId, version: 1 });
  await approveRun(at(approver), { runId, planHash });
  await startRun(at(operator), { runId });
  return runId;
}

async function webPid(): Promise<number> {
  const { web } = await server.currentPids();
  if (web === null) throw new Error("The web process is not up.");
  return web;
}

describe("F-ENG-8 the web process is killed while a run goes on", () => {
  it("three times: the run is driven by the same owner to its end, and the pages come back", async () => {
    const worker = (await server.currentPids()).worker;
    const runId = await started(12);
    await until(t, runId, (run) => run.steps[0]?.status === "running");
    for (let n = 0; n < 3; n++) {
      await eventually("the web process is up", async () => (await server.currentPids()).web !== null);
      process.kill(await webPid(), "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
    const run = await until(t, runId, (one) => one.endedAt !== null, 120_000);
    expect([run.status, run.epoch]).toEqual(["succeeded", 1]);
    expect((await server.currentPids()).worker).toBe(worker);
    await journal(t, runId);
    await eventually("the pages are back", async () => (await fetch(`${server.url}/api/health`).catch(() => null))?.ok === true);
    expect((await checkInvariants({ pool: t.db.pool })).broken).toEqual([]);
  });
});

/** What a process holds: open files and sockets, and its memory in MB. */
function holds(pid: number): { files: number; mb: number } {
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
  return { files: readdirSync(`/proc/${pid}/fd`).length, mb: Math.round(Number(rss) / 1_024) };
}

describe("F-UI-1 readers of event streams that vanish", () => {
  it(`${READERS} of them, in the middle of the first answer: nothing is left of them, and the next reader is served`, async () => {
    const runId = await started(600);
    const { token } = await createToken(await t.ctx("viewer"), { name: "reader", scopes: "read", days: 1 });
    const address = `${server.url}/api/v1/runs/${runId}/events`;
    const headers = { authorization: `Bearer ${token}` };
    const pid = await webPid();
    const statuses: Record<number, number> = {};
    const vanish = async () => {
      const gone = new AbortController();
      const response = await fetch(address, { headers, signal: gone.signal });
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      const reader = response.body?.getReader();
      await reader?.read();
      gone.abort();
      await reader?.closed.catch(() => undefined);
    };
    const wave = async (count: number) => {
      for (let n = 0; n < count; n += AT_ONCE) await Promise.allSettled(Array.from({ length: AT_ONCE }, vanish));
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    };
    // What a first use opens for good (pools, the listener) is no leak.
    await wave(120);
    const before = holds(pid);
    await wave(READERS);
    await eventually("its files are closed", () => holds(pid).files <= before.files + 8, 60_000);
    const after = holds(pid);
    expect(after.mb - before.mb, `${before.mb} MB before, ${after.mb} MB after`).toBeLessThan(150);
    // Places of the quota were given back: a stream that is not served would be refused with 429.
    expect(statuses[200] ?? 0, JSON.stringify(statuses)).toBeGreaterThan(READERS * 0.9);
    const last = new AbortController();
    const served = await fetch(address, { headers, signal: last.signal });
    expect(served.status).toBe(200);
    const [reader, decoder] = [served.body?.getReader(), new TextDecoder()];
    let text = "";
    for (let chunk = await reader?.read(); chunk?.done === false && !text.includes("run.created"); chunk = await reader?.read())
      text += decoder.decode(chunk.value);
    expect(text).toContain("run.created");
    last.abort();
    await abortRun(at(await t.ctx("operator")), { runId, reason: "seen enough" });
    await until(t, runId, (one) => one.endedAt !== null);
  });
});

describe("F-MET-5 a flood of samples", () => {
  it("by ten times as many senders at once as are served: the run keeps its owner, pages answer, and what was acknowledged is stored", async () => {
    const { project } = await makeProject(t.db);
    const metric = await makeMetric(t.db, project.id, { key: "flood" });
    const operator = await t.ctx("operator");
    const tokens = await Promise.all([1, 2].map((n) => createToken(operator, { name: `flood ${n}`, scopes: ["ingest"], days: 1 })));
    const first = Date.now() - 86_400_000;
    const answers: number[] = [];
    let [sent, stored, refused, flooding] = [0, 0, 0, true];
    const sender = async (token: string) => {
      while (flooding) {
        sent += 500;
        const from = sent;
        const body = Array.from({ length: 500 }, (_, n) => ({ metric: "flood", value: n, at: new Date(first + from + n).toISOString() }));
        const response = await fetch(`${server.url}/api/v1/projects/${project.slug}/samples`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        const answer = await response.json();
        expect([200, 429], JSON.stringify(answer)).toContain(response.status);
        if (response.status === 200) stored += answer.accepted;
        else {
          expect(response.headers.get("retry-after")).toBe("1");
          refused += 1;
          // An impatient sender: it comes again long before it was told to.
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    };
    const senders = Array.from({ length: 60 }, (_, n) => sender(tokens[n % 2]?.token ?? ""));
    const runId = await started(20);
    const reader = async () => {
      while (flooding) {
        answers.push((await fetch(`${server.url}/api/health`)).status);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    };
    const reading = reader();
    const run = await until(t, runId, (one) => one.endedAt !== null);
    flooding = false;
    await Promise.all([...senders, reading]);
    expect([run.status, run.epoch]).toEqual(["succeeded", 1]);
    expect(answers.filter((status) => status !== 200)).toEqual([]);
    expect(answers.length).toBeGreaterThan(0);
    expect(Math.min(stored, refused), `${stored} stored, ${refused} refused`).toBeGreaterThan(0);
    expect(await t.db.prisma.sample.count({ where: { metricId: metric.id } })).toBe(stored);
    expect((await checkInvariants({ pool: t.db.pool })).broken).toEqual([]);
  });
});
