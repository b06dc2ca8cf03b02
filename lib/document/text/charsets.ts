/** The byte each character stands for in a single-byte character set; null where the set does not have it. */
export type ByteOf = (code: number) => number | null;

const CP1252_HIGH = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";
const MAC_ROMAN_HIGH =
  "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u00A0ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uF8FFÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

/** Bytes that cp1252 has no character for; many programs drop them when they read. */
export const DROPPED_BYTES = [0x81, 0x8d, 0x8f, 0x90, 0x9d] as const;

const cp1252 = new Map([...CP1252_HIGH].map((sign, i) => [sign.charCodeAt(0), 0x80 + i]));
const macRoman = new Map([...MAC_ROMAN_HIGH].map((sign, i) => [sign.charCodeAt(0), 0x80 + i]));
// Older tables and look-alikes of the same bytes.
for (const [sign, byte] of [
  ["¤", 0xdb],
  ["\u2126", 0xbd],
  ["\u0394", 0xc6],
  ["\u03BC", 0xb5],
  ["\u2215", 0xda],
] as const)
  macRoman.set(sign.charCodeAt(0), byte);

/** cp1252, and Latin-1 where it kept the control characters. */
export const cp1252Byte: ByteOf = (code) => (code >= 0x80 && code <= 0xff ? code : (cp1252.get(code) ?? null));
export const macRomanByte: ByteOf = (code) => macRoman.get(code) ?? null;

/** Reads bytes as cp1252; the five bytes it does not have become the control characters of Latin-1, as browsers do. */
export function decodeCp1252(bytes: Uint8Array): string {
  return new TextDecoder("windows-1252").decode(bytes);
}
