import { slugify } from "@/lib/core/ids";
import type { WritableRow } from "@/lib/service/source-import";
import { detailOf } from "./detail";
import { importedKey } from "./import-table";
import type { FoundResource, ReadSource } from "./sources/types";

/** Kinds in the order in which an inventory is read: what runs and costs first, what holds it together last. */
const ORDER =
  "compute database cache queue storage load-balancer cdn dns platform backup registry email sms payments relay automation analytics auth monitoring logging errors network security secrets other".split(
    " ",
  );
/** Imported rows stand behind those of the plan. */
const FIRST_POSITION = 10_000;

export interface ImportedRow extends WritableRow {
  resource: FoundResource;
}

/**
 * Rows of an import, as they are written and compared. `needed` has what stored rows need, by address, for files that
 * do not say. Pure.
 */
export function importedRows(read: ReadSource, source: string, stackRole: string, now: Date, needed: ReadonlyMap<string, unknown> = new Map()): ImportedRow[] {
  const keys = new Map(read.resources.map((resource) => [resource.address, importedKey(source, resource.address)]));
  return read.resources
    .map((resource): ImportedRow => {
      const content = contentOf(resource, keys, needed);
      return {
        resource,
        address: resource.address,
        previousAddress: resource.previousAddress,
        key: keys.get(resource.address) ?? "",
        content,
        columns: {
          ...content,
          state: stateOf(resource, read.exist, stackRole),
          position: FIRST_POSITION + rank(resource.kind),
          last_seen_at: read.exist && resource.change !== "create" ? now.toISOString() : null,
        },
      };
    })
    .sort((a, b) => Number(a.columns.position) - Number(b.columns.position));
}

/** What counts as a change of a row when it differs. */
function contentOf(resource: FoundResource, keys: Map<string, string>, needed: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const detail = detailOf({
    specification: resource.specification,
    count: resource.count ?? undefined,
    ports: resource.ports,
    memoryMb: resource.memoryMb ?? undefined,
    diskGb: resource.diskGb ?? undefined,
    optional: resource.optional,
  });
  return {
    name: resource.name,
    kind: resource.kind,
    provider: resource.provider,
    // As the database gives it back: members without a value are not there.
    specification: JSON.parse(JSON.stringify(resource.planned.length === 0 ? detail : { ...detail, planned: resource.planned })),
    depends_on: resource.dependsOn?.flatMap((address) => keys.get(address) ?? []) ?? needed.get(resource.previousAddress ?? resource.address) ?? [],
    planned_change: resource.change,
  };
}

function stateOf(resource: FoundResource, exist: boolean, stackRole: string): string {
  if (exist) return resource.change === "create" ? "planned" : "running";
  return stackRole === "current" ? "running" : "planned";
}

function rank(kind: string): number {
  const place = ORDER.indexOf(kind);
  return place < 0 ? ORDER.length : place;
}

export interface Declared {
  key: string;
  name: string;
}

/**
 * The plan's service of the same stack that has the name of an imported one, by name, key or last part of the address,
 * letter case and marks aside. It is only shown: whether both are the same thing is for people to say. Pure.
 */
export function declaredNames(declared: readonly Declared[]): (imported: { name: string; address: string | null }) => Declared | null {
  const bySlug = new Map<string, Declared>();
  for (const one of [...declared].reverse()) {
    bySlug.set(slugify(one.name, one.key), one);
    bySlug.set(slugify(one.key, one.key), one);
  }
  return ({ name, address }) => {
    const last =
      address
        ?.replace(/\[[^\]]*\]$/, "")
        .split(".")
        .at(-1) ?? "";
    return bySlug.get(slugify(name, "")) ?? (last === "" ? undefined : bySlug.get(slugify(last, ""))) ?? null;
  };
}
