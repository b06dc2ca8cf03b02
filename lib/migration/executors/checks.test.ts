import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createEgress } from "@/lib/connection/egress";
import type { Connection } from "@/lib/connection/types";
import { approval } from "@/lib/migration/executors/approval";
import { checklist } from "@/lib/migration/executors/checklist";
import { httpCheck } from "@/lib/migration/executors/http-check";
import { manual } from "@/lib/migration/executors/manual";
import { notify } from "@/lib/migration/executors/notify";
import { executorFor, executors, executorVersions } from "@/lib/migration/executors/registry";
import { meets, sqlCheck } from "@/lib/migration/executors/sql-check";
import { tcpCheck } from "@/lib/migration/executors/tcp-check";
import { drive, testContext } from "@/lib/migration/executors/testing/context";
import { wait } from "@/lib/migration/executors/wait";
import { type RunStepSpec, runStep, type StepKind, type StepOf } from "@/lib/migration/types";

const received: { headers: IncomingMessage["headers"]; body: string }[] = [];
let answer = { status: 200, body: "all good" };
let server: Server;
let url = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(answer.status, { location: "http://169.254.169.254/" });
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.close();
});

/** A step as the runbook schema makes it. */
function make<K extends StepKind>(kind: K, values: object): StepOf<K> {
  return runStep.parse({ kind, key: "step", title: "Step", with: values }) as RunStepSpec as StepOf<K>;
}

function database(): Connection {
  const template = new URL(inject("templateUrl"));
  const config = { host: template.hostname, port: Number(template.port), database: "postgres", user: template.username, sslmode: "disable" };
  return { key: "db", kind: "postgres", config, secret: template.password === "" ? {} : { password: decodeURIComponent(template.password) } };
}

describe("http.check", () => {
  it("done on the wanted answer, failed on another, errored on none", async () => {
    answer = { status: 200, body: "all good" };
    expect(await httpCheck.apply(make("http.check", { url, expectBody: "good" }), testContext([]))).toMatchObject({ type: "done" });
    expect(await httpCheck.apply(make("http.check", { url, expectBody: "bad" }), testContext([]))).toMatchObject({
      type: "failed",
      reason: expect.stringContaining('"bad"'),
    });
    answer = { status: 503, body: "" };
    expect(await httpCheck.apply(make("http.check", { url }), testContext([]))).toMatchObject({
      type: "failed",
      reason: expect.stringContaining("503 instead of 200"),
    });
    expect(await httpCheck.apply(make("http.check", { url: "http://127.0.0.1:1/" }), testContext([]))).toMatchObject({ type: "errored" });
  });

  it("does not follow redirects", async () => {
    answer = { status: 302, body: "" };
    expect(await httpCheck.apply(make("http.check", { url }), testContext([]))).toMatchObject({ type: "failed", reason: expect.stringContaining("302") });
    expect(await httpCheck.apply(make("http.check", { url, expectStatus: 302 }), testContext([]))).toMatchObject({ type: "done" });
  });

  it("wants the answers in a row", async () => {
    answer = { status: 200, body: "" };
    const before = received.length;
    expect(await drive((c) => httpCheck.apply(make("http.check", { url, consecutive: 3 }), c), testContext([]))).toMatchObject({
      type: "done",
      output: { good: 3 },
    });
    expect(received.length - before).toBe(3);
  });

  it("counts from the beginning again after a try that got no answer", async () => {
    answer = { status: 200, body: "" };
    const check = make("http.check", { url, consecutive: 3 });
    const first = await httpCheck.apply(check, testContext([], { attempt: 1, previous: { good: 1, countedIn: 1 } }));
    expect(first).toMatchObject({ type: "running", output: { good: 2 } });
    // The engine keeps the output of the errored try 1 and begins try 2 with it.
    const next = await httpCheck.apply(check, testContext([], { attempt: 2, previous: { good: 2, countedIn: 1 } }));
    expect(next).toMatchObject({ type: "running", output: { good: 1, countedIn: 2 } });
  });

  it("is blocked where the workspace does not allow this machine (R-SEC-13)", async () => {
    const closed = testContext([], { egress: createEgress({ allowLoopback: false }) });
    expect(await httpCheck.preflight(make("http.check", { url }), closed)).toMatchObject([{ level: "block" }]);
    expect(await httpCheck.apply(make("http.check", { url }), closed)).toMatchObject({ type: "failed" });
  });
});

describe("tcp.check", () => {
  it("tells open, refused and forbidden ports apart", async () => {
    const { port } = server.address() as AddressInfo;
    expect(await tcpCheck.apply(make("tcp.check", { host: "127.0.0.1", port }), testContext([]))).toMatchObject({ type: "done" });
    expect(await tcpCheck.apply(make("tcp.check", { host: "127.0.0.1", port: 1 }), testContext([]))).toMatchObject({
      type: "failed",
      reason: expect.stringContaining("refuses"),
    });
    expect(await tcpCheck.apply(make("tcp.check", { host: "169.254.169.254", port: 80 }), testContext([]))).toMatchObject({ type: "failed" });
    expect(await tcpCheck.apply(make("tcp.check", { host: "name.invalid", port: 80 }), testContext([]))).toMatchObject({ type: "errored" });
  });
});

describe("sql.check", () => {
  const check = (query: string, op: string, expected: unknown) =>
    sqlCheck.apply(make("sql.check", { connection: "db", query, op, expect: expected }), testContext([database()]));

  it("compares one value", async () => {
    expect(await check("SELECT 42", "=", 42)).toMatchObject({ type: "done", output: { value: "42" } });
    expect(await check("SELECT true", "=", true)).toMatchObject({ type: "done" });
    expect(await check("SELECT 'a'", "!=", "b")).toMatchObject({ type: "done" });
    expect(await check("SELECT 3", ">=", 4)).toMatchObject({ type: "failed", reason: "The query gave 3; expected >= 4." });
    expect(await check("SELECT NULL", "=", 1)).toMatchObject({ type: "failed", reason: expect.stringContaining("NULL") });
    expect(await check("SELECT 'x'", "=", 1)).toMatchObject({ type: "failed", reason: expect.stringContaining("cannot be compared") });
    expect(meets("0010", "=", 10)).toBe(true);
    expect(meets("", "=", 0)).toBeNull();
  });

  it("refuses more than one value, more than one statement, and every write", async () => {
    expect(await check("SELECT 1, 2", "=", 1)).toMatchObject({ type: "failed", reason: expect.stringContaining("one value is needed") });
    expect(await check("SELECT generate_series(1, 2)", "=", 1)).toMatchObject({ type: "failed" });
    expect(await check("SELECT 1; DROP TABLE x", "=", 1)).toMatchObject({ type: "failed", reason: expect.stringContaining("multiple commands") });
    expect(await check("CREATE TABLE sneaky (id int)", "=", 1)).toMatchObject({ type: "failed", reason: expect.stringContaining("read-only transaction") });
    expect(await check("SELEC 1", "=", 1)).toMatchObject({ type: "failed", reason: expect.stringContaining("syntax error") });
  });

  it("could not tell when the server is away", async () => {
    const gone = { ...database(), config: { ...database().config, port: 1 } };
    expect(await sqlCheck.apply(make("sql.check", { connection: "db", query: "SELECT 1", expect: 1 }), testContext([gone]))).toMatchObject({ type: "errored" });
  });
});

describe("notify", () => {
  const hook = (address: string): Connection => ({
    key: "hook",
    kind: "webhook",
    config: { url: address },
    secret: { signingSecret: "canary-secret-0123456789" },
  });
  const step = () => make("notify", { connection: "hook", message: "Cutover starts" });

  it("signs body and time, and carries the effect key", async () => {
    answer = { status: 204, body: "" };
    const context = testContext([hook(url)], { effectKey: "run-1/step/apply" });
    expect(await notify.apply(step(), context)).toMatchObject({ type: "done" });
    const message = received.at(-1);
    expect(message?.headers["idempotency-key"]).toBe("run-1/step/apply");
    const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(message?.headers["switchyard-signature"])) ?? [];
    expect(signature).toBe(createHmac("sha256", "canary-secret-0123456789").update(`${seconds}.${message?.body}`).digest("hex"));
    expect(JSON.parse(message?.body ?? "")).toMatchObject({ type: "run.notice", message: "Cutover starts", step: "step" });
    expect(JSON.stringify(message)).not.toContain("canary-secret");
  });

  it("tells a clear no from a passing failure, and preflight sends nothing", async () => {
    answer = { status: 410, body: "" };
    expect(await notify.apply(step(), testContext([hook(url)]))).toMatchObject({ type: "failed" });
    answer = { status: 503, body: "" };
    expect(await notify.apply(step(), testContext([hook(url)]))).toMatchObject({ type: "errored" });
    const before = received.length;
    expect(await notify.preflight(step(), testContext([hook(url)]))).toMatchObject([{ level: "pass" }]);
    expect(await notify.preflight(step(), testContext([hook("http://169.254.169.254/latest")]))).toMatchObject([{ level: "block" }]);
    expect(received.length).toBe(before);
  });
});

describe("steps of people and time", () => {
  it("wait from the start of the step, not from the last question", async () => {
    const since = new Date("2026-11-20T10:00:00Z");
    const at = (text: string) => testContext([], { since, now: () => new Date(text) });
    expect(await wait.apply(make("wait", { for: "10m" }), at("2026-11-20T10:09:50Z"))).toMatchObject({ type: "running", askAgainMs: 10_000 });
    expect(await wait.apply(make("wait", { for: "10m" }), at("2026-11-20T10:10:00Z"))).toMatchObject({ type: "done" });
    // A clock that was set back must not shorten or lengthen the wait beyond itself.
    expect(await wait.apply(make("wait", { for: "10m" }), at("2026-11-20T09:00:00Z"))).toMatchObject({ type: "running" });
  });

  it("ask a person and show what is to be done", async () => {
    expect(await manual.apply(make("manual", {}), testContext([]))).toMatchObject({ type: "waiting", on: "human" });
    expect(await checklist.apply(make("checklist", { items: ["a", "b"] }), testContext([]))).toMatchObject({
      type: "waiting",
      on: "human",
      output: { items: ["a", "b"] },
    });
    expect(await approval.apply(make("approval", {}), testContext([]))).toMatchObject({ type: "waiting", on: "human" });
    expect(checklist.preview(make("checklist", { items: ["a", "b"] })).lines).toEqual(["[ ] a", "[ ] b"]);
  });
});

describe("registry", () => {
  it("has an executor of its own kind for every step kind, and none for others", () => {
    for (const [kind, executor] of Object.entries(executors)) expect(executor.kind).toBe(kind);
    expect(Object.keys(executorVersions()).sort()).toEqual(Object.keys(executors).sort());
    expect(executorFor("wait").kind).toBe("wait");
    expect(() => executorFor("__proto__" as StepKind)).toThrow("no executor");
    expect(() => executorFor("traffic.shift" as StepKind)).toThrow("no executor");
  });
});
