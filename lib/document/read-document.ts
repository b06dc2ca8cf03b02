import { slugify } from "@/lib/core/ids";
import { parsePlan } from "@/lib/plan/parse-plan";
import type { Locate } from "@/lib/plan/read-yaml";
import type { Plan } from "@/lib/plan/types";
import { Draft, type Unread } from "./draft";
import { EXTRACTORS } from "./extract";
import { locateByLines } from "./locate";
import { outlineOf } from "./outline";
import { parseMarkdown } from "./parse-markdown";
import { remembering } from "./remember";
import { settle } from "./settle";
import { type EncodingDamage, repairText } from "./text/repair";
import type { DocumentTree } from "./tree";
import { unreadParts } from "./unread";

/*
 * From a Markdown document to a plan, without a language model and without the network:
 *   text/      bytes → text, wrongly decoded text repaired, line numbers kept
 *   tree, parse-markdown   CommonMark + tables + task lists as sections and blocks with lines
 *   lexicon/   words of English, French, German and Spanish that say what a place is about (data)
 *   outline    the roles of headings and labels
 *   grammar/   numbers, money, conditions, durations in running text
 *   extract/   one file per kind of fact: looks at tree and outline, adds entries (each with its line) to the draft
 *   settle     what the schema refuses is taken out and listed as unread; references that lead nowhere too
 * Extractors run in the order of extract/index.ts and claim the parts of lines they understood.
 */

export interface ReadDocument {
  plan: Plan;
  locate: Locate;
  tree: DocumentTree;
  /** Parts with figures or tasks in them that nothing was read from. */
  unread: Unread[];
  /** How the text was wrongly decoded, and how far that could be undone. */
  damage: EncodingDamage | null;
  /** Whether anything was found that a project can be made of. */
  empty: boolean;
}

/** Reads a document. Pure; never throws for any text. `name` is the file's name, from which a project without title is called. */
export function readDocument(source: string, name = "document"): ReadDocument {
  return remembering(() => read(source, name));
}

function read(source: string, name: string): ReadDocument {
  const { text, damage } = repairText(source);
  const tree = parseMarkdown(text);
  const title = tree.sections.find((section) => section.level > 0 && section.title !== "")?.title ?? name.replace(/\.[a-z]+$/i, "");
  const draft = new Draft({ slug: slugify(title, "project").slice(0, 60).replace(/-+$/, ""), name: title.slice(0, 120) || "Project", line: 1 });
  const outline = outlineOf(tree);
  for (const extract of EXTRACTORS) extract({ tree, outline, draft });
  const { plan, refused } = settle(draft.plan, parsePlan);
  return {
    plan,
    locate: locateByLines(plan),
    tree,
    unread: unreadParts(tree, draft, refused),
    damage,
    empty:
      // Stacks without anything in them are only sides of the move.
      plan.stacks.filter((stack) => stack.resources.length + stack.statedTotals.length > 0).length +
        plan.triggers.length +
        plan.migrations.length +
        plan.otherPrices.length +
        plan.alertRules.length +
        plan.monitors.length ===
      0,
  };
}
