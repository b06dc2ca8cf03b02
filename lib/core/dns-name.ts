/*
 * Names and values of DNS records in one canonical form, so that what a person writes, what an interface returns and
 * what a server answers can be compared (R-SEC-14, B-10). Pure.
 */

/** The record types Switchyard changes. Delegation (NS, DS) and SOA are not among them: a wrong one takes a whole zone away. */
export const RECORD_TYPES = ["A", "AAAA", "CNAME", "MX", "TXT", "SRV", "CAA"] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

/** Largest TTL in seconds (RFC 2181, section 8). */
export const MAX_TTL = 2_147_483_647;

/** Why a name or value is refused; the text is safe to show. */
export class DnsSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DnsSyntaxError";
  }
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** One label in ASCII: letters outside it become an A-label as browsers make it (UTS 46). */
function asciiLabel(label: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything in ASCII is taken as it is
  if (/^[\x00-\x7f]*$/.test(label)) return label.toLowerCase();
  const url = `http://${label}.invalid/`;
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  const ascii = host.endsWith(".invalid") ? host.slice(0, -".invalid".length) : "";
  if (ascii === "" || ascii.includes(".")) throw new DnsSyntaxError(`${shown(label)} is no part of a DNS name.`);
  return ascii;
}

/**
 * A fully qualified name in lower case, with A-labels and without the dot at its end. With and without that dot it is
 * the same name; nothing is ever completed with a zone.
 * @throws DnsSyntaxError
 */
export function canonicalName(text: string, options: { wildcard?: boolean } = {}): string {
  const labels = text.replace(/\.$/, "").split(".").map(asciiLabel);
  labels.forEach((label, index) => {
    if (label === "*" && index === 0 && labels.length > 1 && options.wildcard === true) return;
    if (!LABEL.test(label)) throw new DnsSyntaxError(`${shown(text)} is no DNS name: ${label === "" ? "a part is empty" : `${shown(label)} is not allowed`}.`);
  });
  const name = labels.join(".");
  if (name.length > 253) throw new DnsSyntaxError(`${shown(text)} is longer than the 253 characters a DNS name may have.`);
  return name;
}

/** Whether text is a name that `canonicalName` takes. */
export function isDnsName(text: string, options: { wildcard?: boolean } = {}): boolean {
  try {
    canonicalName(text, options);
    return true;
  } catch {
    return false;
  }
}

/** Whether a canonical name is the zone or below it. */
export function isInZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

function address4(text: string): string {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    throw new DnsSyntaxError(`${shown(text)} is no IPv4 address.`);
  return text;
}

function address6(text: string): string {
  const url = `http://[${text}]/`;
  if (!/^[0-9A-Fa-f:.]{2,45}$/.test(text) || !URL.canParse(url)) throw new DnsSyntaxError(`${shown(text)} is no IPv6 address.`);
  return new URL(url).hostname.slice(1, -1);
}

/** A name that a record leads to, with its dot. One label without a dot is nearly always a forgotten zone. */
function target(text: string): string {
  if (text === ".") return ".";
  if (!text.includes(".")) throw new DnsSyntaxError(`${shown(text)} is not fully qualified: write all of the name, such as ${text}.example.com.`);
  return `${canonicalName(text)}.`;
}

function number(text: string, most: number, what: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) > most) throw new DnsSyntaxError(`${shown(text)} is no ${what} from 0 to ${most}.`);
  return String(Number(text));
}

/**
 * Bytes of a text in the quoted form of zone files, in strings of at most 255 bytes; what is not plain ASCII as \DDD, in
 * decimal (RFC 1035) or, for the one service that wants it so, octal digits.
 */
export function quoteText(bytes: Uint8Array, radix: 8 | 10 = 10): string {
  const strings: string[] = [];
  for (let from = 0; from === 0 || from < bytes.length; from += 255) {
    const escaped = Array.from(bytes.subarray(from, from + 255), (byte) => {
      const character = String.fromCharCode(byte);
      if (character === '"' || character === "\\") return `\\${character}`;
      return byte < 32 || byte > 126 ? `\\${byte.toString(radix).padStart(3, "0")}` : character;
    });
    strings.push(`"${escaped.join("")}"`);
  }
  return strings.join(" ");
}

/** Bytes of quoted (or bare) strings of a zone file, put together. @throws DnsSyntaxError */
export function unquoteText(text: string, radix: 8 | 10 = 10): Uint8Array {
  const bytes: number[] = [];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === "\\") {
      const digits = /^\d{3}/.exec(text.slice(at + 1))?.[0];
      const byte = digits === undefined ? text.charCodeAt(at + 1) & 255 : Number.parseInt(digits, radix);
      if (!(byte <= 255)) throw new DnsSyntaxError(`\\${digits} is no byte.`);
      bytes.push(byte);
      at += digits === undefined ? 1 : 3;
    } else if (character === '"') quoted = !quoted;
    else if (quoted || character !== " ") for (const byte of new TextEncoder().encode(character)) bytes.push(byte);
  }
  if (quoted) throw new DnsSyntaxError("A quoted text does not end.");
  return Uint8Array.from(bytes);
}

/**
 * A value in the form of zone files, as an interface or a server gives it, made comparable: names in lower case with their
 * dot, addresses and numbers in their shortest form, texts in strings of 255 bytes.
 * @throws DnsSyntaxError
 */
export function canonicalValue(type: RecordType, text: string): string {
  const words = text.trim().split(/\s+/);
  const word = (index: number) => words[index] ?? "";
  const expect = (count: number, form: string) => {
    if (words.length !== count) throw new DnsSyntaxError(`${shown(text)} is no ${type} value: write ${form}.`);
  };
  switch (type) {
    case "A":
      return address4(text.trim());
    case "AAAA":
      return address6(text.trim());
    case "CNAME":
      expect(1, "one name");
      if (word(0) === ".") throw new DnsSyntaxError("A CNAME cannot lead to the root.");
      return target(word(0));
    case "MX":
      expect(2, "preference and name");
      return `${number(word(0), 65_535, "preference")} ${target(word(1))}`;
    case "SRV":
      expect(4, "priority, weight, port and name");
      return `${number(word(0), 65_535, "priority")} ${number(word(1), 65_535, "weight")} ${number(word(2), 65_535, "port")} ${target(word(3))}`;
    case "CAA": {
      const match = /^(\d{1,3})\s+([A-Za-z0-9]{1,15})\s+(.*)$/.exec(text.trim());
      if (match === null) throw new DnsSyntaxError(`${shown(text)} is no CAA value: write flags, tag and value.`);
      if (unquoteText(match[3] ?? "").length > 255) throw new DnsSyntaxError("The value of a CAA record has at most 255 bytes.");
      return `${number(match[1] ?? "", 255, "flags")} ${(match[2] ?? "").toLowerCase()} ${quoteText(unquoteText(match[3] ?? ""))}`;
    }
    case "TXT":
      return quoteText(unquoteText(text));
  }
}

/**
 * A value as a person writes it in a runbook. Only TXT differs from the form of zone files: the text is meant as it stands,
 * quotes in it are part of it.
 * @throws DnsSyntaxError
 */
export function writtenValue(type: RecordType, text: string): string {
  for (const character of text) if (character < " " || character === "\u007f") throw new DnsSyntaxError("A value is one line without control characters.");
  if (type !== "TXT") return canonicalValue(type, text);
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"'))
    throw new DnsSyntaxError("Write the text of a TXT record without quotes around it: they would become part of it.");
  return quoteText(new TextEncoder().encode(text));
}
