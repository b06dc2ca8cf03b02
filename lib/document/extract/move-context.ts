import type { Draft } from "../draft";
import { findDurations } from "../grammar/duration";
import { effectsOf } from "../grammar/effects";
import { GATE } from "../lexicon/statements";
import { normalise } from "../lexicon/words";
import { linesOf } from "../locate";
import type { Outline } from "../outline";
import type { DocumentTree, Section } from "../tree";
import type { Extract } from "./types";

/** Lists that must be done first; a traffic stage that stands under a rollback is meant as a way back; what is removed when the watching ends. */
export const moveContext: Extract = ({ tree, outline, draft }) => {
  for (const migration of draft.plan.migrations) {
    for (const entry of migration.traffic ?? []) {
      const section = sectionAt(tree, linesOf(entry)[0] ?? 0);
      if (section !== null && isBack(section, outline)) entry.purpose = "rollback";
    }
  }
  for (const checklist of draft.plan.checklists) if (GATE.test(normalise(checklist.title))) checklist.gate = true;
  removalAfterWatching(tree, draft);
};

/** The nearest heading that says anything decides. */
function isBack(section: Section, outline: Outline): boolean {
  for (let at: Section | null = section; at !== null; at = at.parent) {
    if (outline.own(at).has("rollback")) return true;
    if (outline.own(at).has("cutover") || outline.own(at).has("migration")) return false;
  }
  return false;
}

function sectionAt(tree: DocumentTree, line: number): Section | null {
  return tree.sections.find((section) => section.line <= line && line <= section.endLine) ?? null;
}

/** "Monitor for 24 hours", and as the next item "Decommission …": the old side goes when the watching ends. */
function removalAfterWatching(tree: DocumentTree, draft: Draft): void {
  const migration = draft.plan.migrations.at(-1);
  if (migration === undefined || draft.plan.migrations.length !== 1 || migration.decommission !== undefined) return;
  for (const block of tree.blocks) {
    if (block.type !== "list") continue;
    for (const [i, item] of block.items.entries()) {
      const before = block.items[i - 1];
      if (before === undefined || before.parent !== item.parent) continue;
      const removes = effectsOf(item.text, "text").some((effect) => effect.does === "remove-old");
      const watched = effectsOf(before.text, "text").some((effect) => effect.does === "watch") ? findDurations(before.text)[0] : undefined;
      if (!removes || watched === undefined || findDurations(item.text).length > 0) continue;
      migration.decommission = { after: watched.duration, line: item.line, ...(item.parent === null ? {} : { at: item.parent.text.slice(0, 120) }) };
      return;
    }
  }
}
