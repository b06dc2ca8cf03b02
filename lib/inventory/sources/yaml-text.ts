import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { InvalidInputError } from "@/lib/core/errors";
import { MAX_DEPTH, MAX_YAML_BYTES, requireText } from "./limits";

/** How many values the file may have once aliases and merge keys are written out. */
const MAX_VALUES = 1_000_000;
const TOO_DEEP = `The file is nested too deep: at most ${MAX_DEPTH} levels are read.`;

/** Plain words for the parser's codes; its own messages may quote the file, and a file may hold secrets. */
const WORDS: Record<string, string> = {
  BAD_ALIAS: "an alias without its anchor",
  BAD_INDENT: "the indentation does not fit",
  TAB_AS_INDENT: "a tab is used to indent: use spaces",
  DUPLICATE_KEY: "a key is written twice",
  MULTIPLE_DOCS: "there are several documents (---): import them one by one",
  MISSING_CHAR: "a character is missing",
  UNEXPECTED_TOKEN: "something unexpected stands here",
  TAG_RESOLVE_FAILED: "a tag that is not known here",
};

/**
 * YAML text to a plain value, with anchors, aliases and merge keys (`<<`). Refuses what an attacker would use: more
 * than 5 MB, deep nesting, aliases that multiply, several documents, `__proto__`. Pure.
 * @throws InvalidInputError naming the line, never quoting the file.
 */
export function parseSourceYaml(text: string): unknown {
  requireText(text, MAX_YAML_BYTES);
  try {
    const lines = new LineCounter();
    const document = parseDocument(text.replace(/^\uFEFF/, ""), {
      lineCounter: lines,
      uniqueKeys: false,
      merge: true,
      resolveKnownTags: false,
      version: "1.2",
      logLevel: "error",
    });
    const problem = document.errors[0];
    if (problem !== undefined) {
      if (problem.message.includes("call stack")) throw new InvalidInputError(TOO_DEEP);
      throw new InvalidInputError(`The file is not valid YAML: line ${lines.linePos(problem.pos[0]).line}, ${WORDS[problem.code] ?? "the syntax is broken"}.`);
    }
    inspect(document.contents, (offset) => lines.linePos(offset).line);
    // The walk has counted what aliases stand for; the parser's own count knows only how often they are used.
    return document.toJS({ maxAliasCount: -1 });
  } catch (error) {
    // The composer calls itself per level.
    if (error instanceof RangeError) throw new InvalidInputError(TOO_DEEP);
    if (error instanceof InvalidInputError) throw error;
    // What is left comes from merge keys that do not lead to a map; the text of the error may quote the file.
    throw new InvalidInputError("The file is not valid YAML: a merge key (<<) does not lead to a map.");
  }
}

interface Frame {
  anchor: string | undefined;
  children: unknown[];
  next: number;
  /** Values so far, with aliases written out. */
  values: number;
}

/**
 * Depth, forbidden keys, and how many values there are once every alias is written out. In the order of the document
 * and without recursion, so that an anchor's size is known when an alias names it.
 */
function inspect(root: Node | null, lineOf: (offset: number) => number): void {
  const sizes = new Map<string, number>();
  const frames: Frame[] = [{ anchor: undefined, children: [root], next: 0, values: 0 }];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    if (frame.next === frame.children.length) {
      frames.pop();
      if (frame.anchor !== undefined) sizes.set(frame.anchor, frame.values);
      const parent = frames.at(-1);
      if (parent !== undefined) parent.values += frame.values;
      continue;
    }
    const node = frame.children[frame.next++];
    if (isAlias(node)) {
      const size = sizes.get(node.source);
      if (size === undefined)
        throw new InvalidInputError(`The file is not valid YAML: line ${lineOf(node.range?.[0] ?? 0)}, an alias without its anchor before it.`);
      frame.values += size;
    } else if (isMap(node) || isSeq(node)) {
      if (frames.length > MAX_DEPTH) throw new InvalidInputError(TOO_DEEP);
      frames.push({ anchor: node.anchor, children: isSeq(node) ? node.items : valuesOf(node.items), next: 0, values: 1 });
    } else {
      frame.values += 1;
      if (isScalar(node) && node.anchor !== undefined) sizes.set(node.anchor, 1);
    }
    if (frame.values > MAX_VALUES) throw new InvalidInputError("Aliases and merge keys stand for too many values: write the values out, or split the file.");
  }
}

function valuesOf(pairs: readonly { key: unknown; value: unknown }[]): unknown[] {
  return pairs.flatMap((pair) => {
    if (isScalar(pair.key) && pair.key.value === "__proto__") throw new InvalidInputError(`The file has a key "__proto__", which is not allowed.`);
    return isMap(pair.key) || isSeq(pair.key) || isAlias(pair.key) ? [pair.key, pair.value] : [pair.value];
  });
}
