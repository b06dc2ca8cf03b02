import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asMacRoman, planDocument } from "@/e2e/fixtures/plan-document";
import type { Edit } from "@/lib/document/edits";
import { readDocument } from "@/lib/document/read-document";
import { parsePlan } from "../parse-plan";
import { buildReview } from "./build-review";
import type { Review, ReviewItem } from "./types";

const draft = (edits: Edit[] = []) => ({ id: "d", version: 1, edits });
const itemsOf = (review: Review): ReviewItem[] => review.groups.flatMap((group) => [...(group.about === null ? [] : [group.about]), ...group.items]);

describe("the review of a document", () => {
  const document = readDocument(asMacRoman(planDocument()), "plan.md");
  const review = buildReview(draft(), document);

  it("has every priced service with its line, and the findings with theirs", () => {
    const services = itemsOf(review).filter((item) => item.list === "stacks.resources");
    expect(services.map((item) => [item.title, item.lines[0]])).toEqual([
      ["Web server", 14],
      ["PostgreSQL", 15],
      ["Redis cache", 16],
      ["Mail", 17],
      ["Kubernetes cluster", 24],
      ["RDS PostgreSQL", 25],
      ["ElastiCache", 26],
    ]);
    expect(review.findings.find((finding) => finding.code === "headline-vs-table-total")?.lines).toContain(27);
    expect(review.groups.slice(0, 2).map((group) => group.notes[0])).toEqual([
      "The rows add up to $69.00–$73.00 a month.",
      "The rows add up to $270.00 a month.",
    ]);
  });

  it("gives every entry an identity of its own, and words without holes", () => {
    const items = itemsOf(review);
    expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
    for (const item of items) {
      expect(item.title).not.toBe("");
      expect(`${item.title} ${item.detail}`).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  it("of a dropped stack leaves out what needs it, and names it", () => {
    const stack = itemsOf(review).find((item) => item.list === "stacks" && item.title === "Target stack");
    const gone = buildReview(draft([{ id: "a", op: "drop", target: stack?.id ?? "", label: "stack" }]), document);
    expect(gone.groups.at(-1)).toMatchObject({ key: "dropped", items: [{ title: "Target stack", state: "dropped" }] });
    expect(
      itemsOf(gone)
        .filter((item) => item.list === "decisionMatrix.rows")
        .map((item) => item.detail.split(" | ").length),
    ).toEqual([1, 1]);
    expect(itemsOf(gone).some((item) => item.list === "migrations")).toBe(false);
    expect(gone.leftOut.length).toBeGreaterThan(0);
    expect(itemsOf(gone).some((item) => item.list === "triggers")).toBe(true);
  });

  it("never breaks, whatever happens to the document, and its plan stays valid under corrections", () => {
    const lines = planDocument().split("\n");
    const mutation = fc.tuple(fc.nat(lines.length - 1), fc.constantFrom("drop", "twice", "swap", "noise"), fc.string({ maxLength: 20 }));
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 12 }), fc.array(fc.tuple(fc.nat(60), fc.boolean()), { maxLength: 5 }), (mutations, wishes) => {
        const text = [...lines];
        for (const [at, how, noise] of mutations) {
          const place = at % text.length;
          if (how === "drop") text.splice(place, 1);
          else if (how === "twice") text.splice(place, 0, text[place] ?? "");
          else if (how === "swap") text.push(text.splice(place, 1)[0] ?? "");
          else text[place] = `${text[place]}${noise}`;
        }
        const mutated = readDocument(text.join("\n"), "plan.md");
        const before = itemsOf(buildReview(draft(), mutated));
        const edits = wishes.flatMap(([at, drop], i): Edit[] => {
          const item = before[at % Math.max(1, before.length)];
          if (item === undefined) return [];
          const common = { id: `${i}`, target: item.id, label: item.title };
          return [drop ? { ...common, op: "drop" } : { ...common, op: "set", field: "name", value: "Renamed" }];
        });
        const after = buildReview(draft(edits), mutated);
        expect(after.lost).toEqual([]);
        expect(parsePlan(JSON.parse(JSON.stringify(mutated.plan))).ok).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});
