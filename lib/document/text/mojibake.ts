import { type ByteOf, DROPPED_BYTES } from "./charsets";
import { isCommon, isPossible, isUsual, plausibility } from "./plausible";

/** A sign that was read byte by byte in another character set. */
export interface Sequence {
  start: number;
  end: number;
  sign: string;
  /** A byte of it is lost: the sign is a guess. */
  guessed: boolean;
  /** Of the scripts and signs that plans are mostly written with. */
  usual: boolean;
  /** So much so that it says by itself that the text is damaged. */
  proof: boolean;
  bytes: number;
}

/** What a line looks like when it is taken for wrongly read UTF-8. */
export interface LineReading {
  sequences: Sequence[];
  /** Characters beyond ASCII that belong to no sequence. */
  strays: number;
}

const REPLACEMENT = 0xfffd;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a line as UTF-8 whose bytes became characters of another set. `lossy`: the set drops bytes. Pure, linear: at
 * each character at most three more are looked at.
 */
export function readLine(line: string, byteOf: ByteOf, lossy: boolean): LineReading {
  const sequences: Sequence[] = [];
  let strays = 0;
  for (let at = 0; at < line.length; ) {
    const code = line.charCodeAt(at);
    if (code < 0x80) {
      at++;
      continue;
    }
    const sequence = sequenceAt(line, at, byteOf, lossy);
    if (sequence === null) strays++;
    else sequences.push(sequence);
    at = sequence?.end ?? at + 1;
  }
  return { sequences, strays };
}

function sequenceAt(line: string, start: number, byteOf: ByteOf, lossy: boolean): Sequence | null {
  const lead = byteOf(line.charCodeAt(start));
  const length = lead === null ? 0 : lengthOf(lead);
  if (lead === null || length === 0) return null;
  const bytes: (number | null)[] = [lead];
  for (let at = start + 1; bytes.length < length && at < line.length; at++) {
    const code = line.charCodeAt(at);
    const byte = code < 0x80 ? null : byteOf(code);
    if (lossy && code === REPLACEMENT) bytes.push(null);
    else if (byte === null || byte < 0x80 || byte > 0xbf) break;
    else bytes.push(byte);
  }
  const end = start + bytes.length;
  const whole = bytes.length === length && !bytes.includes(null);
  if (!whole && !(lossy && canBeGuessed(bytes, length))) return null;
  const sign = whole ? decode(bytes as number[]) : guess(bytes, length, line, end, byteOf);
  if (sign === null || !isPossible(sign)) return null;
  return { start, end, sign, guessed: !whole, usual: isUsual(sign), proof: whole ? isUsual(sign) : isCommon(sign) && length > 2, bytes: length };
}

function lengthOf(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** One byte is enough to guess only where letters of common alphabets begin with it. */
function canBeGuessed(bytes: readonly (number | null)[], length: number): boolean {
  if (length === 2) return [0xc3, 0xc4, 0xc5, 0xd0, 0xd1].includes(bytes[0] ?? 0);
  return bytes.length >= 2 && bytes[1] !== null;
}

function decode(bytes: readonly number[]): string | null {
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}

const guesses = new Map<string, { sign: string; score: number }[]>();

/** The likeliest sign whose bytes are these with dropped ones put in. */
function guess(bytes: readonly (number | null)[], length: number, line: string, end: number, byteOf: ByteOf): string | null {
  const key = bytes.join(",");
  let candidates = guesses.get(key);
  if (candidates === undefined) {
    candidates = completions(bytes, length)
      .flatMap((one) => decode(one) ?? [])
      .map((sign) => ({ sign, score: plausibility(sign) }))
      .filter((one) => one.score > 0)
      .sort((a, b) => b.score - a.score);
    guesses.set(key, candidates);
  }
  // Between two pictographs a joiner was lost, not a quotation mark.
  const joiner = candidates.find((one) => one.sign === "\u200D");
  if (joiner !== undefined && byteOf(line.charCodeAt(end)) === 0xf0 && line[end - 3] !== " " && end > 4) return joiner.sign;
  const best = candidates[0]?.sign ?? null;
  if (best !== "\u2510") return best;
  // A corner never stands beside itself: a run of them was a heavy line.
  const rest = line.slice(end - bytes.length, end);
  return line.startsWith(rest, end) || line.endsWith(rest, end - rest.length) ? "\u2501" : best;
}

/** All ways of filling holes with dropped bytes: given holes first, then anywhere behind the lead. */
function completions(bytes: readonly (number | null)[], length: number): number[][] {
  const hole = bytes.indexOf(null);
  if (hole !== -1) return DROPPED_BYTES.flatMap((byte) => completions([...bytes.slice(0, hole), byte, ...bytes.slice(hole + 1)], length));
  if (bytes.length === length) return [bytes as number[]];
  const places = Array.from({ length: bytes.length }, (_, i) => bytes.length - i);
  return places.flatMap((place) => DROPPED_BYTES.flatMap((byte) => completions([...bytes.slice(0, place), byte, ...bytes.slice(place)], length)));
}
