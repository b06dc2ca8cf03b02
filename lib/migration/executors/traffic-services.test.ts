import { afterEach, describe, expect, it } from "vitest";
import { cloudflareError, type StubLoadBalancer, startCloudflare } from "@/lib/connection/clients/dns/testing/cloudflare-stub";
import { invalidBatch, type StubSet, startRoute53 } from "@/lib/connection/clients/dns/testing/route53-stub";
import type { Stub } from "@/lib/connection/clients/dns/testing/stub-server";
import type { Connection } from "@/lib/connection/types";
import { named, testContext } from "@/lib/migration/executors/testing/context";
import { trafficSet } from "@/lib/migration/executors/traffic-set";
import type { StepContext } from "@/lib/migration/executors/types";
import { runStep, type StepOf } from "@/lib/migration/types";

/* traffic.set through Route 53 and Cloudflare, against recording stubs, and where there are no weights. */

const ZONE = "example.test";
const NAME = `www.${ZONE}`;
const [OLD, NEW] = ["a".repeat(32), "b".repeat(32)];
const stubs: Stub[] = [];
afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.close();
});

type Config = StepOf<"traffic.set">["with"];
const step = (percent: number, values: Partial<Config> = {}) =>
  runStep.parse({
    kind: "traffic.set",
    key: "s",
    title: "S",
    with: { connection: "dns", backend: NAME, oldServer: "old", newServer: "new", percent, ...values },
  }) as StepOf<"traffic.set">;
const context = (connection: Connection, values: Partial<StepContext> = {}) => testContext([connection], values);
const later = (result: Awaited<ReturnType<typeof trafficSet.apply>>, seconds: number): Partial<StepContext> => ({
  previous: JSON.parse(JSON.stringify("output" in result ? result.output : null)),
  now: () => new Date(Date.now() + seconds * 1_000),
});

describe("Route 53: weighted records", () => {
  const sets = (type: string): StubSet[] => [
    { name: NAME, type, ttl: 60, values: [type === "A" ? "192.0.2.10" : "2001:db8::1"], setIdentifier: "old", weight: 100 },
    { name: NAME, type, ttl: 60, values: [type === "A" ? "192.0.2.20" : "2001:db8::2"], setIdentifier: "new", weight: 0 },
  ];
  const start = async (...more: StubSet[]) => {
    const stub = await startRoute53(ZONE, [...sets("A"), ...more]);
    stubs.push(stub);
    return stub;
  };
  const weights = (all: StubSet[]) => all.filter((set) => set.weight !== undefined).map((set) => `${set.type} ${set.setIdentifier} ${set.weight}`);

  it("moves the weights of all types in one batch, waits for the servers and for the TTL, and goes back", async () => {
    const stub = await start(...sets("AAAA"));
    stub.syncAfter = 2;
    expect(named(await trafficSet.preflight(step(25), context(stub.connection)), "block")).toEqual([]);
    expect(named(await trafficSet.preflight(step(25), context(stub.connection)), "warn")).toEqual(["measured share"]);
    const applied = await trafficSet.apply(step(25), context(stub.connection));
    expect(applied).toMatchObject({ type: "done", output: { weights: { old: 75, new: 25 } } });
    expect(weights(stub.sets)).toEqual(["A old 75", "A new 25", "AAAA old 75", "AAAA new 25"]);
    expect(stub.ledger.filter((one) => one.method === "POST")).toHaveLength(1);
    const verify = (seconds: number) => trafficSet.verify(step(25), context(stub.connection, later(applied, seconds)));
    expect(await verify(1)).toMatchObject({ type: "running", progress: { message: expect.stringContaining("not all servers of Route 53") } });
    expect(await verify(30)).toMatchObject({ type: "running", progress: { message: expect.stringMatching(/for (29|30) s more \(TTL\)/) } });
    expect(await verify(61)).toMatchObject({ type: "done", output: { measured: "not measurable" } });
    expect((await trafficSet.observe(step(25), context(stub.connection))).state).toBe("present");
    expect(await trafficSet.undo(step(25), context(stub.connection))).toMatchObject({ type: "done" });
    expect(weights(stub.sets)).toEqual(["A old 100", "A new 0", "AAAA old 100", "AAAA new 0"]);
  });

  it("F-DNS-2: what somebody else changed at that moment is not overwritten", async () => {
    const stub = await start();
    stub.next = { type: "refuse", answer: invalidBatch("Tried to delete resource record set but the values provided do not match the current values") };
    expect(await trafficSet.apply(step(25), context(stub.connection))).toMatchObject({
      type: "failed",
      reason: expect.stringContaining("Somebody else changed"),
    });
  });

  it("F-DNS-1: a lost answer is unclear, and what is there is seen", async () => {
    const stub = await start();
    stub.next = { type: "hang" };
    expect(await trafficSet.apply(step(25), context(stub.connection))).toMatchObject({ type: "errored" });
    expect((await trafficSet.observe(step(25), context(stub.connection))).state).toBe("present");
  });

  it("blocks without both sides, outside of the zone, and where answers should be counted", async () => {
    const stub = await start({ name: `plain.${ZONE}`, type: "A", ttl: 60, values: ["192.0.2.1"] });
    const blocks = async (of: StepOf<"traffic.set">) => named(await trafficSet.preflight(of, context(stub.connection)), "block");
    expect(await blocks(step(25, { newServer: "other" }))).toEqual(["traffic"]);
    expect(await blocks(step(25, { backend: `plain.${ZONE}` }))).toEqual(["traffic"]);
    expect(await blocks(step(25, { backend: "www.other.test" }))).toEqual(["traffic"]);
    expect(await blocks(step(25, { minRequests: 10 }))).toEqual(["samples"]);
  });

  it("goes on by a query where one is named, and never without data", async () => {
    const stub = await start();
    const measure = { connection: "prom", query: "share" };
    const prometheus = (url: string): Connection => ({ key: "prom", kind: "prometheus", config: { url }, secret: {} });
    const applied = await trafficSet.apply(step(25), context(stub.connection));
    const verify = async (body: string) => {
      const { startStub } = await import("@/lib/connection/clients/dns/testing/stub-server");
      const server = await startStub(() => ({ status: 200, headers: { "content-type": "application/json" }, body }));
      stubs.push(server);
      return await trafficSet.verify(step(25, { measure }), testContext([stub.connection, prometheus(server.url)], later(applied, 61)));
    };
    const answer = (result: unknown[]) => JSON.stringify({ status: "success", data: { resultType: "vector", result } });
    expect(await verify(answer([{ metric: {}, value: [1, "24"] }]))).toMatchObject({ type: "done", output: { measuredPercent: 24 } });
    expect(await verify(answer([{ metric: {}, value: [1, "3"] }]))).toMatchObject({
      type: "waiting",
      message: "measured 3.0 %, set 25 %; allowed are 5 points",
    });
    expect(await verify(answer([]))).toMatchObject({ type: "waiting", message: expect.stringContaining("could not be measured") });
  });
});

describe("Cloudflare: load balancer", () => {
  const balancer = (values: Partial<StubLoadBalancer> = {}): StubLoadBalancer => ({
    id: "lb1",
    name: NAME,
    default_pools: [OLD, NEW],
    fallback_pool: OLD,
    steering_policy: "random",
    session_affinity: "none",
    proxied: true,
    random_steering: { default_weight: 0.5, pool_weights: { [OLD]: 1, [NEW]: 0 } },
    ...values,
  });
  const start = async (...balancers: StubLoadBalancer[]) => {
    const stub = await startCloudflare(ZONE, [{ id: "r1", name: `plain.${ZONE}`, type: "A", content: "192.0.2.1", ttl: 300 }], balancers);
    stubs.push(stub);
    return stub;
  };
  const pools = { oldServer: OLD, newServer: NEW };

  it("moves the weights of the pools, reads them back and goes back", async () => {
    const stub = await start(balancer());
    expect(named(await trafficSet.preflight(step(5, pools), context(stub.connection)), "block")).toEqual([]);
    const applied = await trafficSet.apply(step(5, pools), context(stub.connection));
    expect(applied).toMatchObject({ type: "done", output: { weights: { old: 0.95, new: 0.05 } } });
    expect(stub.loadBalancers[0]?.random_steering).toEqual({ default_weight: 0.5, pool_weights: { [OLD]: 0.95, [NEW]: 0.05 } });
    expect(await trafficSet.verify(step(5, pools), context(stub.connection, later(applied, 0)))).toMatchObject({ type: "done" });
    expect(await trafficSet.undo(step(5, pools), context(stub.connection))).toMatchObject({ type: "done" });
    expect(stub.loadBalancers[0]?.random_steering?.pool_weights).toEqual({ [OLD]: 1, [NEW]: 0 });
  });

  it("an answer that resolvers keep is waited out", async () => {
    const stub = await start(balancer({ proxied: false, ttl: 60 }));
    const applied = await trafficSet.apply(step(50, pools), context(stub.connection));
    expect(await trafficSet.verify(step(50, pools), context(stub.connection, later(applied, 10)))).toMatchObject({ type: "running" });
    expect(await trafficSet.verify(step(50, pools), context(stub.connection, later(applied, 61)))).toMatchObject({ type: "done" });
  });

  it("F-DNS-3: a service that asks for patience is left alone for as long as it says", async () => {
    const stub = await start(balancer());
    stub.next = { type: "refuse", answer: cloudflareError(429, 971, "slow down", { "retry-after": "12" }) };
    expect(await trafficSet.apply(step(50, pools), context(stub.connection))).toMatchObject({ type: "running", askAgainMs: 12_000 });
  });

  it("blocks other steering, missing pools, ids that are none; plain DNS has no weights", async () => {
    const blocks = async (balancers: StubLoadBalancer[], of = step(5, pools)) => {
      const stub = await start(...balancers);
      return (await trafficSet.preflight(of, context(stub.connection)))
        .filter((check) => check.level === "block")
        .map((check) => `${check.name}: ${check.message}`);
    };
    expect(await blocks([balancer({ steering_policy: "geo" })])).toEqual([expect.stringContaining('steers by "geo"')]);
    expect(await blocks([balancer({ default_pools: [OLD] })])).toEqual([expect.stringContaining("no pool b")]);
    expect(await blocks([balancer()], step(5))).toEqual([expect.stringContaining("no id of a pool")]);
    expect(await blocks([balancer()], step(5, { ...pools, backend: `plain.${ZONE}` }))).toEqual([
      expect.stringContaining("plain DNS records there have no weights"),
    ]);
  });
});

describe("where there are no weights", () => {
  it.each([
    ["powerdns", { url: "http://127.0.0.1:1", server: "localhost", zones: [ZONE] }],
    ["rfc2136", { host: "127.0.0.1", port: 1, zones: [ZONE], keyName: "k", algorithm: "hmac-sha256" }],
  ] as const)("%s is refused in the preflight, and in the step itself", async (kind, config) => {
    const connection: Connection = { key: "dns", kind, config, secret: {} };
    const checks = await trafficSet.preflight(step(25), context(connection));
    expect(checks).toEqual([expect.objectContaining({ name: "weights", level: "block", message: expect.stringContaining("have no weights") })]);
    expect(await trafficSet.apply(step(25), context(connection))).toMatchObject({ type: "failed", reason: expect.stringContaining("have no weights") });
  });
});
