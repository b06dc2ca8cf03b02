/*
 * How likely a sign is in a plan. Needed twice: to tell damage from texts that only look so, and to choose among the signs
 * that a damaged one may have been when a byte of it is lost.
 */

/** Signs seen often in technical documents, likeliest first; all of them lose a byte in cp1252. */
const COMMON = [..."”❌\uFE0F←═┐●☐⏱⏰⏳❗❓❤⭐❎⏸⏭⏩⏹☁✏➝🌐🔐🔍🔁📝📁📍🏗🏁🏠🏢🏷🐳🐘🐍🐛🍃🔝🌍🎁👁📐📏ÁÍÏÝсяНАčłŁāōэ"];
const RANK = new Map(COMMON.map((sign, i) => [sign, 2_000 - i]));

const PICTOGRAPH = /^\p{Extended_Pictographic}$/u;
const KANA = /^[\u3040-\u30FF\u3000-\u303F]$/u;
const LETTER = /^\p{L}$/u;
/** Unassigned, private or control: no text has it. */
const IMPOSSIBLE = /^[\p{Cn}\p{Co}\p{Cc}\p{Cs}]$/u;
/** Latin, Greek, punctuation, currencies, arrows, mathematics, lines, dingbats, pictographs: what plans in the languages read here are made of. */
const USUAL =
  /^(?:[\u00A0-\u017F\u0192\u02C6\u02DC\u0370-\u03FF\u2000-\u206F\u2070-\u209F\u20A0-\u20CF\u2100-\u214F\u2150-\u218F\u2190-\u21FF\u2200-\u23FF\u2460-\u27BF\u2900-\u297F\u2B00-\u2BFF\uFB01\uFB02\u1E00-\u1EFF\uFEFF\uFFFD]|\u20E3|\uFE0E|\uFE0F|[\u{1F000}-\u{1FAFF}])$/u;

/** 0 for what no text has. */
export function plausibility(sign: string): number {
  const rank = RANK.get(sign);
  if (rank !== undefined) return rank;
  if (IMPOSSIBLE.test(sign)) return 0;
  if (PICTOGRAPH.test(sign)) return 500;
  if (KANA.test(sign)) return 400;
  if (USUAL.test(sign)) return 300;
  return LETTER.test(sign) ? 100 : 10;
}

export function isPossible(sign: string): boolean {
  return !IMPOSSIBLE.test(sign);
}

/** Whether a sign belongs to what most plans are written with; others need more evidence before a text counts as damaged. */
export function isUsual(sign: string): boolean {
  return USUAL.test(sign);
}

/** Whether a sign is so common that even its damaged rest is evidence. */
export function isCommon(sign: string): boolean {
  return RANK.has(sign);
}
