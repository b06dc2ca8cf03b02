import { formatDuration, parseDuration } from "@/lib/core/duration";

/** Milliseconds of a duration of the plan; null where none is given. */
export const span = (text: string | undefined): number | null => (text === undefined ? null : parseDuration(text));

/** A length of time in a sentence. */
export const lasting = (ms: number): string => (ms === 0 ? "0" : formatDuration(ms));

/** An offset with its sign, in milliseconds. */
export function offsetMs(text: string): number {
  return text.startsWith("-") ? -parseDuration(text.slice(1)) : parseDuration(text.replace(/^\+/, ""));
}
