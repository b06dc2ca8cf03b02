import { describe, expect, it } from "vitest";
import { mayDo } from "@/lib/auth/permissions";
import { COMMANDS, refusals } from "./commands";
import type { RunSnapshot, StepState } from "./snapshot";
import { plus, T0, testGate, testRun, withStep } from "./testing/run";
import { ENDED, RUN_COMMANDS, RUN_STATUSES, type RunCommand, type RunStatus } from "./types";

const HAND = { key: "hand", title: "Hand", kind: "manual" };
const COPY = { key: "copy", title: "Copy", kind: "postgres.copy", with: { from: "db", to: "db" } };
const GATE = { key: "ok", title: "Ok", kind: "approval" };

const at = plus(1_000);
const allowed = (run: RunSnapshot, command: RunCommand, step?: string) => refusals(run, command, at, step).length === 0;
const waitsForPerson: Partial<StepState> = { status: "waiting", waitingFor: "human", startedAt: T0 };
const failed: Partial<StepState> = { status: "failed", startedAt: T0 };

/** Commands accepted for a run whose step waits for a person, by status. */
const TABLE: Record<RunStatus, RunCommand[]> = {
  draft: ["request", "abort"],
  "awaiting-approval": ["approve", "reject", "abort"],
  approved: ["reject", "start", "abort"],
  running: ["pause", "confirm", "skip", "abort", "rollback"],
  paused: ["resume", "confirm", "skip", "abort", "rollback"],
  observing: ["abort", "rollback"],
  succeeded: [],
  "rolling-back": [],
  "rolled-back": [],
  aborted: [],
  rejected: [],
  "needs-attention": ["resume", "confirm", "skip", "abort", "rollback"],
};

describe("states × commands", () => {
  it.each(RUN_STATUSES)("%s", (status) => {
    const gates = status === "awaiting-approval" ? [testGate({ status: "open", verdicts: [] })] : testRun([HAND]).gates;
    const direction = status === "rolling-back" ? ("back" as const) : ("forward" as const);
    const run = withStep(testRun([HAND], { status, gates, direction }), 0, waitsForPerson);
    expect(RUN_COMMANDS.filter((command) => allowed(run, command))).toEqual(TABLE[status]);
  });

  it("an ended run accepts nothing, and every refusal says why", () => {
    for (const status of RUN_STATUSES) {
      for (const command of RUN_COMMANDS) {
        const reasons = refusals(withStep(testRun([HAND], { status }), 0, waitsForPerson), command, at);
        if (ENDED.includes(status)) expect(reasons).not.toEqual([]);
        for (const reason of reasons) expect(reason.length).toBeGreaterThan(10);
      }
    }
  });

  it("safety commands are exactly pause, abort and rollback, open to operators and their tokens; verdicts to no token", () => {
    expect(RUN_COMMANDS.filter((command) => COMMANDS[command].safety)).toEqual(["pause", "abort", "rollback"]);
    for (const command of RUN_COMMANDS) {
      const { permission, safety } = COMMANDS[command];
      expect(mayDo({ role: "viewer", scopes: null }, permission)).toBe(false);
      if (safety) expect(mayDo({ role: "operator", scopes: ["operate"] }, permission)).toBe(true);
      if (["approve", "reject", "confirm"].includes(command)) expect(mayDo({ role: "admin", scopes: ["admin", "operate"] }, permission)).toBe(false);
    }
  });
});

describe("a wish that was not carried out yet", () => {
  it("is not taken back by anything weaker", () => {
    for (const status of RUN_STATUSES) {
      const run = withStep(testRun([COPY], { status, desired: "rollback" }), 0, failed);
      for (const command of ["pause", "resume", "retry", "skip", "abort"] as const) {
        if (!ENDED.includes(status) && run.startedAt !== null && status !== "draft")
          expect([status, command, allowed(run, command)]).toEqual([status, command, false]);
      }
    }
    const aborting = withStep(testRun([COPY], { status: "paused", desired: "abort" }), 0, failed);
    expect([allowed(aborting, "resume"), allowed(aborting, "retry"), allowed(aborting, "skip")]).toEqual([false, false, false]);
    expect([allowed(aborting, "rollback"), allowed({ ...aborting, desired: "pause" }, "abort")]).toEqual([true, true]);
  });
});

describe("reasons of single commands", () => {
  it("a failed step: retry or skip, not resume", () => {
    const run = withStep(testRun([COPY], { status: "paused" }), 0, failed);
    expect([allowed(run, "retry"), allowed(run, "skip"), allowed(run, "resume"), allowed(run, "confirm")]).toEqual([true, true, false, false]);
  });

  it("a step that waits for its next try may be tried now, while the run goes on", () => {
    const waits = { status: "errored" as const, tries: 1, dueAt: plus(60_000) };
    const run = withStep(testRun([COPY], { status: "running" }), 0, waits);
    expect([allowed(run, "retry"), allowed({ ...run, status: "paused" }, "retry"), allowed(run, "skip")]).toEqual([true, false, false]);
  });

  it("an effect nobody can see: a person says that it is there", () => {
    const run = withStep(testRun([COPY], { status: "needs-attention" }), 0, { ...failed, status: "errored" });
    expect([allowed(run, "confirm"), allowed(run, "retry"), allowed(run, "skip")]).toEqual([true, true, true]);
  });

  it("R-ENG-10 a run that asks because too many workers were lost goes on, forwards or back, by a resume", () => {
    for (const direction of ["forward", "back"] as const) {
      const running = { status: direction === "forward" ? ("running" as const) : ("undoing" as const) };
      const run = withStep(testRun([COPY], { status: "needs-attention", direction }), 0, running);
      expect([allowed(run, "resume"), allowed(run, "retry"), allowed(run, "abort")]).toEqual([true, false, true]);
    }
  });

  it("an approval is never skipped, confirmed or retried", () => {
    for (const change of [{}, { status: "waiting" as const, waitingFor: "approval" as const }]) {
      for (const status of ["running", "paused", "needs-attention"] as const) {
        const run = withStep(testRun([GATE], { status }), 0, change);
        expect([allowed(run, "skip"), allowed(run, "confirm"), allowed(run, "retry")]).toEqual([false, false, false]);
      }
    }
  });

  it("a lossy step is not skipped around its approval", () => {
    const run = withStep(testRun([{ ...COPY, pointOfNoReturn: true }], { status: "paused" }), 0, failed);
    expect(allowed(run, "skip")).toBe(false);
  });

  it("commands about a step are refused for another one", () => {
    const run = withStep(testRun([HAND, COPY]), 0, waitsForPerson);
    expect([allowed(run, "confirm", "hand"), allowed(run, "confirm", "copy")]).toEqual([true, false]);
  });

  it("a start names what is missing: approval, expiry, blocks", () => {
    const run = testRun([HAND], { status: "approved" });
    expect(allowed(run, "start")).toBe(true);
    expect(allowed({ ...run, gates: [] }, "start")).toBe(false);
    expect(refusals({ ...run, gates: [testGate({ planHash: run.planHash, status: "approved", expiresAt: T0 })] }, "start", at).join()).toContain("expired");
    const blocked = { ...run, preflight: ["a", "b"].map((stepKey) => ({ stepKey, name: "n", level: "block" as const, message: "not there" })) };
    expect(refusals(blocked, "start", at)).toEqual(["a: not there", "b: not there"]);
  });

  it("an undo that failed may be retried or skipped, nothing else goes round it", () => {
    const run = withStep(testRun([COPY], { status: "needs-attention", direction: "back" }), 0, { ...failed, output: { undo: "failed" } });
    expect([allowed(run, "retry"), allowed(run, "skip"), allowed(run, "rollback"), allowed(run, "abort"), allowed(run, "resume")]).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });
});
