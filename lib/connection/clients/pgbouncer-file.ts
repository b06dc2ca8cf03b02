import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { messageOf } from "@/lib/core/errors";

/* The file with the `[databases]` lines on the worker's machine: read whole, replaced whole (R-SEC-14). */

const MAX_BYTES = 1_000_000;

/** The text of the file. @throws Error when it cannot be read, or is nothing of which a text can be read to its end */
export function readDatabases(file: string): string {
  const found = statSync(file);
  // A pipe or a device would have the whole worker wait, and the guards with it.
  if (!found.isFile()) throw new Error(`${file} is not a file.`);
  if (found.size > MAX_BYTES) throw new Error(`${file} is larger than a list of databases can be.`);
  return readFileSync(file, "utf8");
}

/**
 * Replaces the file in one move: whoever reads it sees the old or the new text. Owner and mode stay, because PgBouncer
 * has to read it under its own account. What was there before the first replacement of this run is kept beside it.
 * The text is durable before the move, the move itself only after `syncDatabases`: until then a power cut may bring the
 * old text back, never a part of one. @throws Error when the folder does not let us
 */
export function replaceDatabases(file: string, text: string, runId: string): void {
  const real = realpathSync(file);
  keepBackup(real, runId);
  const ready = readyDraft(real, runId);
  const draft = holds(ready, text) ? ready : writeDraft(real, text);
  try {
    if (draft !== ready) syncNow(draft);
    renameSync(draft, real);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/**
 * Writes the text of a later `replaceDatabases` beside the file and makes it durable, because that can take seconds on a busy
 * disk and must not happen while clients wait. Also the proof that the file can be replaced.
 * @throws Error that says why it cannot
 */
export async function prepareReplacement(file: string, text: string, runId: string): Promise<void> {
  try {
    const real = realpathSync(file);
    rmSync(readyDraft(real, runId), { force: true });
    await sync(writeDraft(real, text, readyDraft(real, runId)));
  } catch (error) {
    throw new Error(`${file} cannot be replaced: ${messageOf(error)}`, { cause: error });
  }
}

/** Removes what `prepareReplacement` made and nobody used. */
export function discardReplacement(file: string, runId: string): void {
  if (existsSync(file)) rmSync(readyDraft(realpathSync(file), runId), { force: true });
}

/** Resolves when what was replaced survives a power cut. */
export async function syncDatabases(file: string): Promise<void> {
  await sync(path.dirname(realpathSync(file)));
}

/** Whether `replaceDatabases` would come through: makes and removes a draft. @throws Error that says why not */
export function tryReplace(file: string): void {
  try {
    const real = realpathSync(file);
    rmSync(writeDraft(real, readDatabases(real)));
  } catch (error) {
    throw new Error(`${file} cannot be replaced: ${messageOf(error)}`, { cause: error });
  }
}

const beside = (real: string, mark: string) => path.join(path.dirname(real), `.${path.basename(real)}.switchyard-${mark}`);
const readyDraft = (real: string, runId: string) => beside(real, runId);

/** The file changes between preparing and replacing where somebody else edits it: then what was prepared is not what is wanted. */
function holds(draft: string, text: string): boolean {
  return existsSync(draft) && readDatabases(draft) === text;
}

function writeDraft(real: string, text: string, draft = beside(real, randomBytes(6).toString("hex"))): string {
  const { mode, uid, gid } = statSync(real);
  const handle = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode & 0o777);
  try {
    if (process.getuid?.() !== uid || process.getgid?.() !== gid) fchownSync(handle, uid, gid);
    writeSync(handle, text);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  return draft;
}

function keepBackup(real: string, runId: string): void {
  try {
    copyFileSync(real, `${real}.before-${runId}`, constants.COPYFILE_EXCL);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** @param what a file or a folder */
async function sync(what: string): Promise<void> {
  const handle = await open(what, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function syncNow(file: string): void {
  const handle = openSync(file, constants.O_RDONLY);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
