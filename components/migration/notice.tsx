import { Callout, type Tone } from "@/components/ui/status";
import { RUN_COMMANDS } from "@/lib/migration/types";

const OUTCOMES: Record<string, { tone: Tone; text: string }> = {
  accepted: { tone: "ok", text: "was accepted by the server." },
  changed: { tone: "warn", text: "did not count: the state had changed since you looked. This page shows it as it is now." },
  forbidden: { tone: "bad", text: "was refused: you may not do this." },
  refused: { tone: "bad", text: "was refused; the reason stands beside the button." },
  failed: { tone: "bad", text: "got no answer. Look at the state below before you try again." },
};

const WORDS: Record<string, string> = { rollback: "Roll back", request: "Request approval", start: "Start" };

/** What became of a command that was sent as a plain form. The address only carries two known words. */
export function Notice({ notice }: { notice: string | string[] | undefined }) {
  if (typeof notice !== "string") return null;
  const [name = "", result = ""] = notice.split("-");
  const command = RUN_COMMANDS.find((one) => one === name);
  const outcome = Object.hasOwn(OUTCOMES, result) ? OUTCOMES[result] : undefined;
  if (command === undefined || outcome === undefined) return null;
  const word = WORDS[command] ?? command.charAt(0).toUpperCase() + command.slice(1);
  return <Callout tone={outcome.tone} role="status" className="mb-3" title={`${word} ${outcome.text}`} />;
}
