import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Issue } from "@/lib/core/errors";

/** Longest text that is read, in bytes of UTF-8. */
export const MAX_PLAN_BYTES = 5 * 1_048_576;
/** Deepest nesting of lists and objects. */
const MAX_DEPTH = 40;
/** How many values aliases may stand for in all. */
const MAX_ALIASES = 100;
const TOO_DEEP = `The text is nested too deep: at most ${MAX_DEPTH} levels are allowed.`;

/** An issue with its place in the text; null where the whole text is meant. */
export interface PlanIssue extends Issue {
  line: number | null;
  column: number | null;
}

/** A place in the text, counted from 1. */
export interface Place {
  line: number;
  column: number;
}

export type YamlText = { ok: true; document: Document.Parsed; value: unknown; place: (path: string) => Place | null } | { ok: false; issues: PlanIssue[] };

/**
 * YAML text to a plain value. Refuses what a plan never needs and an attacker would use: more than 5 MB, several
 * documents, keys used twice, `__proto__`, deep nesting, aliases that multiply. Pure.
 */
export function parseYamlText(text: string): YamlText {
  const size = Buffer.byteLength(text, "utf8");
  if (size > MAX_PLAN_BYTES) return refused(`The text has ${size.toLocaleString("en-US")} bytes; at most ${MAX_PLAN_BYTES.toLocaleString("en-US")} are read.`);
  if (text.trim() === "") return refused("The text is empty.");
  const counter = new LineCounter();
  try {
    // uniqueKeys compares every pair of keys; keysIssues does the same with a set.
    const document = parseDocument(text, {
      lineCounter: counter,
      uniqueKeys: false,
      stringKeys: true,
      resolveKnownTags: false,
      version: "1.2",
      logLevel: "error",
    });
    // A warning is a tag we do not know: its value would silently become something else.
    const problems = [...document.errors, ...document.warnings];
    if (problems.some((problem) => problem.message.includes("call stack"))) return refused(TOO_DEEP);
    if (problems.length > 0) {
      return {
        ok: false,
        issues: problems.slice(0, 20).map((error) => {
          const at = counter.linePos(error.pos[0]);
          return { path: "", message: firstSentence(error.message), line: at.line, column: at.col };
        }),
      };
    }
    const issues = nodeIssues(document.contents, counter);
    if (issues.length > 0) return { ok: false, issues };
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { ok: true, document, value, place: (path) => placeOf(document, counter, path) };
  } catch (error) {
    // The composer calls itself per level; toJS throws a ReferenceError for aliases that multiply.
    if (error instanceof RangeError) return refused(TOO_DEEP);
    if (error instanceof ReferenceError) return refused("Aliases stand for too many values: write the values out.");
    throw error;
  }
}

function refused(message: string): { ok: false; issues: PlanIssue[] } {
  return { ok: false, issues: [{ path: "", message, line: null, column: null }] };
}

/** The parser's message without its drawing of the text. */
function firstSentence(message: string): string {
  if (message.includes("multiple documents")) return "The text has several documents: a plan is one.";
  return message.split(/ at line \d+, column \d+|\n/)[0]?.trim() || "The text is not valid YAML.";
}

/** Depth, keys used twice and keys that no object may have; walks without recursion. */
function nodeIssues(root: Node | null, counter: LineCounter): PlanIssue[] {
  const issues: PlanIssue[] = [];
  const open: { node: unknown; depth: number }[] = [{ node: root, depth: 1 }];
  const add = (node: unknown, message: string) => {
    const offset = isNodeWithRange(node) ? node.range[0] : 0;
    const at = counter.linePos(offset);
    issues.push({ path: "", message, line: at.line, column: at.col });
  };
  for (let next = open.pop(); next !== undefined && issues.length < 20; next = open.pop()) {
    const { node, depth } = next;
    if ((isMap(node) || isSeq(node)) && depth > MAX_DEPTH) {
      add(node, TOO_DEEP);
      return issues;
    }
    if (isSeq(node)) for (const item of node.items) open.push({ node: item, depth: depth + 1 });
    if (!isMap(node)) continue;
    const seen = new Set<string>();
    for (const pair of node.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : "";
      if (name === "__proto__") add(pair.key, `"__proto__" is not a field here`);
      if (seen.has(name)) add(pair.key, `the field "${name}" is written twice`);
      seen.add(name);
      open.push({ node: pair.value, depth: depth + 1 });
    }
  }
  return issues.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function isNodeWithRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}

/** Where the value of a path such as `stacks[0].resources[3].name` stands; of its nearest parent when it is absent. */
function placeOf(document: Document.Parsed, counter: LineCounter, path: string): Place | null {
  let node: unknown = document.contents;
  let found: number | null = isNodeWithRange(node) ? node.range[0] : null;
  let rest = path;
  while (rest !== "") {
    if (isAlias(node)) node = node.resolve(document);
    const step = isSeq(node) ? itemStep(node.items, rest) : isMap(node) ? fieldStep(node.items, rest) : null;
    if (step === null) break;
    found = step.offset ?? found;
    node = step.node;
    rest = step.rest;
  }
  if (found === null) return null;
  const at = counter.linePos(found);
  return { line: at.line, column: at.col };
}

interface Step {
  node: unknown;
  offset: number | null;
  rest: string;
}

function itemStep(items: readonly unknown[], rest: string): Step | null {
  const match = /^\[(\d+)\]\.?/.exec(rest);
  const node = match === null ? undefined : items[Number(match[1])];
  if (match === null || node === undefined) return null;
  return { node, offset: isNodeWithRange(node) ? node.range[0] : null, rest: rest.slice(match[0].length) };
}

/** Field names may contain dots: the longest name that fits wins. */
function fieldStep(items: readonly { key: unknown; value: unknown }[], rest: string): Step | null {
  let best: Step | null = null;
  let length = -1;
  for (const pair of items) {
    const name = isScalar(pair.key) ? String(pair.key.value) : "";
    if (name.length <= length || !rest.startsWith(name)) continue;
    const after = rest.slice(name.length);
    if (after !== "" && after[0] !== "." && after[0] !== "[") continue;
    length = name.length;
    best = { node: pair.value, offset: isNodeWithRange(pair.key) ? pair.key.range[0] : null, rest: after.replace(/^\./, "") };
  }
  return best;
}
