/*
 * Marks lines of the document and the entries that were read from them, each from the other. Marks are attributes set on
 * elements that exist, not state: thousands of lines are not drawn again for a pointer that moves.
 */

const MARK = "data-marked";

function clear(root: ParentNode): void {
  for (const element of root.querySelectorAll(`[${MARK}]`)) element.removeAttribute(MARK);
}

/** The element of a line; null where that part of the document is not loaded yet. */
export function lineElement(root: ParentNode, line: number): HTMLElement | null {
  return root.querySelector<HTMLElement>(`[data-line="${line}"]`);
}

/** Marks exactly these lines. */
export function markLines(root: ParentNode, lines: readonly number[]): void {
  clear(root);
  for (const line of lines) lineElement(root, line)?.setAttribute(MARK, "");
}

/** Marks exactly these entries. */
export function markItems(root: ParentNode, ids: readonly string[]): void {
  clear(root);
  const wanted = new Set(ids);
  if (wanted.size === 0) return;
  for (const element of root.querySelectorAll<HTMLElement>("[data-item]")) if (wanted.has(element.dataset.item ?? "")) element.setAttribute(MARK, "");
}

/** Brings an element into the middle of its own scrolling box, never the page; nothing moves when it can be seen. */
export function reveal(box: HTMLElement, element: HTMLElement): void {
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  if (inner.top >= outer.top + 8 && inner.bottom <= outer.bottom - 8) return;
  box.scrollTop += inner.top - outer.top - outer.height / 3;
}
