import type { Token } from "markdown-it";

const TICKS = /^(?:[\u2705\u2713\u2714\u2611]\uFE0F?)\s*/u;
const CROSSES = /^(?:[\u274C\u2717\u2718\u2716\u2612]\uFE0F?)\s*/u;

/** Lines of an inline token as a reader sees them: no emphasis, links as their text, HTML tags gone. */
export function plainLines(token: Token): string[] {
  if (token.children === null || token.children.length === 0) return token.content.split("\n").map(tidy);
  const lines = [""];
  for (const child of token.children) {
    if (child.type === "softbreak" || child.type === "hardbreak") lines.push("");
    else if (child.type === "text" || child.type === "code_inline" || child.type === "text_special") add(lines, child.content);
    else if (child.type === "image") add(lines, child.content);
    else if (child.type === "html_inline" && /^<br\s*\/?>/i.test(child.content)) add(lines, " ");
    else if (child.type === "html_inline") add(lines, "\n".repeat((child.content.match(/\n/g) ?? []).length));
  }
  return lines.map(tidy);
}

/** An HTML tag may span lines; they must not shift what follows. */
function add(lines: string[], text: string): void {
  const [first = "", ...rest] = text.split("\n");
  lines[lines.length - 1] += first;
  lines.push(...rest);
}

/** Without the marks of emphasis that did not close, entities of spaces, or space at the ends. */
function tidy(text: string): string {
  return text
    .replace(/\u00A0|\u202F|\u2009|&nbsp;/g, " ")
    .replace(/\*\*|__|~~/g, "")
    .replace(/<\/?[a-zA-Z][^<>]{0,200}>/g, "")
    .trim();
}

/** Takes a tick or cross off the front of a text. */
export function takeMark(text: string): { text: string; mark: "yes" | "no" | null } {
  if (TICKS.test(text)) return { text: text.replace(TICKS, ""), mark: "yes" };
  if (CROSSES.test(text)) return { text: text.replace(CROSSES, ""), mark: "no" };
  return { text, mark: null };
}

/** Pictographs and dingbats at the ends of a heading or label. */
export function withoutPictographs(text: string): string {
  return text
    .replace(/\p{Extended_Pictographic}|\p{Regional_Indicator}|\uFE0F|\u200D|\u20E3/gu, (found) => (/^[©®™]$/u.test(found) ? found : " "))
    .replace(/\s{2,}/g, " ")
    .trim();
}
