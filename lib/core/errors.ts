/** One refused field or reason, addressed so that a person or a script can find it. */
export interface Issue {
  /** Dotted path or line reference, e.g. `triggers[3].value` or `line 12`. Empty for the whole input. */
  path: string;
  message: string;
}

export type ErrorKind = "unauthenticated" | "forbidden" | "not-found" | "invalid" | "conflict" | "refused" | "too-many" | "too-large" | "unavailable";

const STATUS: Record<ErrorKind, number> = {
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  invalid: 400,
  conflict: 409,
  refused: 422,
  "too-many": 429,
  "too-large": 413,
  unavailable: 503,
};

/**
 * An expected failure whose message may be shown to the person who caused it.
 * Anything that is not an AppError is a defect: it is logged and replaced by a neutral sentence.
 */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly issues: Issue[];
  /** The state the caller should now assume (conflicts) or other safe facts. */
  readonly details: Record<string, unknown>;

  constructor(kind: ErrorKind, message: string, options: { issues?: Issue[]; details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.kind = kind;
    this.issues = options.issues ?? [];
    this.details = options.details ?? {};
  }

  get status(): number {
    return STATUS[this.kind];
  }
}

/** Nobody is signed in, or the session or token is no longer valid. */
export class UnauthenticatedError extends AppError {
  constructor(message = "Sign in to continue.") {
    super("unauthenticated", message);
  }
}

/** The actor is known and may not do this. */
export class ForbiddenError extends AppError {
  constructor(message: string, details: Record<string, unknown> = {}) {
    super("forbidden", message, { details });
  }
}

/** The object does not exist, or the actor must not learn that it does. */
export class NotFoundError extends AppError {
  constructor(what: string) {
    super("not-found", `${what} was not found.`);
  }
}

/** The input does not parse; `issues` name each field or line. */
export class InvalidInputError extends AppError {
  constructor(message: string, issues: Issue[] = []) {
    super("invalid", message, { issues });
  }
}

/** Somebody else changed the object first. `details` carries the new state. */
export class ConflictError extends AppError {
  constructor(message: string, details: Record<string, unknown> = {}) {
    super("conflict", message, { details });
  }
}

/** The rules say no in the present state; `issues` list every reason. */
export class RefusedError extends AppError {
  constructor(message: string, reasons: string[] = [], details: Record<string, unknown> = {}) {
    super("refused", message, { issues: reasons.map((reason) => ({ path: "", message: reason })), details });
  }
}

/** Too many tries; `retryAfterSeconds` is in the details. */
export class TooManyError extends AppError {
  constructor(message: string, retryAfterSeconds: number) {
    super("too-many", message, { details: { retryAfterSeconds } });
  }
}

/** RFC 9457 problem details. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors: Issue[];
  [extension: string]: unknown;
}

/** Turns any thrown value into problem details; unknown errors never show their own message (S-1). */
export function toProblem(error: unknown): Problem {
  if (error instanceof AppError) {
    return {
      type: `urn:switchyard:${error.kind}`,
      title: error.kind,
      status: error.status,
      detail: error.message,
      errors: error.issues,
      ...error.details,
    };
  }
  return {
    type: "urn:switchyard:internal",
    title: "internal",
    status: 500,
    detail: "Something went wrong on the server. It has been logged; try again.",
    errors: [],
  };
}

/** The message of anything that was thrown; of a failed check of a document one clause per place, not its JSON. */
export function messageOf(error: unknown): string {
  const issues = issuesOf(error);
  if (issues.length > 0) return issues.map(clauseOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

function clauseOf({ path, message }: { path: PropertyKey[]; message: string }): string {
  const where = path.map(String).join(".");
  if (where === "") return message;
  return message.endsWith("received undefined") ? `${where} is missing` : `${where}: ${message}`;
}

/** The issues of a schema error, known by its shape: this file is used in the browser, where the library is not. */
function issuesOf(error: unknown): { path: PropertyKey[]; message: string }[] {
  if (!(error instanceof Error) || !("issues" in error) || !Array.isArray(error.issues)) return [];
  return error.issues.filter((one): one is { path: PropertyKey[]; message: string } => Array.isArray(one?.path) && typeof one?.message === "string");
}
