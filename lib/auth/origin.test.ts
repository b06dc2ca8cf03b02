import { describe, expect, it } from "vitest";
import { doorOf, isSameOrigin, safePath } from "@/lib/auth/origin";
import { addressGroup, signInDelay } from "@/lib/auth/sign-in-delay";

describe("door", () => {
  it.each([
    ["localhost:3000", undefined, true, false],
    ["127.0.0.1:8080", undefined, true, false],
    ["[::1]:3000", undefined, true, false],
    ["192.168.1.5:3000", undefined, false, false],
    ["evil.test", undefined, false, false],
    ["localhost.evil.test", undefined, false, false],
    ["127.0.0.1.evil.test", undefined, false, false],
    [null, undefined, false, false],
    ["ops.example.test", "https://ops.example.test", true, true],
    ["OPS.example.test", "https://ops.example.test", true, true],
    ["ops.example.test:8443", "https://ops.example.test", false, false],
    ["evil.test", "https://ops.example.test", false, false],
    ["ops.example.test", "http://ops.example.test", false, false],
    ["localhost:3000", "https://ops.example.test", true, false],
  ])("R-SEC-10: host %s with PUBLIC_URL %s → open %s, secure %s", (host, publicUrl, open, secure) => {
    expect(doorOf(host, publicUrl)).toMatchObject({ open, secure });
  });

  it("S-2: changes only from the own origin: not null, not missing, not a neighbour", () => {
    const door = doorOf("ops.example.test", "https://ops.example.test");
    const from = (origin: string | null, site?: string) => {
      const headers = new Headers({ host: "ops.example.test", "x-forwarded-host": "evil.test" });
      if (origin !== null) headers.set("origin", origin);
      if (site !== undefined) headers.set("sec-fetch-site", site);
      return isSameOrigin(headers, door);
    };
    expect(from("https://ops.example.test")).toBe(true);
    expect(from("https://ops.example.test", "same-origin")).toBe(true);
    for (const origin of [
      null,
      "null",
      "",
      "http://ops.example.test",
      "https://ops.example.test:8443",
      "https://evil.test",
      "https://ops.example.test.evil.test",
    ]) {
      expect(from(origin)).toBe(false);
    }
    expect(from("https://ops.example.test", "cross-site")).toBe(false);
  });
});

describe("safePath", () => {
  it("keeps own paths and nothing else", () => {
    expect(safePath("/runs/1?tab=a#b")).toBe("/runs/1?tab=a#b");
    for (const text of [
      "//evil.test",
      "/\\evil.test",
      "https://evil.test",
      "javascript:alert(1)",
      "",
      "runs",
      "/\t/evil.test",
      "/a\\b",
      undefined,
      ["/a"],
      `/${"a".repeat(1_000)}`,
    ]) {
      expect(safePath(text)).toBe("/");
    }
  });
});

describe("delay", () => {
  const none = { pair: [], account: [], address: [], knownAddress: false };
  it("grows by doubling, is bounded, and forgets", () => {
    const after = (failures: number) => signInDelay({ ...none, pair: Array<number>(failures).fill(0) });
    expect([4, 5, 6, 7, 8, 30].map(after)).toEqual([0, 1_000, 2_000, 4_000, 8_000, 300_000]);
    expect(signInDelay({ ...none, pair: Array<number>(30).fill(15 * 60_000) })).toBe(0);
  });

  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:1:2::9", "2001:db8:1:2::/64"],
    ["[2001:db8::1]", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("counts %s as %s", (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});
