import type { CrashPoint } from "./deps";

/**
 * Fault injection for tests: `SWITCHYARD_CRASH_AT=<step kind, kind/undo or *>:<point>` kills this process with SIGKILL when it
 * comes by. Set only for the process that is to die; one restarted without it goes on.
 */
export function crashHook(setting: string | undefined): (kind: string, point: CrashPoint) => void {
  if (setting === undefined) return () => undefined;
  const split = setting.lastIndexOf(":");
  const [wantedKind, wantedPoint] = [setting.slice(0, split), setting.slice(split + 1)];
  return (kind, point) => {
    if (point === wantedPoint && (wantedKind === "*" || wantedKind === kind)) process.kill(process.pid, "SIGKILL");
  };
}
