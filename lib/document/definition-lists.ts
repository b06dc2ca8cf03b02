import type { HtmlItem } from "./html-parts";
import type { Line } from "./tree";

/** "Term" and below it lines of ": what it means": each term with its lines; none for any other paragraph. */
export function definitions(lines: readonly Line[]): { term: Line; items: HtmlItem[] }[] {
  const begins = (at: number) => /^:\s+\S/.test(lines[at]?.text ?? "");
  if (lines.length < 2 || begins(0) || !begins(1) || /\d/.test(lines[0]?.text ?? "")) return [];
  const found: { term: Line; items: HtmlItem[] }[] = [];
  lines.forEach((one, i) => {
    const last = found.at(-1);
    if (!begins(i) && begins(i + 1) && !/\d/.test(one.text)) found.push({ term: { line: one.line, text: one.text.replace(/[:：]+$/, "") }, items: [] });
    else if (begins(i)) last?.items.push({ line: one.line, text: one.text.replace(/^:\s+/, ""), depth: 0, ordered: false });
    else {
      const item = last?.items.at(-1);
      if (item !== undefined) item.text += ` ${one.text}`;
    }
  });
  return found;
}
