import { describe, expect, it } from "vitest";
import { moneySentences } from "@/lib/portfolio/money";

describe("money line of the portfolio", () => {
  it("adds up one currency and says what is missing", () => {
    // 10.10 + 20.20 = 30.30; plans 15 + 25 + 5 = 45
    const sentences = moneySentences([
      { currency: "USD", billed: "10.10", planned: "15" },
      { currency: "USD", billed: "20.20", planned: "25" },
      { currency: "USD", billed: null, planned: "5" },
    ]);
    expect(sentences).toEqual([
      "This month so far: at least $30.30 billed (1 of 3 projects without a bill); the plans of the present stacks add up to $45.00 a month or more.",
    ]);
  });

  it("never adds up two currencies and says nothing where nothing is billed", () => {
    const sentences = moneySentences([
      { currency: "USD", billed: "1", planned: null },
      { currency: "EUR", billed: "2", planned: "3" },
      { currency: "INR", billed: null, planned: "3" },
    ]);
    expect(sentences).toHaveLength(2);
    expect(sentences[0]).toContain("€2.00");
    expect(sentences[1]).toContain("$1.00");
  });
});
