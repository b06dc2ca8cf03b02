import { describe, expect, it } from "vitest";
import { decideSwitch, type SwitchAction, type SwitchSeen } from "./switch-decide";

const at = (side: "giving" | "taking" | "other", paused = false) => ({ side, paused });
const BEFORE: SwitchSeen = {
  giving: "open",
  taking: "closed",
  takingAdmits: false,
  takingBarred: false,
  openedAlone: false,
  poolers: [at("giving")],
  committed: false,
  drained: null,
};
const FENCED: SwitchSeen = { ...BEFORE, giving: "fenced", poolers: [at("giving", true)] };
const COMMITTED: SwitchSeen = { ...FENCED, committed: true, drained: true };
const DECIDED: SwitchSeen = { ...COMMITTED, giving: "closed", drained: null };
const SWITCHED: SwitchSeen = { ...DECIDED, taking: "open", takingAdmits: true, poolers: [at("taking")] };

/** The table of reliability-security.md §2.4, each row as what can be seen. */
const TABLE: [string, SwitchSeen, SwitchAction][] = [
  ["not paused, poolers → source, source writable: nothing happened", BEFORE, "nothing"],
  ["the same before the first switch was ever begun", { ...BEFORE, giving: "unmade", taking: "unmade", takingAdmits: true }, "nothing"],
  ["no pooler at all, nothing begun", { ...BEFORE, poolers: [] }, "nothing"],
  ["paused, → source, not fenced yet", { ...BEFORE, poolers: [at("giving", true)] }, "call-off"],
  ["paused, → source, fenced, before COMMIT_TARGET", FENCED, "call-off"],
  ["not paused any more (pooler restarted), fenced, before COMMIT_TARGET", { ...FENCED, poolers: [at("giving")] }, "call-off"],
  ["paused, COMMIT_TARGET, → source, still drained", COMMITTED, "forward"],
  ["paused, COMMIT_TARGET, → source, not drained any more", { ...COMMITTED, drained: false }, "call-off"],
  ["paused, COMMIT_TARGET, source dead, the proof is stored", { ...COMMITTED, giving: "unreachable", drained: null }, "forward"],
  ["the same, but somebody has begun to call it off", { ...COMMITTED, giving: "unreachable", drained: null, takingBarred: true }, "call-off"],
  [
    "the same, somebody went to open the target alone and did not come so far",
    { ...COMMITTED, giving: "unreachable", drained: null, openedAlone: true },
    "forward",
  ],
  ["being called off, source there again, fenced and still drained: either end is right", { ...COMMITTED, takingBarred: true }, "forward"],
  ["the target may have been opened alone and does not answer", { ...COMMITTED, taking: "unreachable", takingAdmits: null, openedAlone: true }, "wait"],
  ["source dead before COMMIT_TARGET: clients are let go on", { ...FENCED, giving: "unreachable" }, "call-off"],
  ["source closed, target not open yet", DECIDED, "forward"],
  ["→ target, paused", { ...SWITCHED, poolers: [at("taking", true)] }, "forward"],
  ["→ target, running, source closed: done", SWITCHED, "forward"],
  ["→ target, running, source open to the application", { ...SWITCHED, giving: "open" }, "fence-now"],
  ["→ target, running, source open, target closed by its row but admits", { ...BEFORE, takingAdmits: true, poolers: [at("taking")] }, "fence-now"],
  ["→ target, running, source open, nobody could write on the target", { ...BEFORE, poolers: [at("taking")] }, "call-off"],
  ["poolers disagree before the decision", { ...FENCED, poolers: [at("giving", true), at("taking", true)] }, "call-off"],
  ["poolers disagree after the decision", { ...SWITCHED, poolers: [at("giving", true), at("taking")] }, "forward"],
  ["poolers disagree, source open, nobody could write on the target", { ...BEFORE, poolers: [at("giving"), at("taking")] }, "call-off"],
  ["no pooler answers", { ...FENCED, poolers: [null, null] }, "wait"],
  ["no pooler answers after the decision", { ...SWITCHED, poolers: [null] }, "wait"],
  ["one of two poolers does not answer before the decision", { ...FENCED, poolers: [at("giving", true), null] }, "call-off"],
  ["one of two poolers does not answer, nothing fenced", { ...BEFORE, poolers: [at("giving"), null] }, "call-off"],
  ["one of two poolers does not answer after the decision", { ...SWITCHED, poolers: [at("taking"), null] }, "forward"],
  ["a pooler leads to a third server before anything was begun", { ...BEFORE, poolers: [at("other")] }, "wait"],
  ["a paused pooler leads to a third server before the decision", { ...FENCED, poolers: [at("other", true)] }, "call-off"],
  ["a paused pooler leads to a third server after the decision", { ...SWITCHED, poolers: [at("other", true)] }, "forward"],
  ["target dead before the decision", { ...FENCED, taking: "unreachable", takingAdmits: null }, "call-off"],
  ["target dead although COMMIT_TARGET was durable", { ...COMMITTED, taking: "unreachable", takingAdmits: null }, "call-off"],
  ["target dead after the decision", { ...DECIDED, taking: "unreachable", takingAdmits: null }, "wait"],
  ["both servers dead", { ...FENCED, giving: "unreachable", taking: "unreachable", takingAdmits: null }, "wait"],
  ["no poolers: fenced", { ...FENCED, poolers: [] }, "call-off"],
  ["no poolers: decided", { ...DECIDED, poolers: [] }, "forward"],
];

describe("recovery of a switch (§2.4)", () => {
  it.each(TABLE)("%s", (_row, seen, action) => {
    const decision = decideSwitch(seen);
    expect(decision.action).toBe(action);
    expect(decision.why).not.toBe("");
  });

  it("never goes forward on a commit alone, and never back once the giving side is closed", () => {
    const sides = ["open", "fenced", "closed", "unmade", "unreachable"] as const;
    for (const giving of sides)
      for (const taking of sides)
        for (const committed of [true, false])
          for (const drained of [true, false, null])
            for (const [takingBarred, openedAlone] of [
              [false, false],
              [true, false],
              [false, true],
              [true, true],
            ] as const)
              for (const poolers of [[at("giving", true)], [at("taking", true)], [at("giving", true), null], []] as SwitchSeen["poolers"][]) {
                const seen: SwitchSeen = { giving, taking, takingAdmits: false, takingBarred, openedAlone, poolers, committed, drained };
                const { action } = decideSwitch(seen);
                if (giving === "closed") expect(["forward", "wait"], JSON.stringify(seen)).toContain(action);
                if (giving === "fenced" && taking !== "open" && drained !== true) expect(["call-off", "wait"], JSON.stringify(seen)).toContain(action);
                if (giving === "unreachable" && taking !== "open" && takingBarred) expect(["call-off", "wait"], JSON.stringify(seen)).toContain(action);
                if (giving === "fenced" && taking === "unreachable" && openedAlone) expect(action, JSON.stringify(seen)).toBe("wait");
                if (giving === "open" && taking !== "open") expect(["nothing", "call-off", "wait"], JSON.stringify(seen)).toContain(action);
              }
  });
});
