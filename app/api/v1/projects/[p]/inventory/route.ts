import { pageInput } from "@/lib/core/paging";
import { importInventory } from "@/lib/inventory/import-source";
import { listInventoryImports } from "@/lib/inventory/source-imports";
import { MAX_SOURCE_BYTES } from "@/lib/inventory/sources/limits";
import { sourceOfRequest } from "@/lib/inventory/sources/source-text";
import { inventoryImportQuery } from "@/lib/inventory/types";
import { parseInput } from "@/lib/service/context";
import { apiRoute } from "@/lib/service/route";

/** Imports of infrastructure as code, newest first. */
export const GET = apiRoute<{ p: string }>({
  permission: "workspace.read",
  handler: (ctx, request, { p }) => listInventoryImports(ctx, p, parseInput(pageInput, Object.fromEntries(new URL(request.url).searchParams))),
});

/** A Terraform state, plan or Compose file as the body. `?dryRun=1` only tells what would change. */
export const POST = apiRoute<{ p: string }>({
  permission: "inventory.edit",
  handler: async (ctx, request, { p }) => {
    const query = parseInput(inventoryImportQuery, Object.fromEntries(new URL(request.url).searchParams));
    const text = await sourceOfRequest(request, MAX_SOURCE_BYTES);
    return importInventory(ctx, {
      project: p,
      stack: query.stack,
      fileName: query.name,
      text,
      source: query.source,
      basis: query.basis,
      dryRun: query.dryRun !== undefined,
    });
  },
});
