import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import { ensureBundle } from "./bundle.mjs";

const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), "switchyard-bundle-")));
const parent = path.join(root, ".data/bundle");
const made = () => ensureBundle({ root, programs: ["a/b/main.ts", "a/other.ts"], sources: ["a", "tsconfig.json"] });
const write = (file: string, text: string) => writeFileSync(path.join(root, file), text);
const run = (folder: string, program: string) => execFileSync(process.execPath, [path.join(folder, program)], { encoding: "utf8", cwd: os.tmpdir() });

beforeEach(() => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(path.join(root, "a/b"), { recursive: true });
  write("package.json", '{ "type": "module" }');
  write("tsconfig.json", '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }');
  write("a/note.txt", "found");
  write(
    "a/shared.ts",
    'import { readFileSync } from "node:fs";\nexport const note = () => readFileSync(new URL("./note.txt", import.meta.url), "utf8");\nexport const place: string[] = [import.meta.dirname, import.meta.filename];\n',
  );
  write("a/b/main.ts", 'import { note, place } from "@/a/shared";\nconsole.log(JSON.stringify([note(), ...place, import.meta.dirname]));\n');
  write("a/other.ts", 'import { note } from "./shared";\nclass Named {}\nconsole.log(note(), Named.name);\nthrow new Error("of other.ts");\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it("a program finds its files where its source is, wherever it is started", async () => {
  const at = (...parts: string[]) => path.join(root, "a", ...parts);
  const folder = await made();
  expect(JSON.parse(run(folder, "a/b/main.js"))).toEqual(["found", at(), at("shared.ts"), at("b")]);
  expect(readdirSync(folder)).toContain("compile-cache");
});

it("an error names the line of the source", async () => {
  const folder = await made();
  expect(() => run(folder, "a/other.js")).toThrow(/a\/other\.ts:4/);
});

it("a changed source makes another bundle; a test and a file that is no source do not", async () => {
  const first = await made();
  write("a/shared.test.ts", "");
  write("a/note.txt", "changed");
  expect(await made()).toBe(first);
  write("a/b/main.ts", 'console.log("new");\n');
  const second = await made();
  expect(second).not.toBe(first);
  expect([run(second, "a/b/main.js"), JSON.parse(run(first, "a/b/main.js"))[0]]).toEqual(["new\n", "changed"]);
});

it("two that make it at once get the same whole one, and nothing else stays", async () => {
  const [one, other] = await Promise.all([made(), made()]);
  expect(other).toBe(one);
  expect(readdirSync(parent)).toEqual([path.basename(one)]);
  expect(JSON.parse(run(one, "a/b/main.js"))[0]).toBe("found");
});

it("the bundler that was bundled itself makes the same", async () => {
  const programs = ["scripts/bundle-again.ts"];
  const bundler = path.resolve(import.meta.dirname, "bundle.mjs");
  mkdirSync(path.join(root, "scripts"));
  symlinkSync(path.resolve(import.meta.dirname, "../node_modules"), path.join(root, "node_modules"));
  write(
    programs[0] ?? "",
    `import { ensureBundle } from ${JSON.stringify(bundler)};
console.log(await ensureBundle({ root: ${JSON.stringify(root)}, programs: ["a/b/main.ts"], sources: ["a/b"] }));\n`,
  );
  const folder = run(await ensureBundle({ root, programs, sources: ["scripts"] }), "scripts/bundle-again.js").trim();
  expect(JSON.parse(run(folder, "a/b/main.js"))[0]).toBe("found");
  expect(readdirSync(folder)).toContain("compile-cache");
});

it("what cannot be bundled leaves no folder; what nobody asked for in days is removed", async () => {
  const first = await made();
  utimesSync(first, new Date(0), new Date(0));
  write("a/b/main.ts", "const = 1;\n");
  await expect(made()).rejects.toThrow("main.ts");
  expect(readdirSync(parent)).toEqual([path.basename(first)]);
  write("a/b/main.ts", "console.log(1);\n");
  const second = await made();
  expect(readdirSync(parent)).toEqual([path.basename(second)]);
});
