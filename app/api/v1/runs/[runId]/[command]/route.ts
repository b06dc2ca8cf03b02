import { commandBody, formAnswer, isForm, runCommandRequest } from "@/app/api/v1/runs/_lib/command-route";
import { RUN_COMMANDS } from "@/lib/migration/types";
import { apiRoute } from "@/lib/service/route";

interface Params extends Record<string, string> {
  runId: string;
  command: string;
}

/** What the form asked to come back to; filled while the body is read. */
const backs = new WeakMap<Request, unknown>();

const command = apiRoute<Params>({
  // Every signed-in person may ask; each verb checks its own permission.
  permission: "workspace.read",
  handler: async (ctx, request, params) => {
    const fields = await commandBody(request);
    backs.set(request, fields.back);
    return runCommandRequest(ctx, params.runId, params.command, fields, request.headers.get("idempotency-key"));
  },
});

/**
 * Commands on a run. Pause, abort and roll back come here and not through server actions, which run one after another
 * per browser; plain forms come here while a page's scripts have not loaded.
 */
export async function POST(request: Request, context: { params: Promise<Params> }): Promise<Response> {
  const response = await command(request, context);
  const { runId, command: name } = await context.params;
  const known = RUN_COMMANDS.some((one) => one === name);
  return isForm(request) && known ? await formAnswer(response, runId, name, backs.get(request)) : response;
}
