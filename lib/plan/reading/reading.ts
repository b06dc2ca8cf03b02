import { locateByLines } from "@/lib/document/locate";
import { type ReadDocument, readDocument } from "@/lib/document/read-document";

/** What is kept of a document that was read: all that reviews, imports and reports look at. */
export interface Reading extends Pick<ReadDocument, "plan" | "locate" | "unread" | "damage" | "empty"> {
  /** The repaired lines, and the headings by which entries are known. */
  tree: { lines: string[]; sections: { line: number; title: string }[] };
}

/** A reading as it goes from one process to another. */
export type PortableReading = Omit<Reading, "locate">;

/** Reads a document. Pure; takes seconds and hundreds of megabytes for one of 5 MB. `fileName` may be empty. */
export function readPortable(source: string, fileName: string): PortableReading {
  const { plan, tree, unread, damage, empty } = readDocument(source, fileName === "" ? undefined : fileName);
  const sections = tree.sections.map(({ line, title }) => ({ line, title }));
  return { plan, unread, damage, empty, tree: { lines: tree.lines, sections } };
}

/** A reading that came from another process, or from this one, for use. */
export function readingOf(portable: PortableReading): Reading {
  return { ...portable, locate: locateByLines(portable.plan) };
}
