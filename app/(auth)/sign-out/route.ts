import { actorOfRequest, clearSessionCookie } from "@/lib/auth/session";
import { signOut } from "@/lib/auth/sign-out";
import { newId } from "@/lib/core/ids";
import { database } from "@/lib/db/instance";
import { presentTime } from "@/lib/service/present-time";
import { callerAddress } from "@/lib/service/request";
import { problemResponse } from "@/lib/service/route";

/** Ends this browser's session and goes to sign-in. A plain form post; harmless when already signed out. */
export async function POST(request: Request): Promise<Response> {
  try {
    const actor = await actorOfRequest(request);
    if (actor?.kind === "user") await signOut({ actor, db: database(), now: await presentTime(), address: callerAddress(request.headers) });
    await clearSessionCookie();
    return new Response(null, { status: 303, headers: { location: "/sign-in" } });
  } catch (error) {
    return problemResponse(error, newId());
  }
}
