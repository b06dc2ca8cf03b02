import { describe, expect, it } from "vitest";
import { conditionText, formatAmount, formatLimit, formatMetric, operatorWord, unitText } from "@/lib/decision/words";

describe("numbers in words", () => {
  it("writes money units as the cost pages do", () => {
    expect(formatAmount(947.3, "usd/month")).toBe("$947.30 / month");
    expect(formatAmount(128.9, "USD/month")).toBe("$128.90 / month");
    expect(formatAmount(20, "eur")).toBe("€20");
    expect(unitText("usd/month")).toBe(" USD / month");
  });

  it("leaves every other unit as it is", () => {
    expect(formatAmount(1188, "users")).toBe("1,188 users");
    expect(formatMetric(63.74, "number", "percent")).toBe("63.74 %");
    expect(formatMetric(1, "boolean", "")).toBe("yes");
  });

  it("gives a limit its currency but not its period", () => {
    expect(formatLimit(1000, "usd/month")).toBe("$1,000");
    expect(formatLimit(0.5, "usd/month")).toBe("$0.50");
    expect(formatLimit(70, "percent")).toBe("70");
    expect(conditionText({ op: ">", value: 400, high: null, qualitative: false, unit: "usd/month" })).toBe("above $400");
    expect(conditionText({ op: ">", value: 400, high: null, qualitative: false })).toBe("above 400");
    expect(operatorWord(">=")).toBe("at least");
    expect(operatorWord("~")).toBe("~");
  });
});
