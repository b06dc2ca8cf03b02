import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readYamlPlan } from "../../read-yaml";
import { checkPlan } from "../check-plan";

const HEAD = "schemaVersion: 1\nproject: { slug: example, name: Example, currency: EUR }\n";

function check(yaml: string) {
  const read = readYamlPlan(HEAD + yaml);
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return checkPlan(read.plan, read.locate);
}

interface Row {
  low: number;
  high: number;
}

const cents = fc.integer({ min: 0, max: 500_000 });
const row: fc.Arbitrary<Row> = fc.tuple(cents, cents).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));
const rows = fc.array(row, { minLength: 1, maxLength: 12 });
const euros = (value: number) => value / 100;
const sum = (list: readonly Row[], end: "low" | "high") => list.reduce((all, one) => all + one[end], 0);

const stack = (key: string, role: string, list: readonly Row[], factor = 1) => `  - key: ${key}
    name: ${key}
    role: ${role}
    resources:
${list.map((one, i) => `      - { key: r${i}, name: Row ${i}, lineItems: [{ price: { form: range, min: ${euros(one.low)}, max: ${euros(one.high)} } }] }`).join("\n")}
    statedTotals:
      - { min: ${euros(sum(list, "low") * factor)}, max: ${euros(sum(list, "high") * factor)} }
      - { min: ${euros(12 * sum(list, "low"))}, max: ${euros(12 * sum(list, "high"))}, period: year }
      - { kind: heading, min: ${Math.floor(euros(sum(list, "low")))}, max: ${Math.ceil(euros(sum(list, "high"))) + 1} }
`;

describe("figures that follow from others are never reported", () => {
  it("totals, yearly totals and headings around them", () => {
    fc.assert(
      fc.property(rows, (list) => {
        expect(check(`stacks:\n${stack("now", "current", list)}`)).toEqual([]);
      }),
    );
  });

  it("and a total that is a tenth too high always is", () => {
    fc.assert(
      fc.property(
        rows.filter((list) => sum(list, "low") > 1_000),
        (list) => {
          expect(check(`stacks:\n${stack("now", "current", list, 1.1)}`).map((finding) => finding.code)).toEqual(["headline-vs-table-total"]);
        },
      ),
    );
  });

  it("savings of ranges, their yearly figures and percentages", () => {
    fc.assert(
      fc.property(
        row.filter((one) => one.low > 100),
        row,
        (before, after) => {
          const [low, high] = [before.low - after.high, before.high - after.low];
          const percent = Math.floor((low / before.low) * 100);
          expect(
            check(`costComparisons:
  - key: c
    name: C
    rows:
      - { role: before, min: ${euros(before.low)}, max: ${euros(before.high)}, annual: { min: ${euros(12 * before.low)}, max: ${euros(12 * before.high)} } }
      - { role: after, min: ${euros(after.low)}, max: ${euros(after.high)} }
      - { role: saving, min: ${euros(low)}, max: ${euros(high)}, percent: ${percent} }
      - { role: saving, min: ${euros(12 * low)}, max: ${euros(12 * high)}, period: year }
`),
          ).toEqual([]);
        },
      ),
    );
  });

  it("break-even at the first customer who covers the cost, margins, multiples, labor", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 5_000 }), (cost, price) => {
        const needed = Math.ceil(cost / price);
        expect(
          check(`stacks:
  - { key: a, name: A, role: current, resources: [{ key: x, name: X, lineItems: [{ price: { form: fixed, amount: ${cost} } }] }] }
  - { key: b, name: B, role: target, resources: [{ key: y, name: Y, lineItems: [{ price: { form: fixed, amount: ${cost * 3} } }] }] }
unitEconomics:
  breakEven: [{ value: ${needed}, stack: a, revenuePerUnit: ${price} }]
  margins: [{ customers: ${needed}, revenue: ${needed * price}, cost: ${cost}, profit: ${needed * price - cost}, statedPercent: ${Math.floor(((needed * price - cost) * 100) / (needed * price))} }]
  costMultiples: [{ from: a, to: b, value: 3 }]
  labor: { fte: 0.5, annual: ${cost * 24}, monthly: ${cost} }
`),
        ).toEqual([]);
      }),
    );
  });
});

const SHOP = `metrics:
  - { key: monthly_active_users, name: Monthly active users, unit: users }
  - { key: monthly_revenue, name: Monthly revenue, unit: EUR/month }
  - { key: revenue_share, name: Infrastructure cost as share of revenue, unit: percent }
  - { key: response_time_p95_ms, name: Response time, unit: ms }
  - { key: response_time_avg_ms, name: Average response time, unit: ms }
  - { key: memory_mb, name: Memory, unit: MB }
  - { key: disk_percent, name: Disk, unit: percent }
  - { key: database_gb, name: Database size, unit: GB }
  - { key: connections, name: Database connections, unit: connections }
stacks:
  - key: one-server
    name: One server
    role: current
    capacity: [{ metric: monthly_active_users, max: 6000 }, { metric: database_gb, max: 40 }]
    resources:
      - { key: server, name: Server, kind: compute, memoryMb: 8192, diskGb: 160, lineItems: [{ price: { form: fixed, amount: 18.9, statedAnnual: 226.8 } }] }
      - { key: app, name: App, host: server, memoryMb: 4096 }
      - { key: mail, name: Mail, kind: email, lineItems: [{ price: { form: range, min: 0, max: 15 } }] }
    statedTotals: [{ min: 18.9, max: 33.9 }, { kind: heading, min: 20, max: 35, approximate: true }]
  - key: cluster
    name: Cluster
    role: target
    capacity: [{ metric: monthly_active_users, max: 50000 }, { metric: database_gb, max: 200 }]
    resources:
      - { key: nodes, name: Nodes, kind: compute, autoscale: { min: 3, max: 3 }, lineItems: [{ price: { form: per-unit, unitPrice: 30, unit: node }, quantity: 3 }] }
      - { key: database, name: Managed database, kind: database, lineItems: [{ price: { form: fixed, amount: 60 } }] }
      - { key: balancer, name: Load balancer, kind: load-balancer, lineItems: [{ price: { form: open, min: 12 } }] }
    statedTotals: [{ kind: heading, min: 162 }]
replacements:
  - { component: application, from: [{ name: Server, min: 15, max: 25 }], to: { name: Nodes, min: 90 } }
  - { component: mail, from: [{ name: Mail service, min: 0, max: 20 }], to: { name: Mail, min: 0 } }
triggerGroups:
  - { key: growth, name: Growth, combine: any, from: one-server, to: cluster }
  - { key: wait, name: Too early, kind: block, combine: any, from: one-server, to: cluster, overrides: [growth] }
triggers:
  - { key: users, group: growth, metric: monthly_active_users, op: ">", value: 5000, for: 48h, from: one-server, to: cluster }
  - { key: revenue, group: growth, metric: monthly_revenue, op: ">=", value: 4000, for: 30d, from: one-server, to: cluster }
  - { key: few, group: wait, kind: block, metric: monthly_active_users, op: "<", value: 2000, from: one-server, to: cluster }
decisionMatrix:
  columns: [{ stack: one-server, label: One server }, { stack: cluster, label: Cluster }]
  rows:
    - { metric: monthly_active_users, cells: [{ type: range, min: 0, max: 5000 }, { type: threshold, op: ">", value: 5000 }] }
    - { metric: revenue_share, cells: [{ type: threshold, op: "<", value: 5 }, { type: threshold, op: "<", value: 5 }] }
targets:
  - { metric: revenue_share, op: "<", value: 5 }
  - { metric: response_time_p95_ms, op: "<", value: 400 }
  - { metric: response_time_avg_ms, average: 120, baseline: true }
alertRules:
  - { key: slow, name: Slow, metric: response_time_p95_ms, warning: { value: 500 }, critical: { value: 1500 }, for: 5m, action: Look at the queries }
  - { key: disk, name: Disk, metric: disk_percent, warning: { value: 70 }, critical: { value: 90 } }
  - { key: memory, name: Memory, metric: memory_mb, warning: { value: 6000 } }
  - { key: conns, name: Connections, metric: connections, warning: { value: 40 } }
limits:
  - { what: Pool of the app, kind: pool-size, value: 20, unit: connections }
  - { what: Limit of the database, kind: connection-limit, value: 100, unit: connections }
unitEconomics:
  revenueShare: [{ stack: cluster, op: "<", value: 5 }]
  costPer: [{ unit: user, op: "<", value: 0.05 }]
  breakEven: [{ metric: monthly_active_users, value: 5000, stack: cluster }]
channels: [{ key: chat, name: Team chat, kind: chat }, { key: mail, name: Mail to all, kind: email }]
budgets: [{ key: hosting, name: Hosting, amount: 200, stack: cluster, levels: [180, 200] }]
backups: [{ key: nightly, what: Database, interval: 1d, storage: Other region }]
`;

it("a plan that is right in every part has no finding", () => expect(check(SHOP)).toEqual([]));

it("nor has one that says little", () => {
  expect(check("stacks: [{ key: a, name: A, role: current }, { key: b, name: B, role: target }]\n")).toEqual([]);
  expect(check("stacks: [{ key: a, name: A, role: current, statedTotals: [{ min: 10, max: 10 }] }]\n")).toEqual([]);
});
