import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { storyPlan } from "./fixtures/story-plan";
import { personOf, query } from "./support/outside";
import { PHONE, signIn } from "./support/pages";
import { type Server, startServer } from "./support/server";

const SLUG = "practice-shop";
const root = path.resolve(import.meta.dirname, "..");

/*
 * The main job, told once from a plan to a finished cutover, with two people, on real databases under continuous
 * writes. What it proves is read from outside: own SQL on the target, own requests through the load balancer, the
 * audit chain checked by the command line.
 */
test.describe.configure({ mode: "serial" });

let server: Server;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  server = await startServer({ seed: "people", practiceMb: 220 });
});
test.afterAll(async () => {
  await server?.stop();
});

const person = (role: string) => personOf(server, role);

function practiceUrls() {
  const urls = server.practice?.urls;
  if (!urls?.app) throw new Error("The practice site has no load balancer.");
  return { appUrl: urls.app, newSideUrl: `${urls.newBackend}/health` };
}

/** Share of requests through the load balancer that the new side answers. */
async function shareOfNewSide(requests: number): Promise<number> {
  let fromNew = 0;
  for (let n = 0; n < requests; n++) {
    const response = await fetch(practiceUrls().appUrl);
    if ((await response.text()).includes("new")) fromNew++;
  }
  return fromNew / requests;
}

function token(scopes: string): string {
  const out = execFileSync("node", ["scripts/switchyard.mjs", "token", "create", "--email", person("operator").email, "--scopes", scopes, "--json"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, DATABASE_URL: server.databaseUrl },
  });
  return JSON.parse(out).token;
}

let runUrl = "";

test("a plan is imported in the browser, with its finding shown", async ({ page }) => {
  await signIn(page, server.url, person("operator"));
  await page.goto(`${server.url}/`);
  await expect(page.getByTestId("empty").first()).toBeVisible();
  await page.goto(`${server.url}/projects/new`);
  await page.getByLabel("Plan in YAML").fill(storyPlan(practiceUrls(), { slug: SLUG }));
  await page.getByRole("button", { name: /what would change|check/i }).click();
  const preview = page.getByRole("region", { name: "What would change" });
  await preview.getByRole("button", { name: /create|apply|import/i }).click();
  await page.waitForURL(new RegExp(`/projects/${SLUG}`));
  await page.goto(`${server.url}/projects/${SLUG}/plan`);
  // Stated 45, the rows give 40.
  await expect(page.getByText(/45/).first()).toBeVisible();
  await server.bindPractice(SLUG);
});

test("samples make the trigger fire only after it has held, and the matrix names the next stack", async ({ page }) => {
  const bearer = token("ingest");
  const push = (samples: object[]) =>
    page.request.post(`${server.url}/api/v1/projects/${SLUG}/samples`, { headers: { authorization: `Bearer ${bearer}` }, data: samples });
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  await push([5, 4, 3, 2, 1, 0].map((hours) => ({ metric: "users", value: 1_500, at: hoursAgo(hours) })));
  await signIn(page, server.url, person("operator"));
  const decision = page.getByTestId("answer").first();
  await expect(async () => {
    await page.goto(`${server.url}/projects/${SLUG}/decision`);
    await expect(decision).toContainText(/stay/i, { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  const refused = await push([
    { metric: "userz", value: 1 },
    { metric: "users", value: "NaN" },
    { metric: "users", value: 1_500, at: "2026-02-31T00:00:00Z" },
  ]);
  const report = await refused.json();
  expect(report.rejected).toHaveLength(3);
  await push(Array.from({ length: 26 }, (_, n) => ({ metric: "users", value: 1_500, at: hoursAgo(30 - n) })));
  await expect(async () => {
    await page.goto(`${server.url}/projects/${SLUG}/decision`);
    await expect(decision).toContainText(/move to small cluster/i, { timeout: 1_000 });
  }).toPass({ timeout: 45_000 });
});

test("the decision is recorded with its inputs", async ({ page }) => {
  await signIn(page, server.url, person("operator"));
  await page.goto(`${server.url}/projects/${SLUG}/decision`);
  await page
    .getByRole("button", { name: /record decision/i })
    .first()
    .click();
  const form = page.getByTestId("decision-form");
  await form.getByLabel(/stack/i).selectOption({ label: "Small cluster" });
  await form.getByLabel(/reason/i).fill("Users have been above the limit for more than a day.");
  await form.getByRole("button", { name: /record decision/i }).click();
  await expect(page.getByText("Users have been above the limit for more than a day.").first()).toBeVisible();
  const decisions = await query<{ inputs: unknown; stack_key: string }>(server.databaseUrl, "SELECT stack_key, inputs FROM decision");
  expect(decisions).toHaveLength(1);
  expect(decisions[0]?.stack_key).toBe("cluster");
  expect(JSON.stringify(decisions[0]?.inputs)).toContain("1500");
});

test("approval is requested, refused to the requester, and given by a second person on a phone", async ({ page, browser }) => {
  await signIn(page, server.url, person("operator"));
  await page.goto(`${server.url}/projects/${SLUG}/migrations/to-cluster`);
  const request = page.locator("form").filter({ has: page.getByTestId("request-approval") });
  await request.getByLabel("Why now").fill("The trigger has held for a day.");
  await request.getByTestId("request-approval").click();
  await page.waitForURL(/\/runs\//);
  runUrl = page.url();
  await expect(page.getByTestId("run-status")).toContainText(/approval/i);

  const runId = runUrl.split("/runs/")[1] ?? "";
  const own = await page.request.post(`${server.url}/api/v1/runs/${runId}/approve`, { headers: { origin: server.url }, data: {} });
  expect(own.status()).toBeGreaterThanOrEqual(400);
  const before = await query<{ n: number }>(server.databaseUrl, "SELECT count(*)::int AS n FROM approval");
  expect(before[0]?.n).toBe(0);

  const phone = await browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true });
  const approver = await phone.newPage();
  const gate = (await query<{ id: string }>(server.databaseUrl, "SELECT id FROM approval_gate WHERE status = 'open'"))[0]?.id;
  await approver.goto(`${server.url}/approvals/${gate}`);
  // The session is missing: after sign-in the same approval is shown.
  await approver.getByLabel("E-mail").fill(person("approver").email);
  await approver.getByLabel("Password", { exact: true }).fill(person("approver").password);
  await approver.getByRole("button", { name: "Sign in", exact: true }).click();
  await approver.waitForURL(new RegExp(`/approvals/${gate}`));
  await expect(approver.getByTestId("answer").first()).toContainText(/asks for approval/i);
  // The navigation after sign-in still scrolls to the top; a press that spans it would be no press. Start from a still page.
  await approver.reload();
  await approver.getByTestId("approve").click();
  await expect(approver.getByTestId("answer").first()).toContainText(/approved/i);
  await phone.close();
});

test("the live run copies, verifies, shifts traffic under load, observes and succeeds", async ({ page }) => {
  test.setTimeout(420_000);
  await signIn(page, server.url, person("operator"));
  await page.goto(runUrl);
  await page.getByTestId("start").click();
  await expect(page.getByTestId("run-status")).toContainText(/running/i, { timeout: 60_000 });

  // While the copy runs, the writer on the source goes on.
  const count = () => query<{ n: number }>(server.practice?.sourceAdmin?.dsn, "SELECT sum(n_tup_ins)::bigint::text::float8 AS n FROM pg_stat_user_tables");
  const early = (await count())[0]?.n ?? 0;

  await expect(page.getByTestId("run-status")).toContainText(/observing|succeeded/i, { timeout: 360_000 });
  const late = (await count())[0]?.n ?? 0;
  expect(late).toBeGreaterThan(early);
  await expect(page.getByTestId("run-status")).toContainText(/succeeded/i, { timeout: 60_000 });

  // Seen from outside: the copy is there, at least 200 MB of it, and the new side answers everything.
  const size = await query<{ mb: number }>(server.practice?.targetAdmin?.dsn, "SELECT (pg_database_size(current_database()) / 1000000)::int AS mb");
  expect(size[0]?.mb).toBeGreaterThanOrEqual(200);
  const tables = await query<{ n: number }>(server.practice?.target?.dsn, "SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'");
  expect(tables[0]?.n).toBeGreaterThan(0);
  expect(await shareOfNewSide(40)).toBe(1);

  const runId = runUrl.split("/runs/")[1];
  const journal = await query<{ seq: number; type: string; message: string }>(
    server.databaseUrl,
    `SELECT seq, type, message FROM journal_event WHERE run_id = '${runId}' ORDER BY seq`,
  );
  expect(journal.map((event) => event.seq)).toEqual(journal.map((_, index) => index + 1));
  const shares = await query<{ percent: number }>(
    server.databaseUrl,
    `SELECT (spec->'with'->>'percent')::int AS percent FROM run_step WHERE run_id = '${runId}' AND kind = 'traffic.set' AND status = 'succeeded' ORDER BY position`,
  );
  expect(shares.map((row) => row.percent)).toEqual([10, 25, 50, 100]);
  // Every stage beside what was measured of it, on the page too.
  await expect(page.getByTestId("share")).toContainText(/100 % set, [\d.]+ % measured of [\d,]+ answers/);
  await expect(page.getByTestId("share").locator("[data-chart=shown] svg.recharts-surface").first()).toBeVisible();
  const measured = await page.request.get(`${server.url}/api/v1/runs/${runId}/share`);
  const { ways } = (await measured.json()) as { ways: { stages: { set: number }[] }[] };
  expect(ways.map((way) => way.stages.flatMap(({ set }) => (set === 0 ? [] : [set])))).toEqual([[10, 25, 50, 100]]);
  const project = await query<{ key: string }>(
    server.databaseUrl,
    `SELECT s.key FROM project p JOIN stack s ON s.id = p.current_stack_id WHERE p.slug = '${SLUG}'`,
  );
  expect(project[0]?.key).toBe("cluster");
});

test("the report tells the run, and the command line verifies the audit chain", async ({ page }) => {
  await signIn(page, server.url, person("viewer"));
  const report = await page.request.get(`${server.url}/api/v1/runs/${runUrl.split("/runs/")[1]}/report?format=md`);
  const text = await report.text();
  expect(text).toContain("Copy the database");
  expect(text).toContain("## Share of the traffic");
  expect(text).toContain(person("approver").name);
  const out = execFileSync("node", ["scripts/switchyard.mjs", "audit", "verify"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, DATABASE_URL: server.databaseUrl },
  });
  expect(out).toMatch(/verified|intact|holds/i);
  // A changed entry is found: only an owner of the database can do this at all.
  await query(
    server.databaseUrl,
    "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only; UPDATE audit_entry SET reason = 'forged' WHERE seq = 2; ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only",
  );
  let broken = "";
  try {
    execFileSync("node", ["scripts/switchyard.mjs", "audit", "verify"], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, DATABASE_URL: server.databaseUrl },
      stdio: "pipe",
    });
  } catch (error) {
    const failed = error as { status: number; stdout: string; stderr: string };
    expect(failed.status).toBe(1);
    broken = failed.stdout + failed.stderr;
  }
  expect(broken).toMatch(/\b2\b/);
});
