import type { RunCommand } from "@/lib/migration/types";

/** What became of a command. Nothing here is a guess: `accepted` carries the server's own time. */
export type Sent =
  | { state: "accepted"; at: string; message: string }
  | { state: "refused"; message: string; reasons: string[] }
  | { state: "signed-out" }
  /** The password has to be typed again first. */
  | { state: "step-up" }
  /** No answer: the command may or may not have arrived. `line` is the same command for a terminal on the server. */
  | { state: "unconfirmed"; line: string };

interface Problem {
  stepUp?: boolean;
  detail?: string;
  errors?: { message: string }[];
}

const TRIES = 3;
const TIMEOUT_MS = 6_000;
const PAUSE_MS = 700;

/** A key that is used once per press, also where the page is not on a secure origin. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The command line that does the same as the button. */
export function commandLine(command: RunCommand, runId: string): string {
  return `npm run switchyard -- run ${command} ${runId}`;
}

/**
 * Posts a command to its route. A lost answer is asked for again under the same Idempotency-Key, so that a command
 * counts once however often it had to be sent.
 */
export async function sendCommand(
  runId: string,
  command: RunCommand,
  body: Record<string, unknown>,
  fetcher: typeof fetch = fetch,
  wait = pause,
): Promise<Sent> {
  const key = newKey();
  for (let tried = 1; tried <= TRIES; tried += 1) {
    if (tried > 1) await wait(PAUSE_MS * tried);
    const response = await fetcher(`/api/v1/runs/${encodeURIComponent(runId)}/${command}`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "idempotency-key": key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => null);
    // 5xx and "still being worked on" say nothing about the outcome: ask again.
    if (response === null || response.status >= 500 || response.status === 429) continue;
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok) return { state: "accepted", at: timeOf(answer, response), message: messageOf(answer) };
    if (response.status === 401) return { state: "signed-out" };
    const problem = (answer ?? {}) as Problem;
    if (response.status === 409 && answer !== null && typeof answer === "object" && "retryAfterSeconds" in answer) continue;
    if (problem.stepUp === true) return { state: "step-up" };
    return {
      state: "refused",
      message: problem.detail ?? `The server answered ${response.status}.`,
      reasons: (problem.errors ?? []).map((error) => error.message).filter((reason) => reason !== problem.detail),
    };
  }
  return { state: "unconfirmed", line: commandLine(command, runId) };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function timeOf(answer: unknown, response: Response): string {
  if (typeof answer === "object" && answer !== null && "at" in answer && typeof answer.at === "string") return answer.at;
  const header = response.headers.get("date");
  return header === null ? "" : new Date(header).toISOString();
}

function messageOf(answer: unknown): string {
  return typeof answer === "object" && answer !== null && "message" in answer && typeof answer.message === "string" ? answer.message : "";
}
