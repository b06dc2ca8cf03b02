import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "@/lib/connection/clients/dns/exchange";
import { openDns } from "@/lib/connection/clients/dns/open";
import type { RecordSet } from "@/lib/connection/clients/dns/provider";
import { cloudflareError, startCloudflare } from "@/lib/connection/clients/dns/testing/cloudflare-stub";
import { startRoute53 } from "@/lib/connection/clients/dns/testing/route53-stub";
import { DnsLab, egress, NOW, RECORDS, ZONE } from "@/lib/connection/clients/dns/testing/servers";
import type { Stub } from "@/lib/connection/clients/dns/testing/stub-server";
import type { Connection } from "@/lib/connection/types";
import type { RecordType } from "@/lib/core/dns-name";
import { dnsSet } from "@/lib/migration/executors/dns-set";
import { drive, named, testContext } from "@/lib/migration/executors/testing/context";
import type { Checkpoint, StepContext } from "@/lib/migration/executors/types";
import { runStep, type StepOf } from "@/lib/migration/types";

/* Changes of records through the executor: PowerDNS and BIND as they are, Route 53 and Cloudflare as stubs. */

const lab = new DnsLab();
let powerdns: { connection: Connection; dnsPort: number };
let bind: { connection: Connection; port: number };
const stubs: Stub[] = [];

beforeAll(async () => {
  [powerdns, bind] = [await lab.powerdns(), await lab.bind()];
}, 60_000);
afterAll(async () => {
  for (const stub of stubs) await stub.close();
  await lab.stop();
});

type Config = StepOf<"dns.set">["with"];
interface Written {
  name?: string;
  type?: RecordType;
  values: string[];
  expect?: string[];
}

function step(records: Written[], values: Partial<Config> & { timeout?: string } = {}): StepOf<"dns.set"> {
  const { timeout, ...config } = values;
  const parsed = runStep.parse({
    kind: "dns.set",
    key: "dns",
    title: "DNS",
    ...(timeout === undefined ? {} : { timeout }),
    with: { connection: "dns", zone: ZONE, ttl: 60, records: records.map((one) => ({ name: `www.${ZONE}`, type: "A", ...one })), ...config },
  });
  return parsed as StepOf<"dns.set">;
}

/** A context that knows what was there before, as the engine stores it before the first try. */
async function begun(of: StepOf<"dns.set">, connection: Connection, values: Partial<StepContext> = {}) {
  const seen = await dnsSet.observe(of, testContext([connection], values));
  return testContext([connection], { before: JSON.parse(JSON.stringify(seen.facts)), ...values });
}

const serverPort = (text: unknown) => Number(String(text).split(":").at(-1));
async function served(connection: Connection, name = `www.${ZONE}`, type: RecordType = "A"): Promise<{ values: string[]; ttl: number }> {
  const port = serverPort((connection.config.nameservers as string[])[0]);
  const { values, ttl } = await ask(egress, { host: "127.0.0.1", port }, name, type, { now: NOW() });
  return { values, ttl };
}

/** What somebody else does meanwhile. */
async function foreign(connection: Connection, before: RecordSet | null, after: RecordSet | null) {
  const provider = await openDns(connection, egress, NOW);
  const { name, type } = before ?? after ?? { name: "", type: "A" as const };
  await provider.change(ZONE, [{ name, type, before, after }], { runId: "somebody", epoch: 1 });
}
const set = (values: string[], ttl: number, name = `www.${ZONE}`): RecordSet => ({ name, type: "A", ttl, values });

describe.each(["powerdns", "rfc2136"] as const)("dns.set through %s", (kind) => {
  let connection: Connection;
  beforeAll(() => {
    connection = kind === "powerdns" ? powerdns.connection : bind.connection;
  });

  it("lowers the TTL, waits the old one out, sets, asks every server and puts the former records back", async () => {
    const move = step([{ values: ["192.0.2.20"], expect: ["192.0.2.10"] }]);
    expect(named(await dnsSet.preflight(move, testContext([connection])), "block")).toEqual([]);
    const context = await begun(move, connection);
    expect((await dnsSet.observe(move, context)).state).toBe("absent");
    expect(await dnsSet.apply(move, context)).toMatchObject({ type: "running" });
    expect(await served(connection)).toEqual({ values: ["192.0.2.10"], ttl: 60 });
    expect((await dnsSet.observe(move, context)).state).toBe("other");
    const lowered = Date.now();
    expect(await dnsSet.apply(move, context)).toMatchObject({ type: "running", askAgainMs: 30_000 });
    // A signature tells the time: the clock is only turned where nothing is signed, within the wait.
    const at = (seconds: number) => ({ ...context, now: () => new Date(lowered + seconds * 1_000) });
    expect(await dnsSet.apply(move, at(3_599))).toMatchObject({ type: "running" });
    expect(await served(connection)).toEqual({ values: ["192.0.2.10"], ttl: 60 });
    const until = context.checkpoints.at(-1)?.facts.until;
    expect(Date.parse(String(until)) - lowered).toBeGreaterThanOrEqual(3_600_000);
    const over = {
      ...context,
      checkpoints: context.checkpoints.map((one) => ({ ...one, facts: { ...one.facts, until: new Date(Date.now() - 1).toISOString() } })),
    };
    expect(await dnsSet.apply(move, over)).toMatchObject({ type: "done", output: { backSeconds: 60 } });
    expect(await served(connection)).toEqual({ values: ["192.0.2.20"], ttl: 60 });
    expect((await dnsSet.observe(move, context)).state).toBe("present");
    expect(await dnsSet.verify(move, context)).toMatchObject({ type: "done", output: { authoritative: "1 of 1 servers" } });
    expect(await dnsSet.undo(move, context)).toMatchObject({ type: "done", output: { lagging: [] } });
    expect(await served(connection)).toEqual({ values: ["192.0.2.10"], ttl: 3600 });
    expect((await dnsSet.observe(move, context)).state).toBe("absent");
    expect(context.lines.some((line) => line.includes("up to 60 s more"))).toBe(true);
  });

  it("F-DNS-2: does not overwrite what somebody else set, neither forwards nor back", async () => {
    const name = `race.${ZONE}`;
    await foreign(connection, null, set(["192.0.2.10"], 60, name));
    const move = step([{ name, values: ["192.0.2.20"] }]);
    const context = await begun(move, connection);
    await foreign(connection, set(["192.0.2.10"], 60, name), set(["192.0.2.66"], 60, name));
    expect(await dnsSet.apply(move, context)).toMatchObject({
      type: "failed",
      reason: expect.stringMatching(/Somebody else changed.*192\.0\.2\.66.*Nothing was overwritten/),
    });
    expect(await served(connection, name)).toMatchObject({ values: ["192.0.2.66"] });
    expect(await dnsSet.undo(move, context)).toMatchObject({ type: "failed", reason: expect.stringMatching(/not overwritten.*192\.0\.2\.10/) });
    expect(await served(connection, name)).toMatchObject({ values: ["192.0.2.66"] });
  });

  it("a TTL that somebody put back during the wait is lowered and waited out anew", async () => {
    const name = `again.${ZONE}`;
    await foreign(connection, null, set(["192.0.2.10"], 3600, name));
    const move = step([{ name, values: ["192.0.2.20"] }]);
    const context = await begun(move, connection);
    for (let turn = 0; turn < 2; turn++) await dnsSet.apply(move, context);
    await foreign(connection, set(["192.0.2.10"], 60, name), set(["192.0.2.10"], 3600, name));
    const checkpoints: Checkpoint[] = context.checkpoints.map((one) => ({ ...one, facts: { ...one.facts, until: new Date(Date.now() - 1).toISOString() } }));
    const again = {
      ...context,
      checkpoints,
      checkpoint: async (phase: string, facts = {}) => void checkpoints.push({ phase, at: new Date(), facts, epoch: 1 }),
    };
    expect(await dnsSet.apply(move, again)).toMatchObject({ type: "running" });
    expect(await dnsSet.apply(move, again)).toMatchObject({ type: "running", askAgainMs: 30_000 });
    expect(await served(connection, name)).toEqual({ values: ["192.0.2.10"], ttl: 60 });
  });

  it("B-10: an alias takes the place of addresses in one step, a wildcard, a text, a removal", async () => {
    const name = `front.${ZONE}`;
    await foreign(connection, null, set(["192.0.2.10", "192.0.2.11"], 60, name));
    const move = step([
      { name, values: [] },
      { name: `FRONT.${ZONE}.`, type: "CNAME", values: [`www.${ZONE}`] },
      { name: `*.new.${ZONE}`, values: ["192.0.2.30"] },
      { name: `note.${ZONE}`, type: "TXT", values: ['say "hi"'] },
    ]);
    const context = await begun(move, connection);
    expect(await drive((c) => dnsSet.apply(move, c), context)).toMatchObject({ type: "done" });
    expect((await served(connection, name, "CNAME")).values).toEqual([`www.${ZONE}.`]);
    expect((await served(connection, `any.new.${ZONE}`)).values).toEqual(["192.0.2.30"]);
    expect((await served(connection, `*.new.${ZONE}`)).values).toEqual(["192.0.2.30"]);
    expect(await dnsSet.verify(move, context)).toMatchObject({ type: "done" });
    expect(await dnsSet.undo(move, context)).toMatchObject({ type: "done" });
    expect(await served(connection, name)).toEqual({ values: ["192.0.2.10", "192.0.2.11"], ttl: 60 });
    expect((await served(connection, `note.${ZONE}`, "TXT")).values).toEqual([]);
  });

  it("preflight blocks: foreign zone, another value than expected, a name of a zone below, neighbours of an alias, a wait that is too long", async () => {
    const blocks = async (of: StepOf<"dns.set">, as = connection) => named(await dnsSet.preflight(of, testContext([as])), "block");
    const elsewhere = step([{ name: "www.other.test", values: ["192.0.2.1"] }], { zone: "other.test" });
    expect(await blocks(elsewhere)).toEqual(["zone"]);
    expect(await dnsSet.apply(elsewhere, testContext([connection], { before: { records: [] } }))).toMatchObject({
      type: "failed",
      reason: expect.stringContaining("may not change"),
    });
    expect(await blocks(step([{ values: ["192.0.2.20"], expect: ["192.0.2.11"] }]))).toEqual([`www.${ZONE} A`]);
    expect(await blocks(step([{ name: `host.child.${ZONE}`, values: ["192.0.2.20"] }]))).toHaveLength(1);
    expect(await blocks(step([{ type: "CNAME", values: [`a.${ZONE}`] }]))).toEqual([`www.${ZONE} alone`]);
    expect(await blocks(step([{ name: `alias.${ZONE}`, values: ["192.0.2.1"] }]))).toEqual([`alias.${ZONE} alone`]);
    expect(await blocks(step([{ values: ["192.0.2.20"] }], { timeout: "30m" }))).toEqual(["old TTL"]);
    const silent = { ...connection, config: { ...connection.config, nameservers: ["127.0.0.1:1"] } };
    expect(await blocks(step([{ values: ["192.0.2.20"] }]), silent)).toEqual(["authoritative servers"]);
    const metadata = { ...connection, config: { ...connection.config, nameservers: ["169.254.169.254"] } };
    expect(await blocks(step([{ values: ["192.0.2.20"] }]), metadata)).toEqual(["authoritative servers"]);
  });
});

it("F-DNS-3: one of two servers lags: the step waits, names it, and fails when it takes too long", async () => {
  const second = await lab.bind({}, RECORDS);
  const connection = { ...bind.connection, config: { ...bind.connection.config, nameservers: [`127.0.0.1:${bind.port}`, `127.0.0.1:${second.port}`] } };
  const name = `quick.${ZONE}`;
  const move = step([{ name, values: ["192.0.2.20"] }], { ttl: 1, within: "1m" });
  const context = await begun(move, connection);
  await dnsSet.apply(move, context);
  expect(await dnsSet.apply(move, context)).toMatchObject({
    type: "running",
    progress: { message: expect.stringContaining(`127.0.0.1:${second.port} still gives`) },
  });
  expect(await served(connection, name)).toEqual({ values: ["192.0.2.10"], ttl: 1 });
  await foreign(second.connection, set(["192.0.2.10"], 2, name), set(["192.0.2.10"], 1, name));
  const applied = await drive((c) => dnsSet.apply(move, c), context);
  expect(applied).toMatchObject({ type: "done" });
  const previous = applied.type === "done" ? (applied.output ?? null) : null;
  const lagging = { type: "running", progress: { message: expect.stringContaining(`127.0.0.1:${second.port} answers ${name} A with 192.0.2.10`) } };
  expect(await dnsSet.verify(move, { ...context, previous })).toMatchObject(lagging);
  const longAgo = { ...previous, changedAt: new Date(Date.now() - 61_000).toISOString() };
  expect(await dnsSet.verify(move, { ...context, previous: longAgo })).toMatchObject({ type: "failed", reason: expect.stringContaining(String(second.port)) });
  await foreign(second.connection, set(["192.0.2.10"], 1, name), set(["192.0.2.20"], 1, name));
  expect(await dnsSet.verify(move, { ...context, previous })).toMatchObject({ type: "done", output: { authoritative: "2 of 2 servers" } });
});

it("R-GRD-12: a resolver that holds the old record for its TTL has the new one when the step is done", async () => {
  const resolver = await lab.bind({ zones: [], forward: [{ zone: ZONE, port: powerdns.dnsPort }] });
  const asked = async () => (await ask(egress, { host: "127.0.0.1", port: resolver.port }, `quick.${ZONE}`, "A", { recursion: true, now: NOW() })).values;
  const move = step([{ name: `quick.${ZONE}`, values: ["192.0.2.20"] }], { ttl: 1, resolvers: [`127.0.0.1:${resolver.port}`] });
  expect(await asked()).toEqual(["192.0.2.10"]);
  expect(named(await dnsSet.preflight(move, testContext([powerdns.connection])), "block")).toEqual([]);
  const context = await begun(move, powerdns.connection);
  const applied = await drive((c) => dnsSet.apply(move, c), context);
  const previous = applied.type === "done" ? (applied.output ?? null) : null;
  expect(await drive((c) => dnsSet.verify(move, c), { ...context, previous })).toMatchObject({ type: "done", output: { resolvers: 1 } });
  expect(await asked()).toEqual(["192.0.2.20"]);
  expect(await dnsSet.watch?.(move, { ...context, previous })).toMatchObject({ back: "lossless", backSeconds: 1, why: expect.stringContaining("not instant") });
});

describe("services behind stubs", () => {
  it("F-DNS-1: an answer that was lost after the change is looked for, not repeated", async () => {
    const stub = await startRoute53(ZONE, [{ name: `www.${ZONE}`, type: "A", ttl: 60, values: ["192.0.2.10"] }]);
    stubs.push(stub);
    const move = step([{ values: ["192.0.2.20"] }]);
    const context = await begun(move, stub.connection);
    stub.next = { type: "hang" };
    expect(await dnsSet.apply(move, context)).toMatchObject({ type: "errored", reason: expect.stringContaining("No complete answer") });
    expect((await dnsSet.observe(move, context)).state).toBe("present");
    expect(await dnsSet.apply(move, context)).toMatchObject({ type: "done" });
    expect(stub.ledger.filter((one) => one.method === "POST")).toHaveLength(1);
  });

  it("F-DNS-3: a service that asks for patience is left alone for as long as it says", async () => {
    const stub = await startCloudflare(ZONE, [{ id: "r1", name: `www.${ZONE}`, type: "A", content: "192.0.2.10", ttl: 60, proxied: false }]);
    stubs.push(stub);
    const move = step([{ values: ["192.0.2.20"] }]);
    const context = await begun(move, stub.connection);
    stub.next = { type: "refuse", answer: cloudflareError(429, 971, "slow down", { "retry-after": "17" }) };
    expect(await dnsSet.apply(move, context)).toMatchObject({ type: "running", askAgainMs: 17_000 });
    expect(stub.records[0]).toMatchObject({ content: "192.0.2.10" });
    expect(await dnsSet.apply(move, context)).toMatchObject({ type: "done" });
  });

  it("a proxied record moves without a wait, and what servers answer is not taken for it", async () => {
    const stub = await startCloudflare(ZONE, [{ id: "r1", name: `www.${ZONE}`, type: "A", content: "192.0.2.10", ttl: 1, proxied: true }]);
    stubs.push(stub);
    const connection = { ...stub.connection, config: { ...stub.connection.config, nameservers: ["127.0.0.1:1"] } };
    const move = step([{ values: ["192.0.2.20"] }]);
    const checks = await dnsSet.preflight(move, testContext([connection]));
    expect(named(checks, "block")).toEqual([]);
    expect(named(checks, "warn")).toEqual(["foreign changes", "authoritative servers"]);
    const context = await begun(move, connection);
    expect(await dnsSet.apply(move, context)).toMatchObject({ type: "done" });
    expect(stub.records[0]).toMatchObject({ content: "192.0.2.20", ttl: 1, proxied: true });
    expect(await dnsSet.verify(move, context)).toMatchObject({ type: "done" });
    expect(await dnsSet.undo(move, context)).toMatchObject({ type: "done" });
    expect(stub.records[0]).toMatchObject({ content: "192.0.2.10", ttl: 1, proxied: true });
  });

  it("an alias of Route 53 blocks", async () => {
    const stub = await startRoute53(ZONE, [{ name: `www.${ZONE}`, type: "A", ttl: 0, values: [], alias: "elb.example.net." }]);
    stubs.push(stub);
    const connection = { ...stub.connection, config: { ...stub.connection.config, nameservers: ["127.0.0.1:1"] } };
    expect(named(await dnsSet.preflight(step([{ values: ["192.0.2.20"] }]), testContext([connection])), "block")).toContain(`www.${ZONE} A`);
  });
});

describe("what a runbook may say (B-10)", () => {
  const problems = (records: Written[], values: object = {}) => {
    const parsed = runStep.safeParse({
      kind: "dns.set",
      key: "d",
      title: "D",
      with: { connection: "dns", zone: ZONE, records: records.map((one) => ({ name: `www.${ZONE}`, type: "A", ...one })), ...values },
    });
    return parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.slice(1).join(".")}: ${issue.message}`);
  };
  it.each([
    ["a CNAME at the top", [{ name: ZONE, type: "CNAME", values: [`a.${ZONE}`] }], /records\.0\.type: a CNAME cannot be at the top/],
    ["a name of another zone", [{ name: "www.example.org", values: ["192.0.2.1"] }], /records\.0\.name: .*not in the zone/],
    ["a name that is not whole", [{ name: "www", values: ["192.0.2.1"] }], /such as www\.example\.test/],
    ["a zone that only ends alike", [{ name: `not${ZONE}`, values: ["192.0.2.1"] }], /not in the zone/],
    ["a wildcard in the middle", [{ name: `a.*.${ZONE}`, values: ["192.0.2.1"] }], /records\.0\.name/],
    ["two CNAMEs", [{ type: "CNAME", values: [`a.${ZONE}`, `b.${ZONE}`] }], /one CNAME only/],
    ["a CNAME beside addresses", [{ type: "CNAME", values: [`a.${ZONE}`] }, { values: ["192.0.2.1"] }], /can have no other records/],
    ["the same value twice", [{ type: "AAAA", values: ["2001:db8::1", "2001:DB8:0::1"] }], /records\.0\.values\.1: .*twice/],
    ["the same set twice", [{ values: ["192.0.2.1"] }, { name: `WWW.${ZONE}.`, values: ["192.0.2.2"] }], /in the list twice/],
    ["a value of another type", [{ values: ["2001:db8::1"] }], /records\.0\.values\.0: .*no IPv4 address/],
    ["101 values", [{ values: Array.from({ length: 101 }, (_none, index) => `198.51.100.${index}`) }], /records\.0\.values/],
  ] as [string, Written[], RegExp][])("refuses %s", (_name, records, message) => expect(problems(records).join("\n")).toMatch(message));

  it("takes a TTL of 0 and of 2^31-1, not of 2^31", () => {
    const good = [{ values: ["192.0.2.1"] }];
    expect(problems(good, { ttl: 0 })).toEqual([]);
    expect(problems(good, { ttl: 2_147_483_647 })).toEqual([]);
    expect(problems(good, { ttl: 2_147_483_648 })).toHaveLength(1);
  });
});
