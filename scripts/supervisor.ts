/*
 * `npm start`: starts the stack in this terminal and ends it again. `--demo` does the same on a database of its
 * own with the five example systems and the practice site.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { messageOf } from "@/lib/core/errors";
import { env } from "@/lib/env";
import { type DemoFacts, prepareDemo } from "@/scripts/demo";
import { type Stack, startStack } from "@/scripts/stack";
import { root } from "./setup.mjs";

const say = (line: string) => console.log(`· ${line}`);

interface Instance {
  pid: number;
  databaseUrl: string;
  webUrl: string;
  port: number;
  dataDir: string;
}

/** The instance that runs on this data directory already, if it still lives. */
function runningInstance(file: string): Instance | null {
  try {
    const instance: Instance = JSON.parse(readFileSync(file, "utf8"));
    process.kill(instance.pid, 0);
    return instance;
  } catch {
    return null;
  }
}

function announce(stack: Stack, demo: DemoFacts | null): void {
  const lines = ["", `  Switchyard is running at  ${stack.url}`, ""];
  if (stack.firstRunPath !== null) {
    lines.push("  Nobody can sign in yet. Open this link once to become the owner (valid for 24 hours):", `    ${stack.url}${stack.firstRunPath}`, "");
  }
  if (demo !== null) lines.push(...demo.lines.map((line) => `  ${line}`), "");
  lines.push("  Ctrl-C stops everything.", "");
  console.log(lines.join("\n"));
}

async function main(): Promise<number> {
  const options = new Command()
    .name("npm start --")
    .description("Starts Switchyard on this machine.")
    .option("--demo", "a separate demo database with five example systems, two users and the practice site")
    .option("--reset-demo", "remove the demo's data first")
    .parse()
    .opts<{ demo?: boolean; resetDemo?: boolean }>();
  const settings = env();
  const base = path.resolve(root, settings.SWITCHYARD_DATA_DIR);
  const demo = options.demo === true || options.resetDemo === true;
  const dataDir = demo ? path.join(base, "demo") : base;
  const instanceFile = path.join(dataDir, "instance.json");
  const running = runningInstance(instanceFile);
  if (running !== null) {
    console.log(`Switchyard runs already at ${running.webUrl} (process ${running.pid}).`);
    return 0;
  }
  if (options.resetDemo) rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true });

  let stack: Stack | null = null;
  let demoFacts: DemoFacts | null = null;
  let ending = false;
  const ended = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (ending) return;
        ending = true;
        console.log("\n· Stopping …");
        resolve();
      });
    }
  });
  try {
    stack = await startStack({
      dataDir,
      port: settings.PORT,
      // The demo never touches the real database.
      databaseUrl: demo ? undefined : settings.DATABASE_URL,
      directUrl: demo ? undefined : settings.DIRECT_URL,
      publicUrl: settings.PUBLIC_URL,
      prepare: async (db, databaseUrl) => {
        if (demo) demoFacts = await prepareDemo(db, databaseUrl, dataDir, say);
      },
      say,
    });
    const instance: Instance = { pid: process.pid, databaseUrl: stack.databaseUrl, webUrl: stack.url, port: settings.PORT, dataDir };
    writeFileSync(instanceFile, JSON.stringify(instance), { mode: 0o600 });
    if (!ending) announce(stack, demoFacts);
    await ended;
    return 0;
  } catch (error) {
    console.error(`\nSwitchyard did not start: ${messageOf(error)}`);
    return 1;
  } finally {
    await stack?.stop();
    await (demoFacts as DemoFacts | null)?.stop();
    if (existsSync(instanceFile)) rmSync(instanceFile, { force: true });
  }
}

process.exit(await main());
