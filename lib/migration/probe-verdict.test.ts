import { describe, expect, it } from "vitest";
import { type ProbeRound, type ProbeWorld, probeReading } from "./probe-verdict";
import { plus, T0 } from "./testing/run";

const world = (change: Partial<ProbeWorld> = {}): ProbeWorld => ({
  allowed: ["1/app"],
  names: new Map([
    ["1/app", "source"],
    ["2/app", "target"],
  ]),
  switching: false,
  ...change,
});
type Shot = ProbeRound["shots"][number];
const ok = (change: Partial<Extract<Shot, { type: "ok" }>> = {}): Shot => ({
  connection: "pool",
  ms: 5,
  type: "ok",
  wrote: "1/app",
  read: "1/app",
  readBack: true,
  ...change,
});
const round = (at: number, ...shots: Shot[]): ProbeRound => ({ at: plus(at), shots });

describe("probeReading (R-GRD-5)", () => {
  it("gives the share of failed writes, or the slowest one", () => {
    const rounds = [round(0, ok()), round(250, { connection: "pool", ms: 3_000, type: "failed", reason: "no answer" })];
    expect(probeReading(rounds, "failures", world())).toEqual({ type: "value", value: 50, at: plus(250) });
    expect(probeReading(rounds, "latency", world())).toEqual({ type: "value", value: 3_000, at: plus(250) });
    expect(probeReading([], "failures", world()).type).toBe("nodata");
  });

  it.each([
    ["refused", [{ connection: "pool", ms: 1, type: "refused", reason: "closed" } as Shot], /refused by pool: closed/],
    ["the wrong server", [ok({ wrote: "2/app", read: "2/app" })], /wrong server answers pool: target/],
    ["a write and a read on two servers", [ok({ read: "2/app" })], /split: pool wrote to source and read from target/],
    ["two poolers that write to two servers", [ok(), ok({ connection: "second", wrote: "2/app", read: "2/app" })], /wrong server answers second: target/],
    ["an acknowledged write that is gone", [ok({ readBack: false })], /could not be read back/],
  ])("is a hard sign: %s", (_name, shots, reason) => {
    const reading = probeReading([round(0, ok()), round(250, ...shots), round(500, ok())], "failures", world());
    expect(reading).toMatchObject({ type: "hard", at: plus(250), reason: expect.stringMatching(reason) });
  });

  it("two servers are a split also where nobody said which one is right", () => {
    const shots = [ok(), ok({ connection: "second", wrote: "2/app", read: "2/app" })];
    expect(probeReading([round(0, ...shots)], "failures", world({ allowed: [] }))).toMatchObject({
      type: "hard",
      reason: "Writes split: source and target both take them.",
    });
    expect(probeReading([round(0, ok())], "failures", world({ allowed: [] })).type).toBe("value");
  });

  it("nothing is a hard sign while the switch is under way", () => {
    const shots: Shot[] = [ok({ wrote: "2/app" }), { connection: "second", ms: 1, type: "refused", reason: "fenced" }];
    expect(probeReading([round(0, ...shots)], "failures", world({ switching: true }))).toEqual({ type: "value", value: 50, at: T0 });
  });
});
