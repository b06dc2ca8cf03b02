import type { Locate } from "@/lib/plan/read-yaml";
import type { Plan } from "@/lib/plan/types";

/** Lines an entity says it stands on, first one first. */
export function linesOf(entity: unknown): number[] {
  if (typeof entity !== "object" || entity === null) return [];
  const { line, lines } = entity as { line?: unknown; lines?: unknown };
  const first = Array.isArray(line) ? line[0] : line;
  const all = [...(typeof first === "number" ? [first] : []), ...(Array.isArray(lines) ? lines.filter((one): one is number => typeof one === "number") : [])];
  return [...new Set(all)];
}

/**
 * Finds the line of a path of the plan by the lines its entities carry: the entity's own, else that of what it is in.
 * A list is where its first entry is.
 */
export function locateByLines(plan: Plan): Locate {
  return (path) => {
    let at: unknown = plan;
    let line: number | null = null;
    for (const part of path.split(/[.[\]]+/).filter((one) => one !== "")) {
      if (typeof at !== "object" || at === null) break;
      at = Reflect.get(at, part);
      line = linesOf(at)[0] ?? line;
    }
    if (Array.isArray(at)) line = linesOf(at[0])[0] ?? line;
    return line === null ? null : { line, column: 1 };
  };
}
