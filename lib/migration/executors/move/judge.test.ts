import { describe, expect, it } from "vitest";
import { judgeMove, lagOf, phaseNow, publicationProblem, type Sight, slotProblem, tend, walAlarm } from "@/lib/migration/executors/move/judge";
import type { SideState, SubscriptionState } from "@/lib/migration/executors/move/side-state";

const running: SubscriptionState = { oid: "1", enabled: true, serverStart: 1_000, ending: false, errors: 0, ready: 9, pending: 0 };
const slot = { wal: "reserved", active: true, retained: 1_000, behind: 100 };
const side = (change: Partial<SideState> = {}): SideState => ({
  now: 10_000,
  writes: 500,
  keepBytes: null,
  published: 9,
  slot,
  replay: 0,
  subscription: null,
  beats: { source: { n: "5", at: 9_000, writes: 400 }, target: { n: "5", at: 9_000, writes: 400 } },
  largeObjects: false,
  leftovers: [],
  ...change,
});
const sight = (change: Partial<Sight> = {}): Sight => ({
  phase: "follow",
  tables: 7,
  reverse: true,
  walLimitBytes: 1_000_000,
  source: side(),
  target: side({ subscription: running }),
  settled: true,
  tending: { do: "nothing" },
  shapeChange: null,
  switchMs: null,
  ...change,
});

describe("lag", () => {
  it("R-PG-3: an idle source is not lag, however old its last heartbeat is", () => {
    expect(lagOf(side({ now: 900_000, replay: 56 }), side(), "source")).toEqual({ bytes: 56, seconds: 0 });
  });

  it("R-PG-3: is the age of what was not applied, by the clock of the writing side", () => {
    const publisher = side({ now: 20_000, beats: { source: { n: "12", at: 19_500, writes: 0 } } });
    const follower = side({ now: 999_999, beats: { source: { n: "5", at: 12_500, writes: 0 } } });
    expect(lagOf(publisher, follower, "source")).toEqual({ bytes: 0, seconds: 7.5 });
  });

  it("counts what the slot has not confirmed when no follower is connected, and says when time cannot be told", () => {
    expect(lagOf(side({ replay: null }), side({ beats: {} }), "source")).toEqual({ bytes: 100, seconds: null });
  });
});

describe("a subscription that stopped", () => {
  const stopped = { ...running, enabled: false, errors: 1 };
  /** When the move wrote on the server last: after it was started. */
  const MARKED = 5_000;

  it("R-PG-10: is switched on again once, and only again when something came through since", () => {
    expect(tend(running, "5", null, MARKED)).toEqual({ do: "nothing" });
    expect(tend(stopped, "5", null, MARKED)).toEqual({ do: "retry" });
    const retry = { side: "source" as const, errors: 1, count: 0, beat: "5" };
    expect(tend({ ...stopped, errors: 2 }, "6", retry, MARKED)).toEqual({ do: "retry" });
    expect(tend({ ...stopped, errors: 2 }, "5", retry, MARKED)).toMatchObject({ do: "stop", why: expect.stringContaining("same place") });
  });

  it("is tried three times while rows are copied, whatever else goes on meanwhile", () => {
    const copying = { ...stopped, pending: 2, errors: 9 };
    const tried = (count: number) => tend(copying, "99", { side: "source", errors: 8, count, beat: "5" }, MARKED).do;
    expect([tried(0), tried(2), tried(3)]).toEqual(["retry", "retry", "stop"]);
  });

  it("of a server that crashed and forgot its errors is tried once, and then only when something came through", () => {
    const forgot = { ...stopped, errors: 0, serverStart: MARKED + 1 };
    expect(tend(forgot, "5", null, MARKED)).toEqual({ do: "retry" });
    const retry = { side: "source" as const, errors: 3, count: 0, beat: "5", serverStart: 1_000 };
    expect(tend(forgot, "6", retry, MARKED)).toEqual({ do: "retry" });
    expect(tend(forgot, "5", retry, MARKED)).toMatchObject({ do: "stop", why: expect.stringContaining("same place") });
    expect(tend(forgot, "9", { ...retry, errors: 0, serverStart: forgot.serverStart }, MARKED)).toMatchObject({
      do: "stop",
      why: expect.stringContaining("somebody"),
    });
  });

  it("F-PG-10: is nobody's doing while the worker that met the error is ending and has not counted it", () => {
    const uncounted = { ...stopped, errors: 0 };
    expect(tend({ ...uncounted, ending: true }, "5", null, MARKED)).toEqual({ do: "nothing" });
    expect(tend({ ...stopped, ending: true }, "5", null, MARKED)).toEqual({ do: "retry" });
  });

  it("stays off when a person disabled it, and when it is gone", () => {
    expect(tend({ ...stopped, errors: 0 }, "5", null, MARKED)).toMatchObject({ do: "stop", why: "somebody disabled the subscription" });
    expect(tend(null, "5", null, MARKED)).toMatchObject({ do: "stop", why: expect.stringContaining("gone") });
  });
});

describe("what holds a move before the switch", () => {
  it("is nothing while all is well, and going back loses nothing whatever happens", () => {
    expect(judgeMove(sight())).toMatchObject({ back: "lossless", breach: null, alarms: [], writesAtRisk: 0, lag: { bytes: 0, seconds: 0 } });
  });

  it.each([
    ["F-PG-14: a lost slot", { source: side({ slot: { ...slot, wal: "lost" } }) }, /removed WAL/],
    ["F-PG-14: a reached limit", { source: side({ slot: { ...slot, wal: "unreserved" } }) }, /limit of WAL/],
    ["F-PG-14: a dropped slot", { source: side({ slot: null }) }, /slot is gone/],
    ["F-PG-15: more WAL than allowed", { source: side({ slot: { ...slot, retained: 1_000_001 } }) }, /limit of 1 MB/],
    ["F-PG-11: another structure", { shapeChange: "new: column x" }, /structure has changed.*column x/],
    ["F-PG-13: large objects", { source: side({ largeObjects: true }) }, /large objects/],
    ["F-PG-10: a stopped subscription", { tending: { do: "stop", why: "a row" } as const }, /a row/],
    ["a changed publication", { source: side({ published: 8 }) }, /names every table/],
  ])("%s", (_name, change, reason) => {
    expect(judgeMove(sight(change))).toMatchObject({ back: "lossless", breach: expect.stringMatching(reason) });
  });

  it("is not a stream that a switch has left off: its next try switches it on, and people are told", () => {
    const off = side({ subscription: { ...running, enabled: false } });
    expect(judgeMove(sight({ target: off, settled: false, tending: null }))).toMatchObject({
      back: "lossless",
      breach: null,
      alarms: [expect.stringContaining("next try")],
    });
  });

  it("warns from half of a WAL limit on, and of what other moves left (R-PG-9, R-PG-11)", () => {
    expect(walAlarm("source", side({ keepBytes: 1_500 }))).toContain("half");
    expect(walAlarm("source", side({ keepBytes: 3_000 }))).toBeNull();
    expect(judgeMove(sight({ target: side({ subscription: running, leftovers: ["replication slot switchyard_x_fwd"] }) })).alarms).toEqual([
      "left over on the target: replication slot switchyard_x_fwd",
    ]);
  });

  it("does not ask for a slot or publication that has not been made yet", () => {
    const bare = side({ slot: null, published: null, beats: {} });
    expect(judgeMove(sight({ phase: "schema", source: bare, target: bare, tending: null }))).toMatchObject({ breach: null, lag: null });
  });
});

describe("the way back after the switch", () => {
  const switched = (change: Partial<Sight> = {}) =>
    sight({ phase: "switched", source: side({ subscription: running }), target: side({ writes: 900 }), switchMs: 800, ...change });

  it("loses nothing while every row follows to the source; how long it takes is measured", () => {
    expect(judgeMove(switched())).toMatchObject({ back: "lossless", backSeconds: 0.8, writesAtRisk: 0, breach: null });
  });

  it.each([
    ["nothing follows", { source: side() }, /nothing follows/],
    ["F-PG-25: a lost slot", { target: side({ writes: 900, slot: null }) }, /slot is gone/],
    ["a stopped subscription", { tending: { do: "stop", why: "a row" } as const }, /a row/],
    ["another structure", { shapeChange: "new: table x" }, /structure/],
    ["no reverse path", { reverse: false }, /no reverse path/],
  ])("%s: closes it, counts what would be lost, and holds nothing", (_name, change, reason) => {
    const watch = judgeMove(switched(change));
    expect(watch).toMatchObject({ back: "lossy", why: expect.stringMatching(reason), writesAtRisk: 500, breach: null });
    expect(watch.alarms[0]).toMatch(reason);
  });

  it("F-PG-25: is not there yet when the target has authority and its switch has still to let the source follow", () => {
    const off = { ...running, enabled: false };
    const behind = { settled: false, tending: null };
    expect(judgeMove(switched({ ...behind, source: side({ subscription: off }) }))).toMatchObject({
      back: "lossy",
      why: expect.stringContaining("has still to"),
    });
    expect(judgeMove(switched(behind))).toMatchObject({ back: "lossless" });
  });

  it("is the switch's own while it is under way", () => {
    expect(judgeMove(sight({ phase: "switching", source: side({ slot: null }) }))).toMatchObject({ back: "impossible", breach: null });
  });
});

it.each([
  ["follow", null, null, "follow"],
  ["copy", null, null, "copy"],
  ["follow", "open", "closed", "follow"],
  ["follow", "fenced", "closed", "switching"],
  ["follow", "closed", "closed", "switching"],
  ["follow", "closed", "open", "switched"],
  ["follow", "closed", "fenced", "switching"],
  ["switched", "open", "closed", "follow"],
] as const)("phase %s with source %s and target %s is %s", (phase, source, target, now) => {
  expect(phaseNow(phase, source, target)).toBe(now);
});

it("slot and publication in order are no problem", () => {
  expect([slotProblem(side()), publicationProblem(side(), 7)]).toEqual([null, null]);
});
