import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { DUMMY_HASH, hashPassword } from "@/lib/auth/password-hash";
import { ABSOLUTE_MS, IDLE_MS, liveSession } from "@/lib/auth/session-store";
import { signIn } from "@/lib/auth/sign-in";
import { signOut } from "@/lib/auth/sign-out";
import { stepUp } from "@/lib/auth/step-up";
import { AppError } from "@/lib/core/errors";
import { createPool } from "@/lib/db/pool";
import { createPrisma } from "@/lib/db/prisma";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeUserWithPassword } from "@/prisma/testing/factories/identity";

/** Stored hashes that were handed to the real verify, in order. */
const verified = vi.hoisted((): string[] => []);
vi.mock("@node-rs/argon2", async (original) => {
  const argon = await original<typeof import("@node-rs/argon2")>();
  return {
    ...argon,
    hash: argon.hash,
    verify: (stored: string, password: string) => {
      verified.push(stored);
      return argon.verify(stored, password);
    },
  };
});

const PASSWORD = "seven quiet lighthouses";
let t: TestDb;
beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

let minute = 0;
/** A clock of its own per test, days apart, so that attempts of one test do not slow another. */
function clock(): Date {
  minute += 1;
  return new Date(Date.UTC(2030, 0, 1 + minute * 2));
}
const later = (now: Date, ms: number) => new Date(now.getTime() + ms);
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => "in",
    (error: unknown) => (error instanceof AppError ? `${error.kind}: ${error.message}` : String(error)),
  );

describe("sign-in", () => {
  it("makes a new session row each time (S-6 fixation) and finds the person by it", async () => {
    const now = clock();
    const user = await makeUserWithPassword(t.db, { role: "operator", email: "op1@example.test", password: PASSWORD });
    const first = await signIn({ db: t.db, now, address: "192.0.2.1" }, { email: " OP1@Example.test ", password: PASSWORD });
    const second = await signIn({ db: t.db, now, address: "192.0.2.1" }, { email: "op1@example.test", password: PASSWORD });
    expect(first.sessionId).not.toBe(second.sessionId);
    expect(await liveSession(t.db, first.sessionId, now)).toMatchObject({ userId: user.id, role: "operator", provenAt: now });
  });

  it("S-6: unknown, wrong, disabled and password-less accounts get one message", async () => {
    const now = clock();
    const disabled = await makeUserWithPassword(t.db, { email: "disabled@example.test", password: PASSWORD });
    await t.db.prisma.user.update({ where: { id: disabled.id }, data: { disabledAt: now } });
    await makeUserWithPassword(t.db, { email: "known@example.test", password: PASSWORD });
    const bare = await t.db.prisma.user.create({ data: { id: "bare", email: "bare@example.test", name: "Bare", role: "viewer" } });
    const tries = [
      { email: "nobody@example.test", password: PASSWORD },
      { email: "known@example.test", password: `${PASSWORD}!` },
      { email: "disabled@example.test", password: PASSWORD },
      { email: bare.email, password: PASSWORD },
    ];
    for (const each of tries)
      expect(await outcome(signIn({ db: t.db, now, address: "192.0.2.2" }, each))).toBe("unauthenticated: E-mail or password is wrong.");
  });

  it("S-6: every refused sign-in verifies one hash of the same cost, whether the account exists or not", async () => {
    const cost = (text: string) => text.split("$").slice(1, 4).join("$");
    const real = await hashPassword("another password");
    expect(cost(DUMMY_HASH)).toBe(cost(real));
    const now = clock();
    await makeUserWithPassword(t.db, { email: "timed@example.test", password: PASSWORD });
    await t.db.prisma.user.create({ data: { id: "no-password", email: "no-password@example.test", name: "None", role: "viewer" } });
    for (const email of ["timed@example.test", "nobody-at-all@example.test", "no-password@example.test"]) {
      verified.length = 0;
      expect(await outcome(signIn({ db: t.db, now, address: "192.0.2.77" }, { email, password: "wrong password here" }))).toContain("unauthenticated");
      expect(verified.map(cost)).toEqual([cost(real)]);
    }
  });

  it("slows guessing with a growing delay that survives a restart", async () => {
    const now = clock();
    await makeUserWithPassword(t.db, { email: "slow@example.test", password: PASSWORD });
    const guess = (db: TestDb["db"], at: Date, password = "not the password") =>
      outcome(signIn({ db, now: at, address: "198.51.100.7" }, { email: "slow@example.test", password }));
    for (let n = 0; n < 5; n += 1) expect(await guess(t.db, now)).toContain("unauthenticated");
    expect(await guess(t.db, now)).toBe("too-many: Too many failed attempts. Try again in 1 second.");
    expect(await guess(t.db, later(now, 1_000))).toContain("unauthenticated");
    // Another process, started later, with the right password.
    const restarted = { prisma: createPrisma(t.url), pool: createPool(t.url) };
    try {
      expect(await guess(restarted, later(now, 1_500), PASSWORD)).toBe("too-many: Too many failed attempts. Try again in 2 seconds.");
      expect(await guess(restarted, later(now, 3_000), PASSWORD)).toBe("in");
    } finally {
      await restarted.prisma.$disconnect();
      await restarted.pool.end();
    }
  });

  it("counts attempts that arrive at once", async () => {
    const now = clock();
    const results = await Promise.all(
      Array.from({ length: 12 }, () =>
        outcome(signIn({ db: t.db, now, address: "198.51.100.8" }, { email: "burst@example.test", password: "guess guess guess" })),
      ),
    );
    expect(results.filter((text) => text.startsWith("unauthenticated"))).toHaveLength(5);
  });

  it("S-6: strangers cannot lock a person out of the address they sign in from", async () => {
    const now = clock();
    await makeUserWithPassword(t.db, { email: "victim@example.test", password: PASSWORD });
    await signIn({ db: t.db, now, address: "203.0.113.1" }, { email: "victim@example.test", password: PASSWORD });
    const at = later(now, 60_000);
    for (let n = 0; n < 24; n += 1) {
      await outcome(signIn({ db: t.db, now: at, address: `203.0.113.${50 + n}` }, { email: "victim@example.test", password: "guess guess guess" }));
    }
    expect(await outcome(signIn({ db: t.db, now: at, address: "203.0.113.200" }, { email: "victim@example.test", password: PASSWORD }))).toContain("too-many");
    expect(await outcome(signIn({ db: t.db, now: at, address: "203.0.113.1" }, { email: "victim@example.test", password: PASSWORD }))).toBe("in");
  });

  it("B-12: passwords of 1,000 bytes work, longer ones are refused, composed and decomposed accents are one", async () => {
    const now = clock();
    const long = "x".repeat(1_000);
    await makeUserWithPassword(t.db, { email: "long@example.test", password: long });
    expect(await outcome(signIn({ db: t.db, now }, { email: "long@example.test", password: long }))).toBe("in");
    expect(await outcome(signIn({ db: t.db, now }, { email: "long@example.test", password: `${long}y` }))).toContain("invalid");
    expect(await outcome(signIn({ db: t.db, now }, { email: "long@example.test", password: `${long.slice(1)}y` }))).toContain("unauthenticated");
    await makeUserWithPassword(t.db, { email: "accent@example.test", password: "caf\u00e9 \u{1f680} lighthouse" });
    expect(await outcome(signIn({ db: t.db, now }, { email: "accent@example.test", password: "cafe\u0301 \u{1f680} lighthouse" }))).toBe("in");
  });

  it("B-11: refuses fields of the wrong type", async () => {
    for (const raw of [null, {}, { email: ["a"], password: "b" }, { email: "a@b.test", password: new File([], "x") }, { email: {}, password: {} }]) {
      expect(await outcome(signIn({ db: t.db, now: clock() }, raw))).toContain("invalid");
    }
  });
});

describe("sessions", () => {
  async function signedIn(email: string) {
    const now = clock();
    const user = await makeUserWithPassword(t.db, { role: "approver", email, password: PASSWORD });
    const session = await signIn({ db: t.db, now, address: "192.0.2.9" }, { email, password: PASSWORD });
    return { now, user, session };
  }

  it("end after half an hour without use and after twelve hours with use", async () => {
    const { now, session } = await signedIn("idle@example.test");
    expect(await liveSession(t.db, session.sessionId, later(now, IDLE_MS))).toBeNull();
    let at = now;
    while (at.getTime() + IDLE_MS / 2 < now.getTime() + ABSOLUTE_MS) {
      at = later(at, IDLE_MS / 2);
      expect(await liveSession(t.db, session.sessionId, at)).not.toBeNull();
    }
    expect(await liveSession(t.db, session.sessionId, later(now, ABSOLUTE_MS))).toBeNull();
  });

  it("S-1: die with sign-out and with the person, and follow a change of role at once", async () => {
    const { now, user, session } = await signedIn("dies@example.test");
    await t.db.prisma.user.update({ where: { id: user.id }, data: { role: "viewer" } });
    const actor = await liveSession(t.db, session.sessionId, now);
    expect(actor?.role).toBe("viewer");
    await t.db.prisma.user.update({ where: { id: user.id }, data: { disabledAt: now } });
    expect(await liveSession(t.db, session.sessionId, now)).toBeNull();
    await t.db.prisma.user.update({ where: { id: user.id }, data: { disabledAt: null } });
    if (actor === null) throw new Error("no actor");
    await signOut({ actor, db: t.db, now });
    expect(await liveSession(t.db, session.sessionId, now)).toBeNull();
  });

  it("step-up gives a new id, ends the old one and keeps the absolute end", async () => {
    const { now, session } = await signedIn("step@example.test");
    const actor = await liveSession(t.db, session.sessionId, now);
    if (actor === null) throw new Error("no actor");
    const at = later(now, 20 * 60_000);
    await expect(stepUp({ actor, db: t.db, now: at }, { password: "not the password" })).rejects.toThrow("The password is wrong.");
    const proven = await stepUp({ actor, db: t.db, now: at }, { password: PASSWORD });
    expect(proven.expiresAt).toEqual(session.expiresAt);
    expect(await liveSession(t.db, session.sessionId, at)).toBeNull();
    expect((await liveSession(t.db, proven.sessionId, at))?.provenAt).toEqual(at);
  });
});
