import { createHash } from "node:crypto";
import { type ReadDocument, readDocument } from "@/lib/document/read-document";

/** Texts kept in all, in characters: one large document, or the usual handful. */
const MAX_CHARACTERS = 12_000_000;

type Kept = Map<string, { document: ReadDocument; size: number }>;

/** Pages, actions and routes are built apart and would each have a copy of a variable of this file; the process has one. */
const holder = globalThis as typeof globalThis & { switchyardReadings?: Kept };
holder.switchyardReadings ??= new Map();
const kept: Kept = holder.switchyardReadings;

/**
 * Reads a document, or gives back the reading of a moment ago: while a document is under review every correction looks at
 * the same text again. Callers never change what they get.
 */
export function readDocumentOnce(source: string, fileName: string): ReadDocument {
  const key = createHash("sha256").update(fileName).update("\0").update(source).digest("hex");
  const found = kept.get(key);
  const document = found?.document ?? readDocument(source, fileName === "" ? undefined : fileName);
  kept.delete(key);
  kept.set(key, { document, size: source.length });
  let total = [...kept.values()].reduce((sum, one) => sum + one.size, 0);
  for (const [oldest, { size }] of kept) {
    if (total <= MAX_CHARACTERS || oldest === key) break;
    kept.delete(oldest);
    total -= size;
  }
  return document;
}
