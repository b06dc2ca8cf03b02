import { InvalidInputError } from "@/lib/core/errors";
import { asList, asObject, asText, type Json } from "./json-text";
import { requireFew } from "./limits";
import { areIdentifiers, dataNote, safeAddress, terraformResource } from "./terraform-values";
import type { FoundResource, ReadSource } from "./types";

/** Whether a JSON document is a Terraform state file of any version. */
export function isStateFile(document: Json): boolean {
  return (
    typeof document.version === "number" &&
    (asText(document.terraform_version) !== null || Array.isArray(document.resources) || Array.isArray(document.modules))
  );
}

/**
 * A Terraform state file, version 4 (Terraform 0.12 and later, OpenTofu). Outputs, data sources and deposed objects are
 * not read. Pure.
 * @throws InvalidInputError for other versions and damaged files.
 */
export function readTerraformState(document: Json): ReadSource {
  if (document.version !== 4) {
    throw new InvalidInputError(
      `This is a Terraform state of version ${typeof document.version === "number" ? document.version : "unknown"}; version 4 is read (Terraform 0.12 and later). Write it anew with a current Terraform, or import: terraform show -json > state.json`,
    );
  }
  if (!Array.isArray(document.resources)) throw new InvalidInputError("The Terraform state has no list of resources. Was it cut off or encrypted?");
  const blocks = document.resources.map(asObject).filter((block): block is Json => block !== null);
  const managed = blocks.filter((block) => block.mode === "managed");
  requireFew(managed.reduce((sum, block) => sum + asList(block.instances).length, 0));
  const addresses = new Map<string, string[]>();
  const found = managed.flatMap((block) => instancesOf(block, addresses));
  const resources = found.map(({ resource, needs }) => ({ ...resource, dependsOn: needs.flatMap((need) => addresses.get(need) ?? []).slice(0, 20) }));
  const data = blocks.length - managed.length;
  const deposed = managed.reduce((sum, block) => sum + asList(block.instances).filter((one) => asText(asObject(one)?.deposed) !== null).length, 0);
  return {
    format: "terraform-state",
    source: "terraform",
    lineage: /^[\w-]{1,100}$/.exec(asText(document.lineage) ?? "")?.[0] ?? null,
    resources,
    exist: true,
    partial: false,
    notes: [
      ...dataNote(data),
      ...(deposed === 0 ? [] : [`${deposed === 1 ? "One deposed object waits" : `${deposed} deposed objects wait`} to be destroyed, left out here.`]),
    ],
  };
}

interface Found {
  resource: FoundResource;
  needs: string[];
}

function instancesOf(block: Json, addresses: Map<string, string[]>): Found[] {
  const [type, name] = [asText(block.type), asText(block.name)];
  if (type === null || name === null || !areIdentifiers(type, name))
    throw new InvalidInputError("A resource of the Terraform state has no type or no name. Was the file changed by hand?");
  const module = asText(block.module);
  const base = `${module === null ? "" : `${module}.`}${type}.${name}`;
  const own: string[] = [];
  addresses.set(base, own);
  return asList(block.instances).flatMap((entry) => {
    const instance = asObject(entry);
    if (instance === null || asText(instance.deposed) !== null) return [];
    const index = indexOf(instance.index_key);
    const address = safeAddress(`${base}${index === null ? "" : `[${typeof index === "number" ? index : JSON.stringify(index)}]`}`);
    own.push(address);
    const attributes = asObject(instance.attributes) ?? asObject(instance.attributes_flat) ?? {};
    const resource = terraformResource(
      { address, type, name, index, providerAddress: asText(block.provider) },
      attributes,
      maskOf(instance.sensitive_attributes),
    );
    const needs = asList(instance.dependencies).filter((one): one is string => typeof one === "string" && !one.startsWith("data."));
    return [{ resource, needs: needs.slice(0, 20) }];
  });
}

function indexOf(value: unknown): string | number | null {
  return typeof value === "string" || typeof value === "number" ? value : null;
}

/**
 * Paths such as `[[{"type": "get_attr", "value": "password"}]]` as a mask of the shape that `terraform show` gives.
 * A path that cannot be read hides everything: better too little than a secret.
 */
function maskOf(paths: unknown): unknown {
  if (paths === undefined || paths === null) return {};
  if (!Array.isArray(paths)) return true;
  const mask: Json = Object.create(null);
  for (const path of paths) {
    const steps = asList(path).map(stepName);
    if (steps.length === 0 || steps.includes(null)) return true;
    let at = mask;
    steps.forEach((step, i) => {
      const name = step ?? "";
      if (at[name] === true) return;
      const inner = i === steps.length - 1 ? true : (asObject(at[name]) ?? Object.create(null));
      at[name] = inner;
      if (inner !== true) at = inner;
    });
  }
  return mask;
}

function stepName(step: unknown): string | null {
  const object = asObject(step);
  const value = asObject(object?.value)?.value ?? object?.value;
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}
