import { TooManyError } from "@/lib/core/errors";
import { ingestSamples } from "@/lib/metric/ingest-samples";
import { actorRecord } from "@/lib/service/context";
import { quotas } from "@/lib/service/quota";
import { apiRoute, jsonBody } from "@/lib/service/route";

/** Bytes of one call: 10,000 samples with labels (R-SEC-22). */
const MAX_BYTES = 8_000_000;

/** 200 when everything was taken, 207 when some, 400 when nothing was; the body is the same. 429 before the body is read when too many calls are under way. */
export const POST = apiRoute<{ p: string }>({
  permission: "sample.ingest",
  handler: async (ctx, request, { p }) => {
    const give = quotas().samples.take(actorRecord(ctx.actor).id ?? ctx.actor.kind);
    if (give === null) throw new TooManyError("Too many calls with samples are under way: send the next one when one of yours was answered.", 1);
    try {
      const report = await ingestSamples(ctx, { project: p, samples: await jsonBody(request, MAX_BYTES) });
      const status = report.rejected.length === 0 ? 200 : report.accepted > 0 ? 207 : 400;
      return Response.json(report, { status, headers: { "cache-control": "no-store" } });
    } finally {
      give();
    }
  },
});
