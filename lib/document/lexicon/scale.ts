/** Words and letters that multiply the number in front of them, normalised (lower case, no accents). */

/** Letters that count only when they touch the number: "10k", "1.2M". Case matters. */
export const SCALE_LETTERS: ReadonlyMap<string, number> = new Map([
  ["k", 1e3],
  ["K", 1e3],
  ["M", 1e6],
  ["B", 1e9],
]);

/** Words that may also stand apart: "3 million", "2 Mio.", "1.5 lakh". */
export const SCALE_WORDS: ReadonlyMap<string, number> = new Map([
  ["thousand", 1e3],
  ["tsd", 1e3],
  ["tausend", 1e3],
  ["mille", 1e3],
  ["mil", 1e3],
  ["million", 1e6],
  ["millions", 1e6],
  ["mn", 1e6],
  ["mln", 1e6],
  ["mio", 1e6],
  ["millionen", 1e6],
  ["millon", 1e6],
  ["millones", 1e6],
  ["billion", 1e9],
  ["billions", 1e9],
  ["bn", 1e9],
  ["mrd", 1e9],
  ["milliarden", 1e9],
  ["milliard", 1e9],
  ["milliards", 1e9],
  ["lakh", 1e5],
  ["lakhs", 1e5],
  ["lac", 1e5],
  ["lacs", 1e5],
  ["crore", 1e7],
  ["crores", 1e7],
]);

export const FRACTIONS: ReadonlyMap<string, number> = new Map([
  ["¼", 0.25],
  ["½", 0.5],
  ["¾", 0.75],
  ["⅓", 1 / 3],
  ["⅔", 2 / 3],
  ["⅛", 0.125],
]);
