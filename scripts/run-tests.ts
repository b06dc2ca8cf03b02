/*
 * `npm test`: types, lint, import rules, unit and integration tests, browser tests. Every runner is always run;
 * the last line adds up what each of them counted.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { messageOf } from "@/lib/core/errors";
import { buildIfStale } from "@/scripts/build";
import { BROWSER_PACKAGES, ensureSystemPackages, PRACTICE_PACKAGES, SERVER_PACKAGES } from "@/scripts/system-packages";
import { ensureBundle } from "./bundle.mjs";
import { childEnv, modernNode, root } from "./setup.mjs";

interface Count {
  passed: number;
  failed: number;
}

const scratch = mkdtempSync(path.join(os.tmpdir(), "switchyard-results-"));

/** Runs a tool of the packages in this terminal and resolves with its exit code. */
function runTool(script: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(modernNode(), [path.join(root, script), ...args], { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: childEnv(env) });
    child.once("error", () => resolve(1));
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** A check without tests of its own counts as one. */
async function check(name: string, script: string, args: string[]): Promise<Count> {
  const code = await runTool(script, args);
  console.log(`${code === 0 ? "✓" : "✗"} ${name}`);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Counts of a report; a runner that failed without naming a failed test counts as one failure. */
function counted(code: number, read: () => Count): Count {
  let count: Count;
  try {
    count = read();
  } catch (error) {
    console.error(`No report was written: ${messageOf(error)}`);
    return { passed: 0, failed: 1 };
  }
  if (count.passed + count.failed === 0) return { passed: 0, failed: 1 };
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

async function unitTests(): Promise<Count> {
  const report = path.join(scratch, "vitest.json");
  const code = await runTool("node_modules/vitest/vitest.mjs", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]);
  return counted(code, () => {
    const result: { numPassedTests: number; numFailedTests: number; numPendingTests: number; numFailedTestSuites: number } = JSON.parse(
      readFileSync(report, "utf8"),
    );
    // A skipped test is a failure: nothing may be left out in silence.
    const failed = result.numFailedTests + result.numPendingTests;
    return { passed: result.numPassedTests, failed: failed === 0 && result.numFailedTestSuites > 0 ? result.numFailedTestSuites : failed };
  });
}

async function browserTests(): Promise<Count> {
  await buildIfStale();
  const report = path.join(scratch, "playwright.json");
  const code = await runTool("node_modules/@playwright/test/cli.js", ["test", "--reporter=list,json"], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
    SWITCHYARD_BUNDLE: await ensureBundle(),
  });
  return counted(code, () => {
    const { stats }: { stats: { expected: number; unexpected: number; flaky: number; skipped: number } } = JSON.parse(readFileSync(report, "utf8"));
    return { passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped };
  });
}

async function main(): Promise<number> {
  const { missing, hint } = await ensureSystemPackages([...PRACTICE_PACKAGES, ...SERVER_PACKAGES, ...BROWSER_PACKAGES]);
  for (const one of missing) console.error(`Missing system package ${one.name}: needed for ${one.neededFor}. Type: ${hint}`);
  const runners: [string, () => Promise<Count>][] = [
    ["types", () => check("types", "node_modules/typescript/bin/tsc", ["--noEmit", "-p", "."])],
    ["lint", () => check("lint and format", "node_modules/@biomejs/biome/bin/biome", ["ci", "--max-diagnostics=40", "."])],
    ["imports", () => check("import rules", "node_modules/tsx/dist/cli.mjs", ["scripts/check-structure.ts"])],
    ["unit", unitTests],
    ["browser", browserTests],
  ];
  const only = process.argv.slice(2);
  const total: Count = { passed: 0, failed: 0 };
  for (const [name, run] of runners) {
    if (only.length > 0 && !only.includes(name)) continue;
    console.log(`\n== ${name}`);
    const count = await run().catch((error: unknown): Count => {
      console.error(messageOf(error));
      return { passed: 0, failed: 1 };
    });
    console.log(`-- ${name}: ${count.passed} passed, ${count.failed} failed`);
    total.passed += count.passed;
    total.failed += count.failed;
  }
  rmSync(scratch, { recursive: true, force: true });
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

process.exitCode = await main();
