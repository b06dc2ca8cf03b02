import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isScalar, isSeq, type Node, Pair, parseDocument, Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import { alternatives, fitting, type JsonSchema, rootSchemas } from "./field-hints";
import { readYamlPlan } from "./read-yaml";
import type { Plan } from "./types";

const HEAD = " yaml-language-server: $schema=../docs/plan.schema.json";
/** Objects of plain values up to this many characters are written on one line. */
const FLOW_LENGTH = 90;

/**
 * A plan as YAML that reads back as the same plan. Fields are in the order of the schema and defaults are left out.
 * With `previous`, the text it came from, comments, order and layout of everything that did not change are kept.
 */
export function writeYamlPlan(plan: Plan, previous?: string): string {
  if (previous !== undefined) {
    const before = readYamlPlan(previous);
    if (before.ok && isDeepStrictEqual(before.plan, plan)) return previous;
    const kept = before.ok ? rewritten(plan, previous) : null;
    if (kept !== null && readsAs(kept, plan)) return kept;
  }
  const short = fresh(pruned(plan, rootSchemas()));
  return readsAs(short, plan) ? short : fresh(plan);
}

function readsAs(text: string, plan: Plan): boolean {
  const read = readYamlPlan(text);
  return read.ok && isDeepStrictEqual(read.plan, plan);
}

function fresh(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  document.commentBefore = HEAD;
  layOut(document.contents, 0);
  return document.toString({ lineWidth: 0 });
}

/** Leaves out what the schema fills in by itself. */
function pruned(value: unknown, schemas: JsonSchema[]): unknown {
  if (Array.isArray(value))
    return value.map((item, i) =>
      pruned(
        item,
        schemas.flatMap((schema) => alternatives(schema.items ?? schema.prefixItems?.[i])),
      ),
    );
  if (typeof value !== "object" || value === null) return value;
  const fits = fitting(schemas, value);
  const result: Record<string, unknown> = {};
  for (const name of orderedKeys(value, fits)) {
    const child: unknown = Reflect.get(value, name);
    if (child === undefined) continue;
    const fields = fits.flatMap((schema) => schema.properties?.[name] ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : []));
    if (fields.some((field) => field.default !== undefined && isDeepStrictEqual(field.default, child))) continue;
    result[name] = pruned(child, fields.flatMap(alternatives));
  }
  return result;
}

function orderedKeys(value: object, schemas: JsonSchema[]): string[] {
  const order = schemas.flatMap((schema) => Object.keys(schema.properties ?? {}));
  const rank = (name: string) => {
    const at = order.indexOf(name);
    return at === -1 ? order.length : at;
  };
  return Object.keys(value).sort((a, b) => rank(a) - rank(b));
}

/** Short objects that hold only plain values on one line; empty lines between the sections of the document. */
function layOut(node: unknown, depth: number): void {
  if (isSeq(node)) {
    if (depth > 0 && node.items.every(isScalar) && JSON.stringify(node).length <= FLOW_LENGTH) node.flow = true;
    for (const item of node.items) layOut(item, depth + 1);
  }
  if (!isMap(node)) return;
  if (depth > 1 && node.items.every((pair) => isScalar(pair.value)) && JSON.stringify(node).length <= FLOW_LENGTH) node.flow = true;
  for (const pair of node.items) {
    if (depth === 0 && isScalar(pair.key) && !isScalar(pair.value)) pair.key.spaceBefore = true;
    layOut(pair.value, depth + 1);
  }
}

/** The previous text with the changed values put in; null when its outermost value is not an object. */
function rewritten(plan: Plan, previous: string): string | null {
  const document = parseDocument(previous, { logLevel: "error" });
  if (!isMap(document.contents)) return null;
  merge(document, document.contents, plan, rootSchemas());
  return document.toString({ lineWidth: 0 });
}

function merge(document: Document.Parsed, node: Node, value: unknown, schemas: JsonSchema[]): unknown {
  if (isMap(node) && typeof value === "object" && value !== null && !Array.isArray(value)) mergeMap(document, node, value, schemas);
  else if (isSeq(node) && Array.isArray(value)) mergeSeq(document, node, value, schemas);
  else if (isScalar(node) && (typeof value !== "object" || value === null)) {
    if (node.value !== value) node.value = value;
  } else return document.createNode(pruned(value, schemas));
  return node;
}

function mergeMap(document: Document.Parsed, node: YAMLMap, value: object, schemas: JsonSchema[]): void {
  const fits = fitting(schemas, value);
  const short = pruned(value, schemas) as Record<string, unknown>;
  const fieldsOf = (name: string) =>
    fits.flatMap((schema) =>
      alternatives(schema.properties?.[name] ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined)),
    );
  node.items = node.items.filter((pair) => isScalar(pair.key) && Reflect.get(value, String(pair.key.value)) !== undefined);
  const present = new Set<string>();
  for (const pair of node.items) {
    const name = String((pair.key as Scalar).value);
    present.add(name);
    pair.value = merge(document, pair.value as Node, Reflect.get(value, name), fieldsOf(name));
  }
  for (const [name, child] of Object.entries(short)) {
    if (!present.has(name)) node.items.push(new Pair(new Scalar(name), document.createNode(child)));
  }
}

/** Entries are matched by their key, entries without one by their position. */
function mergeSeq(document: Document.Parsed, node: YAMLSeq, value: readonly unknown[], schemas: JsonSchema[]): void {
  const inner = schemas.flatMap((schema) => alternatives(schema.items ?? schema.prefixItems?.[0]));
  const byKey = new Map<string, Node>();
  for (const item of node.items) {
    const key: unknown = isMap(item) ? item.get("key") : undefined;
    if (typeof key === "string") byKey.set(key, item as Node);
  }
  const before = [...node.items] as Node[];
  node.items = value.map((item, i) => {
    const key: unknown = typeof item === "object" && item !== null ? Reflect.get(item, "key") : undefined;
    const match = typeof key === "string" ? byKey.get(key) : before[i];
    if (match === undefined) return document.createNode(pruned(item, inner));
    return merge(document, match, item, inner);
  });
}
