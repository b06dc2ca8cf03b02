import { actorOfRequest, clearSessionCookie } from "@/lib/auth/session";
import { signOut } from "@/lib/auth/sign-out";
import { newId } from "@/lib/core/ids";
import { databaseNow } from "@/lib/db/clock";
import { database } from "@/lib/db/instance";
import { callerAddress } from "@/lib/service/request";
import { problemResponse } from "@/lib/service/route";

/** Ends this browser's session and goes to sign-in. A plain form post; harmless when already signed out. */
export async function POST(request: Request): Promise<Response> {
  try {
    const actor = await actorOfRequest(request);
    if (actor?.kind === "user") await signOut({ actor, db: database(), now: await databaseNow(database().pool), address: callerAddress(request.headers) });
    await clearSessionCookie();
    return new Response(null, { status: 303, headers: { location: "/sign-in" } });
  } catch (error) {
    return problemResponse(error, newId());
  }
}
