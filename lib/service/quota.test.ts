import { describe, expect, it } from "vitest";
import { Quota } from "./quota";

describe("Quota", () => {
  it("refuses a holder beyond the limit and gives a place back only once", () => {
    const quota = new Quota(2);
    const first = quota.take("a");
    expect(quota.take("a")).not.toBeNull();
    expect(quota.take("a")).toBeNull();
    expect(quota.take("b")).not.toBeNull();
    first?.();
    first?.();
    expect(quota.take("a")).not.toBeNull();
    expect(quota.take("a")).toBeNull();
    expect(quota.size).toBe(3);
  });

  it("refuses everybody beyond the total, until a place is given back", () => {
    const quota = new Quota(2, 3);
    const places = ["a", "a", "b"].map((holder) => quota.take(holder));
    expect(places).not.toContain(null);
    expect(quota.take("c")).toBeNull();
    places[0]?.();
    expect(quota.take("c")).not.toBeNull();
    expect(quota.take("b")).toBeNull();
  });
});
