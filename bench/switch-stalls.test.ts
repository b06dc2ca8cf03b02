import { describe, expect, it } from "vitest";
import { feltBetween, parseAcknowledged } from "./switch-stalls";

const ledger = ["A 0 t 100", "A 1 t 110", "U 1 t 120", "A 0 t 900", "A 1 t 910", "A 0 t 920", "A 1 t 5000", "A 0 t 5010", ""].join("\n");

describe("what clients felt of a switch", () => {
  it("reads acknowledged writes only", () => {
    expect(parseAcknowledged(ledger)).toHaveLength(7);
    expect(parseAcknowledged(ledger)[0]).toEqual({ writer: 0, at: 100 });
  });

  it("counts the gaps that reach into the switch and no others", () => {
    expect(feltBetween(parseAcknowledged(ledger), 300, 700)).toEqual({ stallMs: 790, clientMs: 800 });
    expect(feltBetween(parseAcknowledged(ledger), 905, 915)).toEqual({ stallMs: 10, clientMs: 4090 });
  });

  it("says nothing where nobody wrote around it", () => {
    const none = parseAcknowledged(ledger);
    expect(() => feltBetween(none, 50, 200)).toThrow("Nobody wrote");
    expect(() => feltBetween(none, 200, 6000)).toThrow("Nobody wrote");
  });
});
