import { codeKind } from "../code/kind";
import type { Draft } from "../draft";
import { normalise, wordTest } from "../lexicon/words";
import { titlesAbove } from "../texts";
import type { Block, Code, List } from "../tree";
import type { Extract } from "./types";

const MONITORS = wordTest(["monitor*", "checks", "prufungen", "sondes", "monitores"]);
const BUCKETS = wordTest(["buckets"]);

/** Places that list the same things by name: monitors in a list, a table and an export; buckets planned and created. */
export const enumerations: Extract = ({ tree, draft }) => {
  for (const block of tree.blocks) {
    const label = normalise(block.label?.text ?? "");
    const title = normalise(block.section.title);
    if (block.type === "list") {
      if (MONITORS.test(label) && block.items.every((item) => item.depth > 0 || /[:–-]\s*\S/.test(item.text)) && addresses(block) >= 2)
        add(draft, "monitors", block, namesOf(block));
      else if (BUCKETS.test(label) || (BUCKETS.test(title) && label === "")) add(draft, "buckets", block, namesOf(block));
    } else if (block.type === "table" && (MONITORS.test(label) || MONITORS.test(title) || MONITORS.test(normalise(block.header.cells[0]?.text ?? "")))) {
      const names = block.rows.map((row) => ({ name: row.cells[0]?.text ?? "", line: row.line })).filter(({ name }) => name !== "");
      const heads = normalise(block.header.cells.map((cell) => cell.text).join(" "));
      if (/\b(?:url|host|target|adresse|ziel|cible|destino|endpoint)\b/.test(heads)) add(draft, "monitors", block, names);
    } else if (block.type === "code") fromCode(block, draft);
  }
};

interface Name {
  name: string;
  line: number;
}

function namesOf(list: List): Name[] {
  return list.items.flatMap((item) => {
    const name = item.depth > 0 ? "" : (item.text.split(/\s*[:–]\s|\s-\s|:$/)[0] ?? "").trim();
    return name === "" || name.length > 80 ? [] : [{ name, line: item.line }];
  });
}

function addresses(list: List): number {
  return list.items.filter((item) => /https?:\/\/|\bport\b|:\d{2,5}\b/i.test(item.text)).length;
}

function fromCode(code: Code, draft: Draft): void {
  const kind = codeKind(code);
  if (kind === "yaml") {
    const start = code.lines.findIndex(({ text }) => /^\s*(?:monitors|checks|sites|endpoints)\s*:\s*$/.test(text));
    if (start < 0) return;
    const names = code.lines.slice(start).flatMap(({ text, line }) => {
      const name = /^\s*-?\s*name\s*:\s*["']?([^"'#]{1,80}?)["']?\s*$/.exec(text)?.[1];
      return name === undefined ? [] : [{ name, line }];
    });
    add(draft, "monitors", code, names);
    return;
  }
  if (kind !== "shell" && kind !== "text") return;
  const made = code.lines.flatMap(({ text, line }) => {
    const name = /^\s*(?:mc\s+mb\s+(?:--\S+\s+)*[\w-]+\/|(?:aws\s+s3\s+mb|s3cmd\s+mb)\s+s3:\/\/|gsutil\s+mb\s+(?:-\S+\s+\S+\s+)*gs:\/\/)([\w.-]+)/.exec(
      text,
    )?.[1];
    return name === undefined ? [] : [{ name, line }];
  });
  add(draft, "buckets", code, made);
}

function add(draft: Draft, of: "monitors" | "buckets", block: Block, names: Name[]): void {
  const [first] = names;
  if (first === undefined || names.length > 200 || (of === "monitors" && names.length < 2)) return;
  const place = block.label?.text ?? titlesAbove(block.section)[0] ?? "list";
  draft.add(
    "enumerations",
    {
      of,
      place: place.slice(0, 200) || "list",
      items: names.map(({ name }) => name.slice(0, 200)),
      lines: [...new Set([first.line, names.at(-1)?.line ?? first.line])],
    },
    first.line,
  );
}
