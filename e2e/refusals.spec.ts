import { execFileSync } from "node:child_process";
import path from "node:path";
import { type APIResponse, type Browser, expect, type Page, test } from "@playwright/test";
import type pg from "pg";
import { type StoryOptions, storyPlan } from "./fixtures/story-plan";
import { personOf, query as queryOn } from "./support/outside";
import { signIn } from "./support/pages";
import { type Server, startServer } from "./support/server";

/*
 * What the server refuses whatever a page shows (done 6): raw requests of people and tokens that may not approve, and
 * approvals that outlive what was approved. The connections lead to a closed port; nothing is carried out.
 */

const root = path.resolve(import.meta.dirname, "..");
const NOWHERE = { appUrl: "http://127.0.0.1:1/", newSideUrl: "http://127.0.0.1:1/health" };

let server: Server;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  server = await startServer({ seed: "people" });
});
test.afterAll(async () => {
  await server?.stop();
});

const person = (role: string) => personOf(server, role);

/** A browser of its own for a person. */
async function signedIn(browser: Browser, role: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, server.url, person(role));
  return page;
}

const query = <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) => queryOn<T>(server.databaseUrl, sql, values);

function post(page: Page, address: string, data: object): Promise<APIResponse> {
  return page.request.post(`${server.url}/api/v1/${address}`, { headers: { origin: server.url }, data });
}

async function ok(response: APIResponse): Promise<APIResponse> {
  expect(response.ok(), `${response.url()}: ${response.status()} ${await response.text()}`).toBe(true);
  return response;
}

async function importStory(page: Page, options: StoryOptions, comment = ""): Promise<void> {
  const data = `${storyPlan(NOWHERE, options)}${comment}`;
  await ok(
    await page.request.put(`${server.url}/api/v1/projects/${options.slug}/plan`, {
      // Whatever version is there: what may be overwritten is not what this file is about.
      headers: { origin: server.url, "content-type": "application/yaml", "if-match": "*" },
      data,
    }),
  );
}

/** A project with a live run for which `page`'s person has asked for approval. */
async function requestedRun(page: Page, slug: string): Promise<string> {
  await importStory(page, { slug });
  await server.bindNowhere(slug);
  const run = await (await ok(await post(page, `projects/${slug}/migrations/to-cluster/runs`, { mode: "live", reason: "test" }))).json();
  await ok(await post(page, `runs/${run.id}/request`, { reason: "test" }));
  return run.id;
}

interface Standing {
  status: string;
  hash: string;
  approvals: number;
  gate: string | null;
}

/** The run as the database has it; `gate` is the newest start gate. */
async function standing(runId: string): Promise<Standing> {
  const [row] = await query<Standing>(
    `SELECT r.status, r.plan_hash AS hash, (SELECT count(*)::int FROM approval a WHERE a.run_id = r.id) AS approvals,
            (SELECT g.status FROM approval_gate g WHERE g.run_id = r.id AND g.gate = 'start' ORDER BY g.opened_at DESC LIMIT 1) AS gate
       FROM run r WHERE r.id = $1`,
    [runId],
  );
  if (row === undefined) throw new Error("no run");
  return row;
}

/** A token of the person with every scope their role can have. */
function fullToken(role: string, scopes: string): string {
  const args = ["scripts/switchyard.mjs", "token", "create", "--email", person(role).email, "--scopes", scopes, "--json"];
  const out = execFileSync(path.join(root, "node_modules/.bin/node"), args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, DATABASE_URL: server.databaseUrl },
  });
  return JSON.parse(out).token;
}

test("S-1: viewer, requester, tokens and strangers are refused approval by the server, and nothing is written", async ({ browser }) => {
  const operator = await signedIn(browser, "operator");
  const runId = await requestedRun(operator, "refused-people");
  const before = await standing(runId);
  expect(before).toMatchObject({ status: "awaiting-approval", approvals: 0, gate: "open" });
  const data = { planHash: before.hash, reason: "let it through" };

  const viewer = await signedIn(browser, "viewer");
  expect((await post(viewer, `runs/${runId}/approve`, data)).status()).toBe(403);
  const requester = await post(operator, `runs/${runId}/approve`, data);
  expect(requester.status(), "an operator, who asked for it too").toBe(403);
  for (const bearer of [fullToken("approver", "read,ingest,operate"), fullToken("admin", "read,ingest,operate,admin")]) {
    const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
    const read = await fetch(`${server.url}/api/v1/runs/${runId}`, { headers });
    expect(read.status, "the token itself is good").toBe(200);
    const refused = await fetch(`${server.url}/api/v1/runs/${runId}/approve`, { method: "POST", headers, body: JSON.stringify(data) });
    expect(refused.status).toBe(403);
  }
  const nobody = await fetch(`${server.url}/api/v1/runs/${runId}/approve`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: server.url },
    body: JSON.stringify(data),
  });
  expect(nobody.status).toBe(401);
  const approver = await signedIn(browser, "approver");
  const foreign = await approver.request.post(`${server.url}/api/v1/runs/${runId}/approve`, { headers: { origin: "https://evil.example" }, data });
  expect(foreign.status(), "a page of somebody else").toBe(403);
  expect(await standing(runId)).toEqual(before);
  expect([409, 422]).toContain((await post(operator, `runs/${runId}/start`, {})).status());
  expect((await standing(runId)).status).toBe("awaiting-approval");
});

test("R-APR-3: who may approve may not approve the own request", async ({ browser }) => {
  const approver = await signedIn(browser, "approver");
  const runId = await requestedRun(approver, "own-request");
  const before = await standing(runId);
  expect([403, 422]).toContain((await post(approver, `runs/${runId}/approve`, { planHash: before.hash, reason: "my own" })).status());
  expect(await standing(runId)).toEqual(before);
  const admin = await signedIn(browser, "admin");
  await ok(await post(admin, `runs/${runId}/approve`, { planHash: before.hash, reason: "seen" }));
  expect(await standing(runId)).toMatchObject({ status: "approved", approvals: 1, gate: "approved" });
});

test("R-APR-2: another title keeps an approval, another step voids it, an old hash approves nothing", async ({ browser }) => {
  const slug = "changed-plan";
  const operator = await signedIn(browser, "operator");
  const approver = await signedIn(browser, "approver");
  const runId = await requestedRun(operator, slug);
  const { hash } = await standing(runId);
  await ok(await post(approver, `runs/${runId}/approve`, { planHash: hash, reason: "looks right" }));
  const approved = { status: "approved", hash, approvals: 1, gate: "approved" };
  expect(await standing(runId)).toEqual(approved);

  await importStory(operator, { slug, copyTitle: "Copy all tables" });
  expect(await standing(runId), "another title").toEqual(approved);
  expect(await query("SELECT title FROM run_step WHERE run_id = $1 AND key = 'copy'", [runId])).toEqual([{ title: "Copy all tables" }]);
  await importStory(operator, { slug, copyTitle: "Copy all tables" }, "# looked at again\n");
  expect(await standing(runId), "a comment").toEqual(approved);

  await importStory(operator, { slug, copyTitle: "Copy all tables", copyJobs: 4 });
  const changed = await standing(runId);
  expect(changed).toMatchObject({ status: "draft", approvals: 1, gate: "void" });
  expect(changed.hash).not.toBe(hash);
  const [event] = await query<{ message: string; before: string }>(
    "SELECT message, data->>'before' AS before FROM journal_event WHERE run_id = $1 AND type = 'plan.changed' ORDER BY seq DESC LIMIT 1",
    [runId],
  );
  expect(event?.message).toMatch(/plan was imported again.*approvals given before are void/i);
  expect(event?.before).toBe(hash);
  expect([409, 422], "a voided run does not start").toContain((await post(operator, `runs/${runId}/start`, {})).status());

  await ok(await post(operator, `runs/${runId}/request`, { reason: "once more" }));
  const stale = await post(approver, `runs/${runId}/approve`, { planHash: hash, reason: "seen before" });
  expect([409, 422], await stale.text()).toContain(stale.status());
  expect(await standing(runId)).toMatchObject({ status: "awaiting-approval", approvals: 1, gate: "open" });
  await ok(await post(approver, `runs/${runId}/approve`, { planHash: changed.hash, reason: "seen again" }));
  expect(await standing(runId)).toMatchObject({ status: "approved", approvals: 2, hash: changed.hash });
});
