/** Classes and codes of a Postgres that is there but cannot take a write now: shutting down, out of space or connections, read-only. */
const AWAY = /^(08|53|57P0|25006|40001|40P01|57014|25P0[34])/;

/** Words of node-postgres for a session or a connection that is not there any more, after the name of the server where it was given one; they have no code. */
const LOST = /(^|: )(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered|Query read timeout)/;

/** Whether an error of node-postgres says that the server was away or too busy: nothing is known of what was asked of it, and it may be back soon. Pure. */
export function isServerAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("severity" in error && "code" in error) return AWAY.test(String(error.code));
  // A name with several addresses, such as localhost: one error for each.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isServerAway);
  return "syscall" in error || LOST.test(error.message);
}
