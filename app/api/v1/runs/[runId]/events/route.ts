import { journalView } from "@/app/(app)/runs/_lib/load-view";
import { journalStream } from "@/app/api/v1/runs/_lib/journal-stream";
import { resumeAfter } from "@/app/api/v1/runs/_lib/sse";
import { actorOfRequest } from "@/lib/auth/session";
import { AppError, TooManyError } from "@/lib/core/errors";
import { journalSince, loadRunPage } from "@/lib/migration/page-store";
import { watchJournal } from "@/lib/migration/watch-journal";
import { can, personOf } from "@/lib/service/context";
import { quotas } from "@/lib/service/quota";
import { apiRoute } from "@/lib/service/route";

export const dynamic = "force-dynamic";

/** The journal of a run as server-sent events, from `Last-Event-ID` (or `?after=`) on. */
export const GET = apiRoute<{ runId: string }>({
  permission: "workspace.read",
  handler: async (ctx, request, { runId }) => {
    // A run that is not there must answer 404, not an empty stream that never ends.
    await loadRunPage(ctx, runId);
    const person = personOf(ctx.actor) ?? ctx.actor.kind;
    const released = quotas().streams.take(person);
    if (released === null) throw new TooManyError("Too many event streams are open for you: close other tabs or poll.", 15);
    const after = resumeAfter(request.headers.get("last-event-id"), new URL(request.url).searchParams.get("after"));
    const stream = journalStream({
      after,
      read: async (from) => (await journalSince(ctx, runId, from)).map(journalView),
      subscribe: (wake) => watchJournal(runId, wake),
      allowed: async () => {
        const actor = await actorOfRequest(request).catch((error: unknown) => {
          if (error instanceof AppError) return null;
          throw error;
        });
        return actor !== null && personOf(actor) === personOf(ctx.actor) && can({ actor }, "workspace.read");
      },
      signal: request.signal,
      released,
    });
    return new Response(stream, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store, no-transform",
        // nginx and others hold answers back unless told not to.
        "x-accel-buffering": "no",
      },
    });
  },
});
