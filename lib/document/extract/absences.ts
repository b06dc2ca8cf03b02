import type { Extract } from "./types";

/** "No monitoring today → alerts on every host", and the same as a bullet under a heading about today. */
const ABSENT = /^(?:no|keine?n?|kein|pas d[e']|aucune?|sin|ning[uú]na?)\s+(\p{L}[\p{L} -]{2,60})$/iu;
const ARROW = /\s*(?:\u2192|\u27F6|\u21D2|-{1,2}>|=>)\s*/u;

/** What the present state is said not to have. */
export const absences: Extract = ({ tree, outline, draft }) => {
  for (const block of tree.blocks) {
    const now = outline.under(block, "current") && !outline.under(block, "target");
    const lines = block.type === "code" || block.type === "paragraph" ? block.lines : block.type === "list" ? block.items : [];
    for (const { text, line } of lines) {
      const parts = text.trim().split(ARROW);
      if (parts.length !== 2 && !(now && block.type === "list")) continue;
      const of = ABSENT.exec((parts[0] ?? "").trim())?.[1]?.trim();
      if (of !== undefined) draft.add("absences", { of, text: text.trim().slice(0, 300), line }, line);
    }
  }
};
