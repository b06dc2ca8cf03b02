import { describe, expect, it } from "vitest";
import { type ExampleMetric, exampleTimes, exampleValue } from "@/prisma/seed/example-metrics";

const end = new Date("2026-11-20T00:00:00Z");
const metric: ExampleMetric = { projectSlug: "demo", key: "users", unit: "users", kind: "number", thresholds: [{ op: ">", value: 50_000 }] };

describe("example metrics", () => {
  it("are the same every time, finite and growing towards the limit", () => {
    const values = exampleTimes(end).map((at) => exampleValue(metric, at, end));
    expect(values).toEqual(exampleTimes(end).map((at) => exampleValue(metric, at, end)));
    expect(values.every(Number.isFinite)).toBe(true);
    expect(values.at(-1)).toBeGreaterThan((values[0] ?? 0) * 1.5);
    expect(values.at(-1)).toBeGreaterThan(50_000 * 0.4);
    expect(values.at(-1)).toBeLessThan(50_000 * 1.3);
  });

  it("counts whole things, and an uptime is close to 100 %", () => {
    const team = { ...metric, key: "team_size", unit: "developers", thresholds: [{ op: ">", value: 2 }] };
    const uptime = { ...metric, key: "uptime_percent", unit: "percent", thresholds: [] };
    for (const at of exampleTimes(end)) {
      expect(Number.isInteger(exampleValue(team, at, end))).toBe(true);
      expect(exampleValue(uptime, at, end)).toBeGreaterThan(99);
    }
  });

  it("stays on the good side of every guard, also where a trigger lies beyond it", () => {
    const errors = { ...metric, key: "error_rate_percent", unit: "percent", thresholds: [{ op: ">", value: 5 }], guards: [{ op: ">=", value: 0.1 }] };
    const hits = { ...metric, key: "cache_hits_percent", unit: "percent", thresholds: [], guards: [{ op: "<", value: 80 }] };
    for (const at of exampleTimes(end)) {
      expect(exampleValue(errors, at, end)).toBeLessThan(0.1);
      expect(exampleValue(hits, at, end)).toBeGreaterThanOrEqual(80);
    }
  });

  it("keeps percentages between 0 and 100 and booleans at 0 or 1", () => {
    const percent = { ...metric, key: "cpu_percent", unit: "percent", thresholds: [{ op: ">", value: 95 }] };
    const flag = { ...metric, key: "compliance_required", kind: "boolean" as const };
    for (const at of exampleTimes(end)) {
      expect(exampleValue(percent, at, end)).toBeLessThanOrEqual(100);
      expect([0, 1]).toContain(exampleValue(flag, at, end));
    }
  });
});
