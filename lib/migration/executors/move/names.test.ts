import { describe, expect, it } from "vitest";
import { moveKeyOf, moveNames, partKey, sessionName } from "@/lib/migration/executors/move/names";

describe("names of a move", () => {
  it("follow from run and move alone, differ between moves, and are fit for a replication slot", () => {
    const names = moveNames("0199a000-0000-7000-8000-000000000001", "move");
    expect(names).toEqual(moveNames("0199a000-0000-7000-8000-000000000001", "move"));
    expect(names.hash).not.toBe(moveNames("0199a000-0000-7000-8000-000000000001", "other").hash);
    expect(names.hash).not.toBe(moveNames("0199a000-0000-7000-8000-000000000002", "move").hash);
    for (const name of [names.forward.slot, names.reverse.slot, names.freeze]) {
      expect(name).toMatch(/^[a-z0-9_]{1,63}$/);
    }
    expect(names.forward.slot).not.toBe(names.reverse.slot);
    expect(BigInt.asIntN(64, BigInt(names.lock)).toString()).toBe(names.lock);
  });

  it("are the same for all steps of one move", () => {
    for (const part of ["sync", "verify", "switch"] as const) expect(moveKeyOf(partKey("db.move", part))).toBe("db.move");
    expect(moveKeyOf("alone")).toBe("alone");
  });

  it("name run and epoch in a session within the 63 bytes Postgres keeps", () => {
    expect(sessionName("0199a000-0000-7000-8000-000000000001", 2_147_483_647).length).toBeLessThanOrEqual(63);
  });
});
