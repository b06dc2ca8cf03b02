import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as listAlerts } from "@/app/api/v1/alerts/route";
import { GET as getDecision } from "@/app/api/v1/projects/[p]/decision/route";
import { POST as postDecision } from "@/app/api/v1/projects/[p]/decisions/route";
import { GET as getSeries } from "@/app/api/v1/projects/[p]/metrics/[m]/route";
import { POST as postSamples } from "@/app/api/v1/projects/[p]/samples/route";
import { createToken } from "@/lib/auth/create-token";
import type { Scope } from "@/lib/auth/permissions";
import type { Db } from "@/lib/db/prisma";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeMetric, makeProject, makeTrigger } from "@/prisma/testing/factories";

/** The routes as a program sees them: raw requests with a bearer token. */
let t: TestDb;
let slug: string;
const tokens: Partial<Record<Scope, string>> = {};
const holder = globalThis as typeof globalThis & { switchyardDb?: Db };

beforeAll(async () => {
  t = await testDb();
  holder.switchyardDb = t.db;
  const operator = await t.ctx("operator");
  for (const scope of ["read", "ingest"] as const) tokens[scope] = (await createToken(operator, { name: scope, scopes: [scope], days: 1 })).token;
  const { project } = await makeProject(t.db);
  slug = project.slug;
  const users = await makeMetric(t.db, project.id, { key: "users" });
  await makeTrigger(t.db, project.id, users.id, { value: 1000 });
});
afterAll(async () => {
  delete holder.switchyardDb;
  await t.close();
});

const request = (path: string, scope: Scope | null, body?: string) =>
  new Request(`http://127.0.0.1/api/v1/${path}`, {
    ...(body === undefined ? {} : { method: "POST", body }),
    headers: { "content-type": "application/json", ...(scope === null ? {} : { authorization: `Bearer ${tokens[scope]}` }) },
  });
const at = <P>(params: P) => ({ params: Promise.resolve(params) });
const send = (body: string, scope: Scope | null = "ingest") => postSamples(request(`projects/${slug}/samples`, scope, body), at({ p: slug }));

describe("samples over HTTP", () => {
  it.each<[string, string, number]>([
    ["all good", '[{"metric": "users", "value": 5, "at": "2026-11-19T00:00:00Z"}]', 200],
    ["nothing", "[]", 200],
    ["some bad", '[{"metric": "users", "value": 6, "at": "2026-11-19T01:00:00Z"}, {"metric": "user", "value": 1}]', 207],
    ["all bad", '[{"metric": "users", "value": "NaN"}]', 400],
    ["no JSON", "users 5", 400],
    ["NaN in JSON", '[{"metric": "users", "value": NaN}]', 400],
    ["no list", '{"metric": "users", "value": 5}', 400],
    ["too many", JSON.stringify(Array(10_001).fill({})), 413],
    ["too large", `["${"x".repeat(8_100_000)}"]`, 413],
  ])("%s: %#", async (_, body, status) => expect((await send(body)).status).toBe(status));

  it("lists what was refused, with a hint", async () => {
    const report = await (await send('[{"metric": "userss", "value": 1}]')).json();
    expect(report).toMatchObject({ accepted: 0, rejected: [{ index: 0, metric: "userss", code: "unknown-metric" }] });
    expect(report.rejected[0].message).toContain('did you mean "users"?');
  });

  it("needs a token that may (R-SEC-21)", async () => {
    expect((await send("[]", null)).status).toBe(401);
    const refused = await send("[]", "read");
    expect(refused.status).toBe(403);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect((await postSamples(request("projects/none/samples", "ingest", "[]"), at({ p: "none" }))).status).toBe(404);
  });
});

describe("a flood of samples (F-MET-5)", () => {
  it("is refused with 429 and when to come again, what was acknowledged is stored, and the next call is served", async () => {
    const body = (n: number) => JSON.stringify([{ metric: "users", value: n, at: new Date(Date.UTC(2026, 9, 1, 0, n)).toISOString() }]);
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => send(body(n))));
    const refused = answers.filter((one) => one.status === 429);
    const taken = answers.filter((one) => one.status === 200).length;
    expect(refused.length).toBeGreaterThan(0);
    expect(taken).toBe(answers.length - refused.length);
    expect(refused[0]?.headers.get("retry-after")).toBe("1");
    expect(await refused[0]?.json()).toMatchObject({ status: 429, detail: expect.stringContaining("send the next one when") });
    expect(await t.db.prisma.sample.count({ where: { at: { gte: new Date("2026-10-01"), lt: new Date("2026-10-02") } } })).toBe(taken);
    expect((await send(body(0))).status).toBe(200);
  });
});

describe("reads and decisions over HTTP", () => {
  const decision = (query = "", scope: Scope = "read") => getDecision(request(`projects/${slug}/decision${query}`, scope), at({ p: slug }));

  it("answers the matrix now and in the past, and refuses nonsense", async () => {
    const view = await (await decision()).json();
    expect(view).toMatchObject({ project: { slug }, past: false, matrix: { source: "derived" } });
    expect(JSON.stringify(view)).not.toMatch(/NaN|undefined/);
    expect((await decision("?at=2026-11-20T00:00:00Z")).status).toBe(200);
    expect((await decision("?at=2999-01-01T00:00:00Z")).status).toBe(422);
    expect((await decision("?at=2026-04-31T00:00:00Z")).status).toBe(400);
    expect((await decision("?at=yesterday")).status).toBe(400);
    expect((await decision("", "ingest")).status).toBe(403);
  });

  it("answers a series of at most the wanted points", async () => {
    const series = (query: string, m = "users") => getSeries(request(`projects/${slug}/metrics/${m}${query}`, "read"), at({ p: slug, m }));
    expect((await series("")).status).toBe(200);
    expect((await series("?points=1001")).status).toBe(400);
    expect((await series("?points=0")).status).toBe(400);
    expect((await series("?from=2026-11-20T00:00:00Z&to=2026-11-19T00:00:00Z")).status).toBe(400);
    expect((await series("", "nope")).status).toBe(404);
  });

  it("lets no token record a decision (S-APR)", async () => {
    const answer = await postDecision(request(`projects/${slug}/decisions`, "ingest", '{"stack": "target", "reason": "because"}'), at({ p: slug }));
    expect(answer.status).toBe(403);
    expect(await t.db.prisma.decision.count()).toBe(0);
  });

  it("lists alerts", async () => {
    expect(await (await listAlerts(request("alerts?state=open", "read"), at({}))).json()).toEqual({ items: [], next: null });
    expect((await listAlerts(request("alerts?state=loud", "read"), at({}))).status).toBe(400);
  });
});
