import { describe, expect, it } from "vitest";
import { combineStates } from "@/lib/trigger/evaluate";
import type { TriggerGroupView, TriggerState, TriggerView } from "@/lib/trigger/types";
import type { Confidence, MatrixRowView } from "./types";
import { judge, type VerdictInput } from "./verdict";

const HOUR = 3_600_000;
const now = new Date("2026-11-20T02:10:00Z");
const stacks = ["a", "b", "c"].map((key, position) => ({ key, name: key.toUpperCase(), position }));
const sure: Confidence = { known: 4, total: 4, share: 1, limit: 0.5, missing: [] };

function trigger(state: TriggerState, more: Partial<TriggerView> = {}): TriggerView {
  const met = state === "firing" || state === "pending";
  return {
    id: "t",
    key: "t",
    groupKey: "g",
    metricKey: "users",
    metricName: "Users",
    unit: "",
    text: "",
    kind: "migrate",
    op: ">",
    value: 1000,
    high: null,
    holdMs: 24 * HOUR,
    staleAfterMs: null,
    noData: "unknown",
    qualitative: false,
    from: "a",
    to: "b",
    state,
    stateSince: null,
    trueSince: met ? new Date(now.getTime() - (state === "firing" ? 25 : 3) * HOUR).toISOString() : null,
    lastValue: state === "unknown" ? null : met ? 1450 : 500,
    lastSampleAt: state === "unknown" ? null : now.toISOString(),
    ...more,
  };
}

function group(triggers: TriggerView[], more: Partial<TriggerGroupView> = {}): TriggerGroupView {
  const combine = more.combine ?? "any";
  return {
    key: "g",
    name: "Growth",
    kind: "migrate",
    combine,
    from: null,
    to: null,
    state: combineStates(
      combine,
      triggers.map((t) => t.state),
    ),
    triggers,
    ...more,
  };
}

const row = (speaksFor: string | null, more: Partial<MatrixRowView> = {}): VerdictInput["rows"][number] => ({
  label: "Users",
  role: "condition",
  value: 1,
  freshness: "fresh",
  speaksFor,
  edge: null,
  ...more,
});

const input = (more: Partial<VerdictInput>): VerdictInput => ({
  current: stacks[0] ?? null,
  stacks,
  source: "declared",
  columns: [{ stack: "a" }, { stack: "b" }],
  rows: [row("a"), row("a"), row("b"), row("a")],
  groups: [],
  confidence: sure,
  ...more,
});

const block = (state: TriggerState) =>
  group([trigger(state, { kind: "block", metricName: "Revenue", op: "<", value: 10_000, lastValue: state === "unknown" ? null : 8_000, holdMs: 0 })], {
    name: "Stay",
    kind: "block",
  });

describe("judge", () => {
  it.each<[string, Partial<VerdictInput>, string, string | null]>([
    ["inactive -> stay", { groups: [group([trigger("inactive")])] }, "stay", "a"],
    ["pending -> stay", { groups: [group([trigger("pending")])] }, "stay", "a"],
    ["firing -> move", { groups: [group([trigger("firing")])] }, "move", "b"],
    ["firing, all, one missing -> stay", { groups: [group([trigger("firing"), trigger("inactive")], { combine: "all" })] }, "stay", "a"],
    ["firing, any -> move", { groups: [group([trigger("firing"), trigger("inactive")])] }, "move", "b"],
    ["firing + block firing -> blocked", { groups: [group([trigger("firing")]), block("firing")] }, "blocked", "a"],
    ["firing + block inactive -> move", { groups: [group([trigger("firing")]), block("inactive")] }, "move", "b"],
    ["firing + block unknown -> no stack named", { groups: [group([trigger("firing")]), block("unknown")] }, "unclear", null],
    ["block firing alone -> stay", { groups: [group([trigger("inactive")]), block("firing")] }, "stay", "a"],
    ["firing, low confidence -> no stack named", { groups: [group([trigger("firing")])], confidence: { ...sure, known: 1, share: 0.25 } }, "unclear", null],
    ["justify firing alone -> stay", { groups: [group([trigger("firing", { kind: "justify" })], { kind: "justify" })] }, "stay", "a"],
    ["firing for a later step -> stay", { groups: [group([trigger("firing", { from: "b", to: "c" })])] }, "stay", "a"],
    ["firing for two stacks -> the next", { groups: [group([trigger("firing", { to: "c" })]), group([trigger("firing")])] }, "move", "b"],
    ["firing without a stack -> act", { groups: [group([trigger("firing", { to: null })])] }, "act", "a"],
    ["no trigger, majority elsewhere -> move", { rows: [row("b"), row("b"), row("a")] }, "move", "b"],
    ["no trigger, tie -> stay", { rows: [row("b"), row("a")] }, "stay", "a"],
    ["stale rows have no vote", { rows: [row("b", { freshness: "stale" }), row("b", { freshness: "stale" }), row("a")] }, "stay", "a"],
    ["result rows have no vote", { rows: [row("b", { role: "result" }), row("b", { role: "result" }), row("a")] }, "stay", "a"],
    ["majority elsewhere, block unknown -> no stack named", { rows: [row("b"), row("b")], groups: [block("unknown")] }, "unclear", null],
    ["no rule at all", { source: "none", columns: [], rows: [] }, "no-rule", null],
    ["rules start elsewhere", { columns: [{ stack: "b" }], rows: [row("b")], groups: [group([trigger("firing", { from: "b", to: "c" })])] }, "no-rule", null],
    ["no present stack", { current: null }, "unclear", null],
  ])("%s", (_, more, kind, stack) => expect(judge(input(more))).toMatchObject({ kind, stack }));

  it.each<[string, Partial<VerdictInput>, string]>([
    [
      "stay",
      {
        rows: [row("a", { label: "Egress", edge: { value: 100, distancePercent: 9, sharePercent: 91.4, beyond: "b", direction: "up" } }), row("b")],
        groups: [group([trigger("inactive")])],
      },
      "Stay on A. 1 of 2 known metrics fit. Near the edge: Egress (91 % of 100).",
    ],
    ["wait", { groups: [group([trigger("pending")])] }, "Stay on A. 3 of 4 known metrics fit. Waiting: Users is 1,450, above 1,000 for 3 h of 1 d."],
    [
      "move",
      { groups: [group([trigger("firing")])] },
      "Move to B: Users is 1,450, above 1,000, which has held for 1 d 1 h. 1 of 4 known metrics speak for it.",
    ],
    [
      "blocked",
      { groups: [group([trigger("firing", { holdMs: 0 })]), block("firing")] },
      "Blocked: stay on A. B would be due (Users is 1,450, above 1,000), but Revenue is 8,000, below 10,000.",
    ],
    [
      "unclear",
      {
        confidence: { known: 1, total: 4, share: 0.25, limit: 0.5, missing: [{ metric: "mrr", name: "MRR", kind: "number", state: "unknown", ageMs: null }] },
        groups: [group([trigger("inactive")])],
      },
      "Not enough is known to name a stack: 1 of 4 metrics are known and fresh (25 %, needed: 50 %). Enter MRR.",
    ],
    ["no rule", { source: "none", columns: [], rows: [] }, "No rule decides when to leave A: the plan declares no trigger and no matrix."],
    [
      "later rules",
      { columns: [{ stack: "b" }], rows: [], groups: [group([trigger("inactive", { from: "b", to: "c" })])] },
      "No declared rule leaves A. The rules start from B, and apply after that move.",
    ],
  ])("says: %s", (_, more, sentence) => expect(judge(input(more)).sentence).toBe(sentence));
});
