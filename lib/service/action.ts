import "server-only";
import { headers } from "next/headers";
import { currentUser, requireSameOrigin } from "@/lib/auth/session";
import { AppError, type Issue, toProblem, UnauthenticatedError } from "@/lib/core/errors";
import { database } from "@/lib/db/instance";
import type { Ctx } from "@/lib/service/context";
import { log } from "@/lib/service/log";
import { presentTime } from "@/lib/service/present-time";
import { callerAddress } from "@/lib/service/request";

/** What a server action returns: data, or an error a form can show. */
export type ActionResult<T> =
  | { ok: true; data: T }
  | { ok: false; error: { kind: string; message: string; issues: Issue[]; details: Record<string, unknown> } };

/** Maps a thrown value to the failed result; unexpected errors are logged and replaced. */
export function failedResult(error: unknown): Extract<ActionResult<never>, { ok: false }> {
  if (!(error instanceof AppError)) log.error({ err: error }, "action failed");
  const problem = toProblem(error);
  const { type: _type, title, status: _status, detail, errors, ...details } = problem;
  return { ok: false, error: { kind: title, message: detail, issues: errors, details } };
}

/**
 * Builds a server action from a verb: session → actor, verb, errors as data. Every export of an actions.ts is
 * made by this function. FormData arrives as an object of its fields.
 */
export function command<T>(verb: (ctx: Ctx, raw: unknown) => Promise<T>): (raw: unknown) => Promise<ActionResult<T>> {
  return async (raw) => {
    try {
      await requireSameOrigin();
      const actor = await currentUser();
      if (actor === null) throw new UnauthenticatedError();
      const ctx: Ctx = { actor, db: database(), now: await presentTime(), address: callerAddress(await headers()) };
      return { ok: true, data: await verb(ctx, raw instanceof FormData ? formFields(raw) : raw) };
    } catch (error) {
      return failedResult(error);
    }
  };
}

/** Fields of a form; repeated names become lists, React's own `$ACTION` fields are left out. */
export function formFields(form: FormData): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null);
  for (const name of new Set(form.keys())) {
    if (name.startsWith("$ACTION")) continue;
    const values = form.getAll(name);
    fields[name] = values.length === 1 ? values[0] : values;
  }
  return fields;
}
