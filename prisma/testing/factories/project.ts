import { newId } from "@/lib/core/ids";
import type { Db } from "@/lib/db/prisma";

/** A project with two stacks, `current` and `target`, running on `current`. */
export async function makeProject(db: Db, values: { slug?: string; name?: string; requiredApprovals?: number; soloMode?: boolean } = {}) {
  const id = newId();
  const slug = values.slug ?? `p-${id.slice(-12)}`;
  const [current, target] = [newId(), newId()];
  const project = await db.prisma.project.create({
    data: {
      id,
      slug,
      name: values.name ?? slug,
      currency: "USD",
      requiredApprovals: values.requiredApprovals ?? 1,
      soloMode: values.soloMode ?? false,
      currentStackId: current,
      stacks: {
        create: [
          { id: current, key: "current", name: "Current stack", role: "current", position: 0 },
          { id: target, key: "target", name: "Target stack", role: "target", position: 1 },
        ],
      },
    },
  });
  return { project, stacks: { current, target } };
}

/** A metric of the project. */
export function makeMetric(db: Db, projectId: string, values: { key?: string; unit?: string; kind?: "number" | "boolean"; staleAfterMs?: number } = {}) {
  const id = newId();
  const key = values.key ?? `metric_${id.slice(-8)}`;
  return db.prisma.metric.create({
    data: {
      id,
      projectId,
      key,
      name: key,
      unit: values.unit ?? "",
      kind: values.kind ?? "number",
      staleAfterMs: values.staleAfterMs === undefined ? null : BigInt(values.staleAfterMs),
    },
  });
}
