import { InvalidInputError } from "@/lib/core/errors";
import { listImports } from "@/lib/cost/bill-imports";
import { importBill } from "@/lib/cost/import-bill";
import { apiRoute } from "@/lib/service/route";

/** Bills of the project, newest first. */
export const GET = apiRoute<{ p: string }>({
  permission: "workspace.read",
  handler: (ctx, request, { p }) => {
    const query = new URL(request.url).searchParams;
    return listImports(ctx, p, { after: query.get("after"), limit: Number(query.get("limit") ?? 20) || 20 });
  },
});

/** A FOCUS CSV as the body (`text/csv`, also gzip): read as a stream. `?name=` names the file, `?dryRun=1` writes nothing. */
export const POST = apiRoute<{ p: string }>({
  permission: "bill.import",
  handler: async (ctx, request, { p }) => {
    if (request.body === null) throw new InvalidInputError("Send the bill as the body of the request.");
    const query = new URL(request.url).searchParams;
    return importBill(ctx, {
      project: p,
      fileName: query.get("name")?.slice(0, 300) || "bill.csv",
      stream: request.body as unknown as AsyncIterable<Uint8Array>,
      dryRun: ["1", "true"].includes(query.get("dryRun") ?? ""),
    });
  },
});
