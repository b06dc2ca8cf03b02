import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ComposePort, type PortRange, parsePort, portText, reachablePorts } from "./compose-ports";

/** The mark of a variable in a Compose file. */
const D = "$";
const port = (published: PortRange | null, target: PortRange, more: Partial<ComposePort> = {}): ComposePort => ({
  hostIp: null,
  published,
  target,
  protocol: "tcp",
  ...more,
});

describe("ports of a Compose service", () => {
  it.each<[unknown, ComposePort]>([
    [8080, port(null, [8080, 8080])],
    ["3000", port(null, [3000, 3000])],
    ["3000-3005", port(null, [3000, 3005])],
    ["8000:80", port([8000, 8000], [80, 80])],
    ["9090-9091:8080-8081", port([9090, 9091], [8080, 8081])],
    ["7000-7010:70", port([7000, 7010], [70, 70])],
    ["127.0.0.1:8001:8001", port([8001, 8001], [8001, 8001], { hostIp: "127.0.0.1" })],
    ["127.0.0.1::5000", port(null, [5000, 5000], { hostIp: "127.0.0.1" })],
    ["6060:6060/udp", port([6060, 6060], [6060, 6060], { protocol: "udp" })],
    ["[::1]:6001:6001", port([6001, 6001], [6001, 6001], { hostIp: "::1" })],
    ["::1:6001:6001", port([6001, 6001], [6001, 6001], { hostIp: "::1" })],
    [`${D}{PORT:-8080}:80`, port([8080, 8080], [80, 80])],
    [`${D}{PORT-8080-8081}:80-81`, port([8080, 8081], [80, 81])],
    [{ target: 80 }, port(null, [80, 80])],
    [{ target: 80, published: "8080", protocol: "tcp", mode: "host", app_protocol: "http" }, port([8080, 8080], [80, 80])],
    [{ target: 80, published: "8083-9000", host_ip: "127.0.0.1" }, port([8083, 9000], [80, 80], { hostIp: "127.0.0.1" })],
    [{ target: "53", published: 53, protocol: "UDP" }, port([53, 53], [53, 53], { protocol: "udp" })],
  ])("%j", (entry, expected) => expect(parsePort(entry)).toEqual(expected));

  it.each([
    0,
    65_536,
    -1,
    1.5,
    "",
    "abc",
    "80/icmp",
    "80/tcp/udp",
    "90-80",
    "1-2:1-4",
    ":80",
    `${D}{PORT}:80`,
    "$PORT",
    "a b:1:2",
    "1:2:3:4:x",
    null,
    [80],
    {},
    { target: "x" },
    { target: 80, published: "x" },
    "9".repeat(400),
  ])("%j is no port", (entry) => expect(parsePort(entry)).toBeNull());

  it("lists what can be reached, in order, once, at most a hundred", () => {
    expect(reachablePorts([port([443, 443], [8443, 8443]), port(null, [80, 82]), port([80, 80], [1, 1])])).toEqual([80, 81, 82, 443]);
    expect(reachablePorts([port([1, 65_535], [1, 65_535])])).toHaveLength(100);
  });
});

const number = fc.integer({ min: 1, max: 65_000 });
const made = fc
  .record({
    hostIp: fc.option(fc.oneof(fc.ipV4(), fc.constant("::1"), fc.constant("localhost"))),
    published: fc.option(number),
    target: number,
    width: fc.integer({ min: 0, max: 500 }),
    wide: fc.boolean(),
    protocol: fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const),
  })
  .map(({ hostIp, published, target, width, wide, protocol }): ComposePort => {
    const range = (first: number): PortRange => [first, wide ? first + width : first];
    return { hostIp, published: published === null ? null : range(published), target: range(target), protocol };
  });

/** Every way of writing a port. */
function spellings({ hostIp, published, target, protocol }: ComposePort): unknown[] {
  const text = ([first, last]: PortRange) => (first === last ? `${first}` : `${first}-${last}`);
  const ends = protocol === "tcp" ? ["", "/tcp"] : [`/${protocol}`, `/${protocol.toUpperCase()}`];
  const host = hostIp === null ? "" : `${hostIp.includes(":") ? `[${hostIp}]` : hostIp}:`;
  const front = published === null ? (hostIp === null ? "" : `${host}:`) : `${host}${text(published)}:`;
  const short = ends.map((end) => `${front}${text(target)}${end}`);
  const variable = published === null ? [] : [`${host}\${SOME_PORT:-${text(published)}}:${text(target)}/${protocol}`];
  const long = {
    target: text(target),
    protocol,
    ...(published === null ? {} : { published: text(published) }),
    ...(hostIp === null ? {} : { host_ip: hostIp }),
  };
  return [...short, ...variable, long];
}

describe("the grammar of ports", () => {
  it("reads every spelling of a port as the same port", () => {
    fc.assert(
      fc.property(made, (expected) => {
        for (const entry of spellings(expected)) expect(parsePort(entry)).toEqual(expected);
      }),
    );
  });

  it("never reads anything but ports that exist, whatever is written", () => {
    const noise = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...`0123456789:-/.[]${D}{}tcpud `) }), fc.anything());
    fc.assert(
      fc.property(noise, (entry) => {
        const found = parsePort(entry);
        if (found === null) return;
        for (const [first, last] of [found.target, found.published ?? found.target]) {
          expect(first).toBeGreaterThanOrEqual(1);
          expect(last).toBeGreaterThanOrEqual(first);
          expect(last).toBeLessThanOrEqual(65_535);
        }
        expect(portText(found)).not.toContain("$");
      }),
      { numRuns: 500 },
    );
  });
});
