import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
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
import path from "node:path";
import { messageOf } from "@/lib/core/errors";

/* The file with the `[databases]` lines on the worker's machine: read whole, replaced whole (R-SEC-14). */

const MAX_BYTES = 1_000_000;

/** The text of the file. @throws Error when it cannot be read */
export function readDatabases(file: string): string {
  if (statSync(file).size > MAX_BYTES) throw new Error(`${file} is larger than a list of databases can be.`);
  return readFileSync(file, "utf8");
}

/**
 * Replaces the file in one move: whoever reads it sees the old or the new text. Owner and mode stay, because PgBouncer
 * has to read it under its own account. What was there before the first replacement of this run is kept beside it.
 * @throws Error when the folder does not let us
 */
export function replaceDatabases(file: string, text: string, runId: string): void {
  const real = realpathSync(file);
  keepBackup(real, runId);
  const draft = writeDraft(real, text);
  try {
    renameSync(draft, real);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(real);
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

function writeDraft(real: string, text: string): string {
  const { mode, uid, gid } = statSync(real);
  const draft = path.join(path.dirname(real), `.${path.basename(real)}.switchyard-${randomBytes(6).toString("hex")}`);
  const handle = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode & 0o777);
  try {
    if (process.getuid?.() !== uid || process.getgid?.() !== gid) fchownSync(handle, uid, gid);
    writeSync(handle, text);
    fsyncSync(handle);
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

function syncFolder(real: string): void {
  const folder = openSync(path.dirname(real), constants.O_RDONLY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
