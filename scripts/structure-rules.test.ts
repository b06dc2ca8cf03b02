import { describe, expect, it } from "vitest";
import { brokenRules, circles } from "@/scripts/structure-rules";

const edge = (from: string, to: string, typeOnly = false) => ({ from, to, typeOnly });

describe("import rules", () => {
  it.each([
    ["lib/core/money.ts", "lib/db/pool.ts"],
    ["lib/migration/start-run.ts", "next/headers"],
    ["lib/metric/store.ts", "lib/migration/store.ts"],
    ["lib/migration/executors/wait.ts", "lib/db/pool.ts"],
    ["worker/main.ts", "components/ui/button.tsx"],
    ["app/(app)/page.tsx", "lib/db/transaction.ts"],
    ["components/ui/value.tsx", "lib/metric/store.ts"],
  ])("refuses %s → %s", (from, to) => {
    expect(brokenRules(edge(from, to))).toHaveLength(1);
  });

  it.each([
    ["lib/decision/matrix.ts", "lib/trigger/evaluate.ts"],
    ["app/(app)/page.tsx", "lib/decision/store.ts"],
    ["lib/migration/executors/wait.ts", "lib/core/duration.ts"],
  ])("allows %s → %s", (from, to) => {
    expect(brokenRules(edge(from, to))).toEqual([]);
  });

  it("finds a circle and ignores one of types only", () => {
    expect(circles([edge("a", "b"), edge("b", "c"), edge("c", "a")])).toHaveLength(1);
    expect(circles([edge("a", "b"), edge("b", "a", true)])).toEqual([]);
  });
});
