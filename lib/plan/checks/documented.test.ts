import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../../..");

it("describes every code of a finding in docs/plan-checks.md, and no other", () => {
  const sources = globSync("lib/plan/checks/*.ts", { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
  const codes = sources.flatMap((file) =>
    [...readFileSync(path.join(root, file), "utf8").matchAll(/\bcode: "([a-z-]+)"|^ {2}(?:total|heading|headline|comparison): "([a-z-]+)"/gm)].map(
      (match) => match[1] ?? match[2] ?? "",
    ),
  );
  const table = readFileSync(path.join(root, "docs/plan-checks.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const described = table.flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([a-z-]+)`/g)].map((match) => match[1] ?? ""));
  expect(described.sort()).toEqual([...new Set(codes)].sort());
});
