"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import type { ReviewGroup } from "@/lib/plan/review/types";
import { EditForm } from "./edit-form";
import { ItemRow } from "./item-row";
import type { ReviewTools } from "./use-review";

const SHOWN = 40;

/** What each list of a mixed group calls its entries; a group of one kind needs no word. */
const WORDS: Record<string, string> = {
  "stacks.statedTotals": "stated",
  "migrations.phases": "phase",
  "migrations.cutover": "cutover",
  "migrations.traffic": "traffic",
  "migrations.guards": "rollback when",
  "migrations.rollback.conditions": "rollback when",
  "migrations.rollback.steps": "rollback step",
};

/** One group of what was understood: what it is about, its entries, and a way to add one. `wanted` is an entry that must be shown. */
export function GroupView({ group, tools, wanted }: { group: ReviewGroup; tools: ReviewTools; wanted: string | null }) {
  const [all, setAll] = useState(false);
  if (!all && wanted !== null && group.items.slice(SHOWN).some((item) => item.id === wanted)) setAll(true);
  const [adding, setAdding] = useState<ReviewGroup["adds"][number] | null>(null);
  const further = group.key === "further";
  const items = all ? group.items : group.items.slice(0, SHOWN);
  return (
    <details open={!further} className="rounded-xl border border-line bg-panel p-3 shadow-(--shadow)" data-testid={`group-${group.key}`}>
      <summary className="cursor-pointer max-rail:min-h-11 max-rail:content-center">
        <h2 className="inline">{group.title}</h2> <span className="num text-sm text-ink-2">({group.items.length})</span>
      </summary>
      {group.notes.map((note) => (
        <p key={note} className="mt-1 text-sm text-ink-2">
          {note}
        </p>
      ))}
      <ul className="mt-2 divide-y divide-line">
        {group.about === null ? null : <ItemRow item={group.about} tools={tools} word={null} />}
        {items.map((item) => (
          <ItemRow key={item.id} item={item} tools={tools} word={further ? item.word : (WORDS[item.list] ?? null)} />
        ))}
      </ul>
      <div className="mt-2 flex flex-wrap gap-2">
        {group.items.length > items.length ? <Button onClick={() => setAll(true)}>Show all {group.items.length}</Button> : null}
        {group.adds.map((add) => (
          <Button key={add.list} tone="quiet" onClick={() => setAdding(add)}>
            {add.text}
          </Button>
        ))}
      </div>
      {adding === null ? null : (
        <EditForm
          key={adding.list}
          title={adding.text}
          submit={`Add the ${adding.word}`}
          load={() => tools.fieldsOf({ list: adding.list })}
          save={(fields) => tools.add(adding.list, adding.parent, fields)}
          onClose={() => setAdding(null)}
        />
      )}
    </details>
  );
}
