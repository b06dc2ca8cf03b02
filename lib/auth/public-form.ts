import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { safePath } from "@/lib/auth/origin";
import { currentDoor, currentUser, requireSameOrigin, setSessionCookie } from "@/lib/auth/session";
import type { NewSession } from "@/lib/auth/session-store";
import type { SignInCtx } from "@/lib/auth/sign-in";
import { stepUp } from "@/lib/auth/step-up";
import { ForbiddenError, type Issue, UnauthenticatedError } from "@/lib/core/errors";
import { database } from "@/lib/db/instance";
import { type ActionResult, failedResult, formFields } from "@/lib/service/action";
import type { Ctx } from "@/lib/service/context";
import { presentTime } from "@/lib/service/present-time";
import { callerAddress } from "@/lib/service/request";

/** What a refused form shows; `values` are the harmless fields as they were typed. */
export type PublicFormState = { message: string; issues: Issue[]; values: Record<string, string> } | null;

const NEVER_SENT_BACK = new Set(["password", "repeat", "token"]);

async function signInCtx(): Promise<SignInCtx> {
  const door = await currentDoor();
  if (!door.open) throw new ForbiddenError(door.reason ?? "Signing in is not served here.");
  await requireSameOrigin();
  const sent = await headers();
  return { db: database(), now: await presentTime(), address: callerAddress(sent), userAgent: sent.get("user-agent") ?? undefined };
}

async function personCtx(): Promise<Ctx> {
  const { db, now, address } = await signInCtx();
  const actor = await currentUser();
  if (actor === null) throw new UnauthenticatedError();
  return { actor, db, now, ...(address === undefined ? {} : { address }) };
}

/**
 * Builds the action of a form that ends in a (new) session: sign-in, first run, invitation, step-up. A plain form post
 * works too, so the page needs no script. Same-origin only; refused where the door is not open.
 */
function sessionForm(makeSession: (fields: Record<string, unknown>) => Promise<NewSession>) {
  return async (_previous: PublicFormState, form: FormData): Promise<PublicFormState> => {
    const fields = formFields(form);
    try {
      await setSessionCookie(await makeSession(fields));
    } catch (error) {
      const { message, issues } = failedResult(error).error;
      const values = Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === "string" && !NEVER_SENT_BACK.has(entry[0]));
      return { message, issues, values: Object.fromEntries(values) };
    }
    redirect(safePath(fields.next));
  };
}

/** A form that needs no sign-in and ends in one. */
export function signingInForm(verb: (ctx: SignInCtx, raw: unknown) => Promise<NewSession>) {
  return sessionForm(async (fields) => verb(await signInCtx(), fields));
}

/** The form that asks for the password again and comes back to `next`. */
export function stepUpForm() {
  return sessionForm(async (fields) => stepUp(await personCtx(), fields));
}

/** The same in place, for a dialog: the command can be sent again afterwards. */
export function stepUpCommand() {
  return async (raw: unknown): Promise<ActionResult<{ proven: true }>> => {
    try {
      await setSessionCookie(await stepUp(await personCtx(), raw instanceof FormData ? formFields(raw) : raw));
      return { ok: true, data: { proven: true } };
    } catch (error) {
      return failedResult(error);
    }
  };
}
