import { describe, expect, it } from "vitest";
import { Draft } from "../draft";
import { outlineOf } from "../outline";
import { parseMarkdown } from "../parse-markdown";
import { FIGURES } from "./figures";
import type { Extract } from "./types";

/** What the extractors of figures add to a plan in which `prepare` has put what others read. */
function read(text: string, prepare: (draft: Draft) => void = () => undefined, extractors: readonly Extract[] = FIGURES) {
  const tree = parseMarkdown(text);
  const draft = new Draft({ slug: "x", name: "X" });
  prepare(draft);
  for (const extract of extractors) extract({ tree, outline: outlineOf(tree), draft });
  return draft.plan;
}

const limits = (text: string) => read(text).limits.map((limit) => [limit.kind, limit.value ?? [limit.min, limit.max], limit.line]);

describe("connections", () => {
  it.each([
    [
      "```ts\nconst db = createPool({\n  host,\n  max: 12, // our plan allows 50 connections\n});\n```",
      [
        ["pool-size", 12, 4],
        ["connection-limit", 50, 4],
      ],
    ],
    [
      "```yaml\nspring.datasource.hikari.maximum-pool-size: 15\nmax_connections: 200\n```",
      [
        ["pool-size", 15, 2],
        ["connection-limit", 200, 3],
      ],
    ],
    ["```ini\n[pgbouncer]\ndefault_pool_size = 25\nmin_pool_size = 5\nmax_client_conn = 400\n```", [["pooler-size", 25, 3]]],
    ["```\nDATABASE_URL=postgres://db/app?connection_limit=7\n```", [["pool-size", 7, 2]]],
    ["- PgBouncer hält 20-30 Verbindungen zur Datenbank\n- Anwendungen können 300 Verbindungen zu PgBouncer öffnen", [["pooler-size", [20, 30], 1]]],
    ["```yaml\nretries:\n  max: 5\n```\n\nThe site takes 40 connections at noon.", []],
  ])("are read from %j", (text, expected) => expect(limits(text)).toEqual(expected));
});

describe("memory of an instance", () => {
  it("is read from configurations in MB, not from prose or measurements", () => {
    expect(limits('```toml\n[vm]\nmemory = "1gb"\n```\n\n```yaml\nlimits:\n  memory: 512Mi\n```')).toEqual([
      ["memory", 1_000, 3],
      ["memory", 512, 8],
    ]);
    expect(limits("```bash\nfree -m\nmemory: 512\n```\n\nMemory: 300 MB")).toEqual([]);
  });
});

const DRAWING = `# House

\`\`\`
┌───────────────────────────────────────────┐
│  VM: 8GB RAM • 2 vCPU • 80GB SSD          │
│  ┌──────────┐   ┌──────────┐   ┌────────┐ │
│  │   Shop   │   │  Search  │   │ Jobs   │ │
│  │  ~1.5 GB │   │   2 GB   │   │ 300 MB │ │
│  └──────────┘   └──────────┘   └────────┘ │
│  RAM: used 6 GB │ free 2 GB               │
│  Disk: used 30 GB │ free 50 GB            │
└───────────────────────────────────────────┘
\`\`\`
`;

it("drawings give sizes of boxes, of the machine and of what is in use", () => {
  expect(read(DRAWING).topologies).toEqual([
    {
      title: "House",
      line: 3,
      boxes: [
        { name: "Shop", memoryMb: 1_500, line: 8 },
        { name: "Search", memoryMb: 2_000, line: 8 },
        { name: "Jobs", memoryMb: 300, line: 8 },
      ],
      machine: { memoryMb: 8_000, diskGb: 80, line: 5 },
      memoryInUse: { usedMb: 6_000, freeMb: 2_000, line: 10 },
      diskInUse: { usedGb: 30, freeGb: 50, line: 11 },
    },
  ]);
});

it("outcomes are read from tables of before and after, not from tables of prices", () => {
  const { outcomes } = read(
    "| Kennzahl | Vorher | Nachher |\n|---|---|---|\n| Speicher | 5 GB | 250 GB |\n| Antwortzeit | 20-80 ms | <5 ms |\n\n| Service | Before cost | After cost |\n|---|---|---|\n| Web | $5 | $6 |",
  );
  expect(outcomes).toEqual([
    { name: "Speicher", before: { text: "5 GB", value: 5, unit: "GB" }, after: { text: "250 GB", value: 250, unit: "GB" }, line: 3 },
    { name: "Antwortzeit", before: { text: "20-80 ms", min: 20, max: 80, unit: "ms" }, after: { text: "<5 ms", value: 5, unit: "ms", op: "<" }, line: 4 },
  ]);
});

describe("what the move is said to save", () => {
  it.each([
    [
      "**Savings**: 70%+ on infrastructure, break-even 3x faster",
      [
        ["saving-percent", 70, true],
        ["break-even-multiple", 3, undefined],
      ],
    ],
    ["- Kosteneinsparung: 45 % der Kosten", [["saving-percent", 45, undefined]]],
    ["Réduire les coûts de 60 %", [["saving-percent", 60, undefined]]],
    ["Use reserved instances: saves 40% of cost", []],
    ["### Cache\n\nThe cache answers 80% of requests with less load", []],
  ])("is read from %j", (text, expected) => {
    const found = read(text).claims.map((claim) => [claim.quantity, claim.value, claim.atLeast]);
    expect(new Set(found)).toEqual(new Set(expected));
  });
});

const withTarget = (draft: Draft) => {
  draft.add(
    "stacks",
    {
      key: "new",
      name: "New",
      role: "target",
      resources: [
        { key: "api", name: "API nodes (3×)", kind: "compute", lineItems: [{ price: { form: "fixed", amount: 30 } }] },
        { key: "db", name: "Database", kind: "database" },
      ],
    },
    1,
  );
};

describe("what grows by itself", () => {
  it.each([
    ["```bash\nctl autoscale set min=3 max=9\n```", { min: 3, max: 9, line: 2 }],
    ["## API\n\n```yaml\nkind: HorizontalPodAutoscaler\nspec:\n  minReplicas: 3\n  maxReplicas: 12\n```", { min: 3, max: 12, line: 7 }],
    ["- Auto-scaling of the API: 3-6 instances", { min: 3, max: 6, line: 1 }],
    ["```yaml\nretries:\n  min: 3\n  max: 9\n```", undefined],
  ])("is given to the row it speaks of: %j", (text, expected) => {
    const [row] = read(text, withTarget).stacks[0]?.resources ?? [];
    expect(row?.autoscale).toEqual(expected);
    expect(row?.count).toBe(3);
  });

  it("and the size of the database to the target stack", () => {
    const plan = read(
      '```hcl\nresource "aws_db_instance" "main" {\n  allocated_storage = 50\n}\nresource "aws_ebs_volume" "x" {\n  size_gb = 10\n}\n```',
      withTarget,
    );
    expect(plan.stacks[0]?.capacity).toEqual([{ metric: "database_size_gb", max: 50, line: 3 }]);
    expect(plan.metrics.map((metric) => metric.key)).toEqual(["database_size_gb"]);
  });
});

it("replacements belong to the phase in whose section they stand, hours to running all the time", () => {
  const plan = read("# Plan\n\n## Phase 1\n\n### Cache\n\nFrom A to B\n\n## Phase 2\n\n100 hours free: runs 24/7", (draft) => {
    draft.add(
      "migrations",
      {
        key: "move",
        name: "Move",
        from: "a",
        to: "b",
        phases: [
          { key: "one", title: "Phase 1", line: 3 },
          { key: "two", title: "Phase 2", line: 9 },
        ],
      },
      3,
    );
    draft.add("replacements", { component: "cache", from: [{ name: "A", min: 5 }], to: { name: "B", min: 1 }, line: 7 }, 7);
    draft.add("pricingRules", { key: "p", service: "P", rule: "free", allowances: [{ of: "compute", amount: 100, unit: "hours", line: 11 }] }, 11);
  });
  expect(plan.replacements[0]?.phase).toBe("one");
  expect(plan.pricingRules[0]?.allowances?.[0]?.alwaysOn).toBe(true);
});

it("what is made is read from infrastructure as code and commands, once per product", () => {
  const plan = read(
    '```hcl\nresource "aws_ecs_cluster" "main" {}\nresource "aws_ecs_service" "web" {}\nresource "aws_db_instance" "main" {\n  multi_az = true\n}\n```\n\n```bash\n$ gcloud run deploy shop\n```',
  );
  expect(plan.created).toEqual([
    { product: "ECS", provider: "AWS", group: "compute", line: 2 },
    { product: "RDS", provider: "AWS", group: "database", multiZone: true, line: 4 },
    { product: "Cloud Run", provider: "Google Cloud", group: "compute", line: 10 },
  ]);
});

const twoStacks = (draft: Draft) => {
  draft.add("stacks", { key: "old", name: "Old", role: "current" }, 1);
  draft.add("stacks", { key: "new", name: "New", role: "target" }, 1);
};

describe("unit economics", () => {
  it("break-even by customers, for both stacks where both are named", () => {
    const { breakEven } =
      read("Break-even at 4 customers\n\n- **Break-even**: 4 customers @ €25/month (vs 11 customers in the old stack)", twoStacks).unitEconomics ?? {};
    expect(breakEven?.map((point) => [point.value, point.stack, point.revenuePerUnit, point.line])).toEqual([
      [4, "new", 25, 3],
      [11, "old", 25, 3],
    ]);
  });

  it("break-even by the bill of the old stack", () => {
    const { breakEven } = read("Seuil de rentabilité : 40 000 utilisateurs (quand la facture atteint 600 €)", twoStacks).unitEconomics ?? {};
    expect(breakEven?.map((point) => [point.value, point.stack, point.cost, point.openEnded])).toEqual([[40_000, "new", 600, true]]);
  });

  it("margins and labor", () => {
    const found =
      read("Gross margin: 80% at 50 customers ($5K revenue - $1K cost = $4K profit)\n\n```\nLabor (0.5 FTE @ $90K/year): $3,750/month\n```").unitEconomics ??
      {};
    expect(found.margins).toEqual([{ customers: 50, revenue: 5_000, cost: 1_000, profit: 4_000, statedPercent: 80, line: 1 }]);
    expect(found.labor).toEqual({ fte: 0.5, annual: 90_000, monthly: 3_750, line: 4 });
  });

  it("payback in months", () => {
    expect(
      read("Payback in 4.5 months.\n\nDer Umzug amortisiert sich nach 2 Jahren.\n\nThe contract runs 6 months.").unitEconomics?.payback?.map(
        (one) => one.months,
      ),
    ).toEqual([4.5, 24]);
  });

  it("nothing where no customers are counted", () => expect(read("We break even in 6 months at a margin of 20%").unitEconomics).toBeUndefined());
});

describe("ways to be told", () => {
  it("are read where alerts are spoken of, each once", () => {
    const { channels } = read(
      "## Alerting\n\n- Critical: Opsgenie and SMS (via Twilio)\n- Warning: #ops on Slack\n\n## Team\n\n- We chat on Discord\n- Benachrichtigung per E-Mail",
    );
    expect(channels.map((channel) => [channel.name, channel.kind, channel.severity, channel.line])).toEqual([
      ["Opsgenie", "pagerduty", "critical", 3],
      ["SMS (Twilio)", "sms", "critical", 3],
      ["Slack", "slack", undefined, 4],
      ["E-mail", "email", undefined, 9],
    ]);
  });
});

describe("capacities", () => {
  it.each([
    [
      "### Capacity of the small cluster\n\n- Database size: ~40 GB\n- Concurrent users: 200-300\n- Cost: $5\n- Alarm: >80 %",
      [
        ["database_size_gb", 40, true],
        ["concurrent_users", [200, 300], undefined],
      ],
    ],
    ["**Kapazität**\n\n```\nGleichzeitige Nutzer: 500\n```", [["concurrent_users", 500, undefined]]],
    ["### Capacity planning triggers\n\n- Database size: 40 GB", []],
  ])("are read from %j", (text, expected) => {
    expect(read(text).capacity.map((entry) => [entry.metric, entry.value ?? [entry.min, entry.max], entry.approximate])).toEqual(expected);
  });

  it("users of a load test, and users the cost is reckoned for", () => {
    const plan = read("**Monthly cost (300 concurrent users)**\n\n- [ ] Load test with 20 concurrent users");
    expect(plan.targets.map((target) => [target.metric, target.peak, target.line])).toEqual([["concurrent_users", 300, 1]]);
    expect(plan.successCriteria.map((entry) => [entry.metric, entry.value, entry.line])).toEqual([["concurrent_users", 20, 3]]);
  });
});

it("replacements are read from lines that say from what to what, with alternatives", () => {
  const { replacements } = read(
    "## 1.2 Newsletter\n\n**From**: Mailbox Pro ($80-120/month for 5K-20K subscribers) or Letters (from $60/month)\n**To**: Sender self-hosted ($0/month) + Resend for delivery (free 3K/month)\n\n## Suche\n\n- **Von**: Alt (50 €/Monat)\n- **Nach**: Neu (20 €/Monat)\n\nFrom: the old office",
  );
  expect(replacements).toEqual([
    {
      component: "Newsletter",
      from: [
        { name: "Mailbox Pro", min: 80, max: 120, period: "month", serves: { min: 5_000, max: 20_000, unit: "subscribers" } },
        { name: "Letters", min: 60, period: "month" },
      ],
      to: { name: "Sender self-hosted + Resend for delivery", min: 0, max: 0, period: "month", allowance: { of: "emails", amount: 3_000, per: "month" } },
      lines: [3, 4],
    },
    { component: "Suche", from: [{ name: "Alt", min: 50, max: 50, period: "month" }], to: { name: "Neu", min: 20, max: 20, period: "month" }, lines: [8, 9] },
  ]);
});

it("comparisons are read from tables with a row before, one after and one of savings", () => {
  const { costComparisons } = read(
    "### Vergleich\n\n| | Monatlich | Jährlich |\n|---|---|---|\n| Vorher | 90-120 € | 1080-1440 € |\n| Nachher | 30 € | 360 € |\n| Ersparnis (75 %) | 60-90 € | 720-1080 € |",
  );
  expect(costComparisons).toEqual([
    {
      key: "vergleich",
      name: "Vergleich",
      line: 3,
      rows: [
        { role: "before", name: "Vorher", min: 90, max: 120, period: "month", annual: { min: 1_080, max: 1_440 }, line: 5 },
        { role: "after", name: "Nachher", min: 30, max: 30, period: "month", annual: { min: 360, max: 360 }, line: 6 },
        { role: "saving", name: "Ersparnis (75 %)", min: 60, max: 90, period: "month", annual: { min: 720, max: 1_080 }, percent: 75, line: 7 },
      ],
    },
  ]);
});

it("free hours are an allowance, marked where they are said to last all the time", () => {
  const { pricingRules } = read("## Baseline DB\n\n- 100 compute hours/month free: enough to run 24/7\n- Support answers in 2 hours");
  expect(pricingRules.map((rule) => [rule.service, rule.allowances])).toEqual([
    ["Baseline DB", [{ of: "compute", amount: 100, unit: "hours", per: "month", line: 3, alwaysOn: true }]],
  ]);
});

it("what a price holds, and what use costs on top of a row, belong to the price", () => {
  const plan = read("Relay: $99/month = 150GB\n\n| LB | $16 | $16 base + $0.008/unit-hour |", (draft) => {
    draft.add("otherPrices", { name: "Relay", price: { form: "fixed", amount: 99, text: "$99/month" }, line: 1 }, 1);
    draft.add(
      "stacks",
      { key: "a", name: "A", role: "current", resources: [{ key: "lb", name: "LB", line: 3, lineItems: [{ price: { form: "fixed", amount: 16 }, line: 3 }] }] },
      1,
    );
    draft.add("otherPrices", { name: "LB", price: { form: "per-unit", unitPrice: 0.008, unit: "unit", period: "hour", text: "$0.008/unit-hour" }, line: 3 }, 3);
  });
  expect(plan.otherPrices[0]?.price.allowances).toEqual([{ of: "traffic", amount: 150, unit: "GB" }]);
  expect(plan.stacks[0]?.resources?.[0]?.lineItems?.[0]?.price.overage).toEqual([{ unitPrice: 0.008, per: 1, unit: "unit-hour" }]);
});

it("columns of a matrix under other names are the stacks with the prices", () => {
  const priced = { name: "Row", lineItems: [{ price: { form: "fixed" as const, amount: 5 } }] };
  const prepare = (draft: Draft) => {
    draft.add("stacks", { key: "after", name: "After", role: "target", resources: [{ key: "b", ...priced }] }, 1);
    draft.add("stacks", { key: "before", name: "Before", role: "current", resources: [{ key: "a", ...priced }] }, 1);
    draft.add("stacks", { key: "stay", name: "Stay", role: "phase" }, 1);
    draft.add("stacks", { key: "go", name: "Go", role: "phase" }, 1);
    draft.plan.decisionMatrix = {
      columns: [
        { stack: "stay", label: "Stay" },
        { stack: "go", label: "Go" },
      ],
      rows: [],
    };
  };
  const plan = read("", prepare);
  expect(plan.decisionMatrix?.columns.map((column) => column.stack)).toEqual(["before", "after"]);
  expect(plan.stacks.map((stack) => stack.key)).toEqual(["after", "before"]);
  const used = read("", (draft) => {
    prepare(draft);
    draft.add("triggers", { key: "t", metric: "m", op: ">", value: 1, to: "go" }, 1);
  });
  expect(used.decisionMatrix?.columns.map((column) => column.stack)).toEqual(["stay", "go"]);
});

it("a percentage with its two amounts is a comparison of its own", () => {
  const { costComparisons, claims } = read("The move saves 30% (from $400 to $310).\n\nKosten sinken von 90 € auf 45 €, 50 % weniger.");
  expect(costComparisons.map((comparison) => comparison.rows.map((row) => [row.role, row.min, row.percent]))).toEqual([
    [
      ["before", 400, undefined],
      ["after", 310, 30],
    ],
    [
      ["before", 90, undefined],
      ["after", 45, 50],
    ],
  ]);
  expect(claims).toEqual([]);
});

it("what is free up to a limit and what is expected are of one metric", () => {
  const plan = read("| Mail | free | up to 100 mails/month |\n\n### Expected load\n\n- 2,500 e-mails per month\n- 300 concurrent users", (draft) => {
    draft.add(
      "stacks",
      { key: "new", name: "New", role: "target", resources: [{ key: "mail", name: "Mail", line: 1, lineItems: [{ price: { form: "free" } }] }] },
      1,
    );
  });
  const [allowance] = plan.stacks[0]?.resources?.[0]?.lineItems?.[0]?.price.allowances ?? [];
  expect(allowance).toMatchObject({ amount: 100, per: "month", line: 1 });
  expect(plan.targets.map((target) => [target.metric, target.peak, target.line])).toEqual([
    [allowance?.metric, 2_500, 5],
    ["concurrent_users", 300, 6],
  ]);
});
