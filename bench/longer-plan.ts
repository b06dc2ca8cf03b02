/** Fields whose text is a word of the format and not the key of something, even where a key is spelt the same. */
const WORDS = new Set(["kind", "activity", "role", "form", "op", "combine", "period", "per", "currency", "unit", "type", "provider", "protocol", "format"]);

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** Every value of a field `key` below a value. */
function keysBelow(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(value)) for (const child of value) keysBelow(child, found);
  else if (isObject(value)) {
    if (typeof value.key === "string") found.add(value.key);
    for (const child of Object.values(value)) keysBelow(child, found);
  }
  return found;
}

function renamed(value: unknown, keys: ReadonlySet<string>, suffix: string, field = ""): unknown {
  if (typeof value === "string") return keys.has(value) && !WORDS.has(field) ? `${value}${suffix}` : value;
  if (Array.isArray(value)) return value.map((child) => renamed(child, keys, suffix, field));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, renamed(child, keys, suffix, name)]));
  return value;
}

/**
 * A plan that declares everything `times` times: each further copy has keys of its own and refers to its own copies,
 * so that the longer plan is as valid and as closely linked as the given one.
 */
export function longerPlan(plan: Json, times: number): Json {
  const keys = keysBelow(plan);
  return Object.fromEntries(
    Object.entries(plan).map(([name, value]) => {
      if (!Array.isArray(value)) return [name, value];
      const copies = Array.from({ length: times }, (_, copy) => (copy === 0 ? value : (renamed(value, keys, `-copy${copy}`) as unknown[])));
      return [name, copies.flat()];
    }),
  );
}
