import type { Draft, Unread } from "./draft";
import type { Refused } from "./settle";
import type { Block, DocumentTree } from "./tree";

const MAX_UNREAD = 500;

/** Parts of the document that look as if they said something a plan has room for, and that nothing was read from. */
export function unreadParts(tree: DocumentTree, draft: Draft, refused: readonly Refused[]): Unread[] {
  const claimed = draft.claimedLines();
  const parts: Unread[] = [...draft.unread];
  for (const one of refused)
    parts.push({ line: one.line ?? 1, endLine: one.line ?? 1, text: tree.lines[(one.line ?? 1) - 1]?.slice(0, 200) ?? "", reason: `Left out: ${one.reason}` });
  for (const line of tree.cutLines)
    parts.push({ line, endLine: line, text: tree.lines[line - 1]?.slice(0, 80) ?? "", reason: "The line is too long: only its beginning was read." });
  for (const block of tree.blocks) {
    if (parts.length >= MAX_UNREAD) break;
    for (const at of contentLines(block)) {
      if (claimed.has(at.line) || !/\d/.test(at.text)) continue;
      parts.push({ line: at.line, endLine: at.line, text: at.text.slice(0, 200), reason: "Nothing was read from this line." });
    }
  }
  return parts.sort((a, b) => a.line - b.line).slice(0, MAX_UNREAD);
}

function contentLines(block: Block): { line: number; text: string }[] {
  switch (block.type) {
    case "table":
      return block.rows.map((row) => ({ line: row.line, text: row.cells.map((cell) => cell.text).join(" | ") }));
    case "list":
      return block.items.map((item) => ({ line: item.line, text: item.text }));
    default:
      return block.lines;
  }
}
