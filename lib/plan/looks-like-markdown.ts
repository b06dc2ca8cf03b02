export type SourceFormat = "yaml" | "markdown";

/** How much of a text is looked at to tell its format. */
const LOOKED_AT = 50_000;
const PLAN_FIELD = /^(?:schemaVersion\s*:\s*\d|(?:project|stacks|metrics|triggers|migrations)\s*:\s*(?:[{[#]|$))/m;
const MARKDOWN_SIGN = /^(?:#{1,6}[ \t]|\s{0,3}\||\s{0,3}[-*+][ \t]|\s{0,3}\d{1,3}[.)][ \t]|={3,}\s*$|-{3,}\s*$|\s{0,3}(?:```|~~~))/m;

/**
 * Whether a text is a Markdown document rather than a plan in YAML. A comment of YAML looks like a heading, and a
 * document may show YAML in a fence: fences and front matter are left out, then any field of a plan speaks for YAML. Pure.
 */
export function looksLikeMarkdown(text: string): boolean {
  const start = text.slice(0, LOOKED_AT).replace(/^\uFEFF/, "");
  if (/^\s*\{/.test(start) || PLAN_FIELD.test(unfenced(start))) return false;
  return MARKDOWN_SIGN.test(start);
}

/** The format of a text: what its file name says, else what it looks like. Pure. */
export function formatOf(text: string, fileName = ""): SourceFormat {
  if (/\.(md|markdown|mdown|mkd)$/i.test(fileName)) return "markdown";
  if (/\.(ya?ml|json)$/i.test(fileName)) return "yaml";
  return looksLikeMarkdown(text) ? "markdown" : "yaml";
}

/** The text without what stands in fences, nor front matter. */
function unfenced(text: string): string {
  const kept: string[] = [];
  let fence: string | null = null;
  let front = /^---[ \t]*\r?\n/.test(text) && /\n---[ \t]*\r?\n\s*#{1,6}[ \t]/.test(text);
  text.split("\n").forEach((line, i) => {
    const mark = /^\s*(```|~~~)/.exec(line)?.[1];
    if (front) {
      if (i > 0 && line.trimEnd() === "---") front = false;
    } else if (mark !== undefined && (fence === null || fence === mark)) fence = fence === null ? mark : null;
    else if (fence === null) kept.push(line);
  });
  return kept.join("\n");
}
