import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeRole } from "@/lib/auth/change-role";
import { createToken } from "@/lib/auth/create-token";
import { disableUser } from "@/lib/auth/disable-user";
import { mayDo, PERMISSIONS, type Permission, type Scope } from "@/lib/auth/permissions";
import { revokeToken } from "@/lib/auth/revoke-token";
import { formatToken, looksLikeToken } from "@/lib/auth/token-format";
import { actorOfToken } from "@/lib/auth/token-store";
import { AppError } from "@/lib/core/errors";
import { type TestDb, testDb } from "@/prisma/testing/database";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.kind : String(error)),
  );

describe("token text", () => {
  it("R-SEC-21: has a prefix, 32 random characters and a checksum that finds typing errors", () => {
    const token = formatToken(
      "ingest",
      new Uint8Array(96).map((_, index) => (index * 37) % 248),
    );
    expect(token).toMatch(/^sw_ingest_[0-9A-Za-z]{38}$/);
    expect(looksLikeToken(token)).toBe(true);
    for (let place = 10; place < token.length; place += 1) {
      const wrong = token.slice(0, place) + (token[place] === "a" ? "b" : "a") + token.slice(place + 1);
      expect(looksLikeToken(wrong)).toBe(false);
    }
    expect(() => formatToken("read", new Uint8Array(96).fill(255))).toThrow(RangeError);
  });
});

describe("tokens", () => {
  it("S-13: only a hash is stored; valid until revoked or expired; belongs to the person's present role", async () => {
    const [admin, owner] = [await t.ctx("admin"), await t.ctx("operator")];
    const made = await createToken(owner, { name: "collector", scopes: ["operate", "read"], days: 30 });
    expect(made.token).toMatch(/^sw_ops_/);
    expect(JSON.stringify(await t.db.prisma.apiToken.findMany())).not.toContain(made.token);
    expect(JSON.stringify(await t.db.prisma.auditEntry.findMany({ select: { after: true, object: true } }))).not.toContain(made.token.slice(7));
    const now = admin.now;
    expect(await actorOfToken(t.db, made.token, now)).toMatchObject({
      kind: "token",
      userId: owner.actor.userId,
      role: "operator",
      scopes: ["read", "operate"],
    });
    expect((await t.db.prisma.apiToken.findUniqueOrThrow({ where: { id: made.id } })).lastUsedAt).toEqual(now);
    await changeRole(admin, { userId: owner.actor.userId, role: "viewer", version: 1 });
    const lowered = await actorOfToken(t.db, made.token, now);
    expect(lowered?.role).toBe("viewer");
    expect(lowered !== null && mayDo(lowered, "run.start")).toBe(false);
    expect(await actorOfToken(t.db, made.token, made.expiresAt)).toBeNull();
    expect(await outcome(revokeToken(await t.ctx("viewer"), { tokenId: made.id }))).toBe("conflict");
    await revokeToken(owner, { tokenId: made.id });
    expect(await actorOfToken(t.db, made.token, now)).toBeNull();
  });

  it("S-1: a disabled person's token is dead, an unknown one too", async () => {
    const [admin, owner] = [await t.ctx("admin"), await t.ctx("operator")];
    const { token } = await createToken(owner, { name: "x", scopes: "read,ingest", days: 1 });
    await disableUser(admin, { userId: owner.actor.userId });
    expect(await actorOfToken(t.db, token, admin.now)).toBeNull();
    expect(await actorOfToken(t.db, formatToken("read", new Uint8Array(96).fill(7)), admin.now)).toBeNull();
  });

  it("refuses scopes above the role, no expiry, more than a year, and other people's tokens", async () => {
    const viewer = await t.ctx("viewer");
    const base = { name: "x", scopes: ["read"], days: 30 };
    for (const raw of [
      { ...base, scopes: ["operate"] },
      { ...base, scopes: [] },
      { ...base, scopes: ["root"] },
      { ...base, days: undefined },
      { ...base, days: 366 },
      { ...base, days: 0 },
      { ...base, name: "" },
    ]) {
      expect(await outcome(createToken(viewer, raw))).toBe("invalid");
    }
    expect(await outcome(createToken(await t.ctx("operator"), { ...base, scopes: ["admin"] }))).toBe("invalid");
    expect(await outcome(createToken(viewer, { ...base, email: "other@example.test" }))).toBe("forbidden");
    expect(await outcome(createToken({ ...viewer, now: new Date(viewer.now.getTime() + 360_000) }, base))).toBe("forbidden");
    const { actor } = viewer;
    const byToken = {
      ...viewer,
      actor: { kind: "token" as const, tokenId: "t", tokenName: "t", userId: actor.userId, name: "n", role: "admin" as const, scopes: ["admin"] as const },
    };
    expect(await outcome(createToken(byToken, base))).toBe("forbidden");
  });

  it("S-13: scope table: no token approves, decides, or manages people; ingest neither reads nor controls", () => {
    const all = Object.keys(PERMISSIONS) as Permission[];
    const allowed = (scopes: Scope[]) => all.filter((permission) => mayDo({ role: "admin", scopes }, permission));
    expect(allowed(["ingest"]).sort()).toEqual(["bill.import", "heartbeat.send", "sample.ingest"]);
    expect(allowed(["read"]).sort()).toEqual(["audit.read", "workspace.read"]);
    for (const permission of [
      "run.approve",
      "run.confirm",
      "decision.record",
      "people.manage",
      "policy.manage",
      "token.manage",
      "connection.manage",
      "workspace.manage",
    ]) {
      expect(allowed(["read", "ingest", "operate", "admin"])).not.toContain(permission);
    }
    expect(allowed([])).toEqual([]);
    const viewer = all.filter((permission) => mayDo({ role: "viewer", scopes: null }, permission));
    expect(viewer).not.toContain("run.start");
    expect(viewer).toEqual(
      expect.arrayContaining(all.filter((permission) => mayDo({ role: "viewer", scopes: ["read", "ingest", "operate", "admin"] }, permission))),
    );
    expect(mayDo({ role: "admin", scopes: null }, "toString" as Permission)).toBe(false);
  });
});
