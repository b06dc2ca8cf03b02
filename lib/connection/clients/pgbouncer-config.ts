/*
 * The `[databases]` lines of a PgBouncer configuration as a typed model: one entry's server is replaced, every other
 * byte of the file stays. What is not understood is refused, never guessed (R-SEC-14). Pure.
 */

/** Where an entry leads. */
export interface ServerAddress {
  host: string;
  port: number;
  /** Name of the database on that server. */
  database: string;
}

/** Whether two entries lead to the same place, as written: names are not looked up. */
export function sameServer(a: ServerAddress, b: ServerAddress): boolean {
  return a.host === b.host && a.port === b.port && a.database === b.database;
}

/** Settings of the line in their order; `raw` is the text as it stands in the file. */
interface Setting {
  key: string;
  value: string;
  raw: string;
}

interface EntryLine {
  /** Index of the line in the file. */
  at: number;
  /** The line up to and with the equals sign. */
  head: string;
  settings: Setting[];
}

const NAME_LINE = /^(\s*(?:"((?:[^"]|"")+)"|([A-Za-z0-9_.*-]+))\s*=\s*)(.*)$/;
const SETTING = /\s*([A-Za-z_]+)\s*=\s*(?:'((?:[^']|'')*)'|([^\s']*))(?=\s|$)/y;

/** Index and content of the lines in the section `[databases]`; a file without sections is included into one. */
function databaseLines(text: string): { at: number; line: string }[] {
  let section = "databases";
  const found: { at: number; line: string }[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    const header = /^\s*\[([^\]]*)\]\s*$/.exec(line);
    if (header !== null) section = (header[1] ?? "").trim().toLowerCase();
    else if (section === "databases" && !/^\s*(?:[;#%]|$)/.test(line)) found.push({ at, line: line.replace(/\r$/, "") });
  }
  return found;
}

function settingsOf(text: string, name: string): Setting[] {
  const settings: Setting[] = [];
  const rest = text.trimEnd();
  SETTING.lastIndex = 0;
  while (SETTING.lastIndex < rest.length) {
    const from = SETTING.lastIndex;
    const match = SETTING.exec(rest);
    if (match === null) throw new Error(`The line of "${name}" cannot be read from "${rest.slice(from, from + 8).trim()}…" on.`);
    settings.push({ key: (match[1] ?? "").toLowerCase(), value: match[2]?.replaceAll("''", "'") ?? match[3] ?? "", raw: match[0].trim() });
  }
  return settings;
}

function findEntry(text: string, name: string): EntryLine {
  const found = databaseLines(text).flatMap(({ at, line }) => {
    const match = NAME_LINE.exec(line);
    if (match === null) return [];
    const entry = match[2]?.replaceAll('""', '"') ?? match[3] ?? "";
    return entry === name ? [{ at, head: match[1] ?? "", text: match[4] ?? "" }] : [];
  });
  const [entry, another] = found;
  if (entry === undefined) throw new Error(`The file has no line for the database "${name}" in its section [databases].`);
  // PgBouncer takes the last one; a person who changes one of them would not expect that.
  if (another !== undefined) throw new Error(`The file has more than one line for the database "${name}".`);
  const settings = settingsOf(entry.text, name);
  for (const { key } of settings) {
    if (settings.filter((one) => one.key === key).length > 1) throw new Error(`The line of "${name}" gives ${key} more than once.`);
  }
  return { at: entry.at, head: entry.head, settings };
}

/** Where the entry leads. @throws Error when there is no such line, or when it cannot be read */
export function entryServer(text: string, name: string): ServerAddress {
  const { settings } = findEntry(text, name);
  const value = (key: string) => settings.find((setting) => setting.key === key)?.value;
  const host = value("host");
  if (host === undefined) throw new Error(`The line of "${name}" names no host.`);
  const port = Number(value("port") ?? "5432");
  if (!Number.isInteger(port)) throw new Error(`The line of "${name}" has the port "${value("port")}".`);
  return { host, port, database: value("dbname") ?? name };
}

function quoted(value: string): string {
  if (value === "" || /[\0\r\n]/.test(value)) throw new Error("A server's address is one line of text.");
  return /^[A-Za-z0-9_.:/-]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
}

/** The file with the entry leading to another server. Its other settings, and all other lines, stay as they are. */
export function withServer(text: string, name: string, server: ServerAddress): string {
  const entry = findEntry(text, name);
  const wanted = new Map([
    ["host", quoted(server.host)],
    ["port", String(server.port)],
    ["dbname", quoted(server.database)],
  ]);
  const kept = entry.settings.map(({ key, raw }) => {
    const value = wanted.get(key);
    wanted.delete(key);
    return value === undefined ? raw : `${key}=${value}`;
  });
  const added = [...wanted].map(([key, value]) => `${key}=${value}`);
  const lines = text.split("\n");
  const ending = lines[entry.at]?.endsWith("\r") ? "\r" : "";
  lines[entry.at] = `${entry.head}${[...added, ...kept].join(" ")}${ending}`;
  return lines.join("\n");
}
