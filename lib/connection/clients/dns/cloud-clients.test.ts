import { afterEach, describe, expect, it } from "vitest";
import { createEgress } from "@/lib/connection/egress";
import { quoteText } from "@/lib/core/dns-name";
import { openDns } from "./open";
import type { DnsError, DnsProvider, RecordSet } from "./provider";
import { cloudflareError, startCloudflare } from "./testing/cloudflare-stub";
import { invalidBatch, route53Error, startRoute53 } from "./testing/route53-stub";
import { egress, NOW } from "./testing/servers";
import type { Stub } from "./testing/stub-server";

/* The official clients of Route 53 and Cloudflare against recording stubs of their interfaces. */

const ZONE = "example.test";
const mark = { runId: "run-1", epoch: 3 };
const stubs: Stub[] = [];
afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.close();
});

const route53 = async (...args: Parameters<typeof startRoute53>) => {
  const stub = await startRoute53(...args);
  stubs.push(stub);
  return { stub, provider: await openDns(stub.connection, egress, NOW) };
};
const cloudflare = async (...args: Parameters<typeof startCloudflare>) => {
  const stub = await startCloudflare(...args);
  stubs.push(stub);
  return { stub, provider: await openDns(stub.connection, egress, NOW) };
};
const kindOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (caught: unknown) => caught as DnsError,
  );
  return error === null ? "done" : `${error.kind}${error.retryAfterMs === null ? "" : ` ${error.retryAfterMs}`}: ${error.message}`;
};
const a = (values: string[], ttl = 60): RecordSet => ({ name: `www.${ZONE}`, type: "A", ttl, values });
const move = (provider: DnsProvider, before: RecordSet | null, after: RecordSet | null) =>
  provider.change(ZONE, [{ name: `www.${ZONE}`, type: "A", before, after }], mark);
const TEXT = 'say "hi"; grüß';

describe("Route 53", () => {
  const sets = [{ name: `www.${ZONE}`, type: "A", ttl: 300, values: ["192.0.2.10"] }];

  it("one batch deletes the exact old record and creates the new one", async () => {
    const { stub, provider } = await route53(ZONE, sets);
    expect((await provider.zoneFacts(ZONE)).nameservers).toEqual([`ns1.${ZONE}`, `ns2.${ZONE}`]);
    const before = (await provider.read(ZONE, `www.${ZONE}`, ["A", "AAAA"]))[0] ?? null;
    expect(before).toEqual(a(["192.0.2.10"], 300));
    await move(provider, before, a(["192.0.2.20"]));
    expect(stub.sets).toContainEqual({ name: `www.${ZONE}`, type: "A", ttl: 60, values: ["192.0.2.20"] });
    const sent = stub.ledger.filter((one) => one.method === "POST");
    expect(sent).toHaveLength(1);
    expect(sent[0]?.body).toMatch(/DELETE[\s\S]*192\.0\.2\.10[\s\S]*CREATE[\s\S]*192\.0\.2\.20/);
    expect(sent[0]?.body).toContain("Switchyard run run-1, epoch 3");
    expect(sent[0]?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIATESTTESTTEST\//);
    expect(JSON.stringify(stub.ledger)).not.toContain("only-for-this-stub");
  });

  it("F-DNS-2: the service itself refuses a change of what somebody else has changed", async () => {
    const { stub, provider } = await route53(ZONE, sets);
    expect(await kindOf(move(provider, a(["192.0.2.99"], 300), a(["192.0.2.20"])))).toMatch(/^conflict: .*192\.0\.2\.10/);
    // Changed after it was read: only the batch itself can notice.
    stub.next = { type: "refuse", answer: invalidBatch("Tried to delete resource record set but the values provided do not match the current values") };
    expect(await kindOf(move(provider, a(["192.0.2.10"], 300), a(["192.0.2.20"])))).toMatch(/^conflict: Somebody else/);
  });

  it("F-DNS-1, F-DNS-3: no answer, too many requests, no right, no such zone", async () => {
    const { stub, provider } = await route53(ZONE, sets);
    stub.next = { type: "hang" };
    expect(await kindOf(move(provider, a(["192.0.2.10"], 300), a(["192.0.2.20"])))).toMatch(/^unclear: .*No complete answer/);
    // It was carried out all the same: the look before another try finds it.
    expect(await provider.read(ZONE, `www.${ZONE}`, ["A"])).toEqual([a(["192.0.2.20"])]);
    stub.next = {
      type: "refuse",
      answer: { ...route53Error(400, "Throttling", "Rate exceeded"), headers: { "content-type": "text/xml", "retry-after": "7" } },
    };
    expect(await kindOf(move(provider, a(["192.0.2.20"]), a(["192.0.2.30"])))).toMatch(/^busy 7000: .*Throttling/);
    stub.next = { type: "refuse", answer: route53Error(403, "AccessDenied", "not authorized to perform: route53:ChangeResourceRecordSets") };
    expect(await kindOf(move(provider, a(["192.0.2.20"]), a(["192.0.2.30"])))).toMatch(/^refused: .*AccessDenied/);
    stub.next = { type: "refuse", answer: route53Error(503, "ServiceUnavailable", "try later") };
    expect(await kindOf(move(provider, a(["192.0.2.20"]), a(["192.0.2.30"])))).toMatch(/^unclear/);
    expect(stub.ledger.filter((one) => one.method === "POST")).toHaveLength(4);
  });

  it("B-10: wildcards and texts in the service's own escapes; aliases and weighted records are left alone", async () => {
    const { stub, provider } = await route53(ZONE, [
      { name: `*.${ZONE}`, type: "A", ttl: 60, values: ["192.0.2.1"] },
      { name: `lb.${ZONE}`, type: "A", ttl: 0, values: [], alias: "elb.example.net." },
      { name: `split.${ZONE}`, type: "A", ttl: 60, values: ["192.0.2.1"], setIdentifier: "old", weight: 1 },
    ]);
    expect(await provider.read(ZONE, `*.${ZONE}`, ["A"])).toMatchObject([{ name: `*.${ZONE}`, values: ["192.0.2.1"] }]);
    const text: RecordSet = { name: `t.${ZONE}`, type: "TXT", ttl: 60, values: [quoteText(new TextEncoder().encode(TEXT))] };
    await provider.change(ZONE, [{ name: text.name, type: "TXT", before: null, after: text }], mark);
    expect(stub.sets.at(-1)?.values).toEqual(['"say \\"hi\\"; gr\\303\\274\\303\\237"']);
    expect(await provider.read(ZONE, text.name, ["TXT"])).toEqual([text]);
    for (const name of ["lb", "split"]) {
      const [found] = await provider.read(ZONE, `${name}.${ZONE}`, ["A"]);
      expect(found?.obstacle).toMatch(name === "lb" ? /alias/ : /routing policy/);
      const change = { name: `${name}.${ZONE}`, type: "A" as const, before: found ?? null, after: a(["192.0.2.9"]) };
      expect(await kindOf(provider.change(ZONE, [change], mark))).toMatch(/^refused/);
    }
  });

  it("S-8: the official client leaves by the guarded way out only", async () => {
    const { stub } = await route53(ZONE, sets);
    const guarded = await openDns(stub.connection, createEgress({ allowLoopback: false }), NOW);
    expect(await kindOf(guarded.read(ZONE, `www.${ZONE}`, ["A"]))).toMatch(/^refused: .*this machine itself/);
    expect(stub.ledger).toEqual([]);
  });
});

describe("Cloudflare", () => {
  const record = (id: string, content: string, more: object = {}) => ({ id, name: `www.${ZONE}`, type: "A", content, ttl: 300, proxied: false, ...more });

  it("changes records in one batch, keeps a person's remark, names its servers", async () => {
    const { stub, provider } = await cloudflare(ZONE, [record("r1", "192.0.2.10", { comment: "front door" }), record("r2", "192.0.2.11")]);
    expect(await provider.zoneFacts(ZONE)).toEqual({ nameservers: [`ns1.${ZONE}`, `ns2.${ZONE}`], problems: [] });
    const before = (await provider.read(ZONE, `www.${ZONE}`, ["A"]))[0] ?? null;
    expect(before).toEqual(a(["192.0.2.10", "192.0.2.11"], 300));
    await move(provider, before, a(["192.0.2.20"]));
    expect(stub.records).toEqual([expect.objectContaining({ id: "r1", content: "192.0.2.20", ttl: 60, comment: "front door" })]);
    await move(provider, a(["192.0.2.20"]), a(["192.0.2.20", "192.0.2.21"]));
    expect(stub.records[1]).toMatchObject({ content: "192.0.2.21", comment: "switchyard run run-1 epoch 3" });
    expect(stub.ledger.filter((one) => one.method === "POST")).toHaveLength(2);
  });

  it("F-DNS-2: refuses to change what somebody else has changed", async () => {
    const { stub, provider } = await cloudflare(ZONE, [record("r1", "192.0.2.10")]);
    expect(await kindOf(move(provider, a(["192.0.2.99"], 300), a(["192.0.2.20"])))).toMatch(/^conflict: .*192\.0\.2\.10/);
    expect(stub.ledger.filter((one) => one.method === "POST")).toEqual([]);
  });

  it("F-DNS-1, F-DNS-3: no answer, too many requests, a wrong token", async () => {
    const { stub, provider } = await cloudflare(ZONE, [record("r1", "192.0.2.10")]);
    stub.next = { type: "hang" };
    expect(await kindOf(move(provider, a(["192.0.2.10"], 300), a(["192.0.2.20"])))).toMatch(/^unclear: .*No complete answer/);
    expect(await provider.read(ZONE, `www.${ZONE}`, ["A"])).toEqual([a(["192.0.2.20"])]);
    stub.next = { type: "refuse", answer: cloudflareError(429, 971, "Please wait and consider throttling your request speed", { "retry-after": "9" }) };
    expect(await kindOf(move(provider, a(["192.0.2.20"]), a(["192.0.2.30"])))).toMatch(/^busy 9000/);
    expect(stub.ledger.filter((one) => one.method === "POST")).toHaveLength(2);
    const wrong = await openDns({ ...stub.connection, secret: { apiToken: "wrong" } }, egress, NOW);
    expect(await kindOf(wrong.zoneFacts(ZONE))).toMatch(/^refused: .*403/);
  });

  it("B-10: automatic TTL, proxied records, names without dots, preferences and texts", async () => {
    const { stub, provider } = await cloudflare(ZONE, [
      record("r1", "192.0.2.10", { ttl: 1, proxied: true }),
      { id: "r2", name: ZONE, type: "MX", content: `mail.${ZONE}`, priority: 10, ttl: 300 },
      { id: "r3", name: ZONE, type: "TXT", content: "v=spf1 -all", ttl: 300 },
      { id: "r4", name: `c.${ZONE}`, type: "CNAME", content: `www.${ZONE}`, ttl: 300 },
    ]);
    expect(await provider.read(ZONE, `www.${ZONE}`, ["A"])).toEqual([{ ...a(["192.0.2.10"], 1), cachedFor: 300, proxied: true }]);
    expect(await provider.read(ZONE, ZONE, ["MX"])).toMatchObject([{ values: [`10 mail.${ZONE}.`] }]);
    expect(await provider.read(ZONE, ZONE, ["TXT"])).toMatchObject([{ values: ['"v=spf1 -all"'] }]);
    expect(await provider.read(ZONE, `c.${ZONE}`, ["CNAME"])).toMatchObject([{ values: [`www.${ZONE}.`] }]);
    const text: RecordSet = { name: `t.${ZONE}`, type: "TXT", ttl: 60, values: [quoteText(new TextEncoder().encode(TEXT))] };
    await provider.change(ZONE, [{ name: text.name, type: "TXT", before: null, after: text }], mark);
    expect(await provider.read(ZONE, text.name, ["TXT"])).toEqual([text]);
    // A record behind the service's own addresses stays behind them.
    const before = (await provider.read(ZONE, `www.${ZONE}`, ["A"]))[0] ?? null;
    await move(provider, before, a(["192.0.2.20"], 1));
    expect(stub.records.find((one) => one.id === "r1")).toMatchObject({ content: "192.0.2.20", proxied: true });
  });

  it("S-8: the official client leaves by the guarded way out only", async () => {
    const { stub } = await cloudflare(ZONE, []);
    const guarded = await openDns(stub.connection, createEgress({ allowLoopback: false }), NOW);
    expect(await kindOf(guarded.read(ZONE, `www.${ZONE}`, ["A"]))).toMatch(/^refused: .*this machine itself/);
    expect(stub.ledger).toEqual([]);
  });
});
