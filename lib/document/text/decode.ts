import { decodeCp1252 } from "./charsets";

export type Decoded = { ok: true; text: string } | { ok: false; reason: string };

/** First bytes of files that people drop by mistake. */
const KINDS: readonly (readonly [bytes: readonly number[], name: string])[] = [
  [[0x25, 0x50, 0x44, 0x46], "a PDF file"],
  [[0x50, 0x4b, 0x03, 0x04], "a ZIP archive or an office document"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an office document"],
  [[0x1f, 0x8b], "a gzip archive"],
  [[0x89, 0x50, 0x4e, 0x47], "a PNG image"],
  [[0xff, 0xd8, 0xff], "a JPEG image"],
  [[0x47, 0x49, 0x46, 0x38], "a GIF image"],
  [[0x7f, 0x45, 0x4c, 0x46], "a program"],
];
const NEXT_STEP = "Save it as Markdown text in UTF-8 and try again.";
/** Share of control characters from which something is no text. */
const MAX_CONTROL = 0.02;
const SAMPLE = 4_096;

/**
 * The text of a file: UTF-8 with or without a mark, UTF-16, and lines that are no UTF-8 as cp1252. Archives, images and
 * other binary files are refused with a sentence. Pure, linear; never throws. Line ends stay as they are.
 */
export function decodeDocument(bytes: Uint8Array): Decoded {
  const kind = KINDS.find(([start]) => start.every((byte, i) => bytes[i] === byte));
  if (kind !== undefined) return refused(`This is ${kind[1]}, not a text.`);
  const utf16 = utf16Of(bytes);
  if (utf16 !== null) return checked(new TextDecoder(utf16).decode(bytes));
  return checked(utf8Text(bytes));
}

function refused(why: string): Decoded {
  return { ok: false, reason: `${why} ${NEXT_STEP}` };
}

/** UTF-16 by its mark, or by every second byte of the beginning being zero. */
function utf16Of(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const sample = bytes.subarray(0, Math.min(bytes.length - (bytes.length % 2), SAMPLE));
  if (sample.length < 4 || bytes.length % 2 !== 0) return null;
  let even = 0;
  let odd = 0;
  sample.forEach((byte, i) => {
    if (byte === 0 && i % 2 === 0) even++;
    if (byte === 0 && i % 2 === 1) odd++;
  });
  const half = sample.length / 2;
  if (odd > 0.6 * half && even < 0.05 * half) return "utf-16le";
  return even > 0.6 * half && odd < 0.05 * half ? "utf-16be" : null;
}

function utf8Text(bytes: Uint8Array): string {
  const whole = strictUtf8(bytes);
  if (whole !== null) return whole;
  const lines: string[] = [];
  for (let from = 0; from <= bytes.length; ) {
    const end = bytes.indexOf(0x0a, from);
    const line = bytes.subarray(from, end === -1 ? bytes.length : end);
    lines.push(strictUtf8(line) ?? decodeCp1252(line));
    if (end === -1) break;
    from = end + 1;
  }
  return lines.join("\n");
}

/** Fatal decoders throw; null says so without. A mark at the beginning is left out. */
function strictUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function checked(text: string): Decoded {
  const trimmed = text.replace(/\0+$/, "");
  if (trimmed.includes("\0")) return refused("This is not a text: it has NUL characters.");
  let control = 0;
  for (let i = 0; i < trimmed.length; i++) {
    const code = trimmed.charCodeAt(i);
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0c && code !== 0x0d && code !== 0x1b) control++;
  }
  if (control > Math.max(MAX_CONTROL * trimmed.length, 1)) return refused("This is not a text: it is full of control characters.");
  return { ok: true, text: trimmed };
}
