import { describe, expect, it } from "vitest";
import { findConditions } from "./condition";
import { metricNear, metricOf } from "./metric-names";

function named(text: string): (string | undefined)[] {
  const found = findConditions(text);
  return found.map((one, i) => metricNear(text, one, found[i - 1]?.end, found[i + 1]?.start)?.key);
}

describe("quantities of limits", () => {
  it.each([
    ["Host CPU utilization >65%", ["cpu_percent"]],
    ["Monthly Recurring Revenue: >$7,500", ["mrr_usd"]],
    ["80,000+ monthly active users", ["monthly_active_users"]],
    ["Team Size: >6 developers", ["team_size"]],
    ["latency >350ms or errors >0.8%", ["latency_ms", "error_rate_percent"]],
    ["reaches 40K users or €450/month hosting costs", ["users", "monthly_cost_eur"]],
    ["Response time: <450ms (95th percentile)", ["response_time_p95_ms"]],
    ["p99 < 250 ms", ["latency_p99_ms"]],
    ["Queue memory: < 300MB (of 512MB)", ["queue_memory_mb"]],
    ["Cost reduction: <$350/month operational costs", ["monthly_cost_usd"]],
    ["Azure-Rechnung mehr als 2.500 €", ["azure_bill_eur"]],
    ["le taux d'erreur dépasse 3 %", ["error_rate_percent"]],
    ["los pagos fallidos superan el 3 %", ["failed_payments_percent"]],
    ["We move once monthly active users exceed 75,000", ["monthly_active_users"]],
  ])("%s", (text, wanted) => expect(named(text)).toEqual(wanted));

  it("names what it does not know by the words of the text", () => {
    expect(metricOf("Turbine bearing temperature", "C")).toMatchObject({ key: "turbine_bearing_temperature", known: false });
    expect(metricOf("the of and", null)).toBeNull();
  });

  it("keeps the same quantity in two sizes apart", () => {
    expect(metricOf("response time", "s")?.key).toBe("response_time_s");
    expect(metricOf("response time", "ms")?.key).toBe("response_time_ms");
  });
});
