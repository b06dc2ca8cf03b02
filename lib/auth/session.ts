import "server-only";
import type { Actor, UserActor } from "@/lib/service/context";

/** The signed-in person of the present request with a live session row; null when there is none. */
export async function currentUser(): Promise<UserActor | null> {
  return null;
}

/** The actor of a plain request: bearer token or session cookie (same origin only for changes); null when neither is valid. */
export async function actorOfRequest(_request: Request): Promise<Actor | null> {
  return null;
}
