import { sha256 } from "@/lib/core/canonical";
import { slugify } from "@/lib/core/ids";
import type { ImportTable } from "@/lib/service/source-import";

/** What an import of infrastructure as code writes into `resource`. */
export const RESOURCE_IMPORTS: ImportTable = {
  kind: "inventory",
  table: "resource",
  columns: {
    name: "text",
    kind: "text",
    provider: "text",
    state: "text",
    specification: "jsonb",
    depends_on: "text[]",
    planned_change: "text",
    position: "int",
    last_seen_at: "timestamptz",
  },
  fixed: ["project_id", "stack_id", "origin", "source"],
  // What a run has moved or retired stays so: a file does not know of it.
  assign: { state: "CASE WHEN t.state IN ('moved', 'retired') THEN t.state ELSE r.state END" },
  onGone: "planned_change = NULL",
};

/**
 * Key of an imported row. The colon keeps it apart from every key of a plan, whose letters do not include it, so that
 * neither a plan nor an import can ever write the other's rows. Pure.
 */
export function importedKey(source: string, address: string): string {
  return `import:${slugify(address).slice(0, 40)}-${sha256(`${source}\n${address}`).slice(0, 10)}`;
}
