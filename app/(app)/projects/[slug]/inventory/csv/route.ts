import { inventoryView, type SideCost } from "@/lib/cost/inventory-view";
import { csvText } from "@/lib/inventory/csv";
import { inventoryQuery } from "@/lib/inventory/types";
import { parseInput } from "@/lib/service/context";
import { apiRoute } from "@/lib/service/route";

const HEAD = [
  "stack",
  "key",
  "service",
  "kind",
  "provider",
  "owner",
  "state",
  "replaces",
  "replaced by",
  "currency",
  "now min",
  "now max",
  "after min",
  "after max",
  "change min",
  "change max",
  "last seen",
  "from",
  "source",
  "address",
  "planned change",
  "gone since",
];

/** Exactly the services the page shows, as CSV. An open upper end and an unknown amount are empty cells. */
export const GET = apiRoute<{ slug: string }>({
  permission: "workspace.read",
  handler: async (ctx, request, { slug }) => {
    const view = await inventoryView(ctx, slug, parseInput(inventoryQuery, Object.fromEntries(new URL(request.url).searchParams)));
    const ends = (cost: SideCost) => (cost.kind === "amount" ? [cost.interval.min.toFixed(2), cost.interval.max?.toFixed(2) ?? ""] : ["", ""]);
    const body = view.lines.map(({ resource, stack, replaces, replacedBy, now, after, delta }) => [
      stack.key,
      resource.key,
      resource.name,
      resource.kind,
      resource.provider ?? "",
      resource.owner ?? "",
      resource.state,
      replaces.map((ref) => ref.key).join(" "),
      replacedBy.map((ref) => ref.key).join(" "),
      view.project.currency,
      ...ends(now),
      ...ends(after),
      delta?.min?.toFixed(2) ?? "",
      delta?.max?.toFixed(2) ?? "",
      resource.lastSeenAt?.toISOString() ?? "",
      resource.origin,
      resource.source ?? "",
      resource.address ?? "",
      resource.plannedChange ?? "",
      resource.goneAt?.toISOString() ?? "",
    ]);
    return new Response(csvText([HEAD, ...body]), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${view.project.slug}-inventory.csv"`,
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      },
    });
  },
});
