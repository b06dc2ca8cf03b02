import { findMoney } from "../grammar/money";
import { type Block, headingPath } from "../tree";
import { numberedName } from "./stacks-names";
import type { Extract } from "./types";

export { stackOf, transitionOf } from "./stacks-names";

/** The stacks of the document: what is paid today, what shall be, and the stages between. */
export const stacks: Extract = ({ tree, outline, draft }) => {
  const seen = new Set<string>();
  for (const block of tree.blocks) {
    if (!isPriced(block)) continue;
    const words = block.label ?? headingPath(block.section).at(-1);
    if (words === undefined) continue;
    const text = "text" in words ? words.text : words.title;
    const roles = block.label === null ? outline.own(block.section) : outline.label(block);
    const numbered = numberedName(text);
    const role = roles.has("current") ? "current" : roles.has("target") ? "target" : numbered !== null ? "phase" : null;
    if (role === null || seen.has(text)) continue;
    seen.add(text);
    const name = text.replace(/\s*\([^()]*[$€£₹\d][^()]*\)\s*$/, "").slice(0, 200) || text;
    draft.add("stacks", { key: draft.key("stacks", name, "stack"), name, role, line: words.line }, words.line);
  }
  for (const role of ["current", "target"] as const) {
    if (draft.plan.stacks.some((stack) => stack.role === role)) continue;
    const name = role === "current" ? "Current stack" : "Target stack";
    if (draft.plan.stacks.length < 2) draft.add("stacks", { key: draft.key("stacks", name), name, role }, 1);
  }
};

function isPriced(block: Block): boolean {
  switch (block.type) {
    case "table":
      return block.rows.filter((row) => row.cells.some((cell) => findMoney(cell.text).length > 0)).length >= 2;
    case "list":
      return block.items.filter((item) => findMoney(item.text).length > 0).length >= 2;
    case "code":
      return block.lines.filter((line) => /\S.*[:.]\s/.test(line.text) && findMoney(line.text).length > 0).length >= 2;
    default:
      return false;
  }
}
