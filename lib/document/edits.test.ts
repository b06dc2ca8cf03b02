import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePlan } from "@/lib/plan/parse-plan";
import type { Plan, PlanInput } from "@/lib/plan/types";
import { applyEdits, type Edit, editList, fingerprint } from "./edits";
import { idOf, placedEntries, readId } from "./identity";

function planOf(input: Partial<PlanInput>): Plan {
  const parsed = parsePlan({ schemaVersion: 1, project: { slug: "shop", name: "Shop" }, ...input });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.plan;
}

const fixed = (amount: number) => ({ form: "fixed" as const, amount });
const service = (name: string, amount: number, line?: number) => ({
  key: name,
  name,
  ...(line === undefined ? {} : { line }),
  lineItems: [{ price: fixed(amount), ...(line === undefined ? {} : { line }) }],
});
const stack = (key: string, resources: ReturnType<typeof service>[]) => ({ key, name: key, role: "current" as const, resources });
const noHeading = () => "";
const idIn = (plan: Plan, match: (entry: Record<string, unknown>) => boolean, list: string, headingAt = noHeading) =>
  placedEntries(plan, headingAt).find((one) => one.identity.list === list && match(one.entry))?.id ?? "missing";
const named = (name: string) => (entry: Record<string, unknown>) => entry.name === name;
const set = (id: string, target: string, field: string, value: unknown, was?: unknown): Edit => ({
  id,
  op: "set",
  target,
  field,
  value,
  label: "",
  ...(was === undefined ? {} : { was }),
});

const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{3,8}$/), { minLength: 1, maxLength: 8 });

describe("identity of what was read", () => {
  it("is different for every entry, and reads back", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("cache", "server", "mail"), { maxLength: 9 }), (list) => {
        const plan = planOf({ otherPrices: list.map((name, i) => ({ name, line: i + 1, price: fixed(i) })) });
        const placed = placedEntries(plan, noHeading);
        expect(new Set(placed.map((one) => one.id)).size).toBe(placed.length);
        for (const one of placed) expect(idOf(readId(one.id) ?? one.identity)).toBe(one.id);
      }),
    );
  });

  it("stays when entries are added around it and lines move", () => {
    fc.assert(
      fc.property(names, fc.nat(8), fc.integer({ min: 1, max: 500 }), (list, at, shift) => {
        const before = planOf({
          stacks: [
            stack(
              "now",
              list.map((name, i) => service(name, i, i + 1)),
            ),
          ],
        });
        const fresh = list.map((name, i) => service(name, i + 5, i + 1 + shift));
        fresh.splice(at % (fresh.length + 1), 0, service("new-one", 3, shift + 50));
        const after = planOf({ stacks: [stack("now", fresh)] });
        for (const name of list) expect(idIn(after, named(name), "stacks.resources")).toBe(idIn(before, named(name), "stacks.resources"));
      }),
    );
  });

  it("tells apart equal names under different headings, whatever their numbering", () => {
    const plan = planOf({
      otherPrices: [
        { name: "Total", line: 5, price: fixed(1) },
        { name: "Total", line: 15, price: fixed(2) },
      ],
    });
    const ids = (a: string, b: string) => placedEntries(plan, (line) => (line < 10 ? a : b)).map((one) => one.id);
    expect(ids("1. Option A", "2. Option B")).toEqual(ids("3.1 Option A", "3.2 Option B"));
    expect(new Set(ids("Option A", "Option B")).size).toBe(3);
  });
});

describe("corrections", () => {
  const plan = planOf({
    stacks: [stack("now", [service("server", 20, 4), service("cache", 5, 5)]), stack("next", [service("cluster", 70, 9)])],
    otherPrices: [{ name: "Domain", line: 20, price: fixed(1) }],
  });
  const cache = idIn(plan, named("cache"), "stacks.resources");
  const price =
    placedEntries(plan, noHeading).find((one) => one.identity.list === "stacks.resources.lineItems" && one.identity.within[1] === "cache")?.id ?? "";

  it("leave what was read alone, and do nothing when there are none", () => {
    const copy = structuredClone(plan);
    expect(applyEdits(plan, [], noHeading).plan).toEqual(plan);
    applyEdits(plan, [set("a", cache, "name", "Redis"), { id: "b", op: "drop", target: price, label: "" }], noHeading);
    expect(plan).toEqual(copy);
  });

  it("set a field, and say what became of it", () => {
    const done = applyEdits(plan, [set("a", price, "price", fixed(7), { ...plan.stacks[0]?.resources[1]?.lineItems[0]?.price })], noHeading);
    expect(done.plan.stacks[0]?.resources[1]?.lineItems[0]?.price).toEqual(fixed(7));
    expect(done.outcomes.get("a")).toBe("applied");
    expect(applyEdits(plan, [set("a", cache, "name", "cache", "old")], noHeading).outcomes.get("a")).toBe("same");
    expect(applyEdits(plan, [set("a", cache, "name", "Redis", "another name")], noHeading).outcomes.get("a")).toBe("changed");
    expect(applyEdits(plan, [set("a", cache, "owner", null)], noHeading).outcomes.get("a")).toBe("same");
  });

  it("move a resource to another stack and keep keys unique there", () => {
    const twice = planOf({ stacks: [stack("now", [service("cache", 5)]), stack("next", [service("cache", 9)])] });
    const target = placedEntries(twice, noHeading).find((one) => one.identity.list === "stacks.resources")?.id ?? "";
    const { plan: done, outcomes } = applyEdits(twice, [set("a", target, "stack", "next", "now")], noHeading);
    expect(outcomes.get("a")).toBe("applied");
    expect(done.stacks.map((one) => one.resources.map((resource) => resource.key))).toEqual([[], ["cache", "cache-2"]]);
  });

  it("drop and add entries, in lists of the plan and of an entry", () => {
    const parent = idIn(plan, named("next"), "stacks");
    const { plan: done, outcomes } = applyEdits(
      plan,
      [
        { id: "a", op: "drop", target: cache, label: "" },
        { id: "b", op: "add", list: "stacks.resources", parent, value: { key: "mail", name: "Mail" }, label: "" },
        { id: "c", op: "add", list: "budgets", parent: "", value: { key: "all", name: "All", amount: 90 }, label: "" },
        { id: "d", op: "add", list: "stacks.resources", parent: idOf({ list: "stacks", within: [], name: "gone", heading: "", nth: 1 }), value: {}, label: "" },
        { id: "e", op: "add", list: "__proto__.x", parent: "", value: {}, label: "" },
      ],
      noHeading,
    );
    expect(done.stacks.map((one) => one.resources.map((resource) => resource.name))).toEqual([["server"], ["cluster", "Mail"]]);
    expect(done.budgets).toHaveLength(1);
    expect([...outcomes.values()]).toEqual(["applied", "applied", "applied", "lost", "lost"]);
  });

  it("are made again in a changed document, and never on another entry", () => {
    const was = plan.stacks[0]?.resources[1]?.lineItems[0]?.price;
    const edits = [set("a", price, "price", fixed(7), was)];
    const longer = planOf({ stacks: [stack("now", [service("queue", 1, 2), service("server", 21, 6), service("cache", 5, 9)])] });
    const again = applyEdits(longer, edits, noHeading);
    expect(again.outcomes.get("a")).toBe("applied");
    expect(again.plan.stacks[0]?.resources[2]?.lineItems[0]?.price).toEqual(fixed(7));
    const gone = planOf({ stacks: [stack("now", [service("server", 5, 6)])] });
    const lost = applyEdits(gone, edits, noHeading);
    expect(lost.outcomes.get("a")).toBe("lost");
    expect(lost.plan).toEqual(gone);
  });

  it("follow a renamed heading only to an entry that still says what was corrected", () => {
    const one = (amount: number) => planOf({ otherPrices: [{ name: "Total", line: 5, price: fixed(amount) }] });
    const before = one(3);
    const target = placedEntries(before, () => "Option A").find((at) => at.identity.list === "otherPrices")?.id ?? "";
    const edits = [set("a", target, "isTotal", true, false), set("b", target, "price", fixed(4), before.otherPrices[0]?.price)];
    expect([...applyEdits(one(3), edits, () => "Variant A").outcomes.values()]).toEqual(["applied", "applied"]);
    expect(applyEdits(one(9), edits, () => "Variant A").outcomes.get("b")).toBe("lost");
    const drop: Edit = { id: "c", op: "drop", target, was: fingerprint(before.otherPrices[0] as unknown as Record<string, unknown>), label: "" };
    expect(applyEdits(one(3), [drop], () => "Variant A").plan.otherPrices).toHaveLength(0);
    expect(applyEdits(one(9), [drop], () => "Variant A").plan.otherPrices).toHaveLength(1);
  });

  it("applied twice give the same, and taken back leave no trace", () => {
    fc.assert(
      fc.property(names, fc.array(fc.tuple(fc.nat(7), fc.boolean(), fc.nat(100)), { maxLength: 6 }), (list, wishes) => {
        const read = planOf({ otherPrices: list.map((name, i) => ({ name, price: fixed(i), line: i + 1 })) });
        const edits = wishes.map(([at, drop, amount], i): Edit => {
          const target = idIn(read, named(list[at % list.length] ?? ""), "otherPrices");
          return drop ? { id: `${i}`, op: "drop", target, label: "" } : set(`${i}`, target, "price", fixed(amount));
        });
        const once = applyEdits(read, edits, noHeading);
        const kept = applyEdits(
          once.plan,
          edits.filter((edit) => edit.op === "set" && once.placed.some((one) => one.id === edit.target)),
          noHeading,
        );
        expect(kept.plan).toEqual(once.plan);
        expect(once.plan.otherPrices).toHaveLength(
          list.length - new Set(edits.filter((edit) => edit.op === "drop").map((edit) => edit.op === "drop" && edit.target)).size,
        );
        expect([...once.outcomes.values()]).not.toContain("lost");
        expect(applyEdits(read, edits.slice(0, 0), noHeading).plan).toEqual(read);
      }),
    );
  });

  it("are read strictly", () => {
    expect(editList.safeParse([set("a", cache, "name", "x")]).success).toBe(true);
    expect(editList.safeParse([{ ...set("a", cache, "__proto__", 1) }]).success).toBe(false);
    expect(editList.safeParse([{ id: "a", op: "drop", target: cache, extra: 1 }]).success).toBe(false);
    expect(readId("[1,2]")).toBeNull();
    expect(readId("no json")).toBeNull();
  });
});
