import { ASSIGNMENT, type CodeKind, codeKind } from "../code/kind";
import { readYamlBlock } from "../code/yaml";
import { type Code, headingPath, type Line } from "../tree";
import type { Extract } from "./types";

const MAX_VARIABLES = 2_000;
/** Words in capitals that are no variables of an application. */
const NOT_VARIABLES = new Set([
  "EOF",
  "EOL",
  "END",
  "SELECT",
  "FROM",
  "WHERE",
  "INSERT",
  "COUNT",
  "TODO",
  "NOTE",
  "FREE",
  "TOTAL",
  "HTTP",
  "HTTPS",
  "DNS",
  "CPU",
  "RAM",
  "HOME",
  "PATH",
  "PWD",
  "USER",
  "SHELL",
  "RANDOM",
  "NULL",
  "TRUE",
  "FALSE",
]);
/** How variables of an environment are written; other words in capitals are left alone. */
const NAME = /^[A-Z][A-Z0-9_]{1,118}$/;

interface Found {
  name: string;
  role: "set" | "used";
  line: number;
}

/** Names of environment variables, where they are set and where they are used. Values are never kept. */
export const environment: Extract = ({ tree, draft }) => {
  let count = 0;
  for (const block of tree.blocks) {
    if (block.type !== "code") continue;
    const found = variablesOf(block, codeKind(block));
    if (found.length === 0) continue;
    const place = placeOf(block);
    const names = [...new Set(found.map((one) => one.name))];
    const lines = [...new Set(found.map((one) => one.line))].slice(0, 100);
    draft.add(
      "environment",
      { scope: place.slice(0, 120), names: names.slice(0, 500), count: names.length, line: [lines[0] ?? block.line, lines.at(-1) ?? block.line] },
      block.line,
    );
    for (const { name, role, line } of unique(found)) {
      if (count++ >= MAX_VARIABLES) return;
      draft.add("variables", { name, role, place, line, ...(SECRET.test(name) ? { secret: true } : {}) }, line);
    }
    for (const one of found) draft.claim(one.line, "environment");
  }
};

const SECRET = /(?:^|_)(?:SECRET|PASSWORD|PASSWD|PWD|TOKEN|KEY|KEYS|CREDENTIALS?|DSN)(?:_|$)/;

/** Where a block stands, in the words of its heading and label. */
export function placeOf(code: Code): string {
  const heading = headingPath(code.section).at(-1)?.title ?? "";
  const label = code.label?.text ?? code.item?.text ?? "";
  return ([heading, label].filter((part) => part !== "").join(": ") || "document").slice(0, 200);
}

function unique(found: Found[]): Found[] {
  const seen = new Set<string>();
  return found.filter(({ name, role }) => !seen.has(`${role} ${name}`) && seen.add(`${role} ${name}`));
}

function variablesOf(code: Code, kind: CodeKind): Found[] {
  const found: Found[] = [];
  const add = (name: string | undefined, role: Found["role"], line: number) => {
    if (name !== undefined && NAME.test(name) && !NOT_VARIABLES.has(name)) found.push({ name, role, line });
  };
  if (kind === "diagram") return [];
  if (kind === "yaml") {
    for (const entry of readYamlBlock(code).entries) {
      const name = entry.path.at(-1);
      const parent = entry.path.at(-2);
      if (parent !== undefined && /^(environment|env|variables|args|data|stringData)$/.test(parent))
        add(Number.isNaN(Number(name)) ? name : undefined, "set", entry.line);
      if (/^(environment|env)$/.test(parent ?? "") && typeof entry.value === "string") add(/^([A-Z][A-Z0-9_]+)=/.exec(entry.value)?.[1], "set", entry.line);
    }
  }
  for (const line of code.lines) scanLine(line, kind, add);
  return found;
}

function scanLine({ text, line }: Line, kind: CodeKind, add: (name: string | undefined, role: Found["role"], line: number) => void): void {
  if (/^\s*(#|\/\/|--)/.test(text)) return;
  if (kind === "env" || kind === "shell" || kind === "toml" || kind === "text") {
    const name = ASSIGNMENT.exec(text)?.[1];
    if (kind !== "text" || (name !== undefined && /^\s*(?:export\s+)?[A-Z][A-Z0-9_]*=\S/.test(text))) add(name, "set", line);
  }
  if (kind === "dockerfile") add(/^\s*(?:ENV|ARG)\s+([A-Z][A-Z0-9_]*)/.exec(text)?.[1], "set", line);
  if (kind === "shell" && /\b(?:secrets?|env|config|vars?)[ :](?:set|put|add)\b|--(?:env|set-env-vars|build-arg)\b|(?:^|\s)-e\s/.test(text)) {
    for (const match of text.matchAll(/(?:^|\s|["'])([A-Z][A-Z0-9_]{1,118})=/g)) add(match[1], "set", line);
  }
  for (const match of text.matchAll(/\$\{?([A-Z][A-Z0-9_]{1,118})\b/g)) add(match[1], "used", line);
  if (kind === "script")
    for (const match of text.matchAll(/(?:process\.env|import\.meta\.env|os\.environ|ENV)(?:\.|\[["'])([A-Z][A-Z0-9_]{1,118})/g)) add(match[1], "used", line);
  for (const match of text.matchAll(/\b(?:secrets|vars|env)\.([A-Z][A-Z0-9_]{1,118})\b/g)) add(match[1], "used", line);
}
