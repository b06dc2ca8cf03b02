/*
 * Our programs as plain JavaScript: started by tsx, each start would translate several hundred files again, which costs
 * more than two seconds of CPU. The folder is named after the sources: what it holds is never out of date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root as checkout } from "./setup.mjs";
import { sourceHash } from "./source-hash.mjs";

/** What is started as a process of its own, by the product and by the tests. */
export const PROGRAMS = [
  "cli/main.ts",
  "worker/main.ts",
  "worker/dead-man.ts",
  "lib/plan/reading/child.ts",
  "lib/practice/supervisor.ts",
  "scripts/supervisor.ts",
  "worker/testing/crash-in-audit.ts",
  "worker/testing/fake-worker.ts",
  "worker/testing/real-worker.ts",
  "worker/testing/switch-worker.ts",
  "e2e/support/serve.ts",
];
const SOURCES = ["cli", "worker", "lib", "prisma", "scripts", "e2e", "tsconfig.json", "package-lock.json"];
/** A bundle that nobody asked for in this time is removed. */
const KEEP_MS = 2 * 86_400_000;

/** Every file keeps the place it knows of itself, wherever its code goes. */
const originalPlaces = {
  name: "original-places",
  setup(build) {
    build.onLoad({ filter: /\.(m?ts|tsx|mjs)$/ }, ({ path: file }) => {
      const text = readFileSync(file, "utf8");
      if (!text.includes("import.meta.")) return undefined;
      const known = { url: pathToFileURL(file).href, dirname: path.dirname(file), filename: file };
      const contents = text.replace(/\bimport\.meta\.(url|dirname|filename)\b/g, (_all, name) => JSON.stringify(known[name]));
      return { contents, loader: file.endsWith(".tsx") ? "tsx" : file.endsWith(".mjs") ? "js" : "ts" };
    });
  },
};

const plain = (program) => program.replace(/\.ts$/, "");

/** Not written out: this file is bundled as well, and the starters are to know their own place, not its. */
const OWN_PLACE = ["import", "meta", "url"].join(".");

/** Flushed early as well: a worker runs for long, and may be killed. */
function starter(program) {
  const up = "../".repeat(program.split("/").length - 1) || "./";
  return `import { enableCompileCache, flushCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
process.setSourceMapsEnabled(true);
enableCompileCache(fileURLToPath(new URL("${up}compile-cache", ${OWN_PLACE})));
await import("./${path.posix.basename(plain(program))}.program.js");
flushCompileCache();
`;
}

let halves = 0;

async function write(root, programs, folder) {
  // Only here: whoever finds a bundle does not need the bundler.
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: root,
    entryPoints: programs.map((program) => ({ in: program, out: `${plain(program)}.program` })),
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    platform: "node",
    format: "esm",
    target: "node22",
    packages: "external",
    alias: { "server-only": path.join(root, "prisma/testing/empty.ts") },
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: "silent",
    plugins: [originalPlaces],
  });
  for (const program of programs) writeFileSync(path.join(folder, `${plain(program)}.js`), starter(program));
}

function removeOld(parent, keep) {
  for (const name of readdirSync(parent)) {
    const folder = path.join(parent, name);
    // Another process may be removing it as well.
    if (name !== keep && Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > KEEP_MS) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Folder of the programs as they are in the checkout now, in which `worker/main.ts` is `worker/main.js`; made when it is
 * not there. Two processes that make it at once do not see each other's halves: it gets its name when it is complete.
 */
export async function ensureBundle({ root = checkout, programs = PROGRAMS, sources = SOURCES } = {}) {
  const hash = sourceHash(root, sources, (file) => /\.(m?ts|tsx|mjs|json)$/.test(file)).slice(0, 16);
  const parent = path.join(root, ".data/bundle");
  const folder = path.join(parent, hash);
  if (existsSync(folder)) {
    utimesSync(folder, new Date(), new Date());
    return folder;
  }
  mkdirSync(parent, { recursive: true });
  halves += 1;
  const half = `${folder}.${process.pid}-${halves}`;
  try {
    await write(root, programs, half);
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  removeOld(parent, hash);
  return folder;
}
