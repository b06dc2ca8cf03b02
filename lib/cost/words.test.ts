import { describe, expect, it } from "vitest";
import { againstPlan, endsText, signedEnds } from "./words";

describe("costs in words", () => {
  it.each([
    [{ min: "45", max: "70" }, "$45.00–$70.00"],
    [{ min: "50", max: null }, "$50.00 or more"],
    [{ min: "10", max: "10.000" }, "$10.00"],
    [{ min: null, max: null }, "unknown"],
  ])("%j", (value, text) => expect(endsText(value, "USD")).toBe(text));
  it("signs differences at both ends", () => {
    expect(signedEnds({ min: "-49", max: "1" }, "USD")).toBe("−$49.00 to +$1.00");
    expect(signedEnds({ min: null, max: "-40" }, "USD")).toBe("−$40.00 or less");
    expect(signedEnds({ min: "0", max: "0" }, "USD")).toBe("$0.00");
  });
  it("says over, within and under plan, without a percentage of a tiny base", () => {
    expect(againstPlan("1184", { min: "1000", max: "1100" }, "USD").text).toBe("$84.00 (+7.6 %) over plan");
    expect(againstPlan("1050", { min: "1000", max: "1100" }, "USD").state).toBe("within");
    expect(againstPlan("900", { min: "1000", max: null }, "USD").text).toBe("$100.00 (−10.0 %) under plan");
    expect(againstPlan("5", { min: "2", max: "2" }, "USD").text).toBe("$3.00 over plan");
    expect(againstPlan("2.004", { min: "2", max: "2" }, "USD").state).toBe("within");
  });
});
