import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combineStates, meets } from "./evaluate";
import { advance, heldMs } from "./state";
import { FORGOTTEN, type HoldMemory, type HoldRule, type NoDataPolicy, type Operator, type TriggerState } from "./types";

const start = new Date("2026-11-01T00:00:00Z").getTime();
const hour = (h: number) => new Date(start + h * 3_600_000);
const HOUR = 3_600_000;

const rule = (values: Partial<HoldRule> = {}): HoldRule => ({
  op: ">",
  value: 100,
  high: null,
  holdMs: 24 * HOUR,
  noData: "unknown",
  staleAfterMs: 2 * HOUR,
  ...values,
});

/** `"0-25"` hourly samples above, `"3!"` one below: the shorthand of the tables. */
function samples(text: string) {
  return text
    .split(" ")
    .filter((part) => part !== "")
    .flatMap((part) => {
      const low = part.endsWith("!");
      const [from = 0, to = from] = part.replace("!", "").split("-").map(Number);
      return Array.from({ length: to - from + 1 }, (_, i) => ({ at: hour(from + i), value: low ? 50 : 150 }));
    });
}

const memory = (state: TriggerState, trueSince: number | null, last: number | null): HoldMemory => ({
  state,
  stateSince: hour(0),
  trueSince: trueSince === null ? null : hour(trueSince),
  lastValue: 150,
  lastSampleAt: last === null ? null : hour(last),
});

describe("meets", () => {
  const nan = Number.NaN;
  it.each<[Operator, number, number | null, number | null, boolean | null]>([
    [">", 100, null, 100, false],
    [">", 100, null, 100.01, true],
    [">=", 100, null, 100, true],
    ["<", 100, null, 100, false],
    ["<=", 100, null, 100, true],
    ["between", 10, 20, 10, true],
    ["between", 10, 20, 20, true],
    ["between", 10, 20, 20.1, false],
    ["between", 20, 10, 15, null],
    ["between", 10, null, 15, null],
    ["approaches", 100, null, 89.9, false],
    ["approaches", 100, null, 90, true],
    ["approaches", 100, null, 130, true],
    ["approaches", -100, null, -110, true],
    ["approaches", -100, null, -111, false],
    ["is", 1, null, 1, true],
    ["is", 1, null, 0, false],
    ["is", 0, null, 0, true],
    [">", 100, null, null, null],
    [">", 100, null, nan, null],
    [">", nan, null, 5, null],
    [">", Number.POSITIVE_INFINITY, null, 5, null],
  ])("%s %s (high %s) with %s is %s (B-6)", (op, value, high, now, expected) => expect(meets({ op, value, high }, now)).toBe(expected));
});

describe("combineStates", () => {
  it.each<["any" | "all", TriggerState[], TriggerState]>([
    ["any", [], "unknown"],
    ["any", ["inactive", "firing", "unknown"], "firing"],
    ["any", ["inactive", "pending", "unknown"], "pending"],
    ["any", ["inactive", "unknown"], "unknown"],
    ["any", ["inactive", "inactive"], "inactive"],
    ["all", ["firing", "firing"], "firing"],
    ["all", ["firing", "unknown"], "unknown"],
    ["all", ["unknown", "inactive"], "inactive"],
    ["all", ["firing", "pending"], "pending"],
  ])("%s of %j is %s", (combine, states, expected) => expect(combineStates(combine, states)).toBe(expected));
});

describe("hold-time machine", () => {
  const table: [string, HoldMemory, string, number, Partial<HoldRule>, TriggerState][] = [
    ["NEW -> UNKNOWN: no sample ever", FORGOTTEN, "", 0, {}, "unknown"],
    ["NEW -> INACTIVE: below", FORGOTTEN, "0!", 0, {}, "inactive"],
    ["NEW -> PENDING: above, hold not over", FORGOTTEN, "0", 0, {}, "pending"],
    ["NEW -> FIRING: no hold", FORGOTTEN, "0", 0, { holdMs: 0 }, "firing"],
    ["NEW -> FIRING: 24 h of history while nothing was running", FORGOTTEN, "0-24", 25, {}, "firing"],
    ["NEW -> PENDING: 23 h of history", FORGOTTEN, "0-23", 24, {}, "pending"],
    ["PENDING -> FIRING: the hold is over with this sample", memory("pending", 0, 23), "24", 24, {}, "firing"],
    ["PENDING -> PENDING: the clock alone proves nothing", memory("pending", 0, 23), "", 25, {}, "pending"],
    ["PENDING -> INACTIVE: one sample below", memory("pending", 0, 23), "24!", 24, {}, "inactive"],
    ["PENDING -> PENDING: a dip starts the hold again", memory("pending", 0, 22), "23! 24-25", 25, {}, "pending"],
    ["PENDING -> UNKNOWN: silence", memory("pending", 0, 1), "", 4, {}, "unknown"],
    ["PENDING -> UNKNOWN: one sample, then silence longer than the hold", FORGOTTEN, "0", 48, {}, "unknown"],
    ["PENDING -> PENDING: silence, policy keep, never fires by itself", memory("pending", 0, 1), "", 48, { noData: "keep" }, "pending"],
    ["PENDING -> INACTIVE: silence, policy ok", memory("pending", 0, 1), "", 4, { noData: "ok" }, "inactive"],
    ["PENDING -> FIRING: silence, policy firing", memory("pending", 0, 1), "", 4, { noData: "firing" }, "firing"],
    ["PENDING -> PENDING: one sample without a stale limit does not fire by age", FORGOTTEN, "0", 48, { staleAfterMs: null }, "pending"],
    ["PENDING -> FIRING: without a stale limit two samples a day apart prove the day", FORGOTTEN, "0 24", 24, { staleAfterMs: null }, "firing"],
    ["PENDING -> PENDING: a gap longer than the stale limit breaks the run", FORGOTTEN, "0-12 20-30", 30, {}, "pending"],
    ["PENDING -> FIRING: policy keep bridges the gap", FORGOTTEN, "0-12 20-30", 30, { noData: "keep" }, "firing"],
    ["PENDING -> FIRING: policy firing bridges the gap", FORGOTTEN, "0-12 20-30", 30, { noData: "firing" }, "firing"],
    ["PENDING -> PENDING: policy ok does not", FORGOTTEN, "0-12 20-30", 30, { noData: "ok" }, "pending"],
    ["FIRING -> FIRING: fresh", memory("firing", 0, 24), "", 25, {}, "firing"],
    ["FIRING -> UNKNOWN: stale", memory("firing", 0, 24), "", 27, {}, "unknown"],
    ["FIRING -> FIRING: stale, policy keep", memory("firing", 0, 24), "", 99, { noData: "keep" }, "firing"],
    ["FIRING -> INACTIVE: below", memory("firing", 0, 24), "25!", 25, {}, "inactive"],
    ["UNKNOWN -> PENDING: samples come back", memory("unknown", null, 1), "9", 9, {}, "pending"],
    ["NEW -> FIRING: nothing ever came, policy firing", FORGOTTEN, "", 0, { noData: "firing" }, "firing"],
    ["NEW -> INACTIVE: nothing ever came, policy ok", FORGOTTEN, "", 0, { noData: "ok" }, "inactive"],
    ["FIRING -> UNKNOWN: a threshold that makes no sense", memory("firing", 0, 24), "25", 25, { op: "between", high: 1 }, "unknown"],
  ];
  it.each(table)("%s", (_, before, text, now, values, expected) => {
    expect(advance(rule(values), before, samples(text), hour(now)).memory.state).toBe(expected);
  });

  it("reports when each change happened, by the samples' times", () => {
    const { transitions, memory: after } = advance(rule(), FORGOTTEN, samples("0! 1-30 31!"), hour(40));
    expect(transitions.map((t) => [t.to, t.at.toISOString()])).toEqual([
      ["inactive", hour(0).toISOString()],
      ["pending", hour(1).toISOString()],
      ["firing", hour(25).toISOString()],
      ["inactive", hour(31).toISOString()],
      ["unknown", hour(33).toISOString()],
    ]);
    expect(heldMs(after)).toBeNull();
  });

  it("says how long the condition is proven to have held", () => {
    expect(heldMs(advance(rule(), FORGOTTEN, samples("0-25"), hour(26)).memory)).toBe(25 * HOUR);
  });

  const history = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 300 }), high: fc.boolean() }), { maxLength: 60 }).map((steps) => {
    let at = start;
    return steps.map(({ gap, high }) => {
      at += gap * 60_000;
      return { at: new Date(at), value: high ? 150 : 50 };
    });
  });
  const policy = fc.constantFrom<NoDataPolicy>("unknown", "keep", "ok", "firing");

  it("gives the same state whether history comes at once or sample by sample", () => {
    fc.assert(
      fc.property(history, policy, fc.integer({ min: 0, max: 600 }), (list, noData, holdMinutes) => {
        const r = rule({ noData, holdMs: holdMinutes * 60_000 });
        const now = new Date((list.at(-1)?.at.getTime() ?? start) + 60_000);
        const whole = advance(r, FORGOTTEN, list, now).memory;
        let step: HoldMemory = FORGOTTEN;
        for (const sample of list) step = advance(r, step, [sample], sample.at).memory;
        expect(advance(r, step, [], now).memory).toEqual(whole);
      }),
    );
  });

  it("never fires without a run of samples as long as the hold, unless silence is declared to fire", () => {
    fc.assert(
      fc.property(history, fc.constantFrom<NoDataPolicy>("unknown", "ok", "keep"), fc.integer({ min: 1, max: 600 }), (list, noData, holdMinutes) => {
        const { memory: after } = advance(rule({ noData, holdMs: holdMinutes * 60_000 }), FORGOTTEN, list, hour(10_000));
        if (after.state !== "firing") return;
        const lastLow = list.findLastIndex((sample) => sample.value < 100);
        const run = list.slice(lastLow + 1);
        expect((run.at(-1)?.at.getTime() ?? 0) - (run[0]?.at.getTime() ?? 0)).toBeGreaterThanOrEqual(holdMinutes * 60_000);
      }),
    );
  });
});
