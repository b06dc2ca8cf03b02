import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { type Child, keepRunning } from "./child";

const dir = mkdtempSync(path.join(os.tmpdir(), "switchyard-child-"));
const children: Child[] = [];
afterAll(async () => {
  await Promise.all(children.map((child) => child.stop()));
  rmSync(dir, { recursive: true, force: true });
});

/** Keeps a program running that says its process id first; returns what it said and what was told of it. */
function keep(name: string, source: string) {
  const [file, logFile, told] = [path.join(dir, `${name}.mjs`), path.join(dir, `${name}.log`), [] as string[]];
  writeFileSync(file, `console.log(process.pid);\n${source}`);
  const child = keepRunning({ name, args: [file], env: {}, logFile, lookMs: 300, onCrash: (message) => told.push(message) });
  children.push(child);
  return { child, told, said: () => (existsSync(logFile) ? readFileSync(logFile, "utf8").split("\n").filter(Boolean) : []) };
}

async function eventually(what: string, seen: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !seen(); await sleep(50)) if (Date.now() > end) throw new Error(`not seen: ${what}`);
}

describe("a process that is kept running", () => {
  it("is left alone while its event loop turns, and started again when it ends", async () => {
    const { child, told, said } = keep("lively", "setInterval(() => console.log('turn'), 1000);");
    // Longer than a silence that would end it.
    await eventually("it lives on", () => said().filter((line) => line === "turn").length >= 14);
    expect(told).toEqual([]);
    const first = child.pid();
    process.kill(first ?? 0, "SIGKILL");
    await eventually("another one", () => child.pid() !== null && child.pid() !== first);
    expect(told[0]).toContain("lively ended (SIGKILL)");
  });

  it("is ended and started again when it hangs", async () => {
    const { told, said } = keep("hanging", "setTimeout(() => { for (;;); }, 500);");
    await eventually("it was started twice", () => said().length >= 2);
    expect(told.slice(0, 2)).toEqual([expect.stringContaining("hanging hangs"), expect.stringContaining("hanging ended (SIGKILL)")]);
  });
});
