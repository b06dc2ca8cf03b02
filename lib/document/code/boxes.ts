import type { Code, Line } from "../tree";

/** A box of a drawing: the text directly inside it, without that of boxes within. */
export interface Box {
  /** Its first line of text. */
  title: string;
  line: number;
  lines: Line[];
}

interface OpenBox extends Box {
  start: number;
  end: number;
}

const TOP = /[\u250C\u2554\u256D+][\u2500\u2501\u2550\u252C\u2534\u2566\u2569\u253C+-]{3,}[\u2510\u2557\u256E+]/gu;
const SIDES = /[\u2502\u2503\u2551|\u251C\u2520\u255F\u2560\u2514\u255A\u2570+]/u;
const BOTTOM = /[\u2514\u255A\u2570+]/u;
const RULES = /[\u2500-\u257F|+]+/gu;
/** Deeper or wider drawings are not made by hand. */
const MAX_OPEN = 40;
const WIDEST = 2_000;

/** The boxes of a drawing in characters, in the order of their titles. */
export function boxesOf(code: Code): Box[] {
  const done: OpenBox[] = [];
  let open: OpenBox[] = [];
  for (const { text: whole, line } of code.lines) {
    const text = whole.slice(0, WIDEST);
    const ended = new Set<OpenBox>();
    for (const box of open) {
      const side = text[box.start] ?? "";
      if (!SIDES.test(side) || (BOTTOM.test(side) && /[\u2500\u2550-]/.test(text[box.start + 1] ?? ""))) ended.add(box);
    }
    open = open.filter((box) => !ended.has(box));
    done.push(...ended);
    addText(open, text, line);
    for (const match of text.matchAll(TOP)) {
      const start = match.index;
      // An ASCII bottom edge looks like a top edge.
      if (open.length >= MAX_OPEN || [...ended].some((box) => box.start === start)) continue;
      open.push({ title: "", line, lines: [], start, end: start + match[0].length - 1 });
    }
  }
  return [...done, ...open]
    .filter((box) => box.title !== "")
    .sort((a, b) => a.line - b.line || a.start - b.start)
    .map(({ title, line, lines }) => ({ title, line, lines }));
}

/** Gives every sign of a line to the narrowest box around it. */
function addText(open: readonly OpenBox[], text: string, line: number): void {
  const narrow = open.toSorted((a, b) => a.end - a.start - (b.end - b.start));
  const taken = new Uint8Array(text.length);
  for (const box of narrow) {
    let inside = "";
    for (let i = box.start + 1; i < Math.min(box.end, text.length); i++) inside += taken[i] === 1 ? " " : text[i];
    taken.fill(1, box.start, box.end + 1);
    const words = inside
      .replace(RULES, " ")
      .replace(/\s{2,}/g, "  ")
      .trim();
    if (words === "") continue;
    if (box.title === "") {
      box.title = words;
      box.line = line;
    }
    box.lines.push({ line, text: words });
  }
}
