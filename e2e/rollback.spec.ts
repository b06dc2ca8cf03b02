import { expect, type Page, test } from "@playwright/test";
import type pg from "pg";
import { storyPlan } from "./fixtures/story-plan";
import { personOf, query as queryOn } from "./support/outside";
import { signIn } from "./support/pages";
import { type Server, startServer } from "./support/server";

/* A guard brings the traffic back without a person: on a failing backend, and while an approval is waited for. */

let server: Server;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  server = await startServer({ seed: "people", practiceMb: 10 });
});
test.afterAll(async () => {
  await server?.stop();
});

const person = (role: string) => personOf(server, role);

const query = <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) => queryOn<T>(server.databaseUrl, sql, values);

async function fault(errorRate: number): Promise<void> {
  const response = await fetch(`${server.practice?.urls.newBackend}/fault`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ errorRate }),
  });
  expect(response.ok).toBe(true);
}

/** Imports the plan, has a run requested by the operator and approved by the approver, starts it; resolves with its id. */
async function startApprovedRun(page: Page, slug: string, approvalAfter25: boolean): Promise<string> {
  const urls = server.practice?.urls;
  const plan = storyPlan({ appUrl: urls?.app ?? "", newSideUrl: `${urls?.newBackend}/health` }, { slug, approvalAfter25 });
  const headers = { origin: server.url };
  await signIn(page, server.url, person("operator"));
  const imported = await page.request.put(`${server.url}/api/v1/projects/${slug}/plan`, {
    headers: { ...headers, "content-type": "application/yaml" },
    data: plan,
  });
  expect(imported.ok(), await imported.text()).toBe(true);
  await server.bindPractice(slug);
  const created = await page.request.post(`${server.url}/api/v1/projects/${slug}/migrations/to-cluster/runs`, {
    headers,
    data: { mode: "live", reason: "test" },
  });
  expect(created.ok(), await created.text()).toBe(true);
  const run = await created.json();
  const requested = await page.request.post(`${server.url}/api/v1/runs/${run.id}/request`, { headers, data: { version: run.version, reason: "test" } });
  expect(requested.ok(), await requested.text()).toBe(true);
  await approve(page, run.id);
  const started = await page.request.post(`${server.url}/api/v1/runs/${run.id}/start`, { headers, data: {} });
  expect(started.ok(), await started.text()).toBe(true);
  return run.id;
}

async function approve(page: Page, runId: string): Promise<void> {
  const context = await page.context().browser()?.newContext();
  if (context === undefined) throw new Error("no browser");
  const other = await context.newPage();
  await signIn(other, server.url, person("approver"));
  const [row] = await query<{ plan_hash: string }>("SELECT plan_hash FROM run WHERE id = $1", [runId]);
  const approved = await other.request.post(`${server.url}/api/v1/runs/${runId}/approve`, {
    headers: { origin: server.url },
    data: { planHash: row?.plan_hash, reason: "looks right" },
  });
  expect(approved.ok(), await approved.text()).toBe(true);
  await context.close();
}

const statusOf = async (runId: string) => (await query<{ status: string }>("SELECT status FROM run WHERE id = $1", [runId]))[0]?.status;
const percentOf = async (runId: string) => Number((await query<{ p: number }>("SELECT traffic_percent AS p FROM run WHERE id = $1", [runId]))[0]?.p);

async function answersOfNewSide(requests: number): Promise<number> {
  let count = 0;
  for (let n = 0; n < requests; n++) if ((await (await fetch(server.practice?.urls.app ?? "")).text()).includes("new")) count++;
  return count;
}

test("a target that answers 500 at 25 % is left by itself, and journal and report say why", async ({ page }) => {
  const runId = await startApprovedRun(page, "failing-target", false);
  await expect.poll(() => percentOf(runId), { timeout: 120_000 }).toBeGreaterThanOrEqual(25);
  await fault(1);
  await expect.poll(() => statusOf(runId), { timeout: 60_000 }).toBe("rolled-back");
  await fault(0);
  expect(await percentOf(runId)).toBe(0);
  expect(await answersOfNewSide(20)).toBe(0);
  const journal = await query<{ message: string; data: unknown; actor: { kind: string } }>(
    "SELECT message, data, actor FROM journal_event WHERE run_id = $1 ORDER BY seq",
    [runId],
  );
  const trip = journal.find((event) => /guard/i.test(event.message) && /Errors of the new side/.test(event.message));
  expect(trip, "the journal names the guard").toBeDefined();
  expect(trip?.actor.kind).toBe("worker");
  const report = await (await page.request.get(`${server.url}/api/v1/runs/${runId}/report?format=md`)).text();
  expect(report).toContain("Errors of the new side");
  expect(report).toMatch(/20/);
  await page.goto(`${server.url}/runs/${runId}`);
  await expect(page.getByTestId("run-status")).toContainText(/rolled back/i);
});

test("F-GRD-5: a breach while an approval is waited for rolls back too", async ({ page }) => {
  const slug = "waiting-approval";
  const runId = await startApprovedRun(page, slug, true);
  await expect
    .poll(async () => (await query<{ n: number }>("SELECT count(*)::int AS n FROM run_step WHERE run_id = $1 AND waiting_for = 'approval'", [runId]))[0]?.n, {
      timeout: 120_000,
    })
    .toBe(1);
  const sent = await page.request.post(`${server.url}/api/v1/projects/${slug}/samples`, {
    headers: { origin: server.url },
    data: [{ metric: "error_rate_percent", value: 42 }],
  });
  expect(sent.ok(), await sent.text()).toBe(true);
  await expect.poll(() => statusOf(runId), { timeout: 60_000 }).toBe("rolled-back");
  expect(await answersOfNewSide(20)).toBe(0);
});

test("killing the web process changes nothing in the run; a worker that hangs is told on the page and replaced", async ({ page }) => {
  const runId = await startApprovedRun(page, "killed", false);
  const pids = await server.currentPids();
  if (pids.web !== null) process.kill(pids.web, "SIGKILL");
  await expect.poll(() => percentOf(runId), { timeout: 120_000 }).toBeGreaterThanOrEqual(10);
  const worker = (await server.currentPids()).worker;
  if (worker === null) throw new Error("no worker");
  await page.goto(`${server.url}/runs/${runId}`);
  const alone = page.getByRole("alert").filter({ hasText: "No worker drives this run" });
  await expect(page.getByTestId("run-status")).toHaveText("Running");
  // Stopped, not dead: until the supervisor sees that it hangs, nobody drives the run, and the page must not call it healthy.
  process.kill(worker, "SIGSTOP");
  await expect(alone).toBeVisible({ timeout: 60_000 });
  await expect(page.getByTestId("run-status")).toHaveText("No worker");
  await expect(page.getByTestId("guards")).toContainText("Asleep");
  const portfolio = await (await page.request.get(server.url)).text();
  expect(portfolio).toContain("stands still: no worker drives it");
  await expect.poll(async () => (await server.currentPids()).worker, { timeout: 90_000 }).not.toBe(worker);
  await expect(alone).toBeHidden({ timeout: 60_000 });
  await expect.poll(() => statusOf(runId), { timeout: 180_000 }).toBe("succeeded");
  const journal = await query<{ seq: number }>("SELECT seq FROM journal_event WHERE run_id = $1 ORDER BY seq", [runId]);
  expect(journal.map((event) => event.seq)).toEqual(journal.map((_, index) => index + 1));
});
