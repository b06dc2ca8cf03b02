import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDocument } from "./decode";

const text = "# Größe\r\n\r\n- 20 € → 40 €\r- 👍\n";
const utf8 = new TextEncoder().encode(text);
const utf16 = (bigEndian: boolean) =>
  Uint8Array.from(
    [...text]
      .flatMap((sign) => Array.from({ length: sign.length }, (_, i) => sign.charCodeAt(i)))
      .flatMap((code) => (bigEndian ? [code >> 8, code & 255] : [code & 255, code >> 8])),
  );
const join = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const read = (bytes: Uint8Array) => {
  const decoded = decodeDocument(bytes);
  return decoded.ok ? decoded.text : decoded.reason;
};

describe("text of a file", () => {
  it("is read in UTF-8 and UTF-16, with and without a mark", () => {
    expect(read(utf8)).toBe(text);
    expect(read(join([0xef, 0xbb, 0xbf], utf8))).toBe(text);
    expect(read(join([0xff, 0xfe], utf16(false)))).toBe(text);
    expect(read(join([0xfe, 0xff], utf16(true)))).toBe(text);
    expect(read(new Uint8Array())).toBe("");
  });

  it("is found to be UTF-16 by its zeros", () => {
    const plain = "# A plan of one hundred ASCII characters\n- costs: 20\n";
    const bytes = Uint8Array.from([...plain].flatMap((sign) => [sign.charCodeAt(0), 0]));
    expect(read(bytes)).toBe(plain);
    expect(read(Uint8Array.from([...plain].flatMap((sign) => [0, sign.charCodeAt(0)])))).toBe(plain);
  });

  it("is cp1252 on the lines that are no UTF-8", () => {
    expect(read(join(utf8, [0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0x80, 0x0a]))).toBe(`${text}Grüße €\n`);
  });

  it.each([
    ["%PDF-1.7 …", [0x25, 0x50, 0x44, 0x46, 0x2d], "This is a PDF file, not a text. Save it as Markdown text in UTF-8 and try again."],
    [
      "an archive",
      [0x50, 0x4b, 0x03, 0x04, 0x14, 0],
      "This is a ZIP archive or an office document, not a text. Save it as Markdown text in UTF-8 and try again.",
    ],
    ["NUL characters", [0x61, 0, 0x62, 0, 0, 0x63], "This is not a text: it has NUL characters. Save it as Markdown text in UTF-8 and try again."],
    ["control characters", [1, 2, 3, 4, 5, 6, 7, 8], "This is not a text: it is full of control characters. Save it as Markdown text in UTF-8 and try again."],
  ])("is not read from %s", (_what, bytes, reason) => {
    expect(read(Uint8Array.from(bytes))).toBe(reason);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(read(bytes)).toBeTypeOf("string");
      }),
      { seed: 34, numRuns: 500 },
    );
  });
});
