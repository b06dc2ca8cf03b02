import type { Tone } from "@/components/ui/status";
import type { Verdict } from "@/lib/decision/types";
import type { TriggerState, TriggerView } from "@/lib/trigger/types";

/** Shape and colour of a verdict. */
export const VERDICT_TONES: Record<Verdict["kind"], Tone> = {
  move: "info",
  stay: "ok",
  act: "warn",
  blocked: "warn",
  unclear: "unknown",
  "no-rule": "neutral",
};

export const VERDICT_WORDS: Record<Verdict["kind"], string> = {
  move: "Move",
  stay: "Stay",
  act: "Act",
  blocked: "Blocked",
  unclear: "Not clear",
  "no-rule": "No rule",
};

/** A firing block or review is not good or bad by itself; a firing reason to move is news. */
export function stateTone(state: TriggerState, kind: TriggerView["kind"]): Tone {
  if (state === "unknown") return "unknown";
  if (state === "inactive") return "neutral";
  if (state === "pending") return "warn";
  return kind === "block" ? "bad" : "info";
}

export const STATE_WORDS: Record<TriggerState, string> = { unknown: "Unknown", inactive: "Not met", pending: "Waiting", firing: "Fires" };

export const KIND_WORDS: Record<TriggerView["kind"], string> = { migrate: "Reason to move", block: "Block", justify: "Justification", review: "Review" };
