import * as words from "../lexicon/regions";
import { normalise } from "../lexicon/words";
import { sentencesOf } from "../texts";
import type { Extract } from "./types";

/** Regions: where the document says that the new side is, and where its commands make something. */
export const placesNamed: Extract = ({ tree, outline, draft }) => {
  const add = (region: string, role: "stated" | "command", what: string, line: number) => {
    const known = draft.plan.placesNamed.some((one) => one.region === region && one.role === role && one.line === line);
    if (!known) draft.add("placesNamed", { region, role, what: what.slice(0, 300), line }, line);
  };
  for (const block of tree.blocks) {
    if (block.type !== "code") continue;
    for (const { text, lines } of commandsOf(block.lines)) {
      if (words.ELSEWHERE.test(normalise(text.replaceAll(/[._/-]/g, " ")))) continue;
      for (const { line, text: part } of lines)
        for (const match of part.matchAll(words.PLACED_BY)) if (isPlace(match[1])) add(regionOf(match[1] ?? ""), "command", text, line);
    }
  }
  for (const { text, kind, section, block, lineAt } of sentencesOf(tree)) {
    if (kind === "code" || text.length > 400 || outline.within(section).has("backup") || outline.within(section).has("rollback")) continue;
    for (const part of text.split(/[;,](?=\s)|\.\s/)) {
      const plain = normalise(part);
      if (words.ELSEWHERE.test(plain)) continue;
      const line = lineAt(Math.max(0, text.indexOf(part)));
      // "`scw instance server create zone=fr-par-1`" is a command in a sentence.
      const typed = [...part.matchAll(words.PLACED_BY)].filter((match) => isPlace(match[1]) && /(?:--|=)/.test(match[0]));
      for (const match of typed) add(regionOf(match[1] ?? ""), "command", part, line);
      if (typed.length > 0 || block?.type === "code" || words.NOT_THERE.test(plain)) continue;
      for (const region of statedIn(part)) add(region, "stated", part.trim(), line);
    }
  }
};

function statedIn(part: string): string[] {
  const lower = part.toLowerCase();
  const codes = [...lower.matchAll(words.REGION_CODE)].map((match) => regionOf(match[1] ?? ""));
  const short = [...normalise(part.replaceAll("`", " ")).matchAll(words.REGION_WORD)]
    .map((match) => match[1] ?? "")
    .filter((code) => !/^(?:and|the|are|for|und|der|die|das|les|des|los|las|una|ist|est)$/.test(code));
  const named = [...part.matchAll(words.DISPLAY_NAME)].map((match) => `${match[1]}${match[2]}${match[3] ?? ""}`.replaceAll(" ", "").toLowerCase());
  return [...codes, ...short, ...named];
}

const isPlace = (text: string | undefined) =>
  text !== undefined && text.length >= 3 && !/^(?:true|false|null|none|var|local|default|global|auto|name)$/.test(text);

/** The region of a zone: "eu-west-1a", "europe-west6-b", "fr-par-1". */
function regionOf(code: string): string {
  return code
    .replace(/^((?:us|eu|ap|ca|sa|me|af)-[a-z-]+-\d)[a-f]$/, "$1")
    .replace(/^([a-z]+-[a-z]+\d)-[a-f]$/, "$1")
    .replace(/^(fr-par|nl-ams|pl-waw|it-mil)-[1-3]$/, "$1");
}

/** Commands of a script: lines that end in a backslash go on. */
function commandsOf(lines: readonly { line: number; text: string }[]): { text: string; lines: { line: number; text: string }[] }[] {
  const found: { text: string; lines: { line: number; text: string }[] }[] = [];
  let open: { line: number; text: string }[] = [];
  for (const one of lines) {
    open.push(one);
    if (/\\\s*$/.test(one.text) && open.length < 40) continue;
    found.push({
      text: open
        .map(({ text }) => text.replace(/\\\s*$/, "").trim())
        .join(" ")
        .slice(0, 600),
      lines: open,
    });
    open = [];
  }
  if (open.length > 0)
    found.push({
      text: open
        .map(({ text }) => text)
        .join(" ")
        .slice(0, 600),
      lines: open,
    });
  return found;
}
