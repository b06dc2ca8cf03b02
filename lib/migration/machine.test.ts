import { describe, expect, it } from "vitest";
import { breaksOff, type Move, nextMove } from "./machine";
import type { RunSnapshot, StepState } from "./snapshot";
import { plus, T0, testGate, testGuard, testRun, withStep } from "./testing/run";
import { RUN_STATUSES } from "./types";

const MANUAL = { key: "hand", title: "Hand", kind: "manual" };
const CHECK = { key: "check", title: "Check", kind: "http.check", with: { url: "http://a.test/" } };
const COPY = { key: "copy", title: "Copy", kind: "postgres.copy", with: { from: "db", to: "db" } };
const GATE = { key: "ok", title: "Ok", kind: "approval" };
const DROP = { key: "drop", title: "Drop", kind: "sql.check", pointOfNoReturn: true, with: { connection: "db", query: "SELECT 1", expect: 1 } };
const SHIFT = {
  key: "shift",
  title: "Shift",
  kind: "traffic.shift",
  with: { connection: "lb", backend: "b", oldServer: "o", newServer: "n", stages: [10, 100].map((percent) => ({ percent, hold: "1m" })) },
};

const open = (change: Partial<NonNullable<StepState["open"]>> = {}) => ({ id: "a", number: 1, direction: "apply" as const, epoch: 1, intentAt: T0, ...change });
const step = (steps: unknown[], change: Partial<StepState>, more: Partial<RunSnapshot> = {}) => withStep(testRun(steps, more), 0, change);
const kinds = (run: RunSnapshot, at = 1_000) => nextMove(run, plus(at)).type;

/** One row per edge of the machine. */
const FORWARD: [string, RunSnapshot, Move["type"], number?][] = [
  ["not admitted yet -> admit", testRun([CHECK], { preflightAt: null }), "admit"],
  ["preflight older than the start -> admit", testRun([CHECK], { preflightAt: plus(-1) }), "admit"],
  ["pending -> apply", testRun([CHECK]), "apply"],
  ["approval step without gate -> open-gate", testRun([GATE]), "open-gate"],
  ["approval step, gate open -> wait", testRun([GATE], { gates: [testGate({ gate: "ok", verdicts: [] })] }), "wait"],
  ["pending with open attempt of this epoch, not answered -> recover", step([COPY], { status: "running", open: open() }), "recover"],
  ["open attempt of a lost epoch -> recover", step([COPY], { status: "running", open: open({ epoch: 0 }), dueAt: plus(0) }), "recover"],
  ["asked for time, not due -> wait", step([COPY], { status: "running", open: open(), dueAt: plus(5_000) }), "wait"],
  ["asked for time, due -> ask-again", step([COPY], { status: "running", open: open(), dueAt: plus(500) }), "ask-again"],
  ["asked for time, past the timeout -> time-out", step([COPY], { status: "running", open: open(), dueAt: plus(500) }), "time-out", 61_000],
  ["effect there -> verify", step([COPY], { status: "running", effectAt: T0 }), "verify"],
  ["verification asked for time -> wait", step([COPY], { status: "running", effectAt: T0, dueAt: plus(5_000) }), "wait"],
  ["verification past the timeout -> time-out", step([COPY], { status: "running", effectAt: T0, dueAt: plus(500) }), "time-out", 61_000],
  ["no intent, no effect (recovered) -> apply", step([COPY], { status: "running", startedAt: T0 }), "apply"],
  ["waits for a person -> wait", step([MANUAL], { status: "waiting", waitingFor: "human", open: open() }), "wait"],
  ["waits for a person under another epoch -> still wait", step([MANUAL], { status: "waiting", waitingFor: "human", open: open({ epoch: 0 }) }), "wait"],
  ["waits for samples, due -> verify", step([SHIFT], { status: "waiting", waitingFor: "samples", effectAt: T0, dueAt: plus(500) }), "verify"],
  ["waits for samples, not due -> wait", step([SHIFT], { status: "waiting", waitingFor: "samples", effectAt: T0, dueAt: plus(5_000) }), "wait"],
  ["holds -> wait", step([SHIFT], { status: "waiting", waitingFor: "timer", effectAt: T0, dueAt: plus(60_000) }), "wait"],
  ["hold over -> end-hold", step([SHIFT], { status: "waiting", waitingFor: "timer", effectAt: T0, dueAt: plus(60_000) }), "end-hold", 60_000],
  ["errored, waits before the next try -> wait", step([CHECK], { status: "errored", tries: 1, dueAt: plus(5_000) }), "wait"],
  ["errored, due -> apply", step([CHECK], { status: "errored", tries: 1, dueAt: plus(500) }), "apply"],
  ["verification errored, due -> verify, not apply", step([CHECK], { status: "errored", tries: 1, dueAt: plus(500), effectAt: T0 }), "verify"],
  ["errored for good -> wait", step([CHECK], { status: "errored", tries: 3 }), "wait"],
  ["failed -> wait", step([CHECK], { status: "failed" }), "wait"],
  ["failed, onFailure continue -> the next step", step([{ ...CHECK, onFailure: "continue" }, COPY], { status: "failed" }), "apply"],
  ["skipped -> observe", step([CHECK], { status: "skipped" }), "observe"],
  ["all done -> observe", step([CHECK], { status: "succeeded" }), "observe"],
  ["lossy step without its approval -> open-gate", testRun([DROP]), "open-gate"],
  ["lossy step approved -> apply", testRun([DROP], { gates: [gateFor(DROP)] }), "apply"],
  ["five lost workers -> need-attention", testRun([CHECK], { takeovers: 5 }), "need-attention"],
];

const BREACH = { back: "lossless" as const, why: "", backSeconds: 0, writesAtRisk: 0, lag: null, alarms: [], breach: "somebody disabled the subscription" };
const breached = (stepId: string): Partial<RunSnapshot> => ({ meters: [{ stepId, stepKey: stepId, at: T0, watch: BREACH, error: null }] });

/** What a step measures of itself does not keep it from the try that puts it right; other steps wait. */
const MEASURED: [string, RunSnapshot, Move["type"]][] = [
  ["pending, breached by an earlier step -> wait", testRun([CHECK], breached("another")), "wait"],
  ["tried again by a person, breached by itself -> apply", testRun([COPY], breached("step-0")), "apply"],
  ["errored, due, breached by itself -> apply", step([COPY], { status: "errored", tries: 1, dueAt: plus(500) }, breached("step-0")), "apply"],
  [
    "holding, breached by itself -> wait",
    step([SHIFT], { status: "waiting", waitingFor: "timer", effectAt: T0, dueAt: plus(500) }, breached("step-0")),
    "wait",
  ],
];

function gateFor(of: { key: string }, change: Parameters<typeof testGate>[0] = {}) {
  return testGate({ gate: of.key, planHash: testRun([of]).planHash, status: "approved", ...change });
}

const GATES: [string, RunSnapshot, Move["type"], number?][] = [
  ["approved -> pass-gate", testRun([GATE], { gates: [gateFor(GATE)] }), "pass-gate"],
  ["approved while waiting -> pass-gate", step([GATE], { status: "waiting", waitingFor: "approval" }, { gates: [gateFor(GATE)] }), "pass-gate"],
  ["approved, then expired before it was used -> close-gate", testRun([GATE], { gates: [gateFor(GATE)] }), "close-gate", 3_600_000],
  ["open, expired -> close-gate", testRun([GATE], { gates: [gateFor(GATE, { status: "open", verdicts: [] })] }), "close-gate", 3_600_000],
  ["approved for another plan -> close-gate", testRun([GATE], { gates: [gateFor(GATE, { planHash: "other" })] }), "close-gate"],
  [
    "approver lost the right -> close-gate",
    testRun([GATE], { gates: [gateFor(GATE, { verdicts: gateFor(GATE).verdicts.map((verdict) => ({ ...verdict, stillEntitled: false })) })] }),
    "close-gate",
  ],
  ["rejected -> wait", testRun([GATE], { gates: [gateFor(GATE, { status: "rejected" })] }), "wait"],
  ["expired, resumed -> open-gate", testRun([GATE], { gates: [gateFor(GATE, { status: "expired" })] }), "open-gate"],
];

const WISHES: [string, RunSnapshot, Move["type"]][] = [
  ["pause while running", testRun([CHECK], { desired: "pause" }), "pause"],
  ["abort while running", testRun([CHECK], { desired: "abort" }), "abort"],
  ["roll back while running", testRun([CHECK], { desired: "rollback" }), "roll-back"],
  ["roll back while paused", testRun([CHECK], { status: "paused", desired: "rollback" }), "roll-back"],
  ["roll back while observing", testRun([CHECK], { status: "observing", desired: "rollback" }), "roll-back"],
  ["roll back while attention is needed", testRun([CHECK], { status: "needs-attention", desired: "rollback" }), "roll-back"],
  ["abort while observing", testRun([CHECK], { status: "observing", desired: "abort" }), "abort"],
  ["abort while rolling back is not obeyed", testRun([CHECK], { status: "rolling-back", direction: "back", desired: "abort" }), "finish-rollback"],
  ["abort where a rollback is stuck", testRun([CHECK], { status: "needs-attention", direction: "back", desired: "abort" }), "abort"],
  ["roll back while rolling back is nothing new", testRun([CHECK], { status: "rolling-back", direction: "back", desired: "rollback" }), "finish-rollback"],
  ["pause while paused is nothing new", testRun([CHECK], { status: "paused", desired: "pause" }), "wait"],
];

describe("nextMove", () => {
  it.each(FORWARD)("forward: %s", (_name, run, expected, at) => expect(kinds(run, at)).toBe(expected));
  it.each(MEASURED)("measured: %s", (_name, run, expected) => expect(kinds(run)).toBe(expected));
  it.each(GATES)("gate: %s", (_name, run, expected, at) => expect(kinds(run, at)).toBe(expected));
  it.each(WISHES)("wish: %s", (_name, run, expected) => expect(kinds(run)).toBe(expected));

  it("does nothing in states that wait for people or have ended", () => {
    for (const status of RUN_STATUSES) {
      if (status === "running" || status === "rolling-back" || status === "observing") continue;
      expect(kinds(testRun([CHECK], { status }))).toBe("wait");
    }
  });

  it("paused: gives what was begun its outcome and starts nothing", () => {
    const paused = { status: "paused" as const };
    expect(kinds(testRun([CHECK], paused))).toBe("wait");
    expect(kinds(step([COPY], { status: "running", effectAt: T0 }, paused))).toBe("wait");
    expect(kinds(step([COPY], { status: "running", open: open(), dueAt: plus(500) }, paused))).toBe("ask-again");
    expect(kinds(step([SHIFT], { status: "waiting", waitingFor: "timer", effectAt: T0, dueAt: T0 }, paused))).toBe("wait");
  });

  it("F-GRD-3 holds promotion, hold ends and the end of observation while a guard cannot speak", () => {
    for (const state of ["inconclusive", "bad", "tripped"] as const) {
      const guards = [testGuard({ state, armedAt: T0 })];
      expect(kinds(testRun([SHIFT], { guards }))).toBe("wait");
      expect(kinds(step([SHIFT], { status: "waiting", waitingFor: "timer", effectAt: T0, dueAt: T0 }, { guards }))).toBe("wait");
      expect(kinds(testRun([CHECK], { status: "observing", observeUntil: T0, guards }))).toBe("wait");
    }
    expect(kinds(testRun([CHECK], { status: "observing", observeUntil: T0, guards: [testGuard({ state: "armed", armedAt: T0 })] }))).toBe("finish");
    expect(kinds(testRun([CHECK], { status: "observing", observeUntil: plus(5_000) }))).toBe("wait");
  });
});

describe("nextMove backwards", () => {
  const back = { status: "rolling-back" as const, direction: "back" as const };
  const done = { status: "succeeded" as const, startedAt: T0, effectAt: T0 };
  const target = (run: RunSnapshot) => {
    const move = nextMove(run, plus(1_000));
    return "step" in move ? `${move.type} ${move.step.key}` : move.type;
  };

  it("undoes in reverse order, leaves out checks and what people did, then ends", () => {
    let run = testRun([COPY, CHECK, MANUAL, SHIFT], back);
    for (const index of [0, 1, 2, 3]) run = withStep(run, index, done);
    expect(target(run)).toBe("undo shift.10");
    run = withStep(run, 3, { status: "undone" });
    expect(target(run)).toBe("undo copy");
    expect(target(withStep(run, 0, { status: "undone" }))).toBe("finish-rollback");
  });

  it("undoes what was begun and has no outcome, also when a person skipped it", () => {
    expect(target(withStep(testRun([COPY], back), 0, { status: "errored", startedAt: T0 }))).toBe("undo copy");
    expect(target(withStep(testRun([COPY], back), 0, { status: "skipped", startedAt: T0 }))).toBe("undo copy");
    expect(target(withStep(testRun([COPY], back), 0, { status: "skipped", startedAt: T0, output: { undo: "skipped" } }))).toBe("finish-rollback");
    expect(target(testRun([COPY], back))).toBe("finish-rollback");
  });

  it("stops where an undo failed: what was done before it may depend on it", () => {
    const run = withStep(withStep(testRun([COPY, SHIFT], back), 0, done), 1, { status: "failed", startedAt: T0, output: { undo: "failed" } });
    expect(target(run)).toBe("need-attention");
  });

  it("waits for backoff, people and time, and looks after a lost worker", () => {
    const undoing = (change: Partial<StepState>) => target(withStep(testRun([COPY], back), 0, { status: "undoing", startedAt: T0, ...change }));
    expect(undoing({ dueAt: plus(5_000) })).toBe("wait");
    expect(undoing({ dueAt: plus(500) })).toBe("undo copy");
    expect(undoing({ waitingFor: "human", open: open({ direction: "undo" }) })).toBe("wait");
    expect(undoing({ open: open({ direction: "undo", epoch: 0 }) })).toBe("recover copy");
    expect(undoing({ open: open({ direction: "undo" }), dueAt: plus(500) })).toBe("ask-again copy");
  });
});

describe("breaksOff", () => {
  it("only for wishes that cannot wait, and never where the executor forbids it", () => {
    const run = testRun([COPY]);
    const [copy] = run.steps;
    if (copy === undefined) throw new Error("no step");
    expect(breaksOff({ ...run, desired: "pause" }, copy)).toBe(false);
    expect(breaksOff({ ...run, desired: "abort" }, copy)).toBe(true);
    expect(breaksOff({ ...run, desired: "rollback" }, copy)).toBe(true);
    const traits = run.plan.traits["postgres.copy"];
    if (traits === undefined) throw new Error("no traits");
    const never = { ...run, desired: "abort" as const, plan: { ...run.plan, traits: { "postgres.copy": { ...traits, cancel: "never" as const } } } };
    expect(breaksOff(never, copy)).toBe(false);
  });
});
