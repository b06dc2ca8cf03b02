import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acceptInvite, acceptReset } from "@/lib/auth/accept-invite";
import { changePassword } from "@/lib/auth/change-password";
import { changeRole } from "@/lib/auth/change-role";
import { completeFirstRun } from "@/lib/auth/complete-first-run";
import { createInvite } from "@/lib/auth/create-invite";
import { createResetLink } from "@/lib/auth/create-reset-link";
import { disableUser } from "@/lib/auth/disable-user";
import { enableUser } from "@/lib/auth/enable-user";
import { ensureFirstRunLink, isFirstRun } from "@/lib/auth/first-run";
import { ROLES } from "@/lib/auth/permissions";
import { revokeInvite } from "@/lib/auth/revoke-invite";
import { revokeOtherSessions, revokeSession } from "@/lib/auth/revoke-session";
import { liveSession } from "@/lib/auth/session-store";
import { signIn } from "@/lib/auth/sign-in";
import { updateApprovalPolicy } from "@/lib/auth/update-approval-policy";
import { updateWorkspace } from "@/lib/auth/update-workspace";
import { AppError } from "@/lib/core/errors";
import type { Ctx } from "@/lib/service/context";
import { readWorkspace } from "@/lib/service/workspace";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeUser, makeUserWithPassword } from "@/prisma/testing/factories/identity";
import { makeProject } from "@/prisma/testing/factories/project";

const PASSWORD = "seven quiet lighthouses";
const HOUR = 3_600_000;
const tokenOf = (path: string) => path.split("/").at(-1) ?? "";
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.kind : String(error)),
  );
const plus = (now: Date, ms: number) => new Date(now.getTime() + ms);

describe("first run", () => {
  let t: TestDb;
  beforeAll(async () => {
    t = await testDb();
  });
  afterAll(() => t.close());
  const form = (path: string) => ({
    token: tokenOf(path),
    workspace: "Example workspace",
    currency: "eur",
    timeZone: "Europe/Berlin",
    name: "Owner",
    email: "owner@example.test",
    password: PASSWORD,
    repeat: PASSWORD,
  });

  it("makes workspace and owner once, with the newest link only, even when pressed twice at once", async () => {
    const now = new Date();
    const old = await ensureFirstRunLink(t.db, now);
    const path = await ensureFirstRunLink(t.db, now);
    if (old === null || path === null) throw new Error("no link");
    expect(path).toMatch(/^\/welcome\/[\w-]{43}$/);
    expect(JSON.stringify(await t.db.prisma.oneTimeLink.findMany())).not.toContain(tokenOf(path));
    expect(await outcome(completeFirstRun({ db: t.db, now }, form(old)))).toBe("refused");
    expect(await outcome(completeFirstRun({ db: t.db, now: plus(now, 25 * HOUR) }, form(path)))).toBe("refused");
    expect(await outcome(completeFirstRun({ db: t.db, now }, { ...form(path), currency: "XXQ" }))).toBe("invalid");
    expect(await outcome(completeFirstRun({ db: t.db, now }, { ...form(path), timeZone: "Mars/Base" }))).toBe("invalid");
    expect(await outcome(completeFirstRun({ db: t.db, now }, { ...form(path), repeat: "another one here" }))).toBe("invalid");
    expect(await isFirstRun(t.db)).toBe(true);
    const both = await Promise.all([1, 2].map(() => outcome(completeFirstRun({ db: t.db, now }, form(path)))));
    expect(both.sort()).toEqual(["done", "refused"]);
    expect(await readWorkspace(t.db)).toMatchObject({ name: "Example workspace", currency: "EUR", timeZone: "Europe/Berlin" });
    expect(await t.db.prisma.user.findMany({ select: { email: true, role: true } })).toEqual([{ email: "owner@example.test", role: "admin" }]);
    expect(await ensureFirstRunLink(t.db, now)).toBeNull();
  });
});

describe("people", () => {
  let t: TestDb;
  let admin: Awaited<ReturnType<TestDb["ctx"]>>;
  beforeAll(async () => {
    t = await testDb();
    admin = await t.ctx("admin");
  });
  afterAll(() => t.close());

  it("an invitation works once, for its address and role, and signs in", async () => {
    const { path, email, role } = await createInvite(admin, { email: "New.Person@example.test", role: "approver" });
    expect([email, role]).toEqual(["new.person@example.test", "approver"]);
    const form = { token: tokenOf(path), name: "New person", password: PASSWORD, repeat: PASSWORD, role: "admin", email: "else@example.test" };
    expect(await outcome(acceptInvite({ db: t.db, now: plus(admin.now, 73 * HOUR) }, form))).toBe("refused");
    const session = await acceptInvite({ db: t.db, now: admin.now }, form);
    expect(await liveSession(t.db, session.sessionId, admin.now)).toMatchObject({ email: "new.person@example.test", role: "approver" });
    expect(await outcome(acceptInvite({ db: t.db, now: admin.now }, form))).toBe("refused");
    expect(await outcome(createInvite(admin, { email: "new.person@example.test", role: "viewer" }))).toBe("conflict");
  });

  it("an invitation is replaced by a newer one and can be withdrawn", async () => {
    const first = await createInvite(admin, { email: "twice@example.test", role: "viewer" });
    const second = await createInvite(admin, { email: "twice@example.test", role: "viewer" });
    const form = (path: string) => ({ token: tokenOf(path), name: "Twice", password: PASSWORD, repeat: PASSWORD });
    expect(await outcome(acceptInvite({ db: t.db, now: admin.now }, form(first.path)))).toBe("refused");
    await revokeInvite(admin, { inviteId: second.id });
    expect(await outcome(acceptInvite({ db: t.db, now: admin.now }, form(second.path)))).toBe("refused");
    expect(await outcome(revokeInvite(admin, { inviteId: second.id }))).toBe("conflict");
  });

  it("B-12: refuses look-alike addresses and guessable passwords", async () => {
    for (const email of ["a\uff20example.test", "\u0430dmin@example.test", "a@b", "a b@example.test", "", "x@example.test\u0000"]) {
      expect(await outcome(createInvite(admin, { email, role: "viewer" }))).toBe("invalid");
    }
    const { path } = await createInvite(admin, { email: "lighthouse.keeper@example.test", role: "viewer" });
    for (const password of ["elevenchars", "123456789012", "abcabcabcabc", "lighthouse.keeper1", "PasswordPassword", "nul\u0000inside-it", "z".repeat(1_001)]) {
      expect(await outcome(acceptInvite({ db: t.db, now: admin.now }, { token: tokenOf(path), name: "Keeper", password, repeat: password }))).toBe("invalid");
    }
  });

  it("a reset link sets the password, ends all sessions and works once", async () => {
    const user = await makeUserWithPassword(t.db, { email: "forgot@example.test", password: "the old password was" });
    const old = await signIn({ db: t.db, now: admin.now }, { email: user.email, password: "the old password was" });
    const { path } = await createResetLink(admin, { userId: user.id });
    const form = { token: tokenOf(path), password: PASSWORD, repeat: PASSWORD };
    expect(await outcome(acceptInvite({ db: t.db, now: admin.now }, { ...form, name: "Forgot" }))).toBe("refused");
    await acceptReset({ db: t.db, now: admin.now }, form);
    expect(await liveSession(t.db, old.sessionId, admin.now)).toBeNull();
    expect(await outcome(acceptReset({ db: t.db, now: admin.now }, form))).toBe("refused");
    expect(await outcome(signIn({ db: t.db, now: admin.now }, { email: user.email, password: PASSWORD }))).toBe("done");
  });

  it("S-6: a changed password signs other browsers out and keeps this one", async () => {
    const user = await makeUserWithPassword(t.db, { email: "changes@example.test", password: "the old password was" });
    const [here, there] = [
      await signIn({ db: t.db, now: admin.now }, { email: user.email, password: "the old password was" }),
      await signIn({ db: t.db, now: admin.now }, { email: user.email, password: "the old password was" }),
    ];
    const actor = await liveSession(t.db, here.sessionId, admin.now);
    if (actor === null) throw new Error("no actor");
    const ctx: Ctx = { actor, db: t.db, now: admin.now };
    const form = { current: "the old password was", password: PASSWORD, repeat: PASSWORD };
    expect(await outcome(changePassword(ctx, { ...form, current: "wrong wrong wrong" }))).toBe("invalid");
    expect(await changePassword(ctx, form)).toEqual({ otherBrowsers: 1 });
    expect(await liveSession(t.db, here.sessionId, admin.now)).not.toBeNull();
    expect(await liveSession(t.db, there.sessionId, admin.now)).toBeNull();
  });

  it("S-16: a person ends own browsers, not those of others", async () => {
    const [mine, other] = [await t.ctx("operator"), await t.ctx("viewer")];
    expect(await outcome(revokeSession(mine, { sessionId: other.actor.sessionId }))).toBe("conflict");
    expect(await liveSession(t.db, other.actor.sessionId, admin.now)).not.toBeNull();
    expect(await outcome(revokeSession(admin, { sessionId: other.actor.sessionId }))).toBe("done");
    const second = await t.db.prisma.browserSession.create({
      data: { id: "second", userId: mine.actor.userId, lastSeenAt: admin.now, expiresAt: plus(admin.now, HOUR) },
    });
    expect(await revokeOtherSessions(mine)).toEqual({ count: 1 });
    expect(await liveSession(t.db, second.id, admin.now)).toBeNull();
    expect(await liveSession(t.db, mine.actor.sessionId, admin.now)).not.toBeNull();
  });

  it("R-SEC-13: addresses of this machine are opened by an admin with a recent proof, and the audit log has it", async () => {
    const form = { workspace: "Example workspace", currency: "EUR", timeZone: "UTC" };
    const reach = async () => (await readWorkspace(t.db)).allowLoopback;
    const stale = { ...admin, now: plus(admin.now, 6 * 60_000) };
    await updateWorkspace(admin, form);
    expect(await reach()).toBe(false);
    await expect(updateWorkspace(stale, { ...form, allowLoopback: "on" })).rejects.toMatchObject({ kind: "forbidden", details: { stepUp: true } });
    expect(await reach()).toBe(false);
    await updateWorkspace(admin, { ...form, allowLoopback: "on" });
    expect(await reach()).toBe(true);
    const [entry] = (
      await t.db.pool.query(`SELECT before->>'allowLoopback' AS before, after->>'allowLoopback' AS after, actor->>'kind' AS kind
        FROM audit_entry WHERE action = 'workspace.update' ORDER BY seq DESC LIMIT 1`)
    ).rows;
    expect(entry).toEqual({ before: "false", after: "true", kind: "user" });
    // Nothing else of the workspace needs the proof; an absent checkbox is off.
    await updateWorkspace(stale, { ...form, workspace: "Other name", allowLoopback: "on" });
    expect(await reach()).toBe(true);
    await updateWorkspace(admin, form);
    expect(await reach()).toBe(false);
  });

  it("S-1: nobody but an admin with a recent proof manages people, policies and the workspace", async () => {
    const target = await makeUser(t.db, { role: "viewer" });
    const { project } = await makeProject(t.db);
    const calls = (ctx: Ctx) => [
      createInvite(ctx, { email: "x@example.test", role: "admin" }),
      createResetLink(ctx, { userId: target.id }),
      changeRole(ctx, { userId: target.id, role: "admin", version: 1 }),
      disableUser(ctx, { userId: target.id }),
      enableUser(ctx, { userId: target.id }),
      updateApprovalPolicy(ctx, { projectId: project.id, version: 1, requiredApprovals: 1, approvalTtlHours: 4 }),
    ];
    for (const role of ROLES.filter((each) => each !== "admin")) {
      const ctx = await t.ctx(role);
      for (const call of calls(ctx)) expect(await outcome(call)).toBe("forbidden");
      expect(await outcome(updateWorkspace(ctx, { workspace: "Mine", currency: "USD", timeZone: "UTC" }))).toBe("forbidden");
      // Self-promotion.
      expect(await outcome(changeRole(ctx, { userId: ctx.actor.userId, role: "admin", version: 1 }))).toBe("forbidden");
    }
    for (const call of calls({ ...admin, now: plus(admin.now, 6 * 60_000) })) {
      await expect(call).rejects.toMatchObject({ kind: "forbidden", details: { stepUp: true } });
    }
    const token: Ctx = {
      ...admin,
      actor: {
        kind: "token",
        tokenId: "t",
        tokenName: "t",
        userId: admin.actor.userId,
        name: "admin",
        role: "admin",
        scopes: ["read", "ingest", "operate", "admin"],
      },
    };
    for (const call of calls(token)) expect(await outcome(call)).toBe("forbidden");
    expect((await t.db.prisma.user.findUniqueOrThrow({ where: { id: target.id } })).role).toBe("viewer");
  });

  it("a stale role change is a conflict; a fresh one is audited with before and after", async () => {
    const user = await makeUser(t.db, { role: "viewer" });
    await changeRole(admin, { userId: user.id, role: "operator", version: 1 });
    expect(await outcome(changeRole(admin, { userId: user.id, role: "admin", version: 1 }))).toBe("conflict");
    const entry = await t.db.prisma.auditEntry.findFirstOrThrow({ where: { action: "user.change-role" }, orderBy: { seq: "desc" } });
    expect([entry.before, entry.after]).toEqual([{ role: "viewer" }, { role: "operator" }]);
  });

  it("keeps one active admin, also when two remove each other at the same moment", async () => {
    const alone = await testDb();
    try {
      const [one, two] = [await alone.ctx("admin"), await alone.ctx("admin")];
      const results = await Promise.all([
        outcome(changeRole(one, { userId: two.actor.userId, role: "viewer", version: 1 })),
        outcome(disableUser(two, { userId: one.actor.userId })),
      ]);
      expect(results.sort()).toEqual(["done", "refused"]);
      expect(await alone.db.prisma.user.count({ where: { role: "admin", disabledAt: null } })).toBe(1);
    } finally {
      await alone.close();
    }
  });

  it("disabling ends browsers and tokens for good; enabling brings back the person only", async () => {
    const user = await t.ctx("operator");
    await t.db.prisma.apiToken.create({
      data: { id: "tok", userId: user.actor.userId, name: "x", prefix: "sw_", tokenHash: "h", scopes: ["read"], expiresAt: plus(admin.now, HOUR) },
    });
    expect(await disableUser(admin, { userId: user.actor.userId })).toMatchObject({ sessions: 1, tokens: 1 });
    expect(await outcome(disableUser(admin, { userId: user.actor.userId }))).toBe("conflict");
    await enableUser(admin, { userId: user.actor.userId });
    expect(await liveSession(t.db, user.actor.sessionId, admin.now)).toBeNull();
    expect((await t.db.prisma.apiToken.findUniqueOrThrow({ where: { id: "tok" } })).revokedAt).not.toBeNull();
  });

  it("S-7: refuses a policy nobody can meet, and a stale one", async () => {
    const few = await testDb();
    try {
      const boss = await few.ctx("admin");
      const { project } = await makeProject(few.db);
      const policy = { projectId: project.id, version: 1, requiredApprovals: 1, approvalTtlHours: 24, soloMode: "on", reason: "One person runs this." };
      expect(await outcome(updateApprovalPolicy(boss, { ...policy, soloMode: undefined, requiredApprovals: 2 }))).toBe("refused");
      expect(await outcome(updateApprovalPolicy(boss, { ...policy, requiredApprovals: 0 }))).toBe("invalid");
      expect(await outcome(updateApprovalPolicy(boss, { ...policy, approvalTtlHours: "NaN" }))).toBe("invalid");
      expect(await updateApprovalPolicy(boss, policy)).toEqual({ requiredApprovals: 1, soloMode: true, approvalTtlMs: 24 * HOUR });
      expect(await outcome(updateApprovalPolicy(boss, policy))).toBe("conflict");
    } finally {
      await few.close();
    }
  });
});
