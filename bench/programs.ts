import { spawn } from "node:child_process";
import { pipeline } from "node:stream/promises";
import { findProgram } from "@/lib/practice/packages";
import type { PracticeDatabase } from "@/lib/practice/types";

/** Debian packages whose program is not there. */
export function missing(programs: Readonly<Record<string, string>>): string[] {
  return Object.entries(programs)
    .filter(([program]) => findProgram(program) === null)
    .map(([, name]) => name);
}

function environment(database: PracticeDatabase, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { host, port, user, password, database: name } = database;
  const settings = {
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: name,
    LC_ALL: "C.UTF-8",
    PATH: "/usr/bin:/bin",
    ...more,
  };
  return settings as unknown as NodeJS.ProcessEnv;
}

function start(program: string, args: readonly string[], database: PracticeDatabase, more: Readonly<Record<string, string>> = {}) {
  const file = findProgram(program);
  if (file === null) throw new Error(`${program} was not found.`);
  const child = spawn(file, args, { env: environment(database, more), stdio: ["pipe", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk) => (errors = (errors + String(chunk)).slice(-2_000)));
  const ended = new Promise<void>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => (code === 0 ? done() : fail(new Error(`${program} ended with ${code}: ${errors.trim()}`))));
  });
  return { child, ended };
}

/** Runs a program to its end, with further variables of its environment. @throws Error with its last messages */
export async function runProgram(
  program: string,
  args: readonly string[],
  database: PracticeDatabase,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { child, ended } = start(program, args, database, more);
  child.stdin.end();
  child.stdout.resume();
  await ended;
}

/** `first | second`, without a shell. */
export async function runPipe(first: [string, string[], PracticeDatabase], second: [string, string[], PracticeDatabase]): Promise<void> {
  const from = start(...first);
  const to = start(...second);
  from.child.stdin.end();
  to.child.stdout.resume();
  await Promise.all([pipeline(from.child.stdout, to.child.stdin), from.ended, to.ended]);
}
