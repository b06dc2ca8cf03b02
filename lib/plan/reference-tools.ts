import type { Issue } from "@/lib/core/errors";
import { KEY_PATTERN } from "./types/common";

/** Names a plan declares, by kind. */
export interface Known {
  stacks: Set<string>;
  metrics: Set<string>;
  groups: Set<string>;
  stages: Set<string>;
  channels: Set<string>;
  matrices: Set<string>;
  migrations: Set<string>;
  resources: Set<string>;
}

interface Keyed {
  key?: string | undefined;
}

/** Keys of a list; a key used twice is an issue at its second place. */
export function keysOf(items: readonly Keyed[], path: string, issues: Issue[]): Set<string> {
  const seen = new Set<string>();
  items.forEach((item, i) => {
    if (item.key === undefined) return;
    if (seen.has(item.key))
      issues.push({
        path: `${path}[${i}].key`,
        message: `the key "${item.key}" is used twice`,
      });
    seen.add(item.key);
  });
  return seen;
}

/** Reports a name that is not declared, with the nearest declared one when it looks like a slip. */
export function need(issues: Issue[], path: string, what: string, name: string | undefined, declared: Set<string>): void {
  if (name === undefined || declared.has(name)) return;
  const near = [...declared].find((other) => distanceAtMost(name, other, 2));
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  issues.push({ path, message: `there is no ${what} "${name}"${hint}` });
}

/** Circles of "needs": each is reported once, at the list, naming its members. */
export function circleIssues(nodes: { key: string; needs: string[] }[], path: string, issues: Issue[]): void {
  const needs = new Map(nodes.map((node) => [node.key, node.needs]));
  const done = new Set<string>();
  for (const start of needs.keys()) {
    const circle = findCircle(start, needs, done);
    if (circle !== null)
      issues.push({
        path,
        message: `these depend on each other in a circle: ${circle.join(" → ")}`,
      });
  }
}

/** Depth-first without recursion: a long chain must not exhaust the stack. */
function findCircle(start: string, needs: Map<string, string[]>, done: Set<string>): string[] | null {
  const trail: { key: string; next: number }[] = [{ key: start, next: 0 }];
  const onTrail = new Set<string>([start]);
  while (trail.length > 0) {
    const top = trail[trail.length - 1];
    if (top === undefined || done.has(top.key)) {
      if (top !== undefined) onTrail.delete(top.key);
      trail.pop();
      continue;
    }
    const child = needs.get(top.key)?.[top.next++];
    if (child === undefined) {
      done.add(top.key);
      onTrail.delete(top.key);
      trail.pop();
    } else if (onTrail.has(child)) {
      for (const { key } of trail) done.add(key);
      const keys = trail.map(({ key }) => key);
      return [...keys.slice(keys.indexOf(child)), child];
    } else if (needs.has(child) && !done.has(child)) {
      trail.push({ key: child, next: 0 });
      onTrail.add(child);
    }
  }
  return null;
}

/** Whether two keys differ by at most `limit` edits (both are short: 63 characters). */
function distanceAtMost(a: string, b: string, limit: number): boolean {
  if (Math.abs(a.length - b.length) > limit || !KEY_PATTERN.test(a)) return false;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[b.length] ?? limit + 1) <= limit;
}
