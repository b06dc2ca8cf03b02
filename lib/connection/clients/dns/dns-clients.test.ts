import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connection } from "@/lib/connection/types";
import { quoteText } from "@/lib/core/dns-name";
import { ask } from "./exchange";
import { openDns } from "./open";
import { type DnsError, type DnsProvider, type RecordSet, sameSet } from "./provider";
import { DnsLab, egress, NOW, ZONE } from "./testing/servers";

/* The same expectations of both ways to a real server: PowerDNS by HTTP, BIND by signed updates. */

const lab = new DnsLab();
const mark = { runId: "run-1", epoch: 3 };
let powerdns: { connection: Connection; dnsPort: number; apiPort: number };
let bind: { connection: Connection; port: number };

beforeAll(async () => {
  [powerdns, bind] = [await lab.powerdns(), await lab.bind()];
}, 60_000);
afterAll(async () => {
  await lab.stop();
});

const www = (values: string[], ttl = 60): RecordSet => ({ name: `www.${ZONE}`, type: "A", ttl, values });
const kindOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (caught: unknown) => caught as DnsError,
  );
  return error === null ? "done" : `${error.kind}: ${error.message}`;
};

describe.each(["powerdns", "rfc2136"] as const)("records through %s", (kind) => {
  let provider: DnsProvider;
  let port: number;
  const read = async (name: string, type: "A" | "AAAA" | "CNAME" | "TXT" | "MX" | "SRV" | "CAA") => (await provider.read(ZONE, name, [type]))[0] ?? null;
  /** What the server answers, whatever the interface says. */
  const served = async (name: string, type: "A" | "CNAME" | "TXT") => (await ask(egress, { host: "127.0.0.1", port }, name, type, { now: NOW() })).values;

  beforeAll(async () => {
    provider = await openDns(kind === "powerdns" ? powerdns.connection : bind.connection, egress, NOW);
    port = kind === "powerdns" ? powerdns.dnsPort : bind.port;
  });

  it("reads values in one form and names the authoritative servers", async () => {
    expect(await read(`www.${ZONE}`, "A")).toEqual(www(["192.0.2.10"], 3600));
    expect(await read(`alias.${ZONE}`, "CNAME")).toMatchObject({ values: [`www.${ZONE}.`] });
    expect(await read(`text.${ZONE}`, "TXT")).toMatchObject({ values: ['"v=spf1 -all"'] });
    expect(await read(`*.wild.${ZONE}`, "A")).toMatchObject({ values: ["192.0.2.1"] });
    expect(await read(`nothing.${ZONE}`, "A")).toBeNull();
    expect((await provider.zoneFacts(ZONE)).nameservers).toEqual([`127.0.0.1:${port}`]);
  });

  it("F-DNS-2: refuses to change what somebody else has changed", async () => {
    const first = www(["192.0.2.10"], 3600);
    await provider.change(ZONE, [{ name: first.name, type: "A", before: first, after: www(["192.0.2.20"]) }], mark);
    expect(await kindOf(provider.change(ZONE, [{ name: first.name, type: "A", before: first, after: www(["192.0.2.30"]) }], mark))).toMatch(
      /^conflict: .*192\.0\.2\.20/,
    );
    expect(await served(first.name, "A")).toEqual(["192.0.2.20"]);
    expect(await kindOf(provider.change(ZONE, [{ name: first.name, type: "A", before: null, after: www(["192.0.2.30"]) }], mark))).toMatch(/^conflict/);
    await provider.change(ZONE, [{ name: first.name, type: "A", before: www(["192.0.2.20"]), after: first }], mark);
    expect(sameSet(await read(first.name, "A"), first)).toBe(true);
  });

  it("changes several sets at once or none", async () => {
    const aaaa: RecordSet = { name: `www.${ZONE}`, type: "AAAA", ttl: 60, values: ["2001:db8::1"] };
    const wrong = { ...aaaa, values: ["2001:db8::2"] };
    const a = { name: `www.${ZONE}`, type: "A" as const, before: www(["192.0.2.10"], 3600), after: www(["192.0.2.20"]) };
    expect(await kindOf(provider.change(ZONE, [a, { name: aaaa.name, type: "AAAA", before: wrong, after: aaaa }], mark))).toMatch(/^conflict/);
    expect(await served(a.name, "A")).toEqual(["192.0.2.10"]);
  });

  it("B-10: a CNAME takes the place of addresses and the other way round", async () => {
    const name = `swap.${ZONE}`;
    const a: RecordSet = { name, type: "A", ttl: 60, values: ["192.0.2.1", "192.0.2.2"] };
    const cname: RecordSet = { name, type: "CNAME", ttl: 60, values: [`www.${ZONE}.`] };
    await provider.change(ZONE, [{ name, type: "A", before: null, after: a }], mark);
    await provider.change(
      ZONE,
      [
        { name, type: "CNAME", before: null, after: cname },
        { name, type: "A", before: a, after: null },
      ],
      mark,
    );
    expect(await served(name, "CNAME")).toEqual([`www.${ZONE}.`]);
    await provider.change(
      ZONE,
      [
        { name, type: "A", before: null, after: a },
        { name, type: "CNAME", before: cname, after: null },
      ],
      mark,
    );
    expect(await served(name, "A")).toEqual(["192.0.2.1", "192.0.2.2"]);
  });

  it("B-10: texts with quotes, backslashes and other letters, long ones, a hundred values, every type", async () => {
    const text = (value: string) => quoteText(new TextEncoder().encode(value));
    const sets: RecordSet[] = [
      { name: `odd.${ZONE}`, type: "TXT", ttl: 60, values: [text('say "hi"; \\ grüß'), text("x".repeat(700))].sort() },
      { name: `many.${ZONE}`, type: "A", ttl: 0, values: Array.from({ length: 100 }, (_none, index) => `198.51.100.${index}`).sort() },
      { name: `*.any.${ZONE}`, type: "AAAA", ttl: 60, values: ["2001:db8::a:1"] },
      { name: `xn--bcher-kva.${ZONE}`, type: "MX", ttl: 60, values: [`10 www.${ZONE}.`] },
      { name: `_sip._tcp.${ZONE}`, type: "SRV", ttl: 60, values: [`1 2 5060 www.${ZONE}.`] },
      { name: ZONE, type: "CAA", ttl: 60, values: ['0 issue "ca.example.net"'] },
    ];
    for (const set of sets) {
      const { name, type } = set;
      await provider.change(ZONE, [{ name, type, before: null, after: set }], mark);
      expect(await read(name, type)).toEqual(set);
      await provider.change(ZONE, [{ name, type, before: set, after: null }], mark);
      expect(await read(name, type)).toBeNull();
    }
  });

  it("takes the place of a text that was cut into other strings", async () => {
    const name = `text.${ZONE}`;
    const before = await read(name, "TXT");
    const after: RecordSet = { name, type: "TXT", ttl: 60, values: ['"v=spf1 ~all"'] };
    await provider.change(ZONE, [{ name, type: "TXT", before, after }], mark);
    expect(await served(name, "TXT")).toEqual(['"v=spf1 ~all"']);
  });
});

describe("PowerDNS", () => {
  it("names a wrong key, a zone it does not have and a value it refuses", async () => {
    const wrong = await openDns({ ...powerdns.connection, secret: { apiKey: "wrong" } }, egress, NOW);
    expect(await kindOf(wrong.zoneFacts(ZONE))).toMatch(/^refused: PowerDNS answered 401.*API key/);
    const provider = await openDns(powerdns.connection, egress, NOW);
    expect(await kindOf(provider.zoneFacts("other.test"))).toMatch(/^refused/);
    const conflict: RecordSet = { name: `www.${ZONE}`, type: "CNAME", ttl: 60, values: ["a.b."] };
    expect(await kindOf(provider.change(ZONE, [{ name: conflict.name, type: "CNAME", before: null, after: conflict }], mark))).toMatch(
      /^refused: PowerDNS answered 422/,
    );
  });

  it("notes run and epoch beside the record and keeps the remarks of others", async () => {
    const provider = await openDns(powerdns.connection, egress, NOW);
    const name = `noted.${ZONE}`;
    const set: RecordSet = { name, type: "A", ttl: 60, values: ["192.0.2.1"] };
    await provider.change(ZONE, [{ name, type: "A", before: null, after: set }], mark);
    await provider.change(ZONE, [{ name, type: "A", before: set, after: { ...set, ttl: 30 } }], { runId: "run-2", epoch: 4 });
    const url = `http://127.0.0.1:${powerdns.apiPort}/api/v1/servers/localhost/zones/${ZONE}.`;
    const zone = (await (await fetch(url, { headers: { "x-api-key": powerdns.connection.secret.apiKey ?? "" } })).json()) as {
      rrsets: { name: string; comments: { content: string; account: string }[] }[];
    };
    const comments = zone.rrsets.find((one) => one.name === `${name}.`)?.comments.map((one) => [one.account, one.content]);
    expect(comments).toEqual([["switchyard", "run run-2, epoch 4"]]);
  });
});

describe("signed updates", () => {
  const change = (provider: DnsProvider) =>
    provider.change(ZONE, [{ name: `new.${ZONE}`, type: "A", before: null, after: { name: `new.${ZONE}`, type: "A", ttl: 60, values: ["192.0.2.1"] } }], mark);
  const opened = (values: { config?: object; secret?: Record<string, string>; now?: () => Date }) =>
    openDns(
      { ...bind.connection, config: { ...bind.connection.config, ...values.config }, secret: values.secret ?? bind.connection.secret },
      egress,
      values.now ?? NOW,
    );

  it("F-DNS-3: clocks that differ, a wrong secret, an unknown key, a zone the server does not have", async () => {
    const ahead = await opened({ now: () => new Date(Date.now() + 20 * 60_000) });
    expect(await kindOf(change(ahead))).toMatch(/^refused: .*BADTIME.*clock is 1(199|200|201) s ahead/);
    expect(await kindOf(change(await opened({ secret: { key: "AAAA" } })))).toMatch(/^refused: .*BADSIG/);
    expect(await kindOf(change(await opened({ config: { keyName: "nobody" } })))).toMatch(/^refused: .*BADKEY/);
    const provider = await opened({});
    const elsewhere: RecordSet = { name: "www.other.test", type: "A", ttl: 60, values: ["192.0.2.1"] };
    expect(await kindOf(provider.change("other.test", [{ name: elsewhere.name, type: "A", before: null, after: elsewhere }], mark))).toMatch(/^refused/);
    expect(await kindOf(provider.read(ZONE, `www.${ZONE}`, ["A"]))).toBe("done");
  });

  it("F-DNS-3: a key that may read but not change", async () => {
    expect(await kindOf(change(await opened({ config: { keyName: "reader" } })))).toMatch(/^refused: .*REFUSED.*may not change/);
  });

  it("B-10: a name of a zone below is refused", async () => {
    const provider = await opened({});
    expect(await kindOf(provider.read(ZONE, `host.child.${ZONE}`, ["A"]))).toMatch(/^refused: .*belongs to the zone child\.example\.test/);
  });

  it("the server itself compares: a change between reading and writing is refused", async () => {
    const provider = await opened({});
    const name = `race.${ZONE}`;
    const set = (value: string): RecordSet => ({ name, type: "A", ttl: 60, values: [value] });
    await provider.change(ZONE, [{ name, type: "A", before: null, after: set("192.0.2.1") }], mark);
    const writers = ["192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"].map((value) =>
      kindOf(provider.change(ZONE, [{ name, type: "A", before: set("192.0.2.1"), after: set(value) }], mark)),
    );
    const results = await Promise.all(writers);
    expect(results.filter((result) => result === "done")).toHaveLength(1);
    expect(results.filter((result) => result.startsWith("conflict"))).toHaveLength(3);
  });

  it("a server that is away is unclear, an address that may not be reached is refused", async () => {
    expect(await kindOf(change(await opened({ config: { port: 1 } })))).toMatch(/^unclear: .*refuses connections/);
    expect(await kindOf(change(await opened({ config: { host: "169.254.169.254" } })))).toMatch(/^refused: .*never reached/);
  });
});
