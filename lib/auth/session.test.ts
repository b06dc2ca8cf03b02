import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openSession, sealSession, sessionCookie } from "@/lib/auth/next-auth";
import { signingInForm } from "@/lib/auth/public-form";
import { actorOfRequest, currentUser } from "@/lib/auth/session";
import { signIn } from "@/lib/auth/sign-in";
import type { Db } from "@/lib/db/prisma";
import { command } from "@/lib/service/action";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeUserWithPassword } from "@/prisma/testing/factories/identity";

const request = vi.hoisted(() => {
  process.env.SECRET_KEY = "a test key that is long enough for the check";
  process.env.LOG_LEVEL = "silent";
  process.env.PUBLIC_URL = "https://ops.example.test";
  return { headers: new Headers(), cookies: new Map<string, { value: string; options?: Record<string, unknown> }>() };
});
vi.mock("next/headers", () => ({
  headers: async () => request.headers,
  cookies: async () => ({
    get: (name: string) => request.cookies.get(name),
    set: (name: string, value: string, options: Record<string, unknown>) => request.cookies.set(name, { value, options }),
  }),
}));
vi.mock("next/navigation", () => ({
  redirect: (path: string) => {
    throw new Error(`redirect ${path}`);
  },
}));

const NAME = "__Host-switchyard-session";
let t: TestDb;
beforeAll(async () => {
  t = await testDb();
  (globalThis as typeof globalThis & { switchyardDb?: Db }).switchyardDb = t.db;
});
afterAll(() => t.close());
beforeEach(() => {
  request.headers = new Headers({ host: "ops.example.test", origin: "https://ops.example.test" });
  request.cookies.clear();
});

async function signedIn() {
  const { actor } = await t.ctx("operator");
  request.cookies.set(NAME, { value: await sealSession(actor.sessionId) });
  return actor;
}

describe("session cookie", () => {
  it("R-SEC-10: carries __Host-, Secure, HttpOnly and SameSite over https, a plain name on loopback", () => {
    expect(sessionCookie({ secure: true })).toEqual({ name: NAME, options: { httpOnly: true, sameSite: "lax", path: "/", secure: true } });
    expect(sessionCookie({ secure: false }).name).toBe("switchyard-session");
  });

  it("holds the session id only, unreadable, and refuses what was changed", async () => {
    const sealed = await sealSession("the-session-id");
    expect(Buffer.from(sealed.replaceAll(".", ""), "base64url").toString("latin1")).not.toContain("the-session-id");
    expect(await openSession(sealed)).toBe("the-session-id");
    for (const bad of [undefined, "", "x", sealed.slice(0, -2), `${sealed.slice(0, -3)}AAA`, "a".repeat(3_000), "..."])
      expect(await openSession(bad)).toBeNull();
  });

  it("finds the person through the row, on the right address only", async () => {
    const actor = await signedIn();
    expect((await currentUser())?.userId).toBe(actor.userId);
    request.headers = new Headers({ host: "10.0.0.5:3000" });
    expect(await currentUser()).toBeNull();
  });
});

describe("S-2: commands", () => {
  const ran = vi.fn(async () => "done");
  const action = command(ran);

  it.each([
    ["the own origin", { origin: "https://ops.example.test" }, true],
    ["the null origin", { origin: "null" }, false],
    ["no origin", {}, false],
    ["another origin", { origin: "https://evil.test" }, false],
    ["another origin with a forged forwarded host", { origin: "https://evil.test", "x-forwarded-host": "evil.test" }, false],
    ["the plain version of the own origin", { origin: "http://ops.example.test" }, false],
  ])("from %s", async (_name, headers, allowed) => {
    await signedIn();
    ran.mockClear();
    request.headers = new Headers({ host: "ops.example.test", ...headers });
    const result = await action({});
    expect(result.ok).toBe(allowed);
    expect(ran).toHaveBeenCalledTimes(allowed ? 1 : 0);
  });

  it("without a session do nothing", async () => {
    ran.mockClear();
    expect(await action({})).toMatchObject({ ok: false, error: { kind: "unauthenticated" } });
    expect(ran).not.toHaveBeenCalled();
  });

  it("S-3: a header that once skipped the proxy changes nothing", async () => {
    request.headers.set("x-middleware-subrequest", "proxy:proxy:proxy:proxy:proxy");
    expect(await action({})).toMatchObject({ ok: false, error: { kind: "unauthenticated" } });
  });
});

describe("sign-in form", () => {
  const form = (fields: Record<string, string>) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    return data;
  };
  const submit = (fields: Record<string, string>) => signingInForm(signIn)(null, form(fields));

  it("sets the cookie and goes to a path of our own only", async () => {
    await makeUserWithPassword(t.db, { email: "form@example.test", password: "seven quiet lighthouses" });
    const fields = { email: "form@example.test", password: "seven quiet lighthouses" };
    await expect(submit({ ...fields, next: "/approvals/7" })).rejects.toThrow("redirect /approvals/7");
    expect(request.cookies.get(NAME)?.options).toMatchObject({ httpOnly: true, secure: true, sameSite: "lax", path: "/" });
    expect((await currentUser())?.email).toBe("form@example.test");
    await expect(submit({ ...fields, next: "//evil.test" })).rejects.toThrow(/^redirect \/$/);
  });

  it("never sends a password back, and says what was typed in the other fields", async () => {
    const state = await submit({ email: "form@example.test", password: "wrong wrong wrong" });
    expect(state).toEqual({ message: "E-mail or password is wrong.", issues: [], values: { email: "form@example.test" } });
    expect(request.cookies.has(NAME)).toBe(false);
  });

  it("R-SEC-10: is not served over plain HTTP on a name that is not this machine", async () => {
    request.headers = new Headers({ host: "10.0.0.5:3000", origin: "http://10.0.0.5:3000" });
    expect((await submit({ email: "form@example.test", password: "seven quiet lighthouses" }))?.message).toContain("https://ops.example.test");
    expect(request.cookies.size).toBe(0);
  });
});

describe("plain requests", () => {
  it("S-13: refuse a token in the address", async () => {
    for (const name of ["token", "access_token", "api_key"]) {
      await expect(actorOfRequest(new Request(`https://ops.example.test/api/v1/audit?${name}=sw_read_x`))).rejects.toThrow("never in the address");
    }
  });

  it("a bad bearer token is not rescued by a good cookie", async () => {
    const actor = await signedIn();
    const headers = { host: "ops.example.test", cookie: `${NAME}=${await sealSession(actor.sessionId)}` };
    expect(await actorOfRequest(new Request("https://ops.example.test/x", { headers }))).toMatchObject({ userId: actor.userId });
    for (const authorization of ["Bearer x", "Bearer ", "Basic eDp5", "Bearer sw_read_x sw_read_y"]) {
      await expect(actorOfRequest(new Request("https://ops.example.test/x", { headers: { ...headers, authorization } }))).rejects.toThrow(
        "The token is not valid",
      );
    }
  });
});
