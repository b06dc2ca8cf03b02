import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { reportTriggers } from "@/lib/plan/report-triggers";
import { readDocument } from "../read-document";

/*
 * Documents full of limits, in four languages and many layouts. The file beside them is complete: every limit with its
 * line, kind, comparison, value and window, every yes/no condition, and how the groups combine.
 */
const folder = path.join(import.meta.dirname, "limits");
const limit = z.tuple([z.number(), z.string(), z.string(), z.number()]).rest(z.string());
const expected = z
  .record(
    z.string(),
    z.strictObject({
      limits: z.array(limit),
      yesNo: z.array(z.tuple([z.number(), z.string()])),
      groups: z.array(z.tuple([z.number(), z.string(), z.string()])),
    }),
  )
  .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, "limits.expected.json"), "utf8")));
const names = readdirSync(folder).map((file) => file.replace(/\.md$/, ""));

const sorted = (list: readonly (readonly unknown[])[]) => list.map((one) => JSON.stringify(one)).sort();

describe("documents full of limits", () => {
  it("are all described", () => expect(names.toSorted()).toEqual(Object.keys(expected).toSorted()));

  it.each(names)("%s", (name) => {
    const read = readDocument(readFileSync(path.join(folder, `${name}.md`), "utf8"), name);
    const found = reportTriggers(read.plan, (at) => read.locate(at)?.line ?? null);
    const limits = found
      .filter((one) => typeof one.value === "number")
      .map((one) => [one.line, one.kind, one.op, one.value, ...(one.for === null ? [] : [one.for])]);
    const groups = read.plan.triggerGroups.map((group) => [group.line, group.kind, group.combineStated ? group.combine : "unstated"]);
    expect({
      limits: sorted(limits),
      yesNo: sorted(found.filter((one) => one.qualitative).map((one) => [one.line, one.kind])),
      groups: sorted(groups),
    }).toEqual({ limits: sorted(expected[name]?.limits ?? []), yesNo: sorted(expected[name]?.yesNo ?? []), groups: sorted(expected[name]?.groups ?? []) });
  });
});
