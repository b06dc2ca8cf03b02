import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as getText } from "@/app/(app)/documents/[draft]/text/route";
import { POST as postDocument } from "@/app/(app)/documents/route";
import { POST as postCheck } from "@/app/api/v1/plans/check/route";
import { GET as getPlan, PUT as putPlan } from "@/app/api/v1/projects/[p]/plan/route";
import { asMacRoman, planDocument } from "@/e2e/fixtures/plan-document";
import { createToken } from "@/lib/auth/create-token";
import type { Db } from "@/lib/db/prisma";
import { smallPlan } from "@/lib/plan/testing/example-text";
import { MAX_PLAN_BYTES } from "@/lib/plan/yaml-document";
import { type TestDb, testDb } from "@/prisma/testing/database";

/** Plans and documents as a program sends them: raw bytes with a bearer token. */
let t: TestDb;
let token: string;
const holder = globalThis as typeof globalThis & { switchyardDb?: Db };

beforeAll(async () => {
  t = await testDb();
  holder.switchyardDb = t.db;
  token = (await createToken(await t.ctx("operator"), { name: "import", scopes: ["operate"], days: 1 })).token;
});
afterAll(async () => {
  delete holder.switchyardDb;
  await t.close();
});

const request = (method: string, body: BodyInit | null, headers: Record<string, string> = {}, query = "") =>
  new Request(`http://127.0.0.1/x${query}`, { method, body, headers: { authorization: `Bearer ${token}`, ...headers } });
const at = <P>(params: P) => ({ params: Promise.resolve(params) });
const check = (body: BodyInit, type = "text/plain") => postCheck(request("POST", body, { "content-type": type }), at({}));
const put = (body: BodyInit, headers: Record<string, string> = {}) => putPlan(request("PUT", body, headers), at({ p: "harbour" }));

describe("checking over HTTP", () => {
  it("reads Markdown in any usual encoding, and YAML, told apart by type or by text", async () => {
    const report = await (await check(asMacRoman(planDocument()), "text/markdown")).json();
    expect(report).toMatchObject({ project: { name: "Harbour Tickets — moving to the cluster" }, encoding: { kind: "UTF-8 read as Mac Roman" } });
    expect(report.stacks[0].lineItems[1]).toMatchObject({
      name: "PostgreSQL",
      line: 15,
      price: { form: "range", min: "18", max: "22", currency: "USD", period: "month" },
    });
    const wide = new Uint8Array(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(planDocument(), "utf16le")]));
    expect(await (await check(wide)).json()).toMatchObject({ stacks: [{ role: "current" }, { role: "target" }], encoding: null });
    expect(await (await check(smallPlan())).json()).toMatchObject({ project: { slug: "small" }, findings: [] });
  });

  it.each<[string, BodyInit, string, number]>([
    ["nothing", "", "text/markdown", 400],
    ["a picture", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 1]), "text/markdown", 400],
    ["Markdown said to be YAML", "# A plan\n\n- a\n", "application/yaml", 400],
    ["too much", "x".repeat(MAX_PLAN_BYTES + 1), "text/markdown", 413],
    ["a document without anything", "# A walk\n", "text/markdown", 200],
  ])("answers %s", async (_, body, type, status) => expect((await check(body, type)).status).toBe(status));
});

describe("a document over HTTP", () => {
  it("makes a project, updates it with the version seen, and comes out as Markdown", async () => {
    expect((await put(planDocument())).status).toBe(201);
    expect((await put(planDocument({ cache: "$13" }))).status).toBe(409);
    const updated = await put(planDocument({ cache: "$13" }), { "if-match": '"1"' });
    expect([updated.status, updated.headers.get("etag")]).toEqual([200, '"2"']);
    const read = await getPlan(request("GET", null, {}, "?format=markdown"), at({ p: "harbour" }));
    expect(read.headers.get("content-type")).toContain("text/markdown");
    expect(await read.text()).toContain("| Redis cache | Upstash | $13.00/month |");
    expect((await getPlan(request("GET", null, {}, "?format=pdf"), at({ p: "harbour" }))).status).toBe(400);
  });

  it("begins a review that gives its lines by parts; YAML comes back as text", async () => {
    const begun = await postDocument(request("POST", planDocument(), {}, "?name=plan.md"), at({}));
    const { id } = await begun.json();
    expect(begun.status).toBe(201);
    const lines = await (await getText(request("GET", null, {}, "?from=14&count=2"), at({ draft: id }))).json();
    expect(lines).toEqual({ lines: planDocument().split("\n").slice(13, 15) });
    expect(await (await postDocument(request("POST", smallPlan(), {}, "?name=plan.yaml"), at({}))).json()).toEqual({ format: "yaml", source: smallPlan() });
    expect((await postDocument(request("POST", planDocument(), {}, "?name=plan.md&project=nowhere"), at({}))).status).toBe(404);
  });
});
