import { describe, expect, it } from "vitest";
import { formatOf, looksLikeMarkdown } from "./looks-like-markdown";
import { EXAMPLES, exampleText, smallPlan } from "./testing/example-text";

describe("telling a document from a plan", () => {
  it("takes every example and JSON for a plan, whatever its comments look like", () => {
    for (const name of EXAMPLES) expect(looksLikeMarkdown(exampleText(name))).toBe(false);
    expect(looksLikeMarkdown(`# A comment\n# ## another\n${smallPlan()}`)).toBe(false);
    expect(looksLikeMarkdown('\uFEFF {"schemaVersion": 1}')).toBe(false);
    expect(looksLikeMarkdown("stacks:\n  - { key: a }\n")).toBe(false);
  });

  it("takes headings, tables, lists, fences and underlined titles for a document", () => {
    for (const text of ["# Move\n", "| a | b |\n|---|---|\n", "- one\n- two\n", "1. first\n", "Title\n=====\n", "```sh\nls\n```\n", "\uFEFF## Later heading"]) {
      expect([text, looksLikeMarkdown(text)]).toEqual([text, true]);
    }
  });

  it("is not misled by YAML in fences, front matter, or a sentence that begins like a field", () => {
    expect(looksLikeMarkdown("# Plan\n\n```yaml\nschemaVersion: 1\nstacks:\n  - a\n```\n")).toBe(true);
    expect(looksLikeMarkdown("---\nproject:\n  name: x\n---\n\n# Plan\n\nText.\n")).toBe(true);
    expect(looksLikeMarkdown("# Plan\n\nproject: the shop of the harbour\n")).toBe(true);
    expect(looksLikeMarkdown("# Plan\n\n~~~\nmetrics:\n~~~\n\n```\nproject:\n")).toBe(true);
  });

  it("lets the name of a file decide", () => {
    expect(formatOf("stacks:\n", "notes.MD")).toBe("markdown");
    expect(formatOf("# Heading\n", "plan.yml")).toBe("yaml");
    expect(formatOf("# Heading\n", "plan.txt")).toBe("markdown");
    expect(formatOf("")).toBe("yaml");
  });
});
