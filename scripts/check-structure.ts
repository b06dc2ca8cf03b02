/* Checks the import rules, circles and file lengths of the whole checkout. Prints what is wrong and exits 1. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { brokenRules, circles, type ImportEdge } from "@/scripts/structure-rules";

const MAX_LINES = 400;
const root = path.resolve(import.meta.dirname, "..");

function sourceFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx", "*.mts", "*.mjs"], {
    cwd: root,
    encoding: "utf8",
  });
  return listed.split("\n").filter((file) => file !== "" && existsSync(path.join(root, file)));
}

/** Path inside the repository of an import, or the package's name as written. */
function resolved(from: string, specifier: string): string {
  const base = specifier.startsWith("@/") ? specifier.slice(2) : specifier.startsWith(".") ? path.posix.join(path.posix.dirname(from), specifier) : null;
  if (base === null) return specifier;
  const candidates = [base, ...[".ts", ".tsx", ".mts", ".mjs", "/index.ts", "/index.tsx"].map((end) => base + end)];
  return candidates.find((file) => /\.\w+$/.test(file) && existsSync(path.join(root, file))) ?? base;
}

function edgesOf(file: string): ImportEdge[] {
  const text = readFileSync(path.join(root, file), "utf8");
  const { module } = parseSync(file, text);
  const edges: ImportEdge[] = module.staticImports.map((one) => ({
    from: file,
    to: resolved(file, one.moduleRequest.value),
    typeOnly: one.entries.length > 0 && one.entries.every((entry) => entry.isType),
  }));
  for (const one of module.staticExports) {
    for (const entry of one.entries) if (entry.moduleRequest) edges.push({ from: file, to: resolved(file, entry.moduleRequest.value), typeOnly: entry.isType });
  }
  for (const one of module.dynamicImports) {
    const literal = /^["'`]([^"'`$]+)["'`]$/.exec(text.slice(one.moduleRequest.start, one.moduleRequest.end))?.[1];
    if (literal !== undefined) edges.push({ from: file, to: resolved(file, literal), typeOnly: false });
  }
  return edges;
}

const files = sourceFiles();
const edges = files.flatMap(edgesOf);
const problems = [
  ...new Set(edges.flatMap(brokenRules)),
  ...circles(edges).map((circle) => `circle: ${circle.join(" → ")}`),
  ...files.flatMap((file) => {
    const text = readFileSync(path.join(root, file), "utf8");
    const lines = text.split("\n").length - 1;
    const reasoned = /^\/\*\*? ?\n? ?\*? ?Long on purpose:/m.test(text.slice(0, 2_000));
    const problems: string[] =
      lines > MAX_LINES && !reasoned ? [`${file}: ${lines} lines (at most ${MAX_LINES}, or begin with "/* Long on purpose: reason")`] : [];
    // Prisma's interactive transactions can commit in part after a timeout (R-ENG-2).
    if (/\$transaction\(\s*async/.test(text) && file !== "scripts/check-structure.ts") problems.push(`${file}: Prisma interactive transaction`);
    if (
      /process\.env\b/.test(text) &&
      !/^(lib\/env\.ts|scripts\/|e2e\/|bench\/|next\.config|playwright\.config|.*\.test\.tsx?$|.*\/testing\/|lib\/practice\/programs\/)/.test(file)
    ) {
      problems.push(`${file}: process.env is read outside lib/env.ts`);
    }
    return problems;
  }),
];
for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${edges.length} imports, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
