import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { currentUser } from "@/lib/auth/session";
import { database } from "@/lib/db/instance";
import type { Ctx, UserActor } from "@/lib/service/context";
import { presentTime } from "@/lib/service/present-time";
import { callerAddress } from "@/lib/service/request";

/**
 * Context of a page: a signed-in person, or a redirect to sign-in that comes back to `here` (by default the path asked for). Every page calls
 * it itself; layouts render in parallel and protect nothing.
 */
export async function pageContext(here?: string): Promise<Ctx & { actor: UserActor }> {
  const [actor, sent] = [await currentUser(), await headers()];
  // A layout does not know the path of its page; proxy.ts writes it down for both.
  if (actor === null) redirect(`/sign-in?next=${encodeURIComponent(here ?? sent.get("x-switchyard-path") ?? "/")}`);
  return { actor, db: database(), now: await presentTime(), address: callerAddress(sent) };
}
