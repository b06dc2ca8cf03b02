import { describe, expect, it } from "vitest";
import { checkReport } from "@/lib/plan/check-report";
import { readDocument } from "../read-document";
import { specificationOf } from "./prices-specification";

const read = (text: string) => readDocument(text, "plan.md").plan;
const report = (text: string) => {
  const document = readDocument(text, "plan.md");
  return checkReport(document.plan, document.locate);
};
const amounts = (text: string) =>
  report(text)
    .otherPrices.map((one) => [one.line, one.price.min, one.price.max, one.isTotal])
    .sort((a, b) => Number(a[0]) - Number(b[0]));

describe("rows of bills", () => {
  const table = `# Move

## Current costs

| Service | Monthly | Annual | Notes |
|---|---:|---:|---|
| 3× web node (8 GB RAM) | $90 | $1,080 | optional |
| Managed Redis | $15 | $180 | |
| Balancer | $16.20 | | base, then $0.008/LCU-hour |
| **Total** | **$121.20** | **$1,454.40** | |
`;

  it("keep number, size, provider and yearly amount", () => {
    const [stack] = read(table).stacks;
    expect(stack?.role).toBe("current");
    expect(stack?.resources[0]).toMatchObject({ name: "3× web node (8 GB RAM)", count: 3, memoryMb: 8192, optional: true });
    expect(stack?.resources[0]?.lineItems[0]).toMatchObject({ quantity: 3, price: { form: "fixed", amount: 90, statedAnnual: 1080 } });
    expect(stack?.statedTotals).toMatchObject([
      { kind: "total", min: 121.2, max: 121.2, period: "month", line: 10 },
      { kind: "total", min: 1454.4, max: 1454.4, period: "year", line: 10 },
    ]);
  });

  it("say what is charged on top", () => expect(read(table).otherPrices).toMatchObject([{ price: { form: "per-unit", unitPrice: 0.008 }, line: 9 }]));

  it("may be ends of a range", () => {
    const [stack] = read(
      "# Today\n\n## Costs now\n\n| Item | Low (€) | High (€) |\n|---|---|---|\n| Web | 10 | 20 |\n| DB | 30 | 45 |\n| Total | 40 | 65 |\n",
    ).stacks;
    expect(stack?.resources.map((one) => one.lineItems[0]?.price)).toMatchObject([
      { form: "range", min: 10, max: 20 },
      { form: "range", min: 30, max: 45 },
    ]);
    expect(stack?.statedTotals).toMatchObject([{ min: 40, max: 65 }]);
  });

  it("with labor below the sum make a second view of the stack", () => {
    const plan = read(
      "# X\n\n## Target costs\n\n```\nServers:   $200/month\nDatabase:  $100/month\nSubtotal:  $300/month\n\nLabor (0.1 FTE @ $100K/year): $833/month\nTotal cost of ownership: $1,133/month\n```\n",
    );
    expect(plan.stacks.filter((one) => one.role !== "current").map((one) => [one.role, one.variant, one.statedTotals.map((total) => total.min)])).toEqual([
      ["target", undefined, [300]],
      ["variant", "with-labor", [1133]],
    ]);
    expect(plan.otherPrices).toEqual([]);
  });
});

describe("amounts in sentences", () => {
  it("are what a stack costs where the sentence says so", () => {
    const plan = read(
      "# Leaving Heroku\n\nWe pay $300/month today and expect $120/month after the move.\n\n## Before\n\n- Dynos: $300\n\n## After\n\n- VPS: $120\n",
    );
    expect(plan.stacks.map((one) => one.statedTotals.filter((total) => total.kind === "headline").map((total) => total.min))).toEqual([[300], [120]]);
    expect(plan.claims.map((one) => [one.quantity, one.value])).toEqual([
      ["cost-before", 300],
      ["cost-after", 120],
    ]);
  });

  it("are left alone where they are limits, revenues, budgets, salaries or rates of exchange", () => {
    expect(
      amounts(`# Notes

The invoice must stay below $900 a month.

Revenue per customer is $29/month and MRR was $4,000.

Monthly budget $100, alert at $80.

Half an engineer (0.5 FTE @ $90K/year) looks after it.

FX: 1 EUR = 1.08 USD.
`),
    ).toEqual([]);
  });

  it("keep their names and savings", () => {
    expect(read("# Notes\n\nMailgun is $35/month, which saves us $20/month.\n").otherPrices.map((one) => one.price)).toMatchObject([
      { form: "fixed", amount: 35 },
      { form: "fixed", amount: 20 },
    ]);
  });
});

describe("price lists and stages", () => {
  it("become tiers of a service", () => {
    const [rule] = read("# X\n\n## Neon upgrade path\n\n- Free: 0.5 GB storage\n- Launch ($19): 10 GB storage\n- Scale ($69): 50 GB storage\n").pricingRules;
    expect(rule).toMatchObject({
      service: "Neon",
      price: {
        form: "tiered",
        tiers: [
          { name: "Free", amount: 0 },
          { name: "Launch", amount: 19 },
          { name: "Scale", amount: 69 },
        ],
      },
    });
  });

  it("become stages of growth with what they add", () => {
    const stages = read(
      "# X\n\n## Scaling\n\n| Stage | Users | Extra cost |\n|---|---|---|\n| 1 | 5,000 | +€10/month |\n| 2 | 20,000 | +€30/month |\n",
    ).scalingStages;
    expect(stages).toMatchObject([
      { costDelta: { min: 10, max: 10 }, line: 7 },
      { costDelta: { min: 30, max: 30 }, line: 8 },
    ]);
  });
});

describe("what replaces what", () => {
  it("is known of rows side by side and of named pairs", () => {
    const side = read("# Move\n\n| Item | Heroku | Render |\n|---|---|---|\n| Web | $50 | $25 |\n| Database | $200 | $95 |\n| Total | $250 | $120 |\n");
    expect(side.stacks.map((one) => [one.name, one.role])).toEqual([
      ["Heroku", "current"],
      ["Render", "target"],
    ]);
    expect(side.stacks[1]?.resources.map((one) => one.replaces)).toEqual([["web"], ["database"]]);
  });
});

describe("specificationOf", () => {
  it.each([
    ["Droplet t3.xlarge × 5", 5, "t3.xlarge"],
    ["2× t3.small", 2, "t3.small"],
    ["Compute (m6.large x4, reserved)", 4, "m6.large"],
    ["Workers (4 nodes)", 4, undefined],
    ["Hetzner CX32", null, "CX32"],
    ["Pro + 4XL compute", null, undefined],
  ])("%s", (name, count, type) => {
    const found = specificationOf(name);
    expect(found.count).toBe(count);
    expect(found.specification.instanceType).toBe(type);
  });

  it("reads sizes", () => {
    expect(specificationOf("S3 (50GB)").specification).toEqual({ storageGb: 50 });
    expect(specificationOf("CloudFront (2TB)").specification).toEqual({ transferGb: 2000 });
    expect(specificationOf("VPS, 4 vCPU, 16 GB RAM")).toMatchObject({ specification: { vcpu: 4 }, memoryMb: 16384 });
  });
});
