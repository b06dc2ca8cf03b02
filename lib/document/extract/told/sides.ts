import type { Draft } from "../../draft";
import { PROVIDERS, SERVICES } from "../../lexicon/services";
import { NEW_SIDE, OLD_SIDE } from "../../lexicon/told";
import { normalise } from "../../lexicon/words";
import { linesOf } from "../../locate";
import type { DocumentTree } from "../../tree";
import type { Place } from "./places";

/** The side a figure at a position of a place is said of; null where nothing tells. */
export type Sides = (place: Place, at: number) => "old" | "new" | null;

/** Reads the names of both sides off the stacks and the title. Pure. */
export function sidesOf(tree: DocumentTree, draft: Draft): Sides {
  const names = { old: new Set<string>(), new: new Set<string>() };
  for (const stack of draft.plan.stacks) {
    const side = stack.role === "current" ? "old" : stack.role === "target" ? "new" : null;
    if (side !== null) for (const name of providersIn(stack.name)) names[side].add(name);
  }
  const title = tree.sections.find((section) => section.level === 1)?.title ?? "";
  const move = /^(.*?)(?:\s(?:to|nach|vers|a|zu)\s|\s?(?:→|->|⇒)\s?)(.*)$/i.exec(normalise(title));
  for (const name of providersIn(move?.[1] ?? "")) names.old.add(name);
  for (const name of providersIn(move?.[2] ?? "")) names.new.add(name);
  const both = [...names.old].filter((name) => names.new.has(name));
  for (const name of both) {
    names.old.delete(name);
    names.new.delete(name);
  }
  const sideOf = (text: string): "old" | "new" | null => {
    const named = providersIn(text);
    const old = OLD_SIDE.test(text) || named.some((name) => names.old.has(name));
    const fresh = NEW_SIDE.test(text) || named.some((name) => names.new.has(name));
    return old === fresh ? null : old ? "old" : "new";
  };
  const told = sectionsOf(tree, draft);
  return (place) => {
    for (const text of [place.kind === "cell" ? (place.labels[0] ?? "") : place.folded, ...(place.kind === "cell" ? [place.folded] : []), ...place.labels]) {
      const side = sideOf(text);
      if (side !== null) return side;
    }
    return told.get(place.section.index) ?? null;
  };
}

/** Sections in which the rows of one side stand. */
function sectionsOf(tree: DocumentTree, draft: Draft): Map<number, "old" | "new"> {
  const found = new Map<number, "old" | "new">();
  const mixed = new Set<number>();
  for (const stack of draft.plan.stacks) {
    const side = stack.role === "current" ? "old" : stack.role === "target" ? "new" : null;
    if (side === null) continue;
    for (const line of (stack.resources ?? []).flatMap((resource) => linesOf(resource))) {
      const section = tree.sections.findLast((one) => one.line <= line)?.index;
      if (section === undefined) continue;
      if ((found.get(section) ?? side) !== side) mixed.add(section);
      found.set(section, side);
    }
  }
  for (const section of mixed) found.delete(section);
  return found;
}

const OWNER = new Map<string, string>();
for (const [provider, names] of Object.entries(PROVIDERS)) for (const name of names) OWNER.set(name, provider);
for (const [provider, kinds] of Object.entries(SERVICES)) for (const name of Object.values(kinds).flat()) if (!OWNER.has(name)) OWNER.set(name, provider);

/** Providers a text names, themselves or by a product. */
function providersIn(text: string): string[] {
  const parts = normalise(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  return parts.flatMap((word, i) => [OWNER.get(word), OWNER.get(`${word} ${parts[i + 1] ?? ""}`)].filter((one): one is string => one !== undefined));
}
