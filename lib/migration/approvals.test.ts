import { describe, expect, it } from "vitest";
import { approveRefusals, type GateWorld, standing, type Verdicter } from "./approvals";
import type { GateState } from "./snapshot";
import { plus, T0, testGate } from "./testing/run";

const person = (change: Partial<Verdicter> = {}): Verdicter => ({ userId: "second", isPerson: true, entitled: true, ...change });
const world = (change: Partial<GateWorld> = {}): GateWorld => ({
  planHash: "hash",
  soloNow: false,
  requiredNow: 1,
  createdById: "requester",
  editorId: null,
  ...change,
});
const gate = (change: Partial<GateState> = {}) => testGate({ verdicts: [], ...change });
const at = plus(1_000);

describe("approveRefusals", () => {
  it("accepts a second person", () => expect(approveRefusals(gate(), person(), world(), at)).toEqual([]));

  it.each([
    ["the requester", gate(), person({ userId: "requester" }), world()],
    ["whoever made the run", gate({ requestedById: "other" }), person({ userId: "requester" }), world()],
    ["the last editor", gate(), person(), world({ editorId: "second" })],
    ["a token", gate(), person({ isPerson: false }), world()],
    ["a role without approvals", gate(), person({ entitled: false }), world()],
    ["another plan", gate(), person(), world({ planHash: "other" })],
    ["a closed gate", gate({ status: "void" }), person(), world()],
    ["an expired gate", gate({ expiresAt: T0 }), person(), world()],
    ["a second verdict", gate({ verdicts: testGate().verdicts }), person({ userId: "approver" }), world()],
    ["the requester when solo mode was switched off since", gate({ soloAllowed: true }), person({ userId: "requester" }), world({ soloNow: false })],
    ["the requester when solo mode was switched on since", gate(), person({ userId: "requester" }), world({ soloNow: true })],
  ])("refuses %s", (_name, one, who, around) => expect(approveRefusals(one, who, around, at)).toHaveLength(1));

  it("lets the requester approve in solo mode only", () => {
    expect(approveRefusals(gate({ soloAllowed: true }), person({ userId: "requester" }), world({ soloNow: true }), at)).toEqual([]);
  });

  it("names all reasons at once", () => {
    expect(approveRefusals(gate({ expiresAt: T0 }), person({ userId: "requester", entitled: false }), world(), at)).toHaveLength(3);
  });
});

describe("standing", () => {
  const given = (change: Partial<GateState> = {}) => testGate({ status: "approved", ...change });

  it.each([
    ["one of one", given(), "hash", at, 1, true],
    ["one of two", given({ required: 2 }), "hash", at, 1, false],
    ["the policy was tightened since", given(), "hash", at, 2, false],
    ["loosened since: the old rule stays", given({ required: 2 }), "hash", at, 1, false],
    ["another plan", given(), "other", at, 1, false],
    ["expired", given({ expiresAt: at }), "hash", at, 1, false],
    ["void", given({ status: "void" }), "hash", at, 1, false],
    ["rejected", given({ status: "rejected" }), "hash", at, 1, false],
    ["the approver was demoted", given({ verdicts: given().verdicts.map((one) => ({ ...one, stillEntitled: false })) }), "hash", at, 1, false],
    ["the verdict was for another plan", given({ verdicts: given().verdicts.map((one) => ({ ...one, planHash: "old" })) }), "hash", at, 1, false],
    [
      "a rejection beside approvals",
      given({ verdicts: [...given().verdicts, ...given().verdicts.map((one) => ({ ...one, verdict: "reject" as const }))] }),
      "hash",
      at,
      1,
      false,
    ],
  ])("%s", (_name, one, hash, now, required, approved) => expect(standing(one, hash, now, required).approved).toBe(approved));
});
