import { codeKind } from "../code/kind";
import { normalise } from "../lexicon/words";
import type { Code, Line } from "../tree";
import type { Extract } from "./types";

const BAR = /[\u2502\u2503\u2551|]/;
const EDGE = /[\u2500\u2501\u2550\u250C-\u254B\u2552-\u256C+]/;
const SIZE = /(\d{1,6}(?:[.,]\d{1,3})?)\s?(mb|mib|gb|gib|tb)\b/;
const ONLY_SIZE = /^(?:[\p{L}\s]{0,20}:\s?)?[~≈]?\s?\d{1,6}(?:[.,]\d{1,3})?\s?(?:mb|mib|gb|gib)(?:\s(?:ram|memory))?$/u;
const MEMORY = /\b(?:ram|memory|arbeitsspeicher|memoire|memoria)\b/;
const DISK = /\b(?:disk|disc|ssd|nvme|hdd|festplatte|disque|disco)\b/;
const USED = /\b(?:used|in use|belegt|genutzt|utilise|occupe|usad[oa]|ocupad[oa])\b/;
const FREE = /\b(?:free|available|frei|verfugbar|libre|disponible)\b/;
const TALLEST = 14;

/** Sizes in drawings of boxes: memory of each box, memory and disk of the machine, and what is in use together. */
export const drawings: Extract = ({ tree, draft }) => {
  for (const block of tree.blocks) {
    if (block.type !== "code" || codeKind(block) !== "diagram") continue;
    const boxes = block.lines.flatMap((line, i) => boxesOf(block, line, i)).slice(0, 200);
    const sums = block.lines.map(({ line, text }) => ({ line, cells: cellsOf(normalise(text)) }));
    const machine = sums.map(machineOf).find((found) => found !== null);
    const memory = sums.map(({ line, cells }) => inUse(cells, MEMORY, line)).find((found) => found !== null);
    const disk = sums.map(({ line, cells }) => inUse(cells, DISK, line)).find((found) => found !== null);
    if (boxes.length === 0 && machine === undefined && memory === undefined && disk === undefined) continue;
    draft.add(
      "topologies",
      {
        title: (block.label?.text ?? block.section.title).slice(0, 200) || "Drawing",
        line: block.line,
        boxes,
        ...(machine == null ? {} : { machine }),
        ...(memory == null ? {} : { memoryInUse: { usedMb: memory.used, ...(memory.free === null ? {} : { freeMb: memory.free }), line: memory.line } }),
        ...(disk == null ? {} : { diskInUse: { usedGb: disk.used / 1_000, ...(disk.free === null ? {} : { freeGb: disk.free / 1_000 }), line: disk.line } }),
      },
      block.line,
    );
  }
};

/** Cells of a line that hold nothing but a size; a box is called by its first line. */
function boxesOf(block: Code, { line, text }: Line, at: number) {
  if (text.length > 400) return [];
  const found: { name?: string; memoryMb: number; line: number }[] = [];
  let start = 0;
  for (const cell of text.split(BAR)) {
    const plain = normalise(cell);
    const column = start + Math.floor(cell.length / 2);
    start += cell.length + 1;
    const mb = ONLY_SIZE.test(plain) && !DISK.test(plain) && !USED.test(plain) && !FREE.test(plain) ? sizeMb(plain) : null;
    if (mb === null) continue;
    const name = nameAbove(block, at, column);
    // "App: 256 MB RAM" says itself what has the size.
    const own = /^\s*([\p{L}][\p{L}\s]{0,19}):/u.exec(cell)?.[1]?.trim() ?? name;
    found.push({ ...(own === null ? {} : { name: own }), memoryMb: mb, line });
  }
  return found;
}

function nameAbove(block: Code, at: number, column: number): string | null {
  let name: string | null = null;
  for (let i = at - 1; i >= 0 && at - i <= TALLEST; i--) {
    const text = block.lines[i]?.text ?? "";
    if (EDGE.test(text.charAt(column))) break;
    const left = lastBar(text, column);
    const right = text.slice(column).search(BAR);
    const cell = text.slice(left + 1, right < 0 ? undefined : column + right).trim();
    if (/\p{L}/u.test(cell)) name = cell.slice(0, 120);
  }
  return name;
}

function lastBar(text: string, column: number): number {
  for (let i = Math.min(column, text.length - 1); i >= 0; i--) if (BAR.test(text.charAt(i))) return i;
  return -1;
}

/** "32 GB RAM • 12 vCPU • 640 GB SSD". */
function machineOf({ line, cells }: { line: number; cells: string[] }) {
  const parts = cells.flatMap((cell) => cell.split(/[•·,;/]|\s\+\s/));
  const memory = parts.find((part) => MEMORY.test(part) && SIZE.test(part) && !USED.test(part));
  const disk = parts.find((part) => DISK.test(part) && SIZE.test(part) && !USED.test(part));
  if (memory === undefined || disk === undefined) return null;
  const [memoryMb, diskMb] = [sizeMb(memory), sizeMb(disk)];
  return memoryMb === null || diskMb === null ? null : { memoryMb, diskGb: diskMb / 1_000, line };
}

/** "Memory: used ~11 GB │ free ~5 GB". */
function inUse(cells: string[], what: RegExp, line: number): { used: number; free: number | null; line: number } | null {
  if (!what.test(cells[0] ?? "")) return null;
  const used = cells.find((cell) => USED.test(cell) && SIZE.test(cell));
  const mb = used === undefined ? null : sizeMb(used.slice(used.search(USED)));
  const free = cells.find((cell) => cell !== used && FREE.test(cell) && SIZE.test(cell));
  return mb === null ? null : { used: mb, free: free === undefined ? null : sizeMb(free), line };
}

function cellsOf(plain: string): string[] {
  return plain
    .split(BAR)
    .map((cell) => cell.trim())
    .filter((cell) => cell !== "");
}

function sizeMb(plain: string): number | null {
  const match = SIZE.exec(plain);
  if (match?.[1] === undefined) return null;
  const factor = match[2]?.startsWith("t") ? 1_000_000 : match[2]?.startsWith("g") ? 1_000 : 1;
  return Number(match[1].replace(",", ".")) * factor;
}
