import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import type { Code } from "../tree";

/** Longest block that is parsed: configuration in a plan is short. */
const MAX_BYTES = 200_000;

/** One value of a YAML block, with its line in the document. */
export interface YamlEntry {
  path: string[];
  value: string | number | boolean | null;
  line: number;
}

/** One object in a list of a YAML block: its simple fields, each with its line. */
export interface YamlObject {
  path: string[];
  line: number;
  fields: Map<string, { value: string | number | boolean | null; line: number }>;
}

/** The simple values and the objects of a YAML block. What cannot be parsed gives nothing; aliases are not followed. */
export function readYamlBlock(code: Code): { entries: YamlEntry[]; objects: YamlObject[] } {
  const text = code.lines.map((line) => line.text).join("\n");
  const first = code.lines[0]?.line ?? code.line;
  const entries: YamlEntry[] = [];
  const objects: YamlObject[] = [];
  if (text.length > MAX_BYTES) return { entries, objects };
  const counter = new LineCounter();
  const lineOf = (node: Node | null | undefined) => first + (node?.range ? counter.linePos(node.range[0]).line : 1) - 1;
  const walk = (node: unknown, path: string[], depth: number): void => {
    if (depth > 30) return;
    if (isMap(node)) {
      const fields: YamlObject["fields"] = new Map();
      for (const pair of node.items) {
        if (!isScalar(pair.key)) continue;
        const name = String(pair.key.value);
        const line = lineOf(pair.key);
        if (isScalar(pair.value)) {
          const value = simple(pair.value.value);
          entries.push({ path: [...path, name], value, line });
          fields.set(name, { value, line });
        } else walk(pair.value, [...path, name], depth + 1);
      }
      objects.push({ path, line: lineOf(node), fields });
    } else if (isSeq(node)) {
      node.items.forEach((item, i) => {
        if (isScalar(item)) entries.push({ path: [...path, String(i)], value: simple(item.value), line: lineOf(item) });
        else walk(item, [...path, String(i)], depth + 1);
      });
    }
  };
  try {
    for (const document of parseAllDocuments(text, { lineCounter: counter, uniqueKeys: false, strict: false, logLevel: "silent" }))
      walk((document as { contents?: unknown }).contents, [], 0);
  } catch {
    return { entries: [], objects: [] };
  }
  return { entries, objects };
}

function simple(value: unknown): string | number | boolean | null {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}
