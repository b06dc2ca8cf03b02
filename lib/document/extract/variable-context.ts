import { codeKind } from "../code/kind";
import type { Draft, Entry } from "../draft";
import { OPTIONAL } from "../lexicon/effects";
import { normalise, wordTest } from "../lexicon/words";
import { titlesAbove } from "../texts";
import type { Code, DocumentTree } from "../tree";
import type { Extract } from "./types";

type Variable = Entry<"variables">;

const STAGING = wordTest(["staging", "stage", "test", "preview", "development", "dev"]);
const PRODUCTION = wordTest(["production", "prod", "produktion", "produccion"]);
const ADDRESS = /^[a-z][a-z0-9+.-]*:(?:\/\/)?(?:[^@\s/]*@)?(\[[0-9a-f:]+\]|[A-Za-z0-9_.-]+)(?::(\d{1,5}))?(?=[/?,\s]|$)/i;
const HEREDOC = /\bcat\s+>{1,2}\s*(\S+)\s+<<-?\s*['"\\]?(\w+)/;
/** A workflow of a build service: its steps have a shell and secrets of their own. */
const PIPELINE = /^\s*(?:jobs|stages|runs-on|pipeline|before_script)\s*:/;
/** A value that stands for one. */
const PLACEHOLDER = /^$|^[<[{]|^\$|x{3,}|\.\.\.|^your|^my[-_]|change|example|^(?:true|false|\d+)$/i;
const ACCOUNT = /(?:USER|USERNAME|LOGIN|ACCESS_KEY|ACCOUNT)(?:_ID)?$/;

/** What surrounds a variable: the file it is written to, the environment, host and port of the address, whose account it is. */
export const variableContext: Extract = ({ tree, draft }) => {
  const byLine = new Map<number, Variable[]>();
  for (const variable of draft.plan.variables) {
    const line = Array.isArray(variable.line) ? variable.line[0] : variable.line;
    if (line !== undefined) byLine.set(line, [...(byLine.get(line) ?? []), variable]);
  }
  const accounts: { variable: Variable; value: string; code: Code }[] = [];
  for (const block of tree.blocks) {
    if (block.type !== "code") continue;
    const kind = codeKind(block);
    const environment = environmentOf(block);
    const pipeline = kind === "yaml" && block.lines.some(({ text }) => PIPELINE.test(text));
    let heredoc: { file: string; end: string } | null = null;
    let optional = false;
    for (const { text, line } of block.lines) {
      if (heredoc !== null && text.trim() === heredoc.end) heredoc = null;
      const opens: RegExpExecArray | null = HEREDOC.exec(text);
      if (opens !== null) heredoc = { file: opens[1] ?? "", end: opens[2] ?? "EOF" };
      const comment = /^\s*#+[\s=-]*(\S.*)$/.exec(text)?.[1];
      if (comment !== undefined) optional = OPTIONAL.test(normalise(comment));
      for (const variable of byLine.get(line) ?? []) {
        if (optional || OPTIONAL.test(normalise(text.split("#")[1] ?? ""))) variable.optional = true;
        variable.from =
          pipeline || /\$\{\{/.test(text) ? "pipeline" : kind === "script" ? "code" : kind === "shell" && heredoc === null ? "command" : "configuration";
        if (variable.role !== "set") continue;
        if (heredoc !== null && /(?:^|[/.])env\b|\.env/i.test(heredoc.file)) variable.file = heredoc.file.slice(0, 200);
        const where = environment ?? environmentIn(heredoc?.file ?? "");
        if (where !== null && (kind === "env" || variable.file !== undefined)) variable.environment = where;
        const value = settingOf(text, variable.name);
        if (value === null) continue;
        address(variable, value);
        if (/(?:^|_)(?:ROOT|ADMIN|ADMINISTRATOR)(?:_|$)/.test(variable.name)) variable.administrator = true;
        if (ACCOUNT.test(variable.name) && !PLACEHOLDER.test(value)) accounts.push({ variable, value, code: block });
      }
    }
  }
  namedElsewhere(tree, draft);
  for (const one of accounts) {
    const other = accounts.find(
      (admin) => admin.value === one.value && admin.code !== one.code && admin.variable.administrator === true && one.variable.administrator !== true,
    );
    if (other !== undefined) one.variable.sameAs = other.variable.name;
  }
};

/** A name that a sentence, a table or a list gives is not forgotten: whoever follows the document sets it. */
function namedElsewhere(tree: DocumentTree, draft: Draft): void {
  const set = new Set(draft.plan.variables.flatMap((variable) => (variable.role === "set" ? [variable.name] : [])));
  const open = new Map(
    draft.plan.variables.flatMap((variable) => (variable.role === "used" && !set.has(variable.name) ? [[variable.name, variable] as const] : [])),
  );
  if (open.size === 0) return;
  tree.lines.forEach((text, i) => {
    for (const match of text.matchAll(/(?<![$\w{.-])([A-Z][A-Z0-9_]{2,118})(?![\w(])/g)) {
      const variable = open.get(match[1] ?? "");
      if (variable === undefined || /\b(?:process\.env|environ|secrets|vars)\b/.test(text)) continue;
      open.delete(variable.name);
      draft.add("variables", { name: variable.name, role: "set", place: "named in the text", line: i + 1 }, i + 1);
    }
  });
}

/** The value on a line, for looking at: it is never kept. */
function settingOf(text: string, name: string): string | null {
  const at = text.search(new RegExp(`(?:^|[^A-Z0-9_])${name}["']?\\s*[=:]`));
  if (at < 0) return null;
  const rest = text.slice(text.indexOf(name, at) + name.length).replace(/^["']?\s*[=:]\s*/, "");
  return rest
    .replace(/\s+#.*$/, "")
    .trim()
    .replace(/^(["'])(.*)\1,?$/, "$2");
}

function address(variable: Variable, value: string): void {
  const match = ADDRESS.exec(value);
  if (match === null) return;
  const host = (match[1] ?? "").toLowerCase();
  const port = Number(match[2] ?? 0);
  if (/[a-z]/.test(host)) variable.host = host.slice(0, 253);
  if (port >= 1 && port <= 65_535) variable.port = port;
}

function environmentOf(code: Code): string | null {
  const [first] = code.lines;
  for (const text of [code.label?.text ?? "", /^\s*#/.test(first?.text ?? "") ? (first?.text ?? "") : "", ...titlesAbove(code.section).slice(0, 1)]) {
    const found = environmentIn(text);
    if (found !== null) return found;
  }
  return null;
}

function environmentIn(text: string): string | null {
  const plain = normalise(text.replace(/[._/-]/g, " "));
  if (PRODUCTION.test(plain)) return "production";
  return STAGING.test(plain) ? "staging" : null;
}
