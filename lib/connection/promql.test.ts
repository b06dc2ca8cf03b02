import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import { createEgress } from "./egress";
import { probePromql, readPromqlAnswer } from "./promql";
import type { Connection } from "./types";

const egress = createEgress({ allowLoopback: true });
const prometheus = (url: string): Connection => ({ key: "prom", kind: "prometheus", config: { url }, secret: {} });
const vector = (...values: string[]) =>
  JSON.stringify({ status: "success", data: { resultType: "vector", result: values.map((value) => ({ metric: {}, value: [1_700_000_000.5, value] })) } });

describe("answers (R-GRD-3, F-GRD-4, B-5)", () => {
  it("one series or one scalar is a value", () => {
    expect(readPromqlAnswer(vector("0.25"))).toEqual({ type: "value", value: 0.25, at: new Date(1_700_000_000_500) });
    expect(readPromqlAnswer('{"status":"success","data":{"resultType":"scalar","result":[1700000000,"2"]}}')).toMatchObject({ type: "value", value: 2 });
  });

  it("no measurement is no data, never healthy", () => {
    for (const body of [vector(), vector("NaN"), vector("+Inf"), vector("-Inf"), vector("Inf")]) expect(readPromqlAnswer(body).type, body).toBe("nodata");
  });

  it("anything that cannot be understood is an error, never healthy", () => {
    const bodies = [
      vector("1", "2"),
      vector("abc"),
      vector(""),
      '{"status":"success","data":{"resultType":"string","result":[1,"x"]}}',
      '{"status":"success","data":{"resultType":"matrix","result":[]}}',
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{}]}]}}',
      '{"status":"success","warnings":["partial"],"data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]}]}}',
      '{"status":"error","errorType":"bad_data","error":"parse error"}',
      '{"status":"success"}',
      "<html>",
      "",
      "null",
      "[]",
      "1",
    ];
    for (const body of bodies) expect(readPromqlAnswer(body).type, body).toBe("error");
  });
});

describe("a server that misbehaves (F-GRD-4)", () => {
  let server: Server;
  let url = "";
  let behave: (response: ServerResponse) => void = (response) => response.end();
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      behave(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("down, hanging, 500, garbage and redirects are errors, within the limit of time", async () => {
    const ask = () => probePromql(prometheus(url), egress, "up", new Date(), { timeoutMs: 300 });
    behave = (response) => response.writeHead(500).end("oops");
    expect(await ask()).toMatchObject({ type: "error", reason: expect.stringContaining("500") });
    behave = (response) => response.writeHead(500, { "content-type": "application/json" }).end(vector("1"));
    expect(await ask()).toMatchObject({ type: "error" });
    behave = (response) => response.writeHead(302, { location: "http://169.254.169.254/" }).end();
    expect(await ask()).toMatchObject({ type: "error" });
    behave = () => undefined;
    const started = Date.now();
    expect(await ask()).toMatchObject({ type: "error", reason: expect.stringContaining("0.3 s") });
    expect(Date.now() - started).toBeLessThan(2_000);
    behave = (response) => response.end("x".repeat(2_000_000));
    expect(await ask()).toMatchObject({ type: "error" });
    expect(await probePromql(prometheus("http://127.0.0.1:1"), egress, "up", new Date())).toMatchObject({ type: "error" });
    expect(await probePromql(prometheus("http://169.254.169.254"), egress, "up", new Date())).toMatchObject({ type: "error" });
  });
});

describe("a real Prometheus", () => {
  const base = mkdtempSync(join(tmpdir(), "promql-test-"));
  let site: PracticeSite;
  beforeAll(async () => {
    site = await startPractice({ dir: join(base, "site"), sizeMb: 1, writesPerSecond: 0, requestsPerSecond: 20 });
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    rmSync(base, { recursive: true, force: true });
  });

  it("answers, and explains what it refuses", async () => {
    const ask = (query: string) => probePromql(prometheus(site.urls.prometheus ?? ""), egress, query, new Date());
    expect(await ask("vector(1)")).toMatchObject({ type: "value", value: 1 });
    expect(await ask("scalar(vector(2))")).toMatchObject({ type: "value", value: 2 });
    expect(await ask("vector(NaN)")).toMatchObject({ type: "nodata" });
    expect(await ask("vector(1/0)")).toMatchObject({ type: "nodata" });
    expect(await ask("no_such_metric")).toMatchObject({ type: "nodata" });
    expect(await ask('"text"')).toMatchObject({ type: "error", reason: expect.stringContaining("string") });
    expect(await ask("up[1m]")).toMatchObject({ type: "error", reason: expect.stringContaining("matrix") });
    expect(await ask("sum(")).toMatchObject({ type: "error", reason: expect.stringContaining("parse error") });
    expect(await ask("")).toMatchObject({ type: "error" });
    for (let tries = 0; tries < 50; tries++) {
      if ((await ask("count(up) == 3")).type === "value") break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(await ask("up")).toMatchObject({ type: "error", reason: expect.stringContaining("3 series") });
    expect(await ask('sum(haproxy_server_status{proxy="app",server="old",state="UP"})')).toMatchObject({ type: "value", value: 1 });
  });
});
