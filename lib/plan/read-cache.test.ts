import { describe, expect, it } from "vitest";
import { readDocumentOnce } from "./read-cache";

describe("readings kept for a review", () => {
  it("gives the same reading for the same text and name, another one for any other", async () => {
    const first = readDocumentOnce("# A\n", "a.md");
    expect(readDocumentOnce("# A\n", "a.md")).toBe(first);
    expect(readDocumentOnce("# A\n", "b.md")).not.toBe(first);
    expect((await readDocumentOnce("# B\n", "a.md")).plan.project.name).toBe("B");
  });

  it("lets go of old readings before memory is short", () => {
    const first = readDocumentOnce("# Old\n", "");
    for (let i = 0; i < 70; i++) readDocumentOnce(`# Long ${i}\n\n${"x".repeat(190_000)}`, "");
    expect(readDocumentOnce("# Old\n", "")).not.toBe(first);
  });
});
