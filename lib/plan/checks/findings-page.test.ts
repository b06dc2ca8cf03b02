import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { findingsPage } from "./findings-page";
import { RULES } from "./rules";

it("docs/findings.md is what the rules say (node --import tsx scripts/findings-doc.ts writes it)", () => {
  expect(readFileSync(path.resolve(import.meta.dirname, "../../../docs/findings.md"), "utf8")).toBe(findingsPage());
});

it("lists every rule once in its contents and once as a heading", () => {
  const page = findingsPage();
  for (const rule of RULES) {
    expect(page.split(`](#${rule.code})`)).toHaveLength(2);
    expect(page.split(`### ${rule.code}\n`)).toHaveLength(2);
  }
});
