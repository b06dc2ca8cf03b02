import { verifyAuditChain } from "@/lib/service/audit-verify";
import { apiRoute } from "@/lib/service/route";

/** `GET /api/v1/audit/verify`: recomputes the whole chain. 200 either way; `ok` and `broken` say how it stands. */
export const GET = apiRoute({ permission: "audit.read", handler: (ctx) => verifyAuditChain(ctx.db) });
