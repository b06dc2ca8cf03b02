import { execFile, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram, SYSTEM_PATH } from "./packages";
import { describeProcess, endProcess } from "./processes";
import type { PracticeProcess } from "./types";

const run = promisify(execFile);

/** A user to run as, for servers that refuse to be root. */
export interface Account {
  uid: number;
  gid: number;
  home: string;
}

export interface ChildOptions {
  account?: Account | null;
  /** Signal the kernel sends when the supervisor dies, however it dies. */
  onParentDeath?: NodeJS.Signals;
  /** One line handed over on stdin, for what must not be in the arguments. */
  stdin?: string;
  cwd?: string;
}

function setprivArguments(account: Account | null, onParentDeath: string | null): string[] {
  const identity = account === null ? [] : [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"];
  return onParentDeath === null ? identity : [...identity, "--pdeathsig", onParentDeath.replace(/^SIG/, "")];
}

function setpriv(): string {
  const path = findProgram("setpriv");
  if (path === null) throw new Error("setpriv was not found: install the Debian package util-linux.");
  return path;
}

/** The account of the Debian package `postgresql` when we are root; null when we can run servers as ourselves. */
export function serverAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith("postgres:"));
  const fields = line?.split(":") ?? [];
  if (fields.length < 6) throw new Error("There is no system user `postgres`: install the Debian package postgresql.");
  return {
    uid: Number(fields[2]),
    gid: Number(fields[3]),
    home: fields[5] ?? "/",
  };
}

/** Runs a program to its end as the account and returns its output; throws with its error text. */
export async function runAs(account: Account | null, file: string, args: string[], cwd = "/"): Promise<string> {
  const prefix = account === null ? [] : [...setprivArguments(account, null), "--"];
  const env = { PATH: SYSTEM_PATH, LC_ALL: "C.UTF-8" } as unknown as NodeJS.ProcessEnv;
  const { stdout } = await (account === null ? run(file, args, { env, cwd }) : run(setpriv(), [...prefix, file, ...args], { env, cwd }));
  return stdout;
}

/** The processes of a site, each bound to the life of this one. */
export class Children {
  readonly started: PracticeProcess[] = [];
  private readonly dir: string;
  private readonly onExit: (name: string, code: string) => void;

  constructor(dir: string, onExit: (name: string, code: string) => void) {
    this.dir = dir;
    this.onExit = onExit;
  }

  /** Starts a server with its output in `NAME.log`. */
  start(name: string, file: string, args: string[], options: ChildOptions = {}): PracticeProcess {
    const log = openSync(join(this.dir, `${name}.log`), "a", 0o600);
    const child = spawn(setpriv(), [...setprivArguments(options.account ?? null, options.onParentDeath ?? "SIGKILL"), "--", file, ...args], {
      cwd: options.cwd ?? "/",
      env: { PATH: SYSTEM_PATH, LC_ALL: "C.UTF-8", HOME: options.account?.home ?? this.dir } as unknown as NodeJS.ProcessEnv,
      stdio: [options.stdin === undefined ? "ignore" : "pipe", log, log],
    });
    closeSync(log);
    if (child.pid === undefined) throw new Error(`${name} could not be started.`);
    const process = describeProcess(name, child.pid);
    this.started.push(process);
    child.once("exit", (code, signal) => this.onExit(name, signal ?? String(code)));
    // The pipe stays open: programs that read stdin would otherwise see its end and may stop.
    if (options.stdin !== undefined) child.stdin?.write(`${options.stdin}\n`);
    return process;
  }

  /** Ends all, the load first and the databases last. */
  async stopAll(): Promise<void> {
    for (const process of [...this.started].reverse()) await endProcess(process, process.name.startsWith("postgres") ? "SIGINT" : "SIGTERM", 8_000);
  }

  /** The last lines a process wrote, for error messages. */
  tail(name: string, lines = 8): string {
    try {
      return readFileSync(join(this.dir, `${name}.log`), "utf8")
        .trim()
        .split("\n")
        .slice(-lines)
        .join("\n");
    } catch {
      return "";
    }
  }
}
