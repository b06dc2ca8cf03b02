import { describe, expect, it } from "vitest";
import { canonicalName, canonicalValue, isInZone, quoteText, type RecordType, unquoteText, writtenValue } from "./dns-name";

describe("names (B-10)", () => {
  it.each([
    ["www.example.com", "www.example.com"],
    ["WWW.Example.COM.", "www.example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["BÜCHER.example", "xn--bcher-kva.example"],
    ["_sip._tcp.example.com", "_sip._tcp.example.com"],
    ["1.2.0.192.in-addr.arpa", "1.2.0.192.in-addr.arpa"],
  ])("%s is %s", (text, name) => expect(canonicalName(text)).toBe(name));

  it.each([
    "",
    ".",
    "a..b",
    "-a.example",
    "a-.example",
    "a b.example",
    "a;b.example",
    "a\nb.example",
    "a/b.example",
    'a".example',
    "*.example.com",
    "a.*.example",
    `${"x".repeat(64)}.example`,
    `${"abc.".repeat(70)}example`,
  ])("refuses %j", (text) => expect(() => canonicalName(text)).toThrow());

  it("takes an asterisk as the first label only, and only where it is asked for", () => {
    expect(canonicalName("*.example.com", { wildcard: true })).toBe("*.example.com");
    for (const text of ["*", "a.*.example.com", "**.example.com", "*a.example.com"]) expect(() => canonicalName(text, { wildcard: true })).toThrow();
  });

  it("knows what lies in a zone by whole labels", () => {
    expect(isInZone("www.example.com", "example.com")).toBe(true);
    expect(isInZone("example.com", "example.com")).toBe(true);
    expect(isInZone("notexample.com", "example.com")).toBe(false);
  });
});

describe("values (B-10)", () => {
  const good: [RecordType, string, string][] = [
    ["A", "192.0.2.1", "192.0.2.1"],
    ["AAAA", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["CNAME", "Target.Example.com", "target.example.com."],
    ["MX", "10  Mail.example.com.", "10 mail.example.com."],
    ["MX", "0 .", "0 ."],
    ["SRV", "1 02 5060 sip.example.com", "1 2 5060 sip.example.com."],
    ["CAA", '0 ISSUE "ca.example.net"', '0 issue "ca.example.net"'],
    ["TXT", '"a" "b\\"c\\092"', '"ab\\"c\\\\"'],
  ];
  it.each(good)("%s %s", (type, text, value) => expect(canonicalValue(type, text)).toBe(value));

  const bad: [RecordType, string][] = [
    ["A", "192.0.2.256"],
    ["A", "0x7f.1"],
    ["A", "2130706433"],
    ["AAAA", "192.0.2.1"],
    ["AAAA", "fe80::1%eth0"],
    ["CNAME", "target"],
    ["CNAME", "."],
    ["CNAME", "a.example.com b.example.com"],
    ["MX", "mail.example.com"],
    ["MX", "70000 mail.example.com"],
    ["SRV", "1 2 sip.example.com"],
    ["CAA", "256 issue x"],
    ["TXT", '"open'],
  ];
  it.each(bad)("refuses %s %s", (type, text) => expect(() => canonicalValue(type, text)).toThrow());

  it("takes the text of a person as it stands, and refuses quotes around it and control characters", () => {
    expect(writtenValue("TXT", 'say "hi" \\ ü')).toBe('"say \\"hi\\" \\\\ \\195\\188"');
    expect(() => writtenValue("TXT", '"v=spf1 -all"')).toThrow("without quotes");
    expect(() => writtenValue("TXT", "a\nb")).toThrow("one line");
    expect(() => writtenValue("A", "192.0.2.1\u0000")).toThrow("one line");
  });

  it("cuts long texts into strings of 255 bytes and puts them together again, whatever the bytes", () => {
    const bytes = Uint8Array.from({ length: 1_000 }, (_none, index) => index % 256);
    for (const radix of [8, 10] as const) {
      const text = quoteText(bytes, radix);
      expect(text.match(/" "/g)).toHaveLength(3);
      expect(unquoteText(text, radix)).toEqual(bytes);
    }
    expect(quoteText(new Uint8Array())).toBe('""');
  });
});
