import { safePath } from "@/lib/auth/origin";
import { InvalidInputError, NotFoundError } from "@/lib/core/errors";
import { abortRun } from "@/lib/migration/abort-run";
import { approveRun } from "@/lib/migration/approve-run";
import { confirmStep } from "@/lib/migration/confirm-step";
import { pauseRun } from "@/lib/migration/pause-run";
import { rejectRun } from "@/lib/migration/reject-run";
import { requestRun } from "@/lib/migration/request-run";
import { resumeRun } from "@/lib/migration/resume-run";
import { retryStep } from "@/lib/migration/retry-step";
import { rollbackRun } from "@/lib/migration/rollback-run";
import type { RunState } from "@/lib/migration/run-command";
import { skipStep } from "@/lib/migration/skip-step";
import { startRun } from "@/lib/migration/start-run";
import { RUN_COMMANDS, type RunCommand } from "@/lib/migration/types";
import { formFields } from "@/lib/service/action";
import type { Ctx } from "@/lib/service/context";
import { answerOnce } from "@/lib/service/idempotency";
import { jsonBody } from "@/lib/service/route";

const VERBS: Record<RunCommand, (ctx: Ctx, raw: unknown) => Promise<RunState>> = {
  request: requestRun,
  approve: approveRun,
  reject: rejectRun,
  start: startRun,
  pause: pauseRun,
  resume: resumeRun,
  confirm: confirmStep,
  skip: skipStep,
  retry: retryStep,
  abort: abortRun,
  rollback: rollbackRun,
};

const MAX_BODY = 64_000;

/** What a command answers over HTTP: the state after it, with the server's time. */
export interface CommandAnswer extends RunState {
  at: string;
  message: string;
}

/** Whether the request is a plain form of a page whose scripts have not loaded. */
export function isForm(request: Request): boolean {
  return /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(request.headers.get("content-type") ?? "");
}

/** Fields of the body, from JSON or from a form. An empty body is an empty object: safety commands need nothing. */
export async function commandBody(request: Request): Promise<Record<string, unknown>> {
  if (isForm(request)) {
    if (Number(request.headers.get("content-length") ?? MAX_BODY + 1) > MAX_BODY)
      throw new InvalidInputError("The form is too large or does not say how large it is.");
    const { items, ...fields } = formFields(await request.formData());
    // A single ticked box arrives as a text, several as a list; empty fields were not filled in.
    const ticked = items === undefined ? {} : { items: Array.isArray(items) ? items : [items] };
    return { ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "")), ...ticked };
  }
  if (request.body === null || request.headers.get("content-length") === "0") return {};
  const body = await jsonBody(request, MAX_BODY);
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new InvalidInputError("The body must be a JSON object.");
  return body as Record<string, unknown>;
}

/**
 * One command of a run: the verb behind it, once per Idempotency-Key.
 * @throws NotFoundError for a command that does not exist, and whatever the verb throws.
 */
export async function runCommandRequest(ctx: Ctx, runId: string, name: string, fields: Record<string, unknown>, key: string | null): Promise<Response> {
  const command = RUN_COMMANDS.find((one) => one === name);
  if (command === undefined) throw new NotFoundError(`The command "${name.slice(0, 40)}"`);
  const { back: _back, ...body } = fields;
  const answer = await answerOnce(ctx, key, `/api/v1/runs/${runId}/${command}`, body, async () => {
    const state = await VERBS[command](ctx, { ...body, runId });
    return { status: 200, body: { ...state, at: ctx.now.toISOString(), message: answerText(command, state) } satisfies CommandAnswer };
  });
  const problem = answer.status >= 400;
  return new Response(JSON.stringify(answer.body), {
    status: answer.status,
    headers: { "content-type": problem ? "application/problem+json" : "application/json", "cache-control": "no-store" },
  });
}

/** What the answer means, for people: accepted is not yet done. */
export function answerText(command: RunCommand, state: Pick<RunState, "desired" | "status">): string {
  if (command === "pause" || command === "abort" || command === "rollback") return state.desired === "go" ? "Done." : "Accepted: the worker acts on it.";
  return "Done.";
}

/**
 * The answer to a plain form: back to the page it came from, which shows the state as it is now and, in `notice`,
 * what became of the command. Never free text, so that a link cannot put words into our mouth.
 */
export async function formAnswer(response: Response, runId: string, name: string, back: unknown): Promise<Response> {
  const target = typeof back === "string" && safePath(back) === back ? back : `/runs/${encodeURIComponent(runId)}`;
  if (response.status === 401) return redirectTo(`/sign-in?next=${encodeURIComponent(target)}`);
  if (response.status === 403 && (await asksForProof(response))) return redirectTo(`/step-up?next=${encodeURIComponent(target)}`);
  const outcome = response.ok
    ? "accepted"
    : response.status === 409
      ? "changed"
      : response.status === 403
        ? "forbidden"
        : response.status < 500
          ? "refused"
          : "failed";
  const [path = "/", query = ""] = target.split("?");
  const search = new URLSearchParams(query);
  search.delete("confirm");
  search.set("notice", `${name}-${outcome}`);
  return redirectTo(`${path}?${search}`);
}

/** Whether the refusal only wants the password to be typed again. */
async function asksForProof(response: Response): Promise<boolean> {
  const body: unknown = await response.json().catch(() => null);
  return typeof body === "object" && body !== null && "stepUp" in body && body.stepUp === true;
}

function redirectTo(location: string): Response {
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}
