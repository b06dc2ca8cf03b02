import type { PlanChange } from "@/lib/plan/diff";
import type { DraftPreview } from "@/lib/plan/import-draft";

const SHOWN = 200;

/** What the project works with; everything else is kept with its plan, for the checks. */
const LIVE: readonly [entity: string, one: string, many: string][] = [
  ["stack", "stack", "stacks"],
  ["resource", "service", "services"],
  ["price", "price of no stack", "prices of no stack"],
  ["metric", "metric", "metrics"],
  ["trigger group", "group of triggers", "groups of triggers"],
  ["trigger", "trigger", "triggers"],
  ["alert rule", "alert rule", "alert rules"],
  ["decision matrix", "decision matrix", "decision matrices"],
  ["migration", "migration", "migrations"],
  ["monitor", "monitor", "monitors"],
  ["backup", "backup", "backups"],
  ["budget", "budget", "budgets"],
  ["channel", "channel", "channels"],
];

/** Everything that will be made, counted and named, one kind of entry after the other. */
export function CreationList({ changes, inside }: { changes: readonly PlanChange[]; inside: DraftPreview["inside"] }) {
  const kinds = new Map<string, PlanChange[]>();
  for (const change of changes) kinds.set(change.entity, [...(kinds.get(change.entity) ?? []), change]);
  const live = LIVE.flatMap(([entity, one, many]) => {
    const list = kinds.get(entity) ?? [];
    return list.length === 0 ? [] : [{ entity, list, text: list.length === 1 ? one : many }];
  });
  const known = new Set([...LIVE.map(([entity]) => entity), "project"]);
  const kept = [...kinds].filter(([entity]) => !known.has(entity));
  const keptCount = kept.reduce((sum, [, list]) => sum + list.length, 0);
  return (
    <ul className="divide-y divide-line" data-testid="creation">
      {live.map(({ entity, list, text }) => (
        <li key={entity} className="py-1">
          <details>
            <summary className="min-h-9 cursor-pointer content-center font-semibold max-rail:min-h-11">
              <span className="num">{list.length}</span> {text}
              <span className="font-normal text-ink-2">{within(entity, inside)}</span>
            </summary>
            <Names list={list} />
          </details>
        </li>
      ))}
      {keptCount === 0 ? null : (
        <li className="py-1">
          <details>
            <summary className="min-h-9 cursor-pointer content-center font-semibold max-rail:min-h-11">
              <span className="num">{keptCount}</span> further facts <span className="font-normal text-ink-2">kept with the plan, for the checks</span>
            </summary>
            {kept.map(([entity, list]) => (
              <div key={entity} className="pl-4">
                <h3 className="mt-1">
                  {entity} <span className="num font-normal text-ink-2">({list.length})</span>
                </h3>
                <Names list={list} />
              </div>
            ))}
          </details>
        </li>
      )}
    </ul>
  );
}

function within(entity: string, { prices, phases, steps }: DraftPreview["inside"]): string {
  const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  if (entity === "resource") return ` with ${counted(prices, "price")}`;
  return entity === "migration" ? ` with ${counted(phases, "phase")} and ${counted(steps, "step")}` : "";
}

function Names({ list }: { list: readonly PlanChange[] }) {
  return (
    <ul className="list-disc pb-2 pl-8 text-sm">
      {list.slice(0, SHOWN).map((change) => (
        <li key={`${change.path} ${change.key}`} className="break-words">
          {change.name}
        </li>
      ))}
      {list.length > SHOWN ? <li className="text-ink-2">and {list.length - SHOWN} more</li> : null}
    </ul>
  );
}
