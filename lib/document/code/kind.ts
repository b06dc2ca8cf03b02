import type { Code } from "../tree";

export const CODE_KINDS = ["shell", "env", "yaml", "toml", "json", "dockerfile", "hcl", "sql", "script", "cron", "diagram", "text"] as const;
export type CodeKind = (typeof CODE_KINDS)[number];

const BY_LANGUAGE: Record<string, CodeKind> = {
  bash: "shell",
  sh: "shell",
  shell: "shell",
  zsh: "shell",
  console: "shell",
  powershell: "shell",
  env: "env",
  dotenv: "env",
  ini: "toml",
  properties: "env",
  yaml: "yaml",
  yml: "yaml",
  toml: "toml",
  json: "json",
  jsonc: "json",
  dockerfile: "dockerfile",
  docker: "dockerfile",
  hcl: "hcl",
  terraform: "hcl",
  tf: "hcl",
  sql: "sql",
  psql: "sql",
  javascript: "script",
  js: "script",
  typescript: "script",
  ts: "script",
  tsx: "script",
  python: "script",
  py: "script",
  go: "script",
  ruby: "script",
  php: "script",
  java: "script",
  html: "script",
  cron: "cron",
  crontab: "cron",
  mermaid: "diagram",
};

export const ASSIGNMENT = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]{1,118})\s*=/;
const CRON = /^\s*(?:[\d*/,-]+\s+){4}[\d*/,A-Za-z-]+\s+\S/;
const BOX = /[\u2500-\u257F]/;

/** What a block of code is written in: by its fence, else by what most of its lines look like. */
export function codeKind(code: Code): CodeKind {
  const lines = code.lines.map((line) => line.text).filter((text) => text.trim() !== "" && !/^\s*#/.test(text));
  const share = (test: RegExp) => (lines.length === 0 ? 0 : lines.filter((text) => test.test(text)).length / lines.length);
  const named = BY_LANGUAGE[code.language];
  // What is called bash is often a table in a terminal's font, or an env file.
  if ((named === undefined || named === "shell") && share(ASSIGNMENT) >= 0.8) return "env";
  if (named !== undefined) return named;
  if (share(BOX) >= 0.3) return "diagram";
  if (share(CRON) >= 0.8) return "cron";
  return "text";
}
