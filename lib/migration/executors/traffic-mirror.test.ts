import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createEgress } from "@/lib/connection/egress";
import { difference, median, shapeOf } from "@/lib/migration/executors/mirror/compare";
import { named, testContext } from "@/lib/migration/executors/testing/context";
import { addressOf, trafficMirror, verdictOf } from "@/lib/migration/executors/traffic-mirror";
import type { StepContext, StepResult } from "@/lib/migration/executors/types";
import { runStep, type StepOf } from "@/lib/migration/types";

interface Side {
  url: string;
  server: Server;
  seen: { method: string; path: string; host: string | undefined }[];
  answer: (path: string) => { status: number; type: string; body: string };
}

const JSON_ANSWER = { status: 200, type: "application/json", body: '{"id":1,"items":[{"n":1},{"n":2}],"at":null}' };

async function startSide(): Promise<Side> {
  const side = { url: "", seen: [], answer: () => JSON_ANSWER } as unknown as Side;
  side.server = createServer((request, response) => {
    side.seen.push({ method: request.method ?? "", path: request.url ?? "", host: request.headers.host });
    const { status, type, body } = side.answer(request.url ?? "");
    response.writeHead(status, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => side.server.listen(0, "127.0.0.1", resolve));
  side.url = `http://127.0.0.1:${(side.server.address() as AddressInfo).port}`;
  return side;
}

let from: Side;
let to: Side;
beforeAll(async () => {
  [from, to] = [await startSide(), await startSide()];
});
beforeEach(() => {
  for (const side of [from, to]) Object.assign(side, { seen: [], answer: () => JSON_ANSWER });
});
afterAll(() => {
  for (const side of [from, to]) {
    side.server.close();
    side.server.closeAllConnections();
  }
});

type Config = StepOf<"traffic.mirror">["with"];
const step = (values: Partial<Config> = {}): StepOf<"traffic.mirror"> =>
  runStep.parse({
    kind: "traffic.mirror",
    key: "m",
    title: "M",
    with: { from: from.url, to: to.url, paths: ["/a", "/b?q=1"], rate: 5, duration: "2s", maxSlower: 100, ...values },
  }) as StepOf<"traffic.mirror">;

/** Runs the step with a clock that moves a second per call. */
async function run(of: StepOf<"traffic.mirror">, values: Partial<StepContext> = {}): Promise<StepResult> {
  const start = Date.now();
  let previous: StepContext["previous"] = null;
  for (let second = 0; second < 60; second++) {
    const result = await trafficMirror.apply(of, testContext([], { previous, now: () => new Date(start + second * 1_000), ...values }));
    if (result.type !== "running") return result;
    previous = JSON.parse(JSON.stringify(result.output ?? null));
  }
  throw new Error("the comparison does not end");
}

describe("traffic.mirror", () => {
  it("sends the same GETs to both sides, as many as the rate says, every path at least once", async () => {
    expect(await run(step())).toMatchObject({ type: "done", output: { compared: 10, different: 0 } });
    expect(from.seen).toHaveLength(10);
    expect(from.seen.map((one) => one.path).sort()).toEqual(to.seen.map((one) => one.path).sort());
    expect(new Set(to.seen.map((one) => `${one.method} ${one.path}`))).toEqual(new Set(["GET /a", "GET /b?q=1"]));
    const many = step({ paths: Array.from({ length: 30 }, (_none, index) => `/${index}`), duration: "1s" });
    expect(await run(many)).toMatchObject({ type: "done" });
    expect(new Set(to.seen.map((one) => one.path)).size).toBe(32);
  });

  it("fails for another status, another structure, a kind that differs, no answer, and names the path but no content", async () => {
    to.answer = () => ({ status: 500, type: "text/plain", body: "secret-content" });
    expect(await run(step())).toMatchObject({ type: "failed", reason: expect.stringMatching(/10 of 10 answers differ.*\/a: status 200 and 500/) });
    to.answer = () => ({ ...JSON_ANSWER, body: '{"id":"1","items":[{"n":1}],"at":null,"token":"secret-content"}' });
    const result = await run(step());
    expect(result).toMatchObject({ type: "failed", reason: expect.stringContaining("structure") });
    expect(JSON.stringify(result)).not.toContain("secret-content");
    expect(await run(step({ compare: "status" }))).toMatchObject({ type: "done" });
    expect(await run(step({ to: "http://127.0.0.1:1" }))).toMatchObject({ type: "failed", reason: expect.stringContaining("no answer of the target") });
  });

  it("allows the share that the runbook allows", async () => {
    to.answer = (path) => (path === "/a" ? { status: 404, type: "text/plain", body: "" } : JSON_ANSWER);
    expect(await run(step({ maxDifferent: 50 }))).toMatchObject({ type: "done", output: { different: 5 } });
    expect(await run(step({ maxDifferent: 49 }))).toMatchObject({ type: "failed" });
  });

  it("compares the middle of the times, and counts a new try from its beginning", async () => {
    const sum = { attempt: 1, startedAt: 0, sent: 3, different: 0, named: [], fromMs: [10, 12, 1_000], toMs: [200, 210, 5] };
    expect(verdictOf(step({ maxSlower: 2, slowerFloorMs: 50 }).with, sum).reason).toMatch(/slower: 200 ms at the median against 12 ms; allowed are 62 ms/);
    expect(verdictOf(step({ maxSlower: 2, slowerFloorMs: 200 }).with, sum).reason).toBeNull();
    const old = { ...sum, different: 3, named: ["/a: status"] };
    const again = await trafficMirror.apply(step(), testContext([], { attempt: 2, previous: old }));
    expect(again).toMatchObject({ type: "running", output: { attempt: 2, sent: 5, different: 0 } });
  });

  it("cannot tell without the present side, and refuses addresses that are not reached", async () => {
    expect(await run(step({ from: "http://127.0.0.1:1" }))).toMatchObject({ type: "errored" });
    expect(await run(step({ to: "http://169.254.169.254" }))).toMatchObject({ type: "failed", reason: expect.stringContaining("never reached") });
    expect(await run(step(), { egress: createEgress({ allowLoopback: false }) })).toMatchObject({ type: "errored" });
    expect(named(await trafficMirror.preflight(step(), testContext([])), "pass")).toEqual(["source", "target"]);
    expect(named(await trafficMirror.preflight(step({ to: "http://127.0.0.1:1" }), testContext([])), "warn")).toEqual(["target"]);
    expect(named(await trafficMirror.preflight(step({ from: "http://127.0.0.1:1" }), testContext([])), "block")).toEqual(["source"]);
  });

  it("asks the target under another name where it is told to", async () => {
    await run(step({ hostHeader: "www.example.test" }));
    expect(to.seen[0]?.host).toBe("www.example.test");
    expect(from.seen[0]?.host).toMatch(/^127\.0\.0\.1/);
  });

  it.each([
    { paths: ["a"] },
    { paths: ["/a b"] },
    { paths: ["/a\r\nx"] },
    { paths: ["/a#b"] },
    { rate: 51 },
    { from: "file:///etc/passwd" },
    { hostHeader: "a\r\nb" },
    { to: "http://h/?q" },
  ])("refuses %j", (values) => expect(() => step(values as Partial<Config>)).toThrow());

  it("joins base and path without losing either", () => {
    expect(addressOf("https://new.example/base/", "/a/b?c=1")).toBe("https://new.example/base/a/b?c=1");
    expect(addressOf("https://new.example", "//evil.example")).toBe("https://new.example//evil.example");
  });
});

describe("structure of answers", () => {
  it("knows names and kinds only; order and number of entries do not matter", () => {
    expect(shapeOf({ b: 1, a: [{ x: "s" }, { x: "t" }] })).toBe(shapeOf({ a: [{ x: "u" }], b: 2 }));
    expect(shapeOf({ a: 1 })).not.toBe(shapeOf({ a: "1" }));
    expect(shapeOf({ a: null })).not.toBe(shapeOf({}));
    expect(shapeOf([])).not.toBe(shapeOf([1]));
  });

  it("compares kind and emptiness of other answers", () => {
    const answer = (contentType: string, body: string) => ({ status: 200, contentType, body, ms: 1 });
    expect(difference(answer("text/html; charset=utf-8", "a"), answer("text/html", "another"), "shape")).toBeNull();
    expect(difference(answer("text/html", "a"), answer("text/html", ""), "shape")).toMatch(/structure/);
    expect(difference(answer("text/html", "a"), answer("text/plain", "a"), "shape")).toMatch(/structure/);
    expect(difference(answer("application/json", "{"), answer("application/json", "{}"), "shape")).toMatch(/structure/);
  });

  it("takes the middle of times", () => {
    expect(median([])).toBeNull();
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });
});
