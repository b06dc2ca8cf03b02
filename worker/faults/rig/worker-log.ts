import type { TestChild } from "@/worker/testing/child";

/* What a worker process said about itself, from its log. */

export interface LogEntry {
  time: number;
  msg: string;
  [more: string]: unknown;
}

/** Log entries of a worker so far. */
export function logOf(child: TestChild): LogEntry[] {
  return child
    .output()
    .split("\n")
    .flatMap((line) => {
      try {
        const entry: unknown = JSON.parse(line);
        return typeof entry === "object" && entry !== null && "msg" in entry ? [entry as LogEntry] : [];
      } catch {
        return [];
      }
    });
}

/** Time of the first entry with this message after `since` (Unix milliseconds); null when there is none. */
export function saidAt(child: TestChild, message: string, since = 0): number | null {
  return logOf(child).find((entry) => entry.msg === message && entry.time >= since)?.time ?? null;
}
