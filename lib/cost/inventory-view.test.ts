import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvText } from "@/lib/inventory/csv";
import { parseDetail } from "@/lib/inventory/detail";
import { inventoryQuery } from "@/lib/inventory/types";
import { importPlan } from "@/lib/plan/import-plan";
import { exampleText, smallPlan } from "@/lib/plan/testing/example-text";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { listProjects, listResources, listStacks, projectSummary } from "./inventory-api";
import { inventoryView } from "./inventory-view";

let t: TestDb;
let ctx: Ctx;
beforeAll(async () => {
  t = await testDb();
  ctx = await t.ctx("operator");
  await importPlan(ctx, { source: smallPlan() });
  await importPlan(ctx, { source: exampleText("paircam") });
  await importPlan(ctx, { source: exampleText("barum-aws") });
});
afterAll(async () => t.close());

const view = (slug: string, search: Record<string, string> = {}) => inventoryView(ctx, slug, inventoryQuery.parse(search));
const amounts = (value: { interval: { min: { toFixed: (n: number) => string }; max: { toFixed: (n: number) => string } | null } } | null) =>
  value === null ? null : [value.interval.min.toFixed(2), value.interval.max?.toFixed(2) ?? null];

describe("inventory", () => {
  it("shows the stack of today beside the next one, with cost before and after", async () => {
    const found = await view("small");
    expect([found.from?.key, found.to?.key]).toEqual(["now", "next"]);
    expect(found.lines.map((line) => [line.resource.key, line.now.kind, line.after.kind, line.delta?.min?.toFixed(2) ?? null])).toEqual([
      ["server", "amount", "amount", "50.00"],
      ["cache", "amount", "none", null],
      ["cluster", "amount", "amount", "50.00"],
    ]);
    expect(amounts(found.totals.now)).toEqual(["25.00", "30.00"]);
    expect(amounts(found.totals.after)).toEqual(["70.00", "70.00"]);
    expect(found.totals).toMatchObject({ services: 3, moved: 0, ofCurrent: 2, unknown: 0 });
  });

  it("takes a service of the same key for the one that stays", async () => {
    const found = await view("barum-aws");
    const storage = found.lines.find((line) => line.stack.key === "phase-1" && line.resource.key === "s3");
    expect(storage).toMatchObject({ stays: true });
    expect(storage?.delta?.min?.toFixed(2)).toBe("3.45");
    expect(found.lines.find((line) => line.stack.key === "phase-1" && line.resource.key === "ec2")).toMatchObject({
      stays: false,
      replacedBy: [{ key: "k3s-master" }],
    });
  });

  it.each<[Record<string, string>, string[]]>([
    [{ stack: "now" }, ["server", "cache"]],
    [{ kind: "compute" }, ["server", "cluster"]],
    [{ state: "planned" }, ["cluster"]],
    [{ q: "CLUS" }, ["cluster"]],
    [{ cost: "unknown" }, []],
    [{ owner: "none" }, ["server", "cache", "cluster"]],
    [{ state: "nonsense" }, ["server", "cache", "cluster"]],
    [{ q: "%" }, []],
  ])("filters by %j", async (search, keys) => expect((await view("small", search)).lines.map((line) => line.resource.key)).toEqual(keys));

  it("counts open ends and all stacks when asked", async () => {
    const found = await view("paircam");
    expect(amounts(found.totals.now)).toEqual(["275.00", null]);
    expect((await view("paircam", { stack: "all" })).lines.length).toBeGreaterThan(found.lines.length);
    expect((await view("paircam", { to: "upgrade-50k" })).to?.key).toBe("upgrade-50k");
  });

  it("answers 404 for an unknown project", async () => expect(view("nothing")).rejects.toMatchObject({ status: 404 }));
});

describe("inventory over HTTP", () => {
  it("pages projects and services without gap or repetition", async () => {
    const first = await listProjects(ctx, { limit: 2 });
    expect(first.items.map((project) => project.slug)).toEqual(["barum-aws", "paircam"]);
    expect((await listProjects(ctx, { limit: 2, after: first.next ?? "" })).items.map((project) => project.slug)).toEqual(["small"]);
    const keys: string[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = await listResources(ctx, "barum-aws", { limit: 7, after });
      keys.push(...page.items.map((item) => `${item.stack}/${item.key}`));
      after = page.next ?? undefined;
      more = page.next !== null;
    }
    expect(keys).toHaveLength(24);
    expect(new Set(keys).size).toBe(24);
    expect((await listResources(ctx, "barum-aws", { limit: 100, stack: "phase-2" })).items).toHaveLength(8);
  });

  it("gives money as decimal strings with the number of unpriced services", async () => {
    const { items } = await listStacks(ctx, "barum-aws");
    expect(items.map((stack) => [stack.key, stack.current, stack.cost?.min])).toEqual([
      ["phase-1", true, "44.58"],
      ["phase-2", false, "104.86"],
      ["phase-3", false, "411.69"],
    ]);
    expect(await projectSummary(ctx, "barum-aws")).toMatchObject({
      slug: "barum-aws",
      planVersion: 1,
      stacks: [{ cost: { currency: "USD", period: "month", unknown: 0 } }, {}, {}],
    });
  });
});

describe("CSV", () => {
  it("never lets a spreadsheet run a text, and leaves numbers alone", () => {
    expect(csvText([["=1+1", "+x", "-cmd", "@SUM(A1)", " =1", "\tx", "-5", "1.50", 'a"b', "a,b", "a\nb", "plain"]])).toBe(
      `"'=1+1","'+x","'-cmd","'@SUM(A1)","' =1","'\tx",-5,1.50,"a""b","a,b","a\nb",plain\r\n`,
    );
  });

  it("reads a damaged detail as an empty one", () => expect(parseDetail({ count: "many" })).toMatchObject({ values: {}, ports: [] }));
});
