import { answerNextAuth } from "@/lib/auth/next-auth";
import { currentDoor, requireSameOrigin } from "@/lib/auth/session";
import { ForbiddenError, NotFoundError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { problemResponse } from "@/lib/service/route";

// The other pages and endpoints of next-auth are not served: our own pages do that.
const SERVED = { GET: ["csrf", "session"], POST: ["callback/credentials", "signout"] };

async function handle(request: Request, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> {
  try {
    const method = request.method === "POST" ? "POST" : "GET";
    const wanted = (await context.params).nextauth.join("/");
    if (!SERVED[method].includes(wanted)) throw new NotFoundError("This page");
    const door = await currentDoor();
    if (!door.open) throw new ForbiddenError(door.reason ?? "Signing in is not served here.");
    if (method === "POST") await requireSameOrigin();
    return await answerNextAuth(door, request, context);
  } catch (error) {
    return problemResponse(error, newId());
  }
}

export { handle as GET, handle as POST };
