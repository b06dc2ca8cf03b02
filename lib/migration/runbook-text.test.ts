import { describe, expect, it } from "vitest";
import { InvalidInputError } from "@/lib/core/errors";
import { makeRunbook } from "@/prisma/testing/factories/migration";
import { readRunbookText, writeRunbookText } from "./runbook-text";

const issuesOf = (text: string) => {
  try {
    readRunbookText(text);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues;
    throw error;
  }
  return [];
};

describe("runbook as text", () => {
  it("reads back what it wrote, and JSON as well", () => {
    const document = makeRunbook({ steps: [{ key: "soak", title: "Soak: 10 m # not a comment", kind: "wait", with: { for: "10m" }, instructions: "a\nb" }] });
    expect(readRunbookText(writeRunbookText(document))).toEqual(document);
    expect(readRunbookText(JSON.stringify(document))).toEqual(document);
  });

  it("names path and line of every refused place", () => {
    const text = [
      "steps:",
      "  - key: one",
      "    title: One",
      "    kind: manual",
      "  - key: Two words",
      "    title: Two",
      "    kind: wait",
      "    with:",
      "      for: soon",
    ].join("\n");
    expect(issuesOf(text)).toEqual([
      { path: "steps[1].key (line 5)", message: expect.stringContaining("lower-case") },
      { path: "steps[1].with.for (line 9)", message: expect.stringContaining("duration") },
    ]);
  });

  it("refuses unknown keys, an empty text, broken YAML and a bomb of aliases", () => {
    expect(issuesOf("steps: [{key: a, title: A, kind: manual, colour: red}]")[0]?.message).toContain("colour");
    expect(issuesOf("")).not.toEqual([]);
    expect(issuesOf("steps: [")[0]?.path).toMatch(/^line /);
    expect(issuesOf("steps: []\nsteps: []")[0]?.message).toContain("unique");
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x,x]",
      "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]",
      "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]",
      "steps: [*c,*c,*c,*c,*c,*c,*c,*c]",
    ].join("\n");
    expect(() => readRunbookText(bomb)).toThrow(InvalidInputError);
  });
});
