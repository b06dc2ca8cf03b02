import { createDraft } from "@/lib/plan/drafts";
import { formatOf } from "@/lib/plan/looks-like-markdown";
import { sourceOfRequest } from "@/lib/plan/source-bytes";
import { apiRoute } from "@/lib/service/route";

/**
 * `POST /documents?name=&project=`: begins the review of the document in the body, whatever its signs are encoded in.
 * A plan in YAML is not reviewed: it is given back as text.
 */
export const POST = apiRoute({
  permission: "plan.import",
  handler: async (ctx, request) => {
    const { searchParams } = new URL(request.url);
    const fileName = (searchParams.get("name") ?? "").slice(-200);
    const { source } = await sourceOfRequest(request);
    if (formatOf(source, fileName) === "yaml") return { format: "yaml", source };
    const slug = searchParams.get("project") ?? undefined;
    const { id } = await createDraft(ctx, { source, fileName, ...(slug === undefined ? {} : { slug }) });
    return Response.json({ format: "markdown", id }, { status: 201, headers: { "cache-control": "no-store" } });
  },
});
