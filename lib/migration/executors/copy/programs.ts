import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";

/**
 * The keeper: a tiny parent of a program that lives in a session of its own. When the worker dies, however it dies, the
 * keeper's stdin ends; the program's whole group is then killed and the private folder removed (R-ENG-7, F-ENG-14). A shell,
 * because it is there in a few milliseconds; what it runs comes as arguments, never as text of the script.
 */
const KEEPER = `
folder=$1; shift
exec 3<&0 </dev/null
if [ $# -eq 0 ]; then cat <&3 >/dev/null; rm -rf -- "$folder"; exit 137; fi
trap : INT HUP TERM
setsid "$@" 3<&- &
child=$!
{ cat <&3; kill -s KILL -- "-$child"; rm -rf -- "$folder"; } >/dev/null 2>&1 &
watcher=$!
exec 3<&-
while :; do
  wait "$child"; code=$?
  kill -0 "$child" 2>/dev/null || break
done
kill -s KILL "$watcher"
if [ "$code" -eq 137 ]; then rm -rf -- "$folder"; fi
exit "$code"
`;

const SHELL = "/bin/sh";
const SETPRIV = "/usr/bin/setpriv";

function spawnKeeper(folder: string, program: string[], env: Record<string, string>): ChildProcess {
  // The program also dies with the keeper, should somebody kill just that.
  const guarded = program.length > 0 && existsSync(SETPRIV) ? [SETPRIV, "--pdeathsig", "KILL", "--", ...program] : program;
  const child = spawn(SHELL, ["-c", KEEPER, "keeper", folder, ...guarded], {
    cwd: "/",
    env: env as NodeJS.ProcessEnv,
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
  // A keeper that is already gone is told to stop in vain; that must not become an error of the worker.
  child.stdin?.on("error", () => undefined);
  return child;
}

export interface RunningProgram {
  /** Resolves with exit code and last lines; never rejects. */
  ended: Promise<{ code: number; tail: string[] }>;
  /** Kills the program and what it started. */
  stop: () => void;
}

/** Starts a program under a keeper; `onLine` gets its messages. No shell, nothing inherited but the given environment. */
export function startProgram(
  folder: string,
  file: string,
  args: readonly string[],
  env: Record<string, string>,
  onLine: (line: string) => void,
): RunningProgram {
  const child = spawnKeeper(folder, [file, ...args], env);
  const tail: string[] = [];
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on("line", (line) => {
      tail.push(line);
      if (tail.length > 30) tail.shift();
      onLine(line);
    });
  }
  const ended = new Promise<{ code: number; tail: string[] }>((resolve) => {
    child.once("error", (error) => resolve({ code: 126, tail: [error.message] }));
    child.once("close", (code) => resolve({ code: code ?? 128, tail }));
  });
  return { ended, stop: () => child.stdin?.end() };
}

/** Watches over the private folder while no program runs: it is removed when the worker dies. */
export function guardFolder(folder: string): () => void {
  const child = spawnKeeper(folder, [], { PATH: "/usr/bin:/bin" });
  // Without a guard the folder is still removed by whoever made it.
  child.on("error", () => undefined);
  child.unref();
  return () => child.stdin?.end();
}
