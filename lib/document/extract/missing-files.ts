import type { Draft } from "../draft";
import type { Code, DocumentTree } from "../tree";
import type { Extract } from "./types";

const WRITTEN = /\b(?:cat|tee)\s+(?:>{1,2}\s*)?(\S+\/)?([\w.-]+\.\w+)\s*<</;
const MOUNT = /^\s*-\s*["']?\.\/([\w./-]+\.\w{2,5}):\/\S+/;
const CONFIG = /--(?:config|values|var-file|env-file|file)[= ]["']?((?:[\w.-]+\/)*[\w.-]+\.(?:toml|ya?ml|json|conf|ini|tfvars|env))\b/;
const NAMED = /(?:^|[\s/`"'(])([\w-]+(?:\.[\w-]+)*\.(?:toml|ya?ml|json|conf|ini|env))\b/g;

/**
 * Files that a configuration mounts or a command names, and that the document does not write out although it writes out
 * their neighbours: mounts of one file list, variants of one configuration (`app.toml`, `app.staging.toml`).
 */
export const missingFiles: Extract = ({ tree, draft }) => {
  const given = givenFiles(tree);
  const missing = new Map<string, { line: number; by: string }>();
  for (const block of tree.blocks) {
    if (block.type !== "code") continue;
    const mounts = block.lines.flatMap(({ text, line }) => {
      const file = MOUNT.exec(text)?.[1];
      return file === undefined ? [] : [{ name: file.split("/").at(-1) ?? file, line }];
    });
    if (mounts.some(({ name }) => given.has(name))) for (const { name, line } of mounts) if (!given.has(name)) missing.set(name, { line, by: "a mount" });
    for (const { text, line } of block.lines) {
      const name = CONFIG.exec(text)?.[1]?.split("/").at(-1);
      if (name !== undefined && !given.has(name) && isVariant(name, given)) missing.set(name, { line, by: "a command" });
    }
  }
  if (missing.size === 0) return;
  markGiven(draft, given);
  for (const [name, { line, by }] of missing)
    draft.add("artifacts", { kind: "configuration", subject: name.slice(0, 200), state: "missing", neededBy: by, line }, line);
};

/** Names of files the document writes out, with the line: by a here-document, or announced above a block. */
function givenFiles(tree: DocumentTree): Map<string, number> {
  const given = new Map<string, number>();
  for (const block of tree.blocks) {
    if (block.type !== "code") continue;
    for (const { text, line } of block.lines) {
      const name = WRITTEN.exec(text)?.[2];
      if (name !== undefined) given.set(name, line);
    }
    for (const name of announced(block, tree)) given.set(name, block.line);
  }
  return given;
}

/** Files named in the lines right above a block, in its first comment or in its heading. */
function announced(code: Code, tree: DocumentTree): string[] {
  const above = tree.lines.slice(Math.max(0, code.line - 4), code.line - 1).join("\n");
  const first = code.lines[0]?.text ?? "";
  return [code.section.title, above, /^\s*(?:#|\/\/)/.test(first) ? first : ""].flatMap((text) => [...text.matchAll(NAMED)].map((match) => match[1] ?? ""));
}

/** `app.staging.toml` beside `app.toml`. */
function isVariant(name: string, given: ReadonlyMap<string, number>): boolean {
  const parts = name.split(".");
  return parts.length >= 3 && given.has(`${parts[0]}.${parts.at(-1)}`);
}

function markGiven(draft: Draft, given: ReadonlyMap<string, number>): void {
  const [one] = given;
  if (one === undefined || draft.plan.artifacts.some((artifact) => artifact.state === undefined || artifact.state === "given")) return;
  draft.add("artifacts", { kind: "configuration", subject: one[0].slice(0, 200), state: "given", line: one[1] }, one[1]);
}
