import type { z } from "zod";
import { mayDo, type Permission, type Role, type Scope } from "@/lib/auth/permissions";
import { ForbiddenError, InvalidInputError, type Issue } from "@/lib/core/errors";
import type { Db } from "@/lib/db/prisma";

/** A person in a browser. */
export interface UserActor {
  kind: "user";
  userId: string;
  name: string;
  email: string;
  role: Role;
  sessionId: string;
  /** When the person last proved who they are in this browser (sign-in or step-up). */
  provenAt: Date;
}

/** A token: always bound to a person, never more than that person, limited by its scopes. */
export interface TokenActor {
  kind: "token";
  tokenId: string;
  tokenName: string;
  userId: string;
  name: string;
  role: Role;
  scopes: readonly Scope[];
}

/** The worker, the command line on the server itself, or nobody known. */
export interface SystemActor {
  kind: "worker" | "cli" | "anonymous";
  name: string;
}

export type Actor = UserActor | TokenActor | SystemActor;

/** What every verb is given. `now` is the verb's only clock. */
export interface Ctx {
  actor: Actor;
  db: Db;
  now: Date;
  /** Network address of the caller, where there is one. */
  address?: string;
  requestId?: string;
}

/** Id of the person behind the actor; null for worker and command line. */
export function personOf(actor: Actor): string | null {
  return actor.kind === "user" || actor.kind === "token" ? actor.userId : null;
}

/** The form in which an actor is written into journal and audit. */
export function actorRecord(actor: Actor): Record<string, string> {
  switch (actor.kind) {
    case "user":
      return { kind: "user", id: actor.userId, name: actor.name, session: actor.sessionId };
    case "token":
      return { kind: "token", id: actor.tokenId, token: actor.tokenName, user: actor.userId, name: actor.name };
    default:
      return { kind: actor.kind, name: actor.name };
  }
}

/** Whether the actor may; the same answer decides buttons in pages and the server's refusal. */
export function can(ctx: Pick<Ctx, "actor">, permission: Permission): boolean {
  const { actor } = ctx;
  switch (actor.kind) {
    case "user":
      return mayDo({ role: actor.role, scopes: null }, permission);
    case "token":
      return mayDo({ role: actor.role, scopes: actor.scopes }, permission);
    case "cli":
      // Whoever runs the command line holds the database password already; verdicts still need a person's session.
      return permission !== "run.approve" && permission !== "run.confirm";
    case "worker":
    case "anonymous":
      return false;
  }
}

/** @throws ForbiddenError naming the permission that is missing. */
export function requirePermission(ctx: Pick<Ctx, "actor">, permission: Permission): void {
  if (can(ctx, permission)) return;
  const { actor } = ctx;
  const who =
    actor.kind === "token"
      ? `This token (role ${actor.role}, scopes ${actor.scopes.join(", ") || "none"})`
      : actor.kind === "user"
        ? `Your role (${actor.role})`
        : `The ${actor.kind}`;
  throw new ForbiddenError(`${who} does not include "${permission}".`, { permission });
}

/**
 * Parses untrusted input with a zod schema.
 * @throws InvalidInputError with one issue per refused field.
 */
export function parseInput<S extends z.ZodType>(schema: S, raw: unknown): z.output<S> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues: Issue[] = parsed.error.issues.map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message }));
  throw new InvalidInputError(issues.length === 1 ? `${issues[0]?.path || "Input"}: ${issues[0]?.message}` : `${issues.length} fields were refused.`, issues);
}
