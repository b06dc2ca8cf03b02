import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { sourceReport } from "./document-report";
import { readSource } from "./read-source";

/* docs/import.md says what its example is read as: it must stay true. */
const page = readFileSync(path.resolve(import.meta.dirname, "../../docs/import.md"), "utf8");
const example = /```markdown\n([\s\S]*?)```/.exec(page)?.[1] ?? "";

describe("the example of docs/import.md", () => {
  it("is read as the page says", async () => {
    const read = await readSource(example, { name: "PLAN.md" });
    if (!read.ok) throw new Error("the example was not read");
    const report = sourceReport(read);
    expect(read.format).toBe("markdown");
    expect(report.project.name).toBe("Shop: one server to the cluster");
    expect(report.stacks.map((stack) => [stack.role, stack.lineItems.map((item) => [item.name, item.price.min, item.price.max, item.price.currency])])).toEqual(
      [
        [
          "current",
          [
            ["Web server", "24", "24", "EUR"],
            ["PostgreSQL", "18", "22", "EUR"],
          ],
        ],
        [
          "target",
          [
            ["Kubernetes cluster", "140", "140", "EUR"],
            ["RDS PostgreSQL", "95", "95", "EUR"],
          ],
        ],
      ],
    );
    expect(report.triggers.map((trigger) => [trigger.op, trigger.value, trigger.for])).toEqual([
      [">", 75, "24h"],
      [">", 2500, null],
    ]);
    expect(report.migrations).toHaveLength(1);
    expect(report.migrations[0]).toMatchObject({
      phases: [
        {
          steps: [
            { title: "Write the manifests", done: true },
            { title: "Restore last night's backup", done: false },
          ],
        },
      ],
    });
    const wrong = report.findings.find((finding) => finding.code === "headline-vs-table-total");
    expect(wrong).toMatchObject({ lines: expect.arrayContaining([17]), expected: "€235.00", found: "€240.00" });
  });

  it("names every finding of the reading itself", async () => {
    expect(page).toContain("| `unread-parts` | info |");
    const read = await readSource("# Nothing\n", { name: "a.md" });
    expect(read.ok && sourceReport(read).findings.map((finding) => finding.code)).toEqual(["nothing-to-import"]);
  });
});
