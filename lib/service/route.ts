import "server-only";
import type { Permission } from "@/lib/auth/permissions";
import { actorOfRequest } from "@/lib/auth/session";
import { AppError, InvalidInputError, toProblem, UnauthenticatedError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { database } from "@/lib/db/instance";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { log } from "@/lib/service/log";
import { presentTime } from "@/lib/service/present-time";
import { callerAddress } from "@/lib/service/request";

type Params = Record<string, string>;

export interface RouteOptions<P extends Params> {
  /** Checked before the handler runs; verbs check again. `public` needs no actor. */
  permission: Permission | "public";
  handler: (ctx: Ctx, request: Request, params: P) => Promise<unknown>;
}

/**
 * A route handler: actor from token or cookie → permission → handler → JSON. A handler may return a Response
 * (streams, files). Errors become RFC 9457 problem details; unexpected ones are logged under their id.
 */
export function apiRoute<P extends Params = Params>(options: RouteOptions<P>) {
  return async (request: Request, context: { params: Promise<P> }): Promise<Response> => {
    const requestId = newId();
    try {
      const actor = options.permission === "public" ? ({ kind: "anonymous", name: "anonymous" } as const) : await actorOfRequest(request);
      if (actor === null) throw new UnauthenticatedError("Send a bearer token, or sign in.");
      const ctx: Ctx = { actor, db: database(), now: await presentTime(), requestId, address: callerAddress(request.headers) };
      if (options.permission !== "public") requirePermission(ctx, options.permission);
      const result = await options.handler(ctx, request, await context.params);
      return result instanceof Response
        ? result
        : Response.json(result ?? {}, { headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" } });
    } catch (error) {
      return problemResponse(error, requestId);
    }
  };
}

/** Any error as an `application/problem+json` response. */
export function problemResponse(error: unknown, requestId: string): Response {
  if (!(error instanceof AppError)) log.error({ err: error, requestId }, "request failed");
  const problem = toProblem(error);
  const headers: Record<string, string> = { "content-type": "application/problem+json", "cache-control": "no-store", "x-content-type-options": "nosniff" };
  if (typeof problem.retryAfterSeconds === "number") headers["retry-after"] = String(problem.retryAfterSeconds);
  return new Response(JSON.stringify({ ...problem, instance: `urn:uuid:${requestId}` }), { status: problem.status, headers });
}

/**
 * The JSON body of a request, bounded.
 * @throws AppError too-large over `maxBytes`, InvalidInputError when it is not JSON.
 */
export async function jsonBody(request: Request, maxBytes = 2_000_000): Promise<unknown> {
  const text = await textBody(request, maxBytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidInputError("The body is not valid JSON.");
  }
}

/** A JSON object as body; an empty body is an empty object. @throws InvalidInputError for any other JSON. */
export async function jsonObject(request: Request, maxBytes = 20_000): Promise<Record<string, unknown>> {
  const text = await textBody(request, maxBytes);
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Answered below, like any other JSON that is no object.
  }
  throw new InvalidInputError("The body is not a JSON object.");
}

/** The body as UTF-8 text; reading stops once it is larger than `maxBytes`, whatever Content-Length says. */
async function textBody(request: Request, maxBytes: number): Promise<string> {
  if (request.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  try {
    for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new AppError("too-large", `The body is larger than ${Math.floor(maxBytes / 1_000)} kB.`);
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new InvalidInputError("The body is not valid UTF-8 text.");
  }
}
