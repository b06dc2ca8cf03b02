import type { PlanChange } from "@/lib/plan/diff";

const SHOWN = 200;

const PLURALS: Record<string, string> = { "success criterion": "success criteria", capacity: "capacities", project: "project" };

function plural(word: string, count: number): string {
  if (count === 1) return word;
  return PLURALS[word] ?? (/[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`);
}

/** Everything that will be made, counted and named, one kind of entry after the other. */
export function CreationList({ changes }: { changes: readonly PlanChange[] }) {
  const kinds = new Map<string, PlanChange[]>();
  for (const change of changes) kinds.set(change.entity, [...(kinds.get(change.entity) ?? []), change]);
  return (
    <ul className="divide-y divide-line" data-testid="creation">
      {[...kinds].map(([entity, list]) => (
        <li key={entity} className="py-1">
          <details>
            <summary className="min-h-9 cursor-pointer content-center font-semibold max-rail:min-h-11">
              <span className="num">{list.length}</span> {plural(entity, list.length)}
            </summary>
            <ul className="list-disc pb-2 pl-8 text-sm">
              {list.slice(0, SHOWN).map((change) => (
                <li key={`${change.path} ${change.key}`} className="break-words">
                  {change.name}
                </li>
              ))}
              {list.length > SHOWN ? <li className="text-ink-2">and {list.length - SHOWN} more</li> : null}
            </ul>
          </details>
        </li>
      ))}
    </ul>
  );
}
