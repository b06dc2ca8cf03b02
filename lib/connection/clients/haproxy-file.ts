import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { access, chmod, chown, copyFile, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";

/*
 * Weights in haproxy.cfg. Only the weight of a server line is understood and changed; everything else of the file stays byte
 * for byte as it is. A new file takes the place of the old one in one move, after HAProxy itself accepted it.
 */

const run = promisify(execFile);
const CHECK_MS = 15_000;
const MAX_BYTES = 10_000_000;
const FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/usr/local/bin", "/usr/bin"];
/** Words that begin a section. */
const SECTION =
  /^\s*(global|defaults|frontend|backend|listen|peers|resolvers|userlist|mailers|cache|program|http-errors|ring|log-forward|fcgi-app|crt-store|traces|log-profile|acme)\b(?:\s+(\S+))?/;

interface ServerLine {
  index: number;
  /** What stands before a remark. */
  code: string;
  rest: string;
  weight: number | null;
}

/** The part of a line before an unquoted `#`. */
function codeOf(line: string): string {
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? "";
    if (character === "\\" && quote !== "'") at++;
    else if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === "#") return line.slice(0, at);
  }
  return line;
}

/** The line of a server in a backend. @throws Error when there is none, more than one, or its weight is not a plain number */
function findServer(lines: readonly string[], backend: string, server: string): ServerLine {
  const found: ServerLine[] = [];
  let inside = false;
  for (const [index, line] of lines.entries()) {
    const code = codeOf(line);
    const section = SECTION.exec(code);
    if (section !== null) {
      inside = (section[1] === "backend" || section[1] === "listen") && section[2] === backend;
      continue;
    }
    const words = code.trim().split(/\s+/);
    if (!inside || words[0] !== "server" || words[1] !== server) continue;
    const weights = words.flatMap((word, at) => (at > 2 && words[at - 1] === "weight" ? [word] : []));
    if (weights.length > 1 || weights.some((word) => !/^\d{1,3}$/.test(word)) || words.at(-1) === "weight")
      throw new Error(`line ${index + 1}: the weight of ${backend}/${server} is not one plain number`);
    found.push({ index, code, rest: line.slice(code.length), weight: weights[0] === undefined ? null : Number(weights[0]) });
  }
  const [only] = found;
  if (only === undefined) throw new Error(`there is no line "server ${server} …" in the section of ${backend}`);
  if (found.length > 1) throw new Error(`${backend}/${server} is declared more than once`);
  return only;
}

/** Weights that the text gives to servers of a backend; null where a line names none (HAProxy takes 1). */
export function weightsIn(text: string, backend: string, servers: readonly string[]): (number | null)[] {
  const lines = text.split("\n");
  return servers.map((server) => findServer(lines, backend, server).weight);
}

/** The text with other weights; null takes the word out. Nothing else changes. */
export function withWeights(text: string, backend: string, wanted: readonly { server: string; weight: number | null }[]): string {
  const lines = text.split("\n");
  for (const { server, weight } of wanted) {
    const { index, code, rest, weight: present } = findServer(lines, backend, server);
    if (weight === present) continue;
    if (present !== null) lines[index] = `${code.replace(/(\s)weight\s+\d+(?=\s|$)/, weight === null ? "" : `$1weight ${weight}`)}${rest}`;
    else lines[index] = `${code.replace(/^(\s*server\s+\S+\s+\S+)/, `$1 weight ${weight}`)}${rest}`;
  }
  return lines.join("\n");
}

export function findHaproxy(): string | null {
  for (const folder of FOLDERS) {
    try {
      accessSync(`${folder}/haproxy`, constants.X_OK);
      return `${folder}/haproxy`;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

async function readText(path: string): Promise<string> {
  const found = await stat(path);
  // A pipe or a device would never come to an end.
  if (!found.isFile()) throw new Error(`${path} is not a file`);
  if (found.size > MAX_BYTES) throw new Error("the file is longer than 10 MB");
  return await readFile(path, "utf8");
}

/** @throws Error when the file cannot be read, or not both written and replaced, or has no such servers */
export async function readFileWeights(path: string, backend: string, servers: readonly string[]): Promise<(number | null)[]> {
  const file = await realpath(path);
  await access(file, constants.R_OK | constants.W_OK);
  await access(dirname(file), constants.W_OK);
  return weightsIn(await readText(file), backend, servers);
}

/** Lets HAProxy itself read a file. @throws Error with its first complaint */
export async function checkHaproxyFile(program: string, file: string): Promise<void> {
  try {
    await run(program, ["-c", "-f", file], {
      timeout: CHECK_MS,
      maxBuffer: 1_000_000,
      env: { PATH: FOLDERS.join(":"), LC_ALL: "C" } as unknown as NodeJS.ProcessEnv,
    });
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    const complaint = said.split("\n").find((line) => /ALERT/.test(line)) ?? said.trim().split("\n")[0] ?? "";
    throw new Error(`HAProxy does not accept the file: ${complaint.slice(0, 300) || "no reason given"}`, { cause: error });
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(text, "utf8");
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes weights to the file: a copy of it as it was, a new file beside it that HAProxy accepts, one move, read back. The
 * first copy of a run stays (`…before-RUN`).
 * @throws Error when somebody else changed the file meanwhile, HAProxy refuses the new one, or it cannot be written
 */
export async function writeFileWeights(
  path: string,
  backend: string,
  wanted: readonly { server: string; weight: number | null }[],
  runId: string,
): Promise<void> {
  const program = findHaproxy();
  if (program === null) throw new Error("The program haproxy was not found, so the new file cannot be checked.");
  const file = await realpath(path);
  const before = await readText(file);
  const after = withWeights(before, backend, wanted);
  if (after === before) return;
  const name = runId.replace(/[^A-Za-z0-9-]/g, "");
  const fresh = `${file}.switchyard-${name}`;
  await rm(fresh, { force: true });
  try {
    await writeSynced(fresh, after);
    const { mode, uid, gid } = await stat(file);
    await chmod(fresh, mode & 0o7777);
    if (process.getuid?.() === 0) await chown(fresh, uid, gid);
    await checkHaproxyFile(program, fresh);
    await copyFile(file, `${file}.before-${name}`, constants.COPYFILE_EXCL).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    if ((await readText(file)) !== before) throw new Error("Somebody else changed the file at this moment; it was left alone.");
    await rename(fresh, file);
    const folder = await open(dirname(file), "r");
    await folder.sync().finally(() => folder.close());
  } finally {
    await rm(fresh, { force: true });
  }
  const seen = weightsIn(
    await readText(file),
    backend,
    wanted.map((one) => one.server),
  );
  if (wanted.some((one, index) => one.weight !== seen[index])) throw new Error("The file does not have the weights that were written to it.");
}
