import { type ByteOf, cp1252Byte, macRomanByte } from "./charsets";
import { type LineReading, readLine, type Sequence } from "./mojibake";

/** A text that was written as UTF-8 and read as something else. */
export interface EncodingDamage {
  kind: "UTF-8 read as cp1252" | "UTF-8 read as Mac Roman";
  linesAffected: number;
  /** Lines on which bytes were lost, so that the original signs can only be guessed. */
  linesNotRestorable: number;
}

interface Charset {
  kind: EncodingDamage["kind"];
  byteOf: ByteOf;
  lossy: boolean;
}

const CHARSETS: readonly Charset[] = [
  { kind: "UTF-8 read as cp1252", byteOf: cp1252Byte, lossy: true },
  { kind: "UTF-8 read as Mac Roman", byteOf: macRomanByte, lossy: false },
];

/** Times a text is read anew: damage upon damage is seldom more than twofold. */
const ROUNDS = 3;
/** Share of the characters beyond ASCII that must make sense as UTF-8 before all of a text counts as damaged. */
const WHOLE = 0.9;
/** Signs of scripts that plans are seldom written in must be many before they count. */
const MANY = 10;

/**
 * Undoes a wrong decoding, line by line, and makes every line end a line feed: the number of lines never changes. A text
 * that was read correctly stays as it is. Pure, linear.
 */
export function repairText(source: string): { text: string; damage: EncodingDamage | null } {
  let text = source.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  let damage: EncodingDamage | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    const once = repairOnce(text);
    if (once === null) break;
    text = once.text.replace(/^\uFEFF/, "");
    damage ??= once.damage;
    if (once.damage.linesNotRestorable > 0) {
      damage = { ...damage, linesNotRestorable: Math.max(damage.linesNotRestorable, once.damage.linesNotRestorable) };
      break;
    }
  }
  return { text, damage };
}

function repairOnce(text: string): { text: string; damage: EncodingDamage } | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for anything beyond ASCII
  if (!/[^\x00-\x7F]/.test(text)) return null;
  const lines = text.split("\n");
  const [best] = CHARSETS.map((charset) => weigh(lines, charset)).sort((a, b) => b.explained - a.explained);
  if (best === undefined || best.explained === 0) return null;
  const damage: EncodingDamage = { kind: best.charset.kind, linesAffected: 0, linesNotRestorable: 0 };
  for (const [i, reading] of best.readings) {
    const line = lines[i] ?? "";
    const wanted = best.whole ? reading.sequences : isSurelyDamaged(line, reading) ? reading.sequences : [];
    const taken = wanted.filter((one) => best.exotic || one.usual || (one.guessed && best.whole));
    if (taken.length === 0) continue;
    damage.linesAffected++;
    if (taken.some((one) => one.guessed)) damage.linesNotRestorable++;
    lines[i] = rewritten(line, taken);
  }
  return damage.linesAffected === 0 ? null : { text: lines.join("\n"), damage };
}

interface Weighed {
  charset: Charset;
  /** Readings of the lines that have characters beyond ASCII. */
  readings: Map<number, LineReading>;
  /** Characters that make sense as wrongly read UTF-8. */
  explained: number;
  /** The whole text is damaged, not only some lines. */
  whole: boolean;
  /** There are so many signs of other scripts that they are meant. */
  exotic: boolean;
}

function weigh(lines: readonly string[], charset: Charset): Weighed {
  const readings = new Map<number, LineReading>();
  let usual = 0;
  let unusual = 0;
  let unusualSigns = 0;
  let strays = 0;
  let proof = 0;
  lines.forEach((line, i) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for anything beyond ASCII
    if (!/[^\x00-\x7F]/.test(line)) return;
    const reading = readLine(line, charset.byteOf, charset.lossy);
    readings.set(i, reading);
    strays += reading.strays;
    for (const one of reading.sequences) {
      const size = one.end - one.start;
      if (one.usual) usual += size;
      else unusual += size;
      if (!one.usual && !one.guessed) unusualSigns++;
      if (one.proof) proof++;
    }
  });
  const exotic = unusualSigns >= MANY;
  const explained = proof > 0 || exotic ? usual + (exotic ? unusual : 0) : 0;
  const all = usual + unusual + strays;
  return { charset, readings, explained, whole: explained >= WHOLE * all, exotic };
}

/** Inside a text that is not damaged as a whole: every sign beyond ASCII makes sense, one of three bytes or more, and it is not being quoted. */
function isSurelyDamaged(line: string, reading: LineReading): boolean {
  if (reading.strays > 0 || reading.sequences.some((one) => one.guessed || !one.usual)) return false;
  return reading.sequences.some((one) => one.bytes >= 3 && !/["'`(]/.test(line[one.start - 1] ?? ""));
}

function rewritten(line: string, sequences: readonly Sequence[]): string {
  let out = "";
  let from = 0;
  for (const one of sequences) {
    out += line.slice(from, one.start) + one.sign;
    from = one.end;
  }
  return out + line.slice(from);
}
