import { ImportList } from "@/components/source-import/import-list";
import { SourceUpload } from "@/components/source-import/source-upload";
import { CommandLine } from "@/components/ui/layout";
import type { InventoryView } from "@/lib/cost/inventory-view";
import { listInventoryImports } from "@/lib/inventory/source-imports";
import { MAX_SOURCE_BYTES } from "@/lib/inventory/sources/limits";
import { type Ctx, can } from "@/lib/service/context";
import { readWorkspace } from "@/lib/service/workspace";
import { undoInventoryImportAction } from "./actions";

/** Upload of infrastructure as code, with the imports so far. Open where there is nothing else to do. */
export async function ImportSection({ ctx, view, open }: { ctx: Ctx; view: InventoryView; open: boolean }) {
  const { slug } = view.project;
  const [imports, workspace] = await Promise.all([listInventoryImports(ctx, slug, { limit: 20 }), readWorkspace(ctx.db)]);
  const may = can(ctx, "inventory.edit");
  const active = imports.items.filter((one) => one.undoneAt === null).length;
  return (
    <details id="import" data-testid="import-section" className="mb-4 rounded-xl border border-line bg-panel p-3" open={open ? true : undefined}>
      <summary className="min-h-9 cursor-pointer content-center font-semibold max-rail:min-h-11">
        Import from Terraform or Compose{active === 0 ? "" : ` (${active} ${active === 1 ? "import" : "imports"} so far)`}
      </summary>
      <div className="mt-3 grid grid-cols-1 gap-4">
        {may ? (
          <SourceUpload
            label="Terraform state or plan in JSON, or Compose file"
            accept=".json,.tfstate,.yaml,.yml,application/json,text/yaml"
            maxBytes={MAX_SOURCE_BYTES}
            endpoint={`/api/v1/projects/${encodeURIComponent(slug)}/inventory`}
            place={{
              label: "Into the stack",
              name: "stack",
              initial: view.from?.key ?? view.stacks[0]?.key ?? "",
              options: view.stacks.map((stack) => ({ value: stack.key, text: stack.name })),
            }}
            hint="Only types, sizes, places, ports and names are kept. Passwords, keys, variables' values and everything else of the file are dropped while it is read. Importing the same file again changes nothing."
          />
        ) : (
          <p className="text-ink-2">Your role cannot import.</p>
        )}
        <ImportList project={slug} imports={imports.items} timeZone={workspace.timeZone} undo={may ? undoInventoryImportAction : undefined} />
        <details>
          <summary className="inline-flex min-h-9 cursor-pointer items-center text-sm font-semibold text-accent max-rail:min-h-11">
            From a terminal or a program
          </summary>
          <CommandLine>{`terraform show -json plan.out > plan.json
npm run switchyard -- inventory plan.json --project ${slug} --stack ${view.from?.key ?? "STACK"}

curl -X POST "$SWITCHYARD_URL/api/v1/projects/${slug}/inventory?stack=${view.from?.key ?? "STACK"}&name=plan.json" \\
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" --data-binary @plan.json`}</CommandLine>
        </details>
      </div>
    </details>
  );
}
