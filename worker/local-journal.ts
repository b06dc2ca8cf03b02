import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

/*
 * What a critical section did while our own database was away (R-ENG-13): one file per checkpoint in the data
 * directory, written before the worker goes on, sent when the database is there again. Sending twice does no harm.
 */

const entrySchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  runId: z.string(),
  stepId: z.string(),
  stepKey: z.string(),
  direction: z.enum(["apply", "undo"]),
  epoch: z.number().int(),
  attempt: z.number().int(),
  phase: z.string(),
  at: z.iso.datetime(),
  facts: z.record(z.string(), z.unknown()),
});
export type LocalEntry = z.infer<typeof entrySchema>;

const ENDING = ".checkpoint.json";

export class LocalJournal {
  private readonly dir: string;

  /** @param dataDir directory of this machine's state; the journal is a folder in it */
  constructor(dataDir: string) {
    this.dir = path.join(dataDir, "local-journal");
  }

  /** Returns when the entry is on the disk. @throws Error when it cannot be written */
  keep(entry: LocalEntry): void {
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    const file = path.join(this.dir, `${entry.id}${ENDING}`);
    const handle = openSync(`${file}.new`, "w", 0o600);
    try {
      writeSync(handle, JSON.stringify(entry));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(`${file}.new`, file);
  }

  /** Entries that were not sent yet, oldest first. A file that is none of ours is left alone. */
  waiting(): LocalEntry[] {
    const entries = this.files().flatMap((name) => {
      const parsed = entrySchema.safeParse(readJson(path.join(this.dir, name)));
      return parsed.success ? [parsed.data] : [];
    });
    return entries.sort((a, b) => a.at.localeCompare(b.at));
  }

  /** The entry has been sent, by this worker or by another one of this machine. */
  sent(id: string): void {
    rmSync(path.join(this.dir, `${id}${ENDING}`), { force: true });
  }

  private files(): string[] {
    try {
      return readdirSync(this.dir).filter((name) => name.endsWith(ENDING));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw error;
    }
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
