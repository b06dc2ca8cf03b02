import { planJsonSchema } from "./types";

/*
 * What the schema allows at a place of a document: made from the JSON Schema of the plan, so that hints can never
 * disagree with what is accepted.
 */

export interface JsonSchema {
  $ref?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  additionalProperties?: boolean | JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  $defs?: Record<string, JsonSchema>;
}

let cached: JsonSchema | undefined;

function root(): JsonSchema {
  cached ??= planJsonSchema() as JsonSchema;
  return cached;
}

/** `did you mean "price"?` for an unknown field at the end of the path, or the fields that exist there. */
export function fieldHint(path: string, value: unknown): string {
  const parts = splitPath(path);
  const name = parts.pop();
  if (typeof name !== "string") return "";
  const names = [...new Set(schemasAt(parts, value).flatMap((schema) => Object.keys(schema.properties ?? {})))];
  const near = nearest(name, names);
  if (near !== null) return `did you mean "${near}"?`;
  const shown = names.filter((other) => !["line", "lines", "note"].includes(other)).slice(0, 12);
  return shown.length === 0 ? "" : `fields here are ${shown.join(", ")}${names.length > shown.length + 3 ? " …" : ""}`;
}

/** The words allowed for a field such as `price.form`, where the schema lists them. */
export function allowedValues(path: string, value: unknown): string[] {
  const parts = splitPath(path);
  const name = parts.pop();
  if (typeof name !== "string") return [];
  const words = candidatesAt(parts, value, false).flatMap((schema) => {
    const field = resolve(schema.properties?.[name]);
    return field === undefined ? [] : field.const === undefined ? (field.enum ?? []) : [field.const];
  });
  return [...new Set(words.map(String))];
}

/** The name among `names` that is most like `name`; null when none is near. */
export function nearest(name: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.min(3, Math.floor(name.length / 2)) + 1;
  for (const other of names) {
    if (Math.abs(other.length - name.length) >= least) continue;
    const distance = other.toLowerCase() === name.toLowerCase() ? 0 : editDistance(name, other);
    if (distance < least) {
      least = distance;
      best = other;
    }
  }
  return best;
}

/** Edits between two short words, a swap of neighbours counting as one. */
function editDistance(a: string, b: string): number {
  const table: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  for (let j = 0; j <= b.length; j++) (table[0] as number[])[j] = j;
  const at = (i: number, j: number) => table[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, at(i - 2, j - 2) + 1);
      (table[i] as number[])[j] = value;
    }
  }
  return at(a.length, b.length);
}

/** `a[0].b` to `["a", 0, "b"]`. */
export function splitPath(path: string): (string | number)[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map((match) => (match[2] === undefined ? (match[1] ?? "") : Number(match[2])));
}

function resolve(schema: JsonSchema | undefined): JsonSchema | undefined {
  let current = schema;
  for (let i = 0; i < 20 && current?.$ref !== undefined; i++) current = root().$defs?.[current.$ref.replace("#/$defs/", "")];
  return current;
}

/** The schema of the whole plan. */
export function rootSchemas(): JsonSchema[] {
  return alternatives(root());
}

/** A schema and its alternatives, flattened. */
export function alternatives(schema: JsonSchema | undefined): JsonSchema[] {
  const own = resolve(schema);
  if (own === undefined) return [];
  const inner = [...(own.anyOf ?? []), ...(own.oneOf ?? []), ...(own.allOf ?? [])];
  return inner.length === 0 ? [own] : inner.flatMap(alternatives);
}

/** Object schemas that fit the value at the path; alternatives whose fixed fields contradict the value are left out. */
function schemasAt(parts: readonly (string | number)[], value: unknown): JsonSchema[] {
  return candidatesAt(parts, value, true);
}

function candidatesAt(parts: readonly (string | number)[], value: unknown, narrow: boolean): JsonSchema[] {
  let schemas = alternatives(root());
  let current = value;
  for (const part of parts) {
    schemas = (narrow ? fitting(schemas, current) : schemas).flatMap((schema) => {
      if (typeof part === "number") return alternatives(schema.items ?? schema.prefixItems?.[part]);
      const extra = typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
      return alternatives(schema.properties?.[part] ?? extra);
    });
    current = typeof current === "object" && current !== null ? Reflect.get(current, part) : undefined;
  }
  return narrow ? fitting(schemas, current) : schemas;
}

/** Those of the alternatives whose fixed fields (`form: fixed`) do not contradict the value; all when none fits. */
export function fitting(schemas: JsonSchema[], value: unknown): JsonSchema[] {
  if (typeof value !== "object" || value === null) return schemas;
  const fits = schemas.filter((schema) =>
    Object.entries(schema.properties ?? {}).every(([name, field]) => {
      const fixed = resolve(field)?.const;
      return fixed === undefined || Reflect.get(value, name) === undefined || Reflect.get(value, name) === fixed;
    }),
  );
  return fits.length === 0 ? schemas : fits;
}
