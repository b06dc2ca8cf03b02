import { InvalidInputError } from "@/lib/core/errors";
import { MAX_DEPTH, MAX_SOURCE_BYTES, requireText } from "./limits";

/** Plain JSON objects, as far as a reader looks into them. */
export type Json = Record<string, unknown>;

/** An object, or null for anything else. */
export function asObject(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

/** A list; an empty one for anything else. */
export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, or null for anything else. */
export function asText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/**
 * JSON text to a value. The parser's own message is never passed on: it quotes the text around the mistake, and a
 * state file is full of secrets.
 * @throws InvalidInputError naming line and column.
 */
export function parseJsonText(text: string): unknown {
  requireText(text, MAX_SOURCE_BYTES);
  if (deeperThan(text, MAX_DEPTH)) throw new InvalidInputError(`The file is nested too deep: at most ${MAX_DEPTH} levels are read.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidInputError(`The file is not valid JSON${placeOf(error, text)}. Was it cut off?`);
  }
}

function placeOf(error: unknown, text: string): string {
  const position = error instanceof SyntaxError ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  if (position === undefined) return "";
  const before = text.slice(0, Number(position));
  const line = before.split("\n").length;
  return ` (line ${line}, column ${before.length - before.lastIndexOf("\n")})`;
}

/** Whether brackets outside of strings nest deeper than `limit`. One pass over the text. */
function deeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 92) i++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === 125 || code === 93) depth -= 1;
  }
  return false;
}
