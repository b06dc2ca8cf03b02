import { existsSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkReport } from "@/lib/plan/check-report";
import { checkPlan } from "@/lib/plan/checks/check-plan";
import { parsePlan } from "@/lib/plan/parse-plan";
import { readSource } from "@/lib/plan/read-source";
import { textOfBytes } from "@/lib/plan/source-bytes";
import { readDocument } from "./read-document";
import { longDocument } from "./testing/long-document";

/** Reads, checks and reports as every way in does; the plan must be one that the format accepts. */
function readWhole(text: string) {
  const read = readDocument(text, "plan.md");
  const parsed = parsePlan(JSON.parse(JSON.stringify(read.plan)));
  expect(parsed.ok ? [] : parsed.issues).toEqual([]);
  const findings = checkPlan(read.plan, read.locate);
  const report = checkReport(read.plan, read.locate);
  const lines = read.tree.lines.length;
  for (const part of read.unread) expect(part.line >= 1 && part.endLine <= lines && part.line <= part.endLine).toBe(true);
  return { read, findings, report };
}

const isEmpty = (text: string) => readWhole(text).read.empty;
const refusal = (bytes: Uint8Array) => {
  try {
    return textOfBytes(bytes).slice(0, 40);
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
};

describe("what is no document", () => {
  it("is refused with what to do", async () => {
    expect(refusal(new Uint8Array(50 * 1_048_576).fill(0x61))).toBe("The text is larger than 5 MB; at most that much is read. Split it.");
    expect(refusal(Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 1]))).toBe("This is a PNG image, not a text. Save it as Markdown text in UTF-8 and try again.");
    expect(refusal(Uint8Array.from([0x61, 0, 0, 7, 0x62]))).toBe("This is not a text: it has NUL characters. Save it as Markdown text in UTF-8 and try again.");
    expect(await readSource("x".repeat(6_000_000), { format: "markdown" })).toMatchObject({
      ok: false,
      issues: [{ message: expect.stringMatching(/at most 5,242,880 are read/) }],
    });
    expect(await readSource(" \n\t\n", { format: "markdown" })).toMatchObject({ ok: false, issues: [{ message: "The document is empty." }] });
  });

  it("makes no project", () => {
    expect(isEmpty("")).toBe(true);
    expect(isEmpty("\n\n\n")).toBe(true);
    expect(isEmpty("# Only a heading")).toBe(true);
    expect(isEmpty("---\n***\n___\n")).toBe(true);
    expect(isEmpty("# Notes of a walk\n\nWe saw 3 swans, 12 ducks and a heron.\n\n- bread\n- cheese\n")).toBe(true);
    expect(isEmpty("\u0000\u0001\u0002")).toBe(true);
  });
});

describe("documents of strange structure", () => {
  it.each([
    ["a fence that is never closed", "# A\n\n```sh\necho hello\n\n## Costs\n\n- Server: $20/month\n"],
    ["headings inside fences", "# A\n\n```\n## Costs\n### Phase 1\n```\n\n~~~md\n# B\n~~~\n\n- Server: $20/month\n"],
    ["headings of the same name", "# Costs\n\n- Server: $20/month\n\n# Costs\n\n- Server: $20/month\n\n# Costs\n"],
    ["a phase below zero", "# A\n\n## Phase -1: Decide\n\n- [ ] x\n\n## Phase 0\n\n- [ ] y\n\n- Server: $20/month\n"],
    ["tabs everywhere", "#\tA\n\n-\tServer:\t$20/month\n\t-\tdeeper:\t$5\n\n|\tA\t|\tB\t|\n|\t---\t|\t---\t|\n|\tx\t|\t$3\t|\n"],
    ["rows of other lengths", "| A | B |\n|---|---|\n| x |\n| y | $3 | $4 | $5 |\n||||\n\n- Server: $20/month\n"],
    ["levels that jump", "###### F\n\n# A\n\n#### D\n\n- Server: $20/month\n"],
    ["only carriage returns", "# A\r\r## Costs\r\r- Server: $20/month\r"],
    ["a table without rows", "| A | Cost |\n|---|---|\n\n- Server: $20/month\n"],
    ["reference links and footnotes", "# A [x][1]\n\n[1]: https://example.com/$20\n\nText[^1].\n\n[^1]: $20/month for the server.\n\n- Server: $20/month\n"],
  ])("are read: %s", (_what, text) => {
    const { read, report } = readWhole(text);
    const found = JSON.stringify([report.stacks, report.otherPrices]);
    expect(found).toContain('"20');
    expect(read.tree.sections.length).toBeGreaterThan(0);
  });

  it("nest a thousand deep", () => {
    readWhole(Array.from({ length: 1_000 }, (_, i) => `${"  ".repeat(i)}- level ${i}: $${i}`).join("\n"));
    readWhole(`${">".repeat(1_000)} quoted $20\n\n${"[".repeat(5_000)}${"*".repeat(5_000)}${"`".repeat(5_000)}`);
    readWhole(`# A\n\n${"- ".repeat(2_000)}x\n\n${"1. ".repeat(2_000)}x`);
  });
});

describe("what would be dangerous elsewhere", () => {
  const text = [
    "# Plan <script>globalThis.ran = true</script>",
    "",
    "| Service | Cost |",
    "|---|---|",
    '| =HYPERLINK("https://example.com") | $20/month |',
    "| <script>globalThis.ran = true</script>Server | $30/month |",
    "| +cmd\\|' /C calc'!A0 | $40/month |",
    "| <img src=x onerror=alert(1)> | $50/month |",
    "| @SUM(1+1) | $60/month |",
    "",
    "<script>globalThis.ran = true; document.write('$70')</script>",
    "",
    '<iframe src="javascript:alert(1)"></iframe>',
    "",
    "```js",
    "globalThis.ran = true; require('node:fs').writeFileSync('/tmp/switchyard-ran', '1');",
    "```",
    "",
    "- {{constructor.constructor('globalThis.ran = true')()}}: $80/month",
    "- $(touch /tmp/switchyard-ran): $90/month",
    "- __proto__: $91/month",
    "- constructor: $92/month",
    "- toString: $93/month",
  ].join("\n");

  it("is text and nothing else", () => {
    const { report } = readWhole(text);
    const written = JSON.stringify(report);
    expect(written).not.toMatch(/<script|<img|<iframe|onerror/i);
    expect(written).toContain("=HYPERLINK");
    expect(Reflect.get(globalThis, "ran")).toBeUndefined();
    expect(existsSync("/tmp/switchyard-ran")).toBe(false);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe("large documents", () => {
  it("have a table of ten thousand rows", () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => `| Server ${i} | $${i}/month | €${i * 2} |`);
    const { read } = readWhole(`# Costs\n\n| Service | Current | Target |\n|---|---|---|\n${rows.join("\n")}\n`);
    expect(read.tree.blocks.find((block) => block.type === "table")).toMatchObject({ endLine: 10_004 });
    expect(read.unread.length).toBeLessThanOrEqual(500);
  }, 60_000);

  it.each([
    ["words", "lorem ipsum "],
    ["prices", "$20 – "],
    ["conditions", "> 20% for 5 minutes, "],
    ["cells", "| $20 "],
    ["digits", "9"],
    ["stars", "*a "],
    ["brackets", "[a]("],
    ["backticks", "` "],
    ["angle brackets", "<a "],
    ["arrows", "A → B "],
    ["dashes", "-"],
    ["damage", "â€“ "],
  ])(
    "have a line of a megabyte: %s",
    (_what, piece) => {
      const { read } = readWhole(`# Costs\n\n- Server: $20/month\n\n${piece.repeat(Math.ceil(1_048_576 / piece.length))}\n\n- Database: $30/month\n`);
      expect(read.unread.some((part) => part.line === 5 && /too long/.test(part.reason))).toBe(true);
    },
    30_000,
  );

  it("have five megabytes", () => {
    const facts = longDocument(300_000);
    const prose = Array.from(
      { length: 40_000 },
      (_, i) => `Paragraph ${i} tells at length why the team works as it does, and what it would rather not change.\n`,
    ).join("\n");
    const text = `${facts}\n## Appendix\n\n${prose}`.slice(0, 5_000_000);
    const { read } = readWhole(text);
    expect(text.length).toBeGreaterThan(4_000_000);
    expect(read.empty).toBe(false);
    expect(read.tree.lines.length).toBe(text.split("\n").length);
  }, 400_000);
});

const SCRAPS = [
  "\n",
  "\n\n",
  "# ",
  "## Phase 1\n",
  "```\n",
  "| a | b |\n|---|---|\n",
  "- [ ] ",
  "- ",
  "1. ",
  "$20/month",
  "€1.234,56",
  "> 70% for 24 hours",
  "T+0:15",
  "→",
  "\t",
  "\r",
  "\u0000",
  "<b>",
  "</",
  "**",
  "`",
  "|",
  "$",
  "🚀",
  "â€“",
  "Total: ",
  "---\n",
];

describe("documents that were mutilated", () => {
  it("are read without an error, and always make a valid plan", () => {
    const change = fc.record({
      at: fc.nat(20_000),
      drop: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(2_000)),
      put: fc.oneof(fc.constantFrom(...SCRAPS), fc.string({ maxLength: 20 }), fc.string({ unit: "binary", maxLength: 8 })),
      times: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 30 })),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(change, { maxLength: 12 }), (seed, changes) => {
        let text = longDocument(4_000, seed);
        for (const { at, drop, put, times } of changes) {
          const from = at % (text.length + 1);
          text = text.slice(0, from) + put.repeat(times) + text.slice(from + drop);
        }
        readWhole(text);
      }),
      { seed: 51, numRuns: 250 },
    );
  }, 120_000);

  it("are read when they are made of scraps", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...SCRAPS), fc.string({ maxLength: 12 })), { maxLength: 80 }), (scraps) => {
        readWhole(scraps.join(""));
      }),
      { seed: 52, numRuns: 250 },
    );
  }, 120_000);
});
