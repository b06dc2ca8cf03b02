/*
 * `npm run test:faults [-- NAME …]`: the fault matrix, or the cases whose name holds one of the words (`F-ENG-1`,
 * `INV-2`, `pooler`) or whose file it is (`examples`). The last line counts them. A case that could not be run counts as failed.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { selectFaults } from "@/scripts/fault-names";
import { ensureSystemPackages, PRACTICE_PACKAGES, SERVER_PACKAGES } from "@/scripts/system-packages";
import { childEnv, modernNode, root } from "./setup.mjs";

interface Report {
  testResults: { message: string; assertionResults: { fullName: string; status: string }[] }[];
}

const folder = "worker/faults";
const cases = readdirSync(path.join(root, folder)).filter((name) => name.endsWith(".fault.ts"));
const { files, pattern } = selectFaults(process.argv.slice(2), cases);
const scratch = mkdtempSync(path.join(os.tmpdir(), "switchyard-faults-"));
const file = path.join(scratch, "report.json");

const { missing, hint } = await ensureSystemPackages([...PRACTICE_PACKAGES, ...SERVER_PACKAGES]);
for (const one of missing) console.error(`Missing system package ${one.name}: needed for ${one.neededFor}. Type: ${hint}`);

const args = ["run", "--config", "vitest.faults.config.ts", "--reporter=verbose", "--reporter=json", `--outputFile.json=${file}`];
for (const one of files) args.push(`${folder}/${one}`);
const code = await new Promise<number>((resolve) => {
  const child = spawn(modernNode(), [path.join(root, "node_modules/vitest/vitest.mjs"), ...args, ...(pattern === null ? [] : ["-t", pattern.source])], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: childEnv(),
  });
  child.once("error", () => resolve(1));
  child.once("exit", (status) => resolve(status ?? 1));
});

let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(file, "utf8")) as Report;
  for (const suite of report.testResults) {
    // Set-up that failed leaves a message and no case.
    if (suite.assertionResults.length === 0) failed += 1;
    for (const one of suite.assertionResults) {
      if (pattern !== null && !pattern.test(one.fullName)) continue;
      if (one.status === "passed") passed += 1;
      else failed += 1;
    }
  }
} catch (error) {
  console.error(`No report was written: ${String(error)}`);
  failed = Math.max(failed, 1);
}
rmSync(scratch, { recursive: true, force: true });
// A runner that failed without naming a case, and a name that no case has, are failures too.
if (passed + failed === 0 && code === 0) console.error(`No case has such a name. Files: ${cases.map((one) => one.replace(".fault.ts", "")).join(", ")}.`);
if (failed === 0 && (code !== 0 || passed === 0)) failed = 1;
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
