import { runAnswer } from "@/app/api/v1/projects/[p]/migrations/_lib/answer";
import { commandBody, isForm } from "@/app/api/v1/runs/_lib/command-route";
import { createRun } from "@/lib/migration/create-run";
import { migrationByKey, projectHead, runsOfMigration } from "@/lib/migration/migration-store";
import { requestRun } from "@/lib/migration/request-run";
import { answerOnce } from "@/lib/service/idempotency";
import { apiRoute } from "@/lib/service/route";

interface Params extends Record<string, string> {
  p: string;
  m: string;
}

/** Runs of a migration, newest first. */
export const GET = apiRoute<Params>({
  permission: "workspace.read",
  handler: async (ctx, _request, { p, m }) => {
    const migration = await migrationByKey(ctx, (await projectHead(ctx, p)).id, m);
    return { items: (await runsOfMigration(ctx, migration.id)).map(runAnswer), next: null };
  },
});

const create = apiRoute<Params>({
  permission: "run.request",
  handler: async (ctx, request, { p, m }) => {
    const { back: _back, request: alsoRequest, ...fields } = await commandBody(request);
    const migration = await migrationByKey(ctx, (await projectHead(ctx, p)).id, m);
    const answer = await answerOnce(
      ctx,
      request.headers.get("idempotency-key"),
      `/api/v1/projects/${p}/migrations/${m}/runs`,
      { ...fields, alsoRequest },
      async () => {
        const made = await createRun(ctx, { ...fields, migrationId: migration.id });
        // A form asks for both at once; the draft stays where the request is refused, and its page says why.
        const asked = isForm(request) && alsoRequest === "true" ? await requestRun(ctx, { runId: made.id, version: made.version }).catch(() => made) : made;
        return { status: 201, body: asked };
      },
    );
    const id = typeof answer.body === "object" && answer.body !== null && "id" in answer.body ? String(answer.body.id) : null;
    return new Response(JSON.stringify(answer.body), {
      status: answer.status,
      headers: {
        "content-type": answer.status >= 400 ? "application/problem+json" : "application/json",
        "cache-control": "no-store",
        ...(id === null || answer.status >= 400 ? {} : { location: `/api/v1/runs/${id}`, "x-run-id": id }),
      },
    });
  },
});

/** Makes a draft run: `{mode, reason}` → the run with its `planHash`. A plain form comes back to a page. */
export async function POST(request: Request, context: { params: Promise<Params> }): Promise<Response> {
  const response = await create(request, context);
  if (!isForm(request)) return response;
  const { p, m } = await context.params;
  const page = `/projects/${encodeURIComponent(p)}/migrations/${encodeURIComponent(m)}`;
  const id = response.headers.get("x-run-id");
  const location =
    response.ok && id !== null ? `/runs/${id}` : response.status === 401 ? `/sign-in?next=${encodeURIComponent(page)}` : `${page}?notice=request-refused`;
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}
