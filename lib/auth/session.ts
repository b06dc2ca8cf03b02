import "server-only";
import { cookies, headers } from "next/headers";
import { cache } from "react";
import { openSession, sealSession, sessionCookie } from "@/lib/auth/next-auth";
import { type Door, doorOf, isSameOrigin } from "@/lib/auth/origin";
import { liveSession } from "@/lib/auth/session-store";
import { actorOfToken } from "@/lib/auth/token-store";
import { ForbiddenError, InvalidInputError, UnauthenticatedError } from "@/lib/core/errors";
import { database } from "@/lib/db/instance";
import { env } from "@/lib/env";
import type { Actor, UserActor } from "@/lib/service/context";
import { presentTime } from "@/lib/service/present-time";

/** How the present request reached us. */
export async function currentDoor(): Promise<Door> {
  return doorOf((await headers()).get("host"), env().PUBLIC_URL);
}

/** The signed-in person of the present request with a live session row; null when there is none. Asked once per request. */
export const currentUser: () => Promise<UserActor | null> = cache(async () => {
  const door = await currentDoor();
  if (!door.open) return null;
  const sessionId = await openSession((await cookies()).get(sessionCookie(door).name)?.value);
  return sessionId === null ? null : liveSession(database(), sessionId, await presentTime());
});

/**
 * Refuses a command of the present request that does not come from our own pages. Next compares Origin with a host
 * that a proxy may have forwarded; this compares it with the one address we were set up for, and wants it present.
 * @throws ForbiddenError
 */
export async function requireSameOrigin(): Promise<void> {
  if (!isSameOrigin(await headers(), await currentDoor())) throw crossOrigin();
}

function crossOrigin(): ForbiddenError {
  return new ForbiddenError("The request came from another site or without an Origin header. Reload the page and try again.");
}

/**
 * The actor of a plain request: bearer token or session cookie (same origin only for changes); null when there is neither.
 * @throws UnauthenticatedError for a bad token, ForbiddenError for a change from another origin, InvalidInputError
 * for a token in the address, where logs and histories would keep it.
 */
export async function actorOfRequest(request: Request): Promise<Actor | null> {
  const url = new URL(request.url);
  for (const name of ["token", "access_token", "api_key"]) {
    if (url.searchParams.has(name)) throw new InvalidInputError(`Send the token as "Authorization: Bearer …", never in the address ("${name}").`);
  }
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const match = /^Bearer +(\S+)$/i.exec(authorization);
    const actor = match?.[1] === undefined ? null : await actorOfToken(database(), match[1], await presentTime());
    if (actor === null) throw new UnauthenticatedError("The token is not valid: unknown, revoked, expired, or its person was disabled.");
    return actor;
  }
  const door = doorOf(request.headers.get("host"), env().PUBLIC_URL);
  if (!door.open) return null;
  const sessionId = await openSession(cookieOf(request.headers.get("cookie"), sessionCookie(door).name));
  const actor = sessionId === null ? null : await liveSession(database(), sessionId, await presentTime());
  if (actor !== null && !["GET", "HEAD", "OPTIONS"].includes(request.method) && !isSameOrigin(request.headers, door)) throw crossOrigin();
  return actor;
}

function cookieOf(header: string | null, name: string): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const [key, ...value] = part.split("=");
    if (key?.trim() === name) return value.join("=").trim();
  }
  return undefined;
}

/** Puts the cookie of a new session row into the answer of the present action. */
export async function setSessionCookie(session: { sessionId: string; expiresAt: Date }): Promise<void> {
  const { name, options } = sessionCookie(await currentDoor());
  (await cookies()).set(name, await sealSession(session.sessionId), { ...options, expires: session.expiresAt });
}

/** Removes the session cookie from the browser. The row is ended by `signOut`. */
export async function clearSessionCookie(): Promise<void> {
  const { name, options } = sessionCookie(await currentDoor());
  (await cookies()).set(name, "", { ...options, maxAge: 0 });
}
