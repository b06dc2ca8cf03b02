/*
 * The table of contents of a pg_dump archive, as `pg_restore --list` prints it: which entries go before the rows, which
 * after, and which are there already. Pure.
 */

export interface TocEntry {
  /** The line as printed; a list of lines is what `pg_restore --use-list` takes. */
  line: string;
  /** Catalogue and object in the database that was dumped; 0 where the entry has no object of its own. */
  catalog: string;
  oid: string;
}

/** Entries of a list; comments and empty lines left out. */
export function parseToc(text: string): TocEntry[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\d+; (\d+) (\d+) /.exec(line);
    return match === null ? [] : [{ line, catalog: match[1] ?? "0", oid: match[2] ?? "0" }];
  });
}

const idOf = (entry: { catalog: string; oid: string }) => `${entry.catalog}/${entry.oid}`;

/** Entries split by whether their object is among the given ones. */
export function partition(entries: readonly TocEntry[], objects: readonly { catalog: string; oid: string }[]): { among: TocEntry[]; others: TocEntry[] } {
  const wanted = new Set(objects.map(idOf));
  const isAmong = (entry: TocEntry) => entry.oid !== "0" && wanted.has(idOf(entry));
  return { among: entries.filter(isAmong), others: entries.filter((entry) => !isAmong(entry)) };
}

/** The text of a list file. */
export function listFile(entries: readonly TocEntry[]): string {
  return entries.map((entry) => `${entry.line}\n`).join("");
}
