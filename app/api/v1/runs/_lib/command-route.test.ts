import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerText, commandBody, formAnswer, isForm, runCommandRequest } from "@/app/api/v1/runs/_lib/command-route";
import { createRun } from "@/lib/migration/create-run";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeMigration, makeRunbook } from "@/prisma/testing/factories/migration";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

async function draft() {
  const operator = await t.ctx("operator");
  const { migration } = await makeMigration(t.db, makeRunbook());
  const run = await createRun(operator, { migrationId: migration.id, mode: "live" });
  return { operator, run };
}

const post = (body: string, type: string) =>
  new Request("http://127.0.0.1/api", { method: "POST", body, headers: { "content-type": type, "content-length": String(Buffer.byteLength(body)) } });

describe("runCommandRequest", () => {
  it("does a command once per key and answers the same again, with state and server time", async () => {
    const { operator, run } = await draft();
    const ask = () => runCommandRequest(operator, run.id, "request", { version: run.version }, "key-1");
    const first = await ask();
    expect(first.status).toBe(200);
    const body = await first.json();
    expect(body).toMatchObject({ id: run.id, status: "awaiting-approval", planHash: run.planHash, at: operator.now.toISOString() });
    expect(await (await ask()).json()).toEqual(body);
    expect(await t.db.prisma.journalEvent.count({ where: { runId: run.id, type: "gate.opened" } })).toBe(1);
    await expect(runCommandRequest(operator, run.id, "request", { version: 99 }, "key-1")).rejects.toMatchObject({ status: 422 });
  });

  it("R-APR-7: a stale version is a conflict with the new state, kept under its key", async () => {
    const { operator, run } = await draft();
    await runCommandRequest(operator, run.id, "request", { version: run.version }, null);
    const stale = await runCommandRequest(operator, run.id, "request", { version: run.version }, "key-2");
    expect(stale.status).toBe(409);
    expect(stale.headers.get("content-type")).toBe("application/problem+json");
    expect(await stale.json()).toMatchObject({ state: { status: "awaiting-approval" } });
  });

  it("R-APR-3: viewer, operator and token are refused approval on the server", async () => {
    const { operator, run } = await draft();
    await runCommandRequest(operator, run.id, "request", { version: run.version }, null);
    const fields = { planHash: run.planHash };
    await expect(runCommandRequest(await t.ctx("viewer"), run.id, "approve", fields, null)).rejects.toMatchObject({ status: 403 });
    await expect(runCommandRequest(await t.ctx("operator"), run.id, "approve", fields, null)).rejects.toMatchObject({ status: 403 });
    const admin = await t.ctx("admin");
    const token = {
      ...admin,
      actor: {
        kind: "token" as const,
        tokenId: "t",
        tokenName: "ci",
        userId: admin.actor.userId,
        name: "a",
        role: "admin" as const,
        scopes: ["admin" as const],
      },
    };
    await expect(runCommandRequest(token, run.id, "approve", fields, null)).rejects.toMatchObject({ status: 403 });
    expect(await t.db.prisma.approval.count({ where: { runId: run.id } })).toBe(0);
  });

  it("answers a refusal with every reason", async () => {
    const { operator, run } = await draft();
    const refused = await runCommandRequest(operator, run.id, "resume", { version: run.version }, "key-3");
    expect(refused.status).toBe(422);
    expect((await refused.json()).errors[0].message).toContain("draft");
  });

  it("knows no other commands", async () => {
    const { operator, run } = await draft();
    await expect(runCommandRequest(operator, run.id, "explode", {}, null)).rejects.toMatchObject({ status: 404 });
    await expect(runCommandRequest(operator, run.id, "constructor", {}, null)).rejects.toMatchObject({ status: 404 });
  });

  it("the plain form of the page does the same as the button", async () => {
    const { operator, run } = await draft();
    const form = post(
      new URLSearchParams({ back: `/runs/${run.id}`, version: String(run.version), reason: "" }).toString(),
      "application/x-www-form-urlencoded",
    );
    const response = await runCommandRequest(operator, run.id, "request", await commandBody(form), null);
    expect(response.status).toBe(200);
  });
});

describe("commandBody", () => {
  it("takes ticked boxes as a list and leaves empty fields out", async () => {
    expect(await commandBody(post("step=check&items=1&reason=", "application/x-www-form-urlencoded"))).toEqual({ step: "check", items: ["1"] });
    expect(await commandBody(post("items=0&items=1", "application/x-www-form-urlencoded"))).toEqual({ items: ["0", "1"] });
  });

  it("takes an empty body, refuses lists and what is no JSON", async () => {
    expect(await commandBody(new Request("http://127.0.0.1/", { method: "POST" }))).toEqual({});
    await expect(commandBody(post("[]", "application/json"))).rejects.toMatchObject({ status: 400 });
    await expect(commandBody(post("{", "application/json"))).rejects.toMatchObject({ status: 400 });
    expect(isForm(post("", "application/json"))).toBe(false);
  });
});

describe("formAnswer", () => {
  const to = (response: Response) => response.headers.get("location");

  it("goes back to the page with known words only", async () => {
    expect(to(await formAnswer(new Response(null, { status: 200 }), "r1", "pause", "/runs/r1"))).toBe("/runs/r1?notice=pause-accepted");
    expect(to(await formAnswer(new Response(null, { status: 409 }), "r1", "approve", "/approvals/g?x=1"))).toBe("/approvals/g?x=1&notice=approve-changed");
    expect(to(await formAnswer(new Response(null, { status: 422 }), "r1", "rollback", "/runs/r1?confirm=rollback"))).toBe("/runs/r1?notice=rollback-refused");
  });

  it("never leaves the site and leads through sign-in and step-up where they are needed", async () => {
    for (const back of ["//evil.example", "https://evil.example", "/\\evil.example", 7, undefined]) {
      expect(to(await formAnswer(new Response(null, { status: 200 }), "r1", "pause", back))).toBe("/runs/r1?notice=pause-accepted");
    }
    expect(to(await formAnswer(new Response(null, { status: 401 }), "r1", "pause", "/runs/r1"))).toBe("/sign-in?next=%2Fruns%2Fr1");
    expect(to(await formAnswer(Response.json({ stepUp: true }, { status: 403 }), "r1", "approve", "/approvals/g"))).toBe("/step-up?next=%2Fapprovals%2Fg");
    expect(to(await formAnswer(Response.json({}, { status: 403 }), "r1", "approve", "/approvals/g"))).toBe("/approvals/g?notice=approve-forbidden");
  });
});

describe("answerText", () => {
  it("accepted is not yet done", () => {
    expect(answerText("pause", { desired: "pause", status: "running" })).toContain("Accepted");
    expect(answerText("abort", { desired: "go", status: "aborted" })).toBe("Done.");
  });
});
