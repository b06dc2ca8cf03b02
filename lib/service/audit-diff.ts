/** One member that differs between before and after, as text; null = not there. */
export interface ChangedField {
  path: string;
  before: string | null;
  after: string | null;
}

const MAX_FIELDS = 200;

function flatten(value: unknown, path: string, into: Map<string, string>): void {
  if (into.size >= MAX_FIELDS) return;
  if (Array.isArray(value) && value.every((entry) => typeof entry !== "object" || entry === null)) {
    into.set(path, value.length === 0 ? "none" : value.join(", "));
  } else if (typeof value === "object" && value !== null) {
    for (const [key, entry] of Object.entries(value)) flatten(entry, path === "" ? key : `${path}.${key}`, into);
  } else if (value !== null && value !== undefined) {
    into.set(path, String(value));
  }
}

/** What changed between the two documents of an audit entry, member by member, in a stable order. */
export function changedFields(before: unknown, after: unknown): ChangedField[] {
  const [old, fresh] = [new Map<string, string>(), new Map<string, string>()];
  flatten(before, "", old);
  flatten(after, "", fresh);
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  return paths
    .filter((path) => old.get(path) !== fresh.get(path))
    .map((path) => ({ path: path === "" ? "value" : path, before: old.get(path) ?? null, after: fresh.get(path) ?? null }));
}
