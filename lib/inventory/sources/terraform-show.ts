import { InvalidInputError } from "@/lib/core/errors";
import { asList, asObject, asText, type Json } from "./json-text";
import { requireFew } from "./limits";
import { areIdentifiers, dataNote, plannedValues, safeAddress, terraformResource } from "./terraform-values";
import type { Change, FoundResource, ReadSource } from "./types";

/** Whether a JSON document is the output of `terraform show -json`. */
export function isShowOutput(document: Json): boolean {
  return asText(document.format_version) !== null;
}

/**
 * The output of `terraform show -json`: of a state (`values`) or of a plan (`resource_changes`). Outputs, variables,
 * data sources and the configuration are not read. Pure.
 * @throws InvalidInputError for formats that are not known.
 */
export function readTerraformShow(document: Json): ReadSource {
  const version = asText(document.format_version) ?? "";
  if (!/^[01]\.\d{1,3}$/.test(version)) {
    throw new InvalidInputError(`The format version of this "terraform show -json" is not known here; 0.1 to 1.x are read. Is Switchyard up to date?`);
  }
  if (Array.isArray(document.resource_changes)) return readPlan(document, document.resource_changes);
  const planned = asObject(document.planned_values);
  if (planned !== null) return readPlan(document, [], resourcesOf(planned));
  const resources = resourcesOf(asObject(document.values) ?? {});
  const managed = resources.filter((resource) => resource.mode === "managed");
  requireFew(managed.length);
  return {
    format: "terraform-show",
    source: "terraform",
    lineage: null,
    resources: withDependencies(managed),
    exist: true,
    partial: false,
    notes: dataNote(resources.length - managed.length),
  };
}

function readPlan(document: Json, changes: unknown[], planned: Json[] = []): ReadSource {
  const entries = changes.map(asObject).filter((entry): entry is Json => entry !== null);
  const managed = entries.filter((entry) => entry.mode === "managed" && asText(entry.deposed) === null);
  const declared = planned.filter((resource) => resource.mode === "managed");
  // Planned values are everything there will be; a list of changes may be a part.
  const rest = planned.length > 0 ? [] : untouched(document, managed);
  requireFew(managed.length + declared.length + rest.length);
  const resources = [
    ...managed.flatMap((entry) => changeResource(entry)),
    ...rest.map((resource): FoundResource => ({ ...valuesResource(resource), dependsOn: null })),
    ...declared.map((resource): FoundResource => ({ ...valuesResource(resource), dependsOn: null, change: "create" })),
  ];
  return {
    format: "terraform-plan",
    source: "terraform",
    lineage: null,
    resources,
    exist: true,
    partial: document.complete === false && document.prior_state === undefined,
    notes: [
      ...(document.complete === false ? ["This plan does not cover everything (-target, or changes put off): what it leaves out is kept as it is."] : []),
      ...dataNote(entries.filter((entry) => entry.mode === "data").length),
      ...(document.errored === true ? ["Terraform could not finish this plan: it may be incomplete."] : []),
    ],
  };
}

/** What is in the state and not in the list of changes: a plan with `-target` lists only its targets. */
function untouched(document: Json, managed: readonly Json[]): Json[] {
  const named = new Set(managed.flatMap((entry) => [entry.address, entry.previous_address]));
  const state = asObject(asObject(document.prior_state)?.values);
  return state === null ? [] : resourcesOf(state).filter((resource) => resource.mode === "managed" && !named.has(resource.address));
}

/** Resources of all modules, walked without recursion. */
function resourcesOf(values: Json): Json[] {
  const found: Json[] = [];
  const open = [asObject(values.root_module)];
  for (let module = open.pop(); module !== undefined; module = open.pop()) {
    for (const entry of asList(module?.resources)) {
      const resource = asObject(entry);
      if (resource !== null) found.push(resource);
    }
    for (const child of asList(module?.child_modules).toReversed()) open.push(asObject(child));
  }
  return found;
}

function identityOf(entry: Json) {
  const [address, type, name] = [asText(entry.address), asText(entry.type), asText(entry.name)];
  if (address === null || type === null || name === null || !areIdentifiers(type, name)) {
    throw new InvalidInputError(`A resource has no address, type or name. Is this the unchanged output of "terraform show -json"?`);
  }
  const index = typeof entry.index === "string" || typeof entry.index === "number" ? entry.index : null;
  return { address: safeAddress(address), type, name, index, providerAddress: asText(entry.provider_name) };
}

/** `depends_on` names resources without their index: all instances are meant. */
function withDependencies(managed: readonly Json[]): FoundResource[] {
  const found = managed.map((entry) => ({ resource: valuesResource(entry), needs: asList(entry.depends_on).slice(0, 20) }));
  const instances = new Map<string, string[]>();
  for (const { resource } of found) {
    const base = resource.address.replace(/\[[^[\]]*\]$/, "");
    instances.set(base, [...(instances.get(base) ?? []).slice(0, 19), resource.address]);
  }
  return found.map(({ resource, needs }) => ({
    ...resource,
    dependsOn: needs.flatMap((need) => (typeof need === "string" ? (instances.get(need) ?? []) : [])).slice(0, 20),
  }));
}

function valuesResource(resource: Json): FoundResource {
  return terraformResource(identityOf(resource), asObject(resource.values) ?? {}, maskOf(resource.sensitive_values));
}

/** One entry of `resource_changes`. Values a plan does not know yet are left out. */
function changeResource(entry: Json): FoundResource[] {
  const change = asObject(entry.change) ?? {};
  const action = actionOf(change.actions);
  if (action === "skip") return [];
  const identity = identityOf(entry);
  const before = asObject(change.before);
  const after = asObject(change.after);
  const old = terraformResource(identity, before ?? {}, maskOf(change.before_sensitive));
  const fresh = after === null ? old : terraformResource(identity, after, maskOf(change.after_sensitive));
  const previous = asText(entry.previous_address);
  return [
    {
      ...fresh,
      // Only the configuration knows what needs what, and only by expressions.
      dependsOn: null,
      previousAddress: previous === null || previous === entry.address ? null : safeAddress(previous),
      change: action,
      planned: (action === "update" || action === "replace") && before !== null && after !== null ? plannedValues(facts(old), facts(fresh)) : [],
    },
  ];
}

/** Specification together with the numbers that have fields of their own. */
function facts(resource: FoundResource): FoundResource["specification"] {
  const numbers = { count: resource.count, "memory (MB)": resource.memoryMb, "disk (GB)": resource.diskGb, port: resource.ports[0] ?? null };
  const known = Object.entries(numbers).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  return { ...resource.specification, ...Object.fromEntries(known) };
}

/** `["delete", "create"]` in either order is a replacement. Null: nothing will change. */
function actionOf(actions: unknown): Change | null | "skip" {
  const names = new Set(asList(actions));
  if (names.has("create") && (names.has("delete") || names.has("forget"))) return "replace";
  for (const name of ["create", "update", "delete", "forget"] as const) if (names.has(name)) return name;
  return names.has("no-op") ? null : "skip";
}

/** Masks as they are; a missing one hides nothing, a plain `true` everything. */
function maskOf(mask: unknown): unknown {
  return mask === undefined || mask === null || mask === false ? {} : mask;
}
