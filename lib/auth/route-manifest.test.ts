import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sealSession } from "@/lib/auth/next-auth";
import type { Role, Scope } from "@/lib/auth/permissions";
import { formatToken, kindOf, tokenHash } from "@/lib/auth/token-format";
import { newId } from "@/lib/core/ids";
import type { Db } from "@/lib/db/prisma";
import { type TestDb, testDb } from "@/prisma/testing/database";

vi.hoisted(() => {
  process.env.SECRET_KEY = "a test key that is long enough for the check";
  process.env.LOG_LEVEL = "silent";
});

/* S-1: every page, route and action is found by walking the tree, so that a new one without a check fails here. */

const root = path.resolve(import.meta.dirname, "../..");
const appFiles = readdirSync(path.join(root, "app"), { recursive: true, encoding: "utf8" }).map((name) => `app/${name}`);
const source = (file: string) => readFileSync(path.join(root, file), "utf8");

/** Pages that people reach before they are signed in. */
const PUBLIC_PAGES = ["app/(auth)/sign-in/page.tsx", "app/(auth)/welcome/[token]/page.tsx", "app/(auth)/invite/[token]/page.tsx"];
/** Routes that answer without an actor, and why. */
const PUBLIC_ROUTES: Record<string, string> = {
  "app/api/health/route.ts": "load balancers; says no more than up or down",
  "app/api/auth/[...nextauth]/route.ts": "the way in; same-origin posts only",
  "app/(auth)/sign-out/route.ts": "harmless without a session; same-origin posts only",
  "app/api/openapi.json/route.ts": "the description of the interface; no data",
};
/** Builders of actions; each asks for the session and the origin. */
const BUILDERS = ["command", "signingInForm", "stepUpForm", "stepUpCommand"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
/** Where a token that can only ingest is let in. */
const INGEST = /^app\/api\/v1\/(projects\/\[\w+\]\/(samples|bills|prometheus\/write)|heartbeats\/\[\w+\])\/route\.ts$/;
/** Changes that a viewer may ask for: nothing is stored, or only the own heartbeat. */
const VIEWER_MAY_POST = /^app\/api\/v1\/(heartbeats\/\[\w+\]|plans\/check)\/route\.ts$/;

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
const modules = import.meta.glob<Record<string, unknown>>("../../app/**/route.ts");

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
  (globalThis as typeof globalThis & { switchyardDb?: Db }).switchyardDb = t.db;
});
afterAll(() => t.close());

async function handlers(): Promise<{ file: string; method: (typeof METHODS)[number]; handler: Handler }[]> {
  const found = await Promise.all(
    Object.entries(modules).map(async ([name, load]) => {
      const file = name.replace("../../", "");
      const module = await load();
      return METHODS.filter((method) => typeof module[method] === "function").map((method) => ({ file, method, handler: module[method] as Handler }));
    }),
  );
  return found.flat();
}

/** Values for every dynamic part: nothing exists under them, but commands are spelt right. */
const PARAMS = new Proxy({} as Record<string, string>, { get: (_target, name) => (name === "command" ? "approve" : name === "then" ? undefined : newId()) });

async function call(handler: Handler, method: string, headers: Record<string, string>): Promise<number> {
  const body = method === "GET" || method === "DELETE" ? {} : { body: "{}" };
  const request = new Request("http://localhost:3000/x", {
    method,
    headers: { host: "localhost:3000", "content-type": "application/json", "idempotency-key": newId(), ...headers },
    ...body,
  });
  const response = await handler(request, { params: Promise.resolve(PARAMS) });
  await response.body?.cancel();
  return response.status;
}

async function tokenFor(role: Role, scopes: Scope[], values: { revoked?: boolean; disabled?: boolean } = {}): Promise<Record<string, string>> {
  const ctx = await t.ctx(role);
  const token = formatToken(kindOf(scopes), crypto.getRandomValues(new Uint8Array(96)));
  const now = new Date();
  if (values.disabled) await t.db.prisma.user.update({ where: { id: ctx.actor.userId }, data: { disabledAt: now } });
  await t.db.prisma.apiToken.create({
    data: {
      id: newId(),
      userId: ctx.actor.userId,
      name: "test",
      prefix: "sw_",
      tokenHash: tokenHash(token),
      scopes,
      expiresAt: new Date(now.getTime() + 3_600_000),
      revokedAt: values.revoked ? now : null,
    },
  });
  return { authorization: `Bearer ${token}` };
}

async function cookieFor(role: Role): Promise<{ cookie: string; sessionId: string }> {
  const { actor } = await t.ctx(role);
  return { cookie: `switchyard-session=${await sealSession(actor.sessionId)}`, sessionId: actor.sessionId };
}

const guarded = async () => (await handlers()).filter((each) => !(each.file in PUBLIC_ROUTES));
const SAME = { origin: "http://localhost:3000" };

describe("S-1: routes", () => {
  it("are all found, with at least one handler each", async () => {
    const onDisk = appFiles.filter((file) => file.endsWith("/route.ts"));
    expect(
      Object.keys(modules)
        .map((name) => name.replace("../../", ""))
        .sort(),
    ).toEqual(onDisk.sort());
    const withHandler = new Set((await handlers()).map((each) => each.file));
    expect(onDisk.filter((file) => !withHandler.has(file))).toEqual([]);
  });

  it("answer 401 to nobody, a revoked token, a disabled person's token, a dead session and a forged cookie", async () => {
    const revoked = await tokenFor("admin", ["read", "ingest", "operate", "admin"], { revoked: true });
    const disabled = await tokenFor("admin", ["read", "ingest", "operate", "admin"], { disabled: true });
    const dead = await cookieFor("admin");
    await t.db.prisma.browserSession.update({ where: { id: dead.sessionId }, data: { revokedAt: new Date() } });
    const wrong: string[] = [];
    for (const { file, method, handler } of await guarded()) {
      for (const [who, headers] of Object.entries({
        nobody: {},
        revoked,
        disabled,
        dead: { cookie: dead.cookie, ...SAME },
        forged: { cookie: "switchyard-session=x", ...SAME },
      })) {
        const status = await call(handler, method, headers);
        if (status !== 401) wrong.push(`${method} ${file} as ${who}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("S-13: refuse a token that can only ingest everywhere but at the doors for data", async () => {
    const ingest = await tokenFor("admin", ["ingest"]);
    const wrong: string[] = [];
    for (const { file, method, handler } of await guarded()) {
      const status = await call(handler, method, ingest);
      if ((status === 403) === (INGEST.test(file) && method !== "GET" && method !== "DELETE")) wrong.push(`${method} ${file}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });

  it("refuse every change asked for by a viewer or a read token", async () => {
    const viewer = { cookie: (await cookieFor("viewer")).cookie, ...SAME };
    const read = await tokenFor("admin", ["read"]);
    const wrong: string[] = [];
    for (const { file, method, handler } of (await guarded()).filter((each) => each.method !== "GET")) {
      if (VIEWER_MAY_POST.test(file)) continue;
      for (const [who, headers] of Object.entries({ viewer, read })) {
        const status = await call(handler, method, headers);
        if (status !== 403) wrong.push(`${method} ${file} as ${who}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("S-2: refuse changes by cookie from another origin, from null, and without an origin, also to an admin", async () => {
    const { cookie } = await cookieFor("admin");
    const wrong: string[] = [];
    for (const { file, method, handler } of (await guarded()).filter((each) => each.method !== "GET")) {
      for (const origin of ["null", "https://evil.test", "http://localhost:3001", ""]) {
        const status = await call(handler, method, { cookie, "x-forwarded-host": "evil.test", ...(origin === "" ? {} : { origin }) });
        if (status !== 403) wrong.push(`${method} ${file} from "${origin}": ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("S-7: refuse an approval by any token", async () => {
    const admin = await tokenFor("admin", ["read", "ingest", "operate", "admin"]);
    const command = (await handlers()).find((each) => each.file.includes("/runs/[runId]/[command]/"));
    if (command === undefined) throw new Error("the route of run commands is missing");
    expect(await call(command.handler, "POST", admin)).toBe(403);
  });
});

describe("S-1: actions", () => {
  const files = appFiles.filter((file) => file.endsWith("/actions.ts"));

  it("are only in actions.ts files and all built by a wrapper", () => {
    expect(files.length).toBeGreaterThan(3);
    const stray = appFiles.filter((file) => /\.tsx?$/.test(file) && !file.endsWith("/actions.ts") && /^\s*["']use server["']/m.test(source(file)));
    expect(stray).toEqual([]);
    const built = new RegExp(`^export const \\w+ = (?:${BUILDERS.join("|")})\\(`);
    for (const file of files) {
      expect(source(file).startsWith('"use server";'), file).toBe(true);
      const exported = source(file)
        .split("\n")
        .filter((line) => line.startsWith("export"));
      expect(exported.filter((line) => !built.test(line)).map((line) => `${file}: ${line}`)).toEqual([]);
      expect(exported.length, file).toBeGreaterThan(0);
    }
  });
});

describe("S-1: pages", () => {
  it("all ask for the signed-in person themselves, the ways in excepted", () => {
    const pages = appFiles.filter((file) => file.endsWith("/page.tsx"));
    expect(PUBLIC_PAGES.filter((file) => !pages.includes(file))).toEqual([]);
    expect(pages.filter((file) => !PUBLIC_PAGES.includes(file) && !/await pageContext\(/.test(source(file)))).toEqual([]);
  });
});
