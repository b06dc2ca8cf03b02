import "server-only";
import { createHmac } from "node:crypto";
import { headers } from "next/headers";
import NextAuth, { type NextAuthOptions } from "next-auth";
import { decode, encode } from "next-auth/jwt";
import credentialsProvider from "next-auth/providers/credentials";
import type { Door } from "@/lib/auth/origin";
import { ABSOLUTE_MS, liveSession } from "@/lib/auth/session-store";
import { signIn } from "@/lib/auth/sign-in";
import { signOut } from "@/lib/auth/sign-out";
import { AppError } from "@/lib/core/errors";
import { database } from "@/lib/db/instance";
import { env } from "@/lib/env";
import { presentTime } from "@/lib/service/present-time";
import { callerAddress } from "@/lib/service/request";

/*
 * The only file that knows next-auth. Its encrypted cookie holds nothing but the id of a browser_session row; who that
 * is, and whether it still counts, is read from the row each time.
 */

const MAX_AGE_SECONDS = ABSOLUTE_MS / 1_000;

function secret(): string {
  const key = env().SECRET_KEY;
  if (key === undefined) throw new Error("SECRET_KEY is not set: start Switchyard with `npm start`, which makes one, or set it.");
  return createHmac("sha256", key).update("switchyard session cookie").digest("base64url");
}

/** Name and flags of the session cookie. Lax, not Strict: a link to an approval in a mail must arrive signed in. */
export function sessionCookie(door: Pick<Door, "secure">) {
  return {
    name: door.secure ? "__Host-switchyard-session" : "switchyard-session",
    options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure: door.secure },
  };
}

/** The cookie's value for a session row. */
export function sealSession(sessionId: string): Promise<string> {
  return encode({ token: { sid: sessionId }, secret: secret(), maxAge: MAX_AGE_SECONDS });
}

/** The session id in a cookie's value; null for anything that we did not make or that is older than a session can be. */
export async function openSession(value: string | undefined): Promise<string | null> {
  if (value === undefined || value.length > 2_000) return null;
  const token = await decode({ token: value, secret: secret() }).catch(() => null);
  return typeof token?.sid === "string" ? token.sid : null;
}

/** next-auth's options for a request that came through `door`. */
export function authOptions(door: Door): NextAuthOptions {
  const cookie = (name: string) => ({
    name: `${door.secure ? "__Host-" : ""}switchyard-${name}`,
    options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure: door.secure },
  });
  return {
    secret: secret(),
    useSecureCookies: door.secure,
    pages: { signIn: "/sign-in", error: "/sign-in", signOut: "/sign-in" },
    session: { strategy: "jwt", maxAge: MAX_AGE_SECONDS },
    cookies: { sessionToken: sessionCookie(door), csrfToken: cookie("csrf"), callbackUrl: cookie("callback") },
    providers: [
      credentialsProvider({
        name: "Password",
        credentials: { email: { label: "E-mail", type: "email" }, password: { label: "Password", type: "password" } },
        authorize: async (credentials) => {
          const sent = await headers();
          const ctx = { db: database(), now: await presentTime(), address: callerAddress(sent), userAgent: sent.get("user-agent") ?? undefined };
          try {
            const session = await signIn(ctx, credentials);
            return { id: session.userId, sid: session.sessionId };
          } catch (error) {
            // next-auth puts the message of whatever is thrown into a URL; only ours may go there.
            if (error instanceof AppError) throw new Error(error.message);
            return null;
          }
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => ({ sid: user !== undefined && "sid" in user ? user.sid : token.sid }),
      session: async ({ token, session }) => {
        const actor = typeof token.sid === "string" ? await liveSession(database(), token.sid, await presentTime()) : null;
        return actor === null
          ? { expires: new Date(0).toISOString() }
          : { expires: session.expires, user: { name: actor.name, email: actor.email, role: actor.role } };
      },
      redirect: ({ url }) => (url.startsWith("/") && !url.startsWith("//") ? `${door.origin}${url}` : door.origin),
    },
    events: {
      signOut: async ({ token }) => {
        const actor = typeof token?.sid === "string" ? await liveSession(database(), token.sid, await presentTime()) : null;
        if (actor !== null) await signOut({ actor, db: database(), now: await presentTime() });
      },
    },
  };
}

/** Answers a request to next-auth's own endpoints. */
export function answerNextAuth(door: Door, request: Request, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> {
  return NextAuth(authOptions(door))(request, context);
}
