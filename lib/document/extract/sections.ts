import { DONE, DRAFT, NOT_EXECUTED, READY, STATUS_LABEL } from "../lexicon/statements";
import { normalise } from "../lexicon/words";
import { spokenLines } from "../texts";
import type { Extract } from "./types";

/** The headings of the document, its list of contents, and what it says of its own state. */
export const sections: Extract = ({ tree, outline, draft }) => {
  for (const section of tree.sections) {
    if (section.level > 0 && section.title !== "")
      draft.add("sections", { title: section.title.slice(0, 300), level: section.level, line: section.line }, section.line);
  }
  for (const block of tree.blocks) {
    if (block.type !== "list" || !(outline.own(block.section).has("contents") || outline.label(block).has("contents"))) continue;
    for (const item of block.items) {
      if (item.depth > 0 || item.text === "") continue;
      draft.add("contents", { title: item.text.slice(0, 300), line: item.line }, item.line);
      draft.claim(item.line, "sections");
    }
  }
  for (const { text, line, kind, block } of spokenLines(tree)) {
    if (kind !== "paragraph" && !(kind === "item" && block?.section.index === 0)) continue;
    const label = /^([^:：]{2,24})[:：]\s*(.+)$/.exec(text);
    if (label === null || !STATUS_LABEL.test(normalise(label[1] ?? ""))) continue;
    const means = meaning(label[2] ?? "");
    if (means !== null) draft.add("statuses", { text: (label[2] ?? "").slice(0, 300), means, line }, line);
  }
};

function meaning(text: string): "ready" | "done" | "draft" | "not-executed" | null {
  // A line of boxes to tick is a form, not an answer.
  if (/[\u2610\u25A1]|\[ \]|\|.*\|/u.test(text)) return null;
  const plain = normalise(text);
  if (NOT_EXECUTED.test(plain)) return "not-executed";
  if (DRAFT.test(plain)) return "draft";
  if (READY.test(plain)) return "ready";
  return DONE.test(plain) ? "done" : null;
}
