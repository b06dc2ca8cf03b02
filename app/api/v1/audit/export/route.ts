import { z } from "zod";
import { auditExport } from "@/lib/service/audit-export";
import { auditFilter } from "@/lib/service/audit-store";
import { parseInput } from "@/lib/service/context";
import { apiRoute } from "@/lib/service/route";

const query = auditFilter.extend({ format: z.enum(["json", "csv"]).default("json") });
const TYPES = { json: "application/json; charset=utf-8", csv: "text/csv; charset=utf-8" };

/** `GET /api/v1/audit/export?format=json|csv` with the filters of the list: all matching entries, oldest first. */
export const GET = apiRoute({
  permission: "audit.read",
  handler: async (ctx, request) => {
    const { format, ...filter } = parseInput(query, Object.fromEntries(new URL(request.url).searchParams));
    return new Response(auditExport(ctx.db, filter, format), {
      headers: {
        "content-type": TYPES[format],
        "content-disposition": `attachment; filename="switchyard-audit-${ctx.now.toISOString().slice(0, 10)}.${format}"`,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      },
    });
  },
});
