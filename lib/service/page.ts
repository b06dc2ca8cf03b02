import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { currentUser } from "@/lib/auth/session";
import { database } from "@/lib/db/instance";
import type { Ctx, UserActor } from "@/lib/service/context";
import { callerAddress } from "@/lib/service/request";

/**
 * Context of a page: a signed-in person, or a redirect to sign-in that comes back to `here`. Every page calls
 * it itself; layouts render in parallel and protect nothing.
 */
export async function pageContext(here = "/"): Promise<Ctx & { actor: UserActor }> {
  const actor = await currentUser();
  if (actor === null) redirect(`/sign-in?next=${encodeURIComponent(here)}`);
  return { actor, db: database(), now: new Date(), address: callerAddress(await headers()) };
}
