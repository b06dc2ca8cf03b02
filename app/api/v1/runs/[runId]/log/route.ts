import { InvalidInputError } from "@/lib/core/errors";
import { stepLog } from "@/lib/migration/page-store";
import type { Ctx } from "@/lib/service/context";
import { apiRoute } from "@/lib/service/route";

/** The whole log of a step is streamed to a file in pieces of this many lines. */
const PIECE = 5_000;

export const GET = apiRoute<{ runId: string }>({
  permission: "workspace.read",
  handler: async (ctx, request, { runId }) => {
    const query = new URL(request.url).searchParams;
    const step = query.get("step");
    if (step === null) throw new InvalidInputError("step: name the key of the step.");
    if (query.get("format") === "raw") return rawLog(ctx, runId, step);
    const after = /^\d{1,15}$/.test(query.get("after") ?? "") ? Number(query.get("after")) : null;
    const { lines, total } = await stepLog(ctx, runId, step, after);
    return { lines: lines.map((line) => ({ ...line, at: line.at.toISOString() })), total };
  },
});

/** Every kept line as plain text, read in pieces so that a long log never sits in memory. */
async function rawLog(ctx: Ctx, runId: string, step: string): Promise<Response> {
  const encoder = new TextEncoder();
  let after = -1;
  let piece = await stepLog(ctx, runId, step, after, PIECE);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (piece.lines.length === 0) return controller.close();
      controller.enqueue(encoder.encode(piece.lines.map((line) => `${line.at.toISOString()} ${line.line}\n`).join("")));
      after = piece.lines.at(-1)?.seq ?? after;
      piece = await stepLog(ctx, runId, step, after, PIECE);
    },
  });
  const name = `run-${runId}-${step}`.replace(/[^a-z0-9._-]/gi, "_");
  return new Response(body, {
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "content-disposition": `attachment; filename="${name}.log"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}
