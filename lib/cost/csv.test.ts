import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvRecord, csvRecords } from "./csv";

async function* bytes(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text, "utf8");
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}
async function read(text: string, size?: number): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  for await (const record of csvRecords(bytes(text, size))) records.push(record);
  return records;
}

describe("CSV records", () => {
  it("reads quotes, doubled quotes, line breaks in cells, CRLF, byte order mark and a last line without end", async () => {
    expect(await read('\uFEFFa,b\r\n"x ""y"", z","two\nlines"\r\n\r\nlast,"ü"')).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ['x "y", z', "two\nlines"] },
      { line: 5, cells: ["last", "ü"] },
    ]);
  });

  it("takes the delimiter from the first line", async () => {
    expect(await read("a;b;c\n1,5;2;3")).toEqual([
      { line: 1, cells: ["a", "b", "c"] },
      { line: 2, cells: ["1,5", "2", "3"] },
    ]);
  });

  it("loses only the line with the open quote", async () => {
    expect(await read('a,b\n1,2\n"open,3\n4,5\n"fine","6"\n')).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ["1", "2"] },
      { line: 3, problem: expect.stringContaining("quote") },
      { line: 4, cells: ["4", "5"] },
      { line: 5, cells: ["fine", "6"] },
    ]);
  });

  it("recovers where two lines leave a quote open, and at the end of the file", async () => {
    const records = await read('a,b\n"x,1\nok,2\n"y,1\nok,3\n"z,1');
    expect(records.map((record) => ("cells" in record ? record.cells.join("|") : `line ${record.line}`))).toEqual([
      "a|b",
      "line 2",
      "ok|2",
      "line 4",
      "ok|3",
      "line 6",
    ]);
  });

  it("stops at a line without end", async () => {
    async function* endless() {
      for (;;) yield Buffer.alloc(65_536, "x");
    }
    await expect(async () => {
      for await (const _ of csvRecords(endless())) expect.fail("no record expected");
    }).rejects.toThrow(RangeError);
  });

  it("reads what it was written from, like a general CSV reader, however the bytes arrive", async () => {
    const cell = fc
      .oneof(fc.constantFrom("", '"', ",", "\n", "a", "NULL"), fc.string({ unit: "grapheme", maxLength: 12 }))
      .filter((value) => !/[\r\uFEFF]/.test(value));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        async (rows, size) => {
          const text = [["h1", "h2", "h3"], ...rows].map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(",")).join("\n");
          const records = await read(text, size);
          const cells = records.map((record) => ("cells" in record ? record.cells : null));
          // A cell may hold at most 19 line breaks; generated ones are shorter.
          expect(cells).toEqual([["h1", "h2", "h3"], ...rows]);
          expect(cells).toEqual(parse(text, { bom: true }));
        },
      ),
    );
  });
});
