import { createHash } from "node:crypto";
import { readInChild } from "./reading/read-in-child";
import { type Reading, readingOf, readPortable } from "./reading/reading";

/** Texts kept in all, in characters: one large document, or the usual handful. */
const MAX_CHARACTERS = 12_000_000;
/** Texts longer than this are read in another process: here they would hold up everybody else. */
const LONG = 200_000;

type Kept = Map<string, { reading: Promise<Reading>; size: number }>;

/** Pages, actions and routes are built apart and would each have a copy of a variable of this file; the process has one. */
const holder = globalThis as typeof globalThis & { switchyardReadings?: Kept };
holder.switchyardReadings ??= new Map();
const kept: Kept = holder.switchyardReadings;

/**
 * Reads a document, or gives back the reading of a moment ago: while a document is under review every
 * correction looks at the same text again. Callers never change what they get.
 * @throws AppError when a long document takes too long or too much memory; nothing is kept of it then.
 */
export function readDocumentOnce(source: string, fileName: string): Promise<Reading> {
  const key = createHash("sha256").update(fileName).update("\0").update(source).digest("hex");
  const found = kept.get(key);
  const reading = found?.reading ?? read(source, fileName);
  kept.delete(key);
  kept.set(key, { reading, size: source.length });
  if (found === undefined)
    reading.catch(() => {
      if (kept.get(key)?.reading === reading) kept.delete(key);
    });
  let total = [...kept.values()].reduce((sum, one) => sum + one.size, 0);
  for (const [oldest, { size }] of kept) {
    if (total <= MAX_CHARACTERS || oldest === key) break;
    kept.delete(oldest);
    total -= size;
  }
  return reading;
}

async function read(source: string, fileName: string): Promise<Reading> {
  return readingOf(source.length > LONG ? await readInChild(source, fileName) : readPortable(source, fileName));
}
