import { describe, expect, it } from "vitest";
import { reachBackMs } from "./promql-range";

describe("reachBackMs (R-GRD-4)", () => {
  it.each([
    ["up", 0],
    ["vector(1)", 0],
    ["rate(http_requests_total[5m])", 300_000],
    ['sum(increase(x{code="5xx"}[5s])) / clamp_min(sum(increase(x[30s])), 1) * 100', 30_000],
    ["rate(x[5m] offset 10m)", 900_000],
    ["x offset 1h30m", 5_400_000],
    ["x offset -5m", 0],
    ["max_over_time(rate(x[5m])[30m:1m])", 2_100_000],
    ["max_over_time((rate(a[1m]) + rate(b[2m]))[10m:])", 720_000],
    ["max_over_time(sum by (side) (rate(a[1m]))[10m:30s] offset 1d)", 87_060_000],
    ["rate(a[1m]) + b offset 2m", 120_000],
    ["quantile_over_time(0.99, x[1w])", 604_800_000],
    ["rate(x[1m500ms])", 60_500],
  ])("%s looks back %d ms", (query, ms) => expect(reachBackMs(query)).toBe(ms));

  it.each(['x{path="/[5m]"}', "x{path='offset 5m'}", "x{path=`[9d]`}", "x # rate(y[5m])", 'x{a="\\"[5m]"}'])(
    "%s: brackets in texts and comments are none",
    (query) => expect(reachBackMs(query)).toBe(0),
  );

  it.each(["x @ 1609746000", "rate(x[5m] @ end())", "rate(x[5m)", "rate(x[5m]))", "rate(x[$__interval])", "rate(x[])", 'x{a="'])(
    "B-5 %s cannot be told",
    (query) => expect(reachBackMs(query)).toBeNull(),
  );
});
