import { sha256 } from "@/lib/core/canonical";
import { type SpecificationAttribute, typeFacts } from "./catalogue";
import { asObject, type Json } from "./json-text";
import { isSecretName, oneLine, safeText } from "./secret-text";
import { bareResource, type FoundResource, type PlannedValue, type Scalar, type Specification } from "./types";

/**
 * Which parts of the attributes are sensitive, in the shape `terraform show` uses: the same shape as the attributes,
 * with `true` where a value is sensitive, at any level.
 */
export type Mask = unknown;

/** Attributes of one instance, as far as the catalogue lets them through. */
interface Read {
  specification: Specification;
  count: number | null;
  memoryMb: number | null;
  diskGb: number | null;
  ports: number[];
}

const NAMES = [
  "tags.Name",
  "name",
  "identifier",
  "cluster_identifier",
  "function_name",
  "bucket",
  "display_name",
  "title",
  "domain_name",
  "domain",
  "metadata.name",
  "labels.name",
].map((name) => name.split("."));
const MAX_LIST = 20;

interface Instance {
  address: string;
  type: string;
  /** Name in the configuration. */
  name: string;
  index: string | number | null;
  providerAddress: string | null;
}

/** Whether type and name of a resource are what Terraform allows: a damaged file may hold anything there. */
export function areIdentifiers(type: string, name: string): boolean {
  return /^[A-Za-z_][\w-]{0,119}$/.test(type) && /^[\p{L}_][\p{L}\p{N}\p{M}_-]{0,199}$/u.test(name);
}

/** A resource from its attributes, of which only what the catalogue lists is looked at. Pure. */
export function terraformResource(instance: Instance, attributes: Json, mask: Mask): FoundResource {
  const facts = typeFacts(instance.type, instance.providerAddress);
  const read = readAttributes(facts.attributes, attributes, mask);
  return {
    ...bareResource(instance.address),
    ...read,
    name: nameOf(instance, attributes, mask),
    kind: facts.kind,
    provider: facts.provider,
    specification: { "resource type": instance.type, ...read.specification },
  };
}

/** Specifications that differ between what is and what a plan will make, as text. */
export function plannedValues(before: Specification, after: Specification): PlannedValue[] {
  const text = (value: Specification[string] | undefined) => (value === undefined ? null : String(value));
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((name) => ({ name, before: text(before[name]), after: text(after[name]) }))
    .filter((value) => value.before !== value.after);
}

function readAttributes(wanted: readonly SpecificationAttribute[], attributes: Json, mask: Mask): Read {
  const read: Read = { specification: {}, count: null, memoryMb: null, diskGb: null, ports: [] };
  for (const attribute of wanted) {
    const value = scalarAt(attributes, mask, attribute.path);
    if (value === null) continue;
    const number = typeof value === "number" ? value : typeof value === "string" && /^\d{1,12}$/.test(value) ? Number(value) : null;
    if (attribute.mark === null || number === null || number < 0) read.specification[attribute.name] = value;
    else if (attribute.mark === "mb") read.memoryMb = number;
    else if (attribute.mark === "gb") read.diskGb = number;
    else if (attribute.mark === "n") read.count = Math.trunc(number);
    else if (number >= 1 && number <= 65_535) read.ports = [number];
  }
  return read;
}

/** A value that may leave the reader: listed, not sensitive, short, and not looking like a secret. */
function scalarAt(attributes: Json, mask: Mask, path: readonly string[]): Scalar | (string | number)[] | null {
  if (path.some(isSecretName)) return null;
  let value: unknown = attributes;
  let hidden: unknown = mask;
  for (const name of path) {
    // A block is a list of objects, even where there can be only one.
    if (Array.isArray(value)) {
      value = value[0];
      hidden = hidden === true ? true : Array.isArray(hidden) ? hidden[0] : asObject(hidden)?.["0"];
    }
    const object = asObject(value);
    if (object === null || hidden === true || !Object.hasOwn(object, name)) return null;
    value = object[name];
    hidden = asObject(hidden)?.[name];
  }
  if (anySensitive(hidden)) return null;
  if (!Array.isArray(value)) return scalar(value);
  const items = value.slice(0, MAX_LIST).map(scalar);
  const plain = items.filter((item): item is string | number => typeof item === "string" || typeof item === "number");
  return plain.length === 0 || plain.length < items.length ? null : plain;
}

function anySensitive(mask: Mask): boolean {
  if (mask === true) return true;
  if (typeof mask !== "object" || mask === null) return false;
  return Object.values(mask).some((part) => part === true || (typeof part === "object" && part !== null));
}

function scalar(value: unknown): Scalar | null {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return safeText(value);
}

/** The resource's own name where it has one that may be shown, else the one of the configuration with its index. */
function nameOf(instance: Instance, attributes: Json, mask: Mask): string {
  for (const path of NAMES) {
    const value = scalarAt(attributes, mask, path);
    if (typeof value === "string") return oneLine(value, 120);
  }
  const index = instance.index === null ? null : safeText(String(instance.index), 80);
  return oneLine(`${instance.name}${index === null ? "" : `[${index}]`}`, 120) || instance.type;
}

/** That data sources were left out. */
export function dataNote(count: number): string[] {
  if (count === 0) return [];
  return [count === 1 ? "One data source is not part of the inventory." : `${count} data sources are not part of the inventory.`];
}

/**
 * An address that may be shown and stored. Keys of `for_each` are texts of people: an address that looks like a secret,
 * is very long or has characters that cannot be seen is cut before its first bracket and told apart by a short hash.
 */
export function safeAddress(address: string): string {
  if (safeText(address, 400) === address) return address;
  const readable = /^[\w.-]{1,200}/.exec(address)?.[0] ?? "resource";
  return `${readable}["(hidden ${sha256(address).slice(0, 6)})"]`;
}
