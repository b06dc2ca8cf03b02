import { newId } from "@/lib/core/ids";
import { lineItemColumns } from "@/lib/cost/line-item";
import type { Tx } from "@/lib/db/transaction";
import { detailOf } from "@/lib/inventory/detail";
import type { Plan, PlanStack } from "../types";
import type { Target } from "./target";
import { markRemoved, upsert } from "./upsert";

const STACK = {
  table: "stack",
  columns: { id: "text", project_id: "text", key: "text", name: "text", role: "text", position: "int", document: "jsonb" },
  conflict: ["project_id", "key"],
};

/** Stacks of the plan; returns their ids by key. */
export async function applyStacks(tx: Tx, target: Target, plan: Plan): Promise<Map<string, string>> {
  const ids = await upsert(
    tx,
    STACK,
    plan.stacks.map((stack, i) => ({
      id: newId(),
      project_id: target.projectId,
      key: stack.key,
      name: stack.name,
      role: stack.role,
      position: stack.position ?? i,
      document: stackDocument(stack),
    })),
  );
  await markRemoved(tx, "stack", target.projectId, ids, target.now);
  return new Map(plan.stacks.map((stack, i) => [stack.key, ids[i] ?? ""]));
}

function stackDocument({ resources: _resources, key: _key, name: _name, role: _role, position: _position, ...rest }: PlanStack) {
  return { schemaVersion: 1, ...rest };
}

const RESOURCE = {
  table: "resource",
  columns: {
    id: "text",
    project_id: "text",
    stack_id: "text",
    key: "text",
    name: "text",
    kind: "text",
    provider: "text",
    owner: "text",
    state: "text",
    origin: "text",
    specification: "jsonb",
    replaces: "text[]",
    depends_on: "text[]",
    position: "int",
  },
  conflict: ["stack_id", "key"],
  insertOnly: ["state"],
  onChange: "version = t.version + 1",
};

/** Resources and their prices. The state of a resource is what really happened: a plan only sets it for new ones. */
export async function applyResources(tx: Tx, target: Target, plan: Plan, stacks: Map<string, string>): Promise<void> {
  const entries = plan.stacks.flatMap((stack) => stack.resources.map((resource, position) => ({ stack, resource, position })));
  const ids = await upsert(
    tx,
    RESOURCE,
    entries.map(({ stack, resource, position }) => ({
      id: newId(),
      project_id: target.projectId,
      stack_id: stacks.get(stack.key),
      key: resource.key,
      name: resource.name,
      kind: resource.kind,
      provider: resource.provider ?? null,
      owner: resource.owner ?? null,
      state: stack.role === "current" ? "running" : "planned",
      origin: "plan",
      specification: detailOf(resource),
      replaces: resource.replaces ?? [],
      depends_on: resource.dependsOn ?? [],
      position,
    })),
  );
  const removed = await markRemoved(tx, "resource", target.projectId, ids, target.now, "origin = 'plan'");
  // Prices have no life of their own: those of the plan's resources are written anew.
  await tx.query("DELETE FROM line_item WHERE resource_id = ANY($1::text[])", [[...ids, ...removed]]);
  const items = entries.flatMap(({ stack, resource }, i) =>
    resource.lineItems.map((item, position) => {
      const { costClass, detail, ...columns } = lineItemColumns(item, target.currency);
      return {
        id: newId(),
        project_id: target.projectId,
        stack_id: stacks.get(stack.key),
        resource_id: ids[i],
        position,
        name: item.name ?? "",
        ...columns,
        cost_class: costClass,
        detail,
      };
    }),
  );
  if (items.length === 0) return;
  await tx.query(
    `INSERT INTO line_item (id, project_id, stack_id, resource_id, position, name, form, min, max, currency, period, quantity, approximate, cost_class, text, detail)
     SELECT id, project_id, stack_id, resource_id, position, name, form, min, max, currency, period, quantity, approximate, cost_class, text, detail
       FROM jsonb_to_recordset($1::jsonb) AS r(id text, project_id text, stack_id text, resource_id text, position int, name text, form text, min numeric, max numeric,
         currency text, period text, quantity numeric, approximate boolean, cost_class text, text text, detail jsonb)`,
    [JSON.stringify(items)],
  );
}
