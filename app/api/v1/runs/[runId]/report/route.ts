import { loadReport } from "@/app/(app)/runs/_lib/load-report";
import { reportFormat, reportHtml, reportMarkdown, reportText } from "@/app/(app)/runs/_lib/report";
import { InvalidInputError } from "@/lib/core/errors";
import { apiRoute } from "@/lib/service/route";

const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff", vary: "accept" };

/** The evidence report of a run as HTML, Markdown or JSON, by `?format=` or `Accept`. */
export const GET = apiRoute<{ runId: string }>({
  permission: "workspace.read",
  handler: async (ctx, request, { runId }) => {
    const format = reportFormat(new URL(request.url).searchParams.get("format"), request.headers.get("accept"));
    if (format === null) throw new InvalidInputError("format: use html, md or json.");
    const report = await loadReport(ctx, runId);
    if (format === "json") return Response.json(report, { headers: HEADERS });
    const text = reportText(report);
    if (format === "markdown") return new Response(reportMarkdown(text), { headers: { ...HEADERS, "content-type": "text/markdown; charset=utf-8" } });
    return new Response(reportHtml(text), {
      headers: {
        ...HEADERS,
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
      },
    });
  },
});
